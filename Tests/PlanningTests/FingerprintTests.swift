// One fingerprint for what is the same to AWS, another for everything else.
import Model
import Planning
import Profiles
import Testing

private func fingerprint(_ plan: SessionPlan) -> Fingerprint? {
    Fingerprint(plan.credentials, target: plan.sts)
}

private let config = """
    [profile deploy]
    role_arn = arn:aws:iam::444455556666:role/Deploy
    source_profile = work
    """

private func deploy(
    _ text: String = config, key: String = "AKIAWORKEXAMPLE00001",
    _ change: (inout PlanRequest) -> Void = { _ in }
) throws -> Fingerprint? {
    fingerprint(try plan(text, profile: "deploy", keys: ["work": key], change))
}

@Test func everyInputThatShapesASessionChangesIt() throws {
    let all = [
        try deploy(),
        try deploy(key: "AKIAWORKEXAMPLE00002"),
        try deploy(config.replacing("Deploy", with: "Other")),
        try deploy(config + "\nexternal_id = abc"),
        try deploy(config + "\nduration_seconds = 900"),
        try deploy(config + "\nrole_session_name = abc"),
        try deploy(config + "\nmfa_serial = GAHT12345678"),
        try deploy(config + "\nregion = eu-west-1"),
        try deploy { $0.role = "Own" },
        try deploy(config + "\nendpoint_url = http://127.0.0.1:1"),
        try deploy(config + "\nuse_fips_endpoint = true"),
        try deploy(config + "\nuse_dualstack_endpoint = true"),
        try deploy(config + "\nsts_regional_endpoints = legacy"),
        try deploy(config + "\nsource_identity = me"),
        try deploy(config + "\nsession_tags = a=b"),
        try deploy(config + "\nsession_tags = a=b,c=d"),
        try deploy(config + "\nsession_tags = a=b\ntransitive_session_tags = a"),
        try deploy(config + "\npolicy = {}"),
        try deploy(config + "\npolicy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess"),
        try deploy {
            $0.mfaSerial = "GAHT12345678"
            $0.noSession = true
        },
    ]
    #expect(Set(all.map { $0?.text }).count == all.count)
    #expect(Set(all.map { $0?.name }).count == all.count)
    #expect(!all.contains(nil))
}

@Test func whereASettingComesFromChangesNothing() throws {
    let flag = try deploy { $0.roleFlags[.externalID] = "abc" }
    #expect(try deploy(config + "\nexternal_id = abc") == flag)
    #expect(try deploy { $0.minimumTTL = .seconds(600) } == deploy())
}

@Test func oneCodeServesEveryRegionAndEveryNameOfTheKey() throws {
    func session(_ region: String?, _ profile: String = "work") throws -> Fingerprint? {
        let id = "AKIAWORKEXAMPLE00001"
        return fingerprint(
            try plan(profile: profile, keys: ["work": id, "same": id]) { request in
                request.mfaSerial = "GAHT12345678"
                request.region = region
            })
    }
    #expect(try session("eu-west-1") == session(nil))
    #expect(try session(nil, "same") == session(nil))
}

@Test func aKeyIsNoSession() throws {
    #expect(fingerprint(try plan(profile: "work") { $0.noSession = true }) == nil)
}

@Test func theNameIsShortAndStable() throws {
    let name = try #require(try deploy()).name
    #expect(name.utf8.count == 16)
    #expect(try deploy()?.name == name)
}

@Test func whatTheMachineGivesIsToldApartByItsAddress() throws {
    func print(_ variables: [String: String]) throws -> String? {
        try fingerprint(plan(keys: [:], variables: variables))?.text
    }
    func container(_ more: [String: String] = [:], path: String = "/a") throws -> String? {
        try print(
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost\(path)"].merging(more) { $1 })
    }
    #expect(try container() == container())
    #expect(try container() != nil)
    #expect(try container() != container(path: "/b"))
    // The address is every pod's; the token tells them apart, and is not for us to keep.
    #expect(try container(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "x"]) == nil)
    #expect(try container(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/x"]) == nil)
    let address = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
    #expect(try print([address: "http://127.0.0.1:1"]) != nil)
    #expect(try print([address: "http://127.0.0.1:1"]) != print([address: "http://127.0.0.1:2"]))
}

@Test(arguments: [
    ("/usr/bin/credtool export --format process prod", false), ("/usr/bin/tool export", true),
])
func whatCredtoolGivesItselfIsNotKeptTwice(command: String, isKept: Bool) throws {
    let config = """
        [profile auto]
        credential_process = \(command)
        [profile behind]
        role_arn = arn:aws:iam::111122223333:role/Deploy
        source_profile = auto
        """
    #expect(try (fingerprint(plan(config, profile: "auto")) != nil) == isKept)
    #expect(try fingerprint(plan(config, profile: "behind")) != nil)
}

@Test func noValueCanPassForAnother() throws {
    // A tab or a line end in a value looks like none between values.
    func tool(_ command: String) throws -> String? {
        try fingerprint(
            plan("[profile t]\ncredential_process = \(command)", profile: "t"))?.text
    }
    let plain = try #require(try tool("a"))
    #expect(plain.split(separator: "\t").count == 2)
    for sly in ["a\tb", "a\\9;b", "a\n  b"] {
        let text = try #require(try tool(sly))
        #expect(text.split(separator: "\t", omittingEmptySubsequences: false).count == 2)
        #expect(!text.contains("\n"))
    }
    #expect(try tool("a\tb") != tool("a\\9;b"))
    // Nor can one list go on as the next: the same texts, told apart by where they stand.
    let one = try deploy(config + "\nsession_tags = a=b,c=d")
    let other = try deploy(config + "\nsession_tags = a=b\ntransitive_session_tags = c,d")
    #expect(one?.text != other?.text)
}

@Test func theNamesOfAllStagesAreThoseOfTheirPlans() throws {
    let plan = try plan(config + "\nmfa_serial = GAHT12345678", profile: "deploy")
    let names = Fingerprint.names(plan.credentials, target: plan.sts)
    #expect(names.count == 3 && names[0] == nil)
    for stage in names.indices {
        let stagePlan = plan.credentials.upTo(stage: stage)
        #expect(Fingerprint(stagePlan, target: plan.sts)?.name == names[stage])
    }
}

@Test func whatAContainersTokenTellsApartIsKeptInNoStage() throws {
    let config = """
        [profile c]
        role_arn = arn:aws:iam::444455556666:role/C
        credential_source = EcsContainer
        """
    let address = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/a"]
    let token = ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "x"].merging(address) { $1 }
    #expect(try fingerprint(plan(config, profile: "c", variables: address)) != nil)
    #expect(try fingerprint(plan(config, profile: "c", variables: token)) == nil)
    let plan = try plan(config, profile: "c", variables: token)
    #expect(Fingerprint.names(plan.credentials, target: plan.sts) == [nil, nil])
}
