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
        try deploy { $0.endpointURL = Setting("http://127.0.0.1:1", from: .standard) },
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
    let flag = try deploy { $0.externalID = "abc" }
    #expect(try deploy(config + "\nexternal_id = abc") == flag)
    #expect(try deploy { $0.minimumTTL = .seconds(600) } == deploy())
}

@Test func oneCodeServesEveryRegionAndEveryNameOfTheKey() throws {
    func session(_ region: String?, _ profile: String = "work") throws -> Fingerprint? {
        let id = "AKIAWORKEXAMPLE00001"
        return fingerprint(
            try plan(profile: profile, keys: ["work": id, "same": id]) { request in
                request.mfaSerial = "GAHT12345678"
                request.region = region.map { Setting($0, from: .standard) }
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
