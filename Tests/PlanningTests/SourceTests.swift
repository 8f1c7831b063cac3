// Every way a profile can name its credentials, and the ways that lead nowhere: one row each.
import Model
import Planning
import Profiles
import Testing

private let config = """
    [profile deploy]
    role_arn = arn:aws:iam::444455556666:role/Deploy
    source_profile = plain
    [profile plain]
    region = eu-west-1
    [profile ec2]
    role_arn = arn:aws:iam::444455556666:role/E
    credential_source = Ec2InstanceMetadata
    [profile env]
    role_arn = arn:aws:iam::444455556666:role/V
    credential_source = Environment
    [profile ecs]
    role_arn = arn:aws:iam::444455556666:role/C
    credential_source = EcsContainer
    [profile token]
    role_arn = arn:aws:iam::444455556666:role/T
    web_identity_token_file = /token
    [profile behind]
    role_arn = arn:aws:iam::777788889999:role/B
    source_profile = token
    [profile tool]
    credential_process = /bin/tool --json
    [profile viatool]
    role_arn = arn:aws:iam::444455556666:role/P
    source_profile = tool
    mfa_serial = GAHT12345678
    [profile login]
    login_session = arn:aws:iam::1:user/me
    [profile two]
    role_arn = arn:aws:iam::444455556666:role/X
    source_profile = plain
    credential_source = Environment
    [profile nobody]
    web_identity_token_file = /token
    [profile half]
    aws_access_key_id = AKIAHALFEXAMPLE00001
    [profile viahalf]
    role_arn = arn:aws:iam::444455556666:role/X
    source_profile = half
    [profile linked]
    role_arn = arn:aws:iam::444455556666:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX
    source_profile = plain
    [profile center]
    role_arn = arn:aws:iam::444455556666:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef
    source_profile = plain
    """

private let credentials = """
    [plain]
    aws_access_key_id = AKIAPLAINEXAMPLE0001
    aws_secret_access_key = nothing
    """

private let role = "arn:aws:iam::444455556666:role/K"

let environment = [
    "AWS_ACCESS_KEY_ID": "AKIAENVEXAMPLE000001", "AWS_SECRET_ACCESS_KEY": "nothing",
]

private func summary(
    _ profile: String?, variables: [String: String] = [:], keys: [String: String] = [:],
    _ change: (inout PlanRequest) -> Void = { _ in }
) throws -> String {
    try plan(
        config, profile: profile, keys: keys, variables: variables, credentials: credentials, change
    ).credentials.summary
}

@Test(arguments: [
    ("plain", "static plain > token 3600"),
    ("deploy", "static plain > role 444455556666 Deploy 3600"),
    ("ec2", "ec2 > role 444455556666 E 3600"),
    ("env", "environment > role 444455556666 V 3600"),
    ("ecs", "ecs > role 444455556666 C 3600"),
    ("token", "token T 3600"),
    ("behind", "token T 3600 > role 777788889999 B 3600"),
    ("tool", "process /bin/tool --json"),
    ("viatool", "process /bin/tool --json > role 444455556666 P 3600 with code"),
    ("login", "login"),
])
func everySourceIsPlanned(profile: String, expected: String) throws {
    let variables = environment.merging(
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/x"]) { $1 }
    #expect(try summary(profile, variables: variables) == expected)
}

/// What a source profile is, with a key in plain and something else in it.
///
/// Source: AWS SDKs and Tools reference guide, "Standardized credential providers", for the order;
/// botocore does the same.
@Test(arguments: [
    ("", "static base"),
    ("role_arn = \(role)\nsource_profile = plain", "static base"),
    ("role_arn = \(role)\ncredential_source = Ec2InstanceMetadata", "static base"),
    ("role_arn = \(role)\nweb_identity_token_file = /token", "token K 3600"),
    (
        "role_arn = \(role)\nweb_identity_token_file = /token\nsource_profile = plain"
            + "\ncredential_source = Environment", "token K 3600"
    ),
    ("role_arn = \(role)\nsource_profile = base\ncredential_process = /bin/tool", "process"),
    ("credential_process = /bin/tool", "process"),
])
func aKeyInPlainComesInTheOrderOfTheSDKs(settings: String, source: String) throws {
    let key = "aws_access_key_id = AKIABASEEXAMPLE00001\naws_secret_access_key = nothing"
    let top = "[profile top]\nrole_arn = \(role)\nsource_profile = base\n"
    let inConfig = try plan("\(top)[profile base]\n\(settings)\n\(key)", profile: "top")
    let first = source == "process" ? "process /bin/tool" : source
    #expect(inConfig.credentials.summary == "\(first) > role 444455556666 K 3600")

    // The credentials file's key comes before a program.
    let inCredentials = try plan(
        "\(top)[profile base]\n\(settings)", profile: "top", credentials: "[base]\n\(key)")
    let second = source == "process" ? "static base" : source
    #expect(inCredentials.credentials.summary == "\(second) > role 444455556666 K 3600")
}

@Test(arguments: [
    "", "aws_access_key_id = AKIABASEEXAMPLE00001\naws_secret_access_key = nothing",
])
func aTokenWithoutARoleIsAnErrorAlsoInASource(key: String) throws {
    let config = """
        [profile top]
        role_arn = \(role)
        source_profile = base
        [profile base]
        web_identity_token_file = /token
        \(key)
        """
    #expect(throws: PlanError.self) { try plan(config, profile: "top") }
}

@Test func aProfileOfItselfIsThatProfileWithoutItsRole() throws {
    let config =
        "[profile own]\nrole_arn = \(role)\nsource_profile = own\n"
        + "credential_process = /bin/tool"
    #expect(
        try plan(config, profile: "own").credentials.summary
            == "process /bin/tool > role 444455556666 K 3600")
    let top = "[profile top]\nrole_arn = \(role)\nsource_profile = own\n"
    #expect(
        try plan(top + config, profile: "top").credentials.summary
            == "process /bin/tool > role 444455556666 K 3600 > role 444455556666 K 3600")
}

@Test func withoutAProfileTheEnvironmentComesFirst() throws {
    #expect(try summary(nil, variables: environment) == "environment > token 3600")
    var temporary = environment
    temporary["AWS_SESSION_TOKEN"] = "token"
    #expect(try summary(nil, variables: temporary) == "environment")
    #expect(try summary("plain", variables: environment) == "static plain > token 3600")

    let pod = [
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/pod", "AWS_ROLE_ARN": "arn:aws:iam::444455556666:role/Pod",
    ]
    #expect(try summary(nil, variables: pod) == "token Pod 3600")
    let task = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"]
    #expect(try summary(nil, variables: task) == "ecs")
}

/// What an outer exec or export left is the session at hand; a named profile is another wish.
@Test func inASessionItIsThatSession() throws {
    var inside = environment
    inside["AWS_SESSION_TOKEN"] = "token"
    inside["CREDTOOL_PROFILE"] = "work"
    let keys = ["work": "AKIAWORKEXAMPLE00001", "default": "AKIADEFAULTEXAMPLE01"]
    let config =
        "[profile work]\nregion = eu-west-1\nrole_arn = \(role)\nsource_profile = default\n"
    func made(
        _ profile: String? = nil, _ change: (inout PlanRequest) -> Void = { _ in }
    ) throws -> SessionPlan {
        try plan(config, profile: profile, keys: keys, variables: inside) { request in
            request.inheritedRegion = Setting("us-west-2", from: .variable("AWS_REGION"))
            change(&request)
        }
    }
    let session = try made()
    #expect(session.credentials.summary == "environment")
    #expect(session.profile == Setting("work", from: .variable("CREDTOOL_PROFILE")))
    #expect(session.isOuterSession && session.region?.value == "us-west-2")
    #expect(session.reasons.contains { $0.contains("session of profile work") })
    let flag = try made { $0.region = "eu-north-1" }
    #expect(flag.region?.value == "eu-north-1")
    let further = try made { $0.role = role }
    #expect(further.credentials.summary == "environment > role 444455556666 K 3600")
    #expect(!further.isOuterSession)

    let named = try made("default")
    #expect(named.credentials.summary == "key default > token 3600")
    #expect(!named.isOuterSession && named.region?.value == "us-west-2")
    #expect(try made("work").region?.value == "eu-west-1")
    // A name without a session beside it is left over, and says nothing.
    inside["AWS_ACCESS_KEY_ID"] = nil
    #expect(try made().credentials.summary == "key default > token 3600")
    // `exec --server` leaves the address of its server.
    inside["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:1/session"
    let served = try made()
    #expect(served.credentials.summary == "ecs" && served.isOuterSession)
    #expect(served.profile == Setting("work", from: .variable("CREDTOOL_PROFILE")))
    #expect(served.reasons.contains { $0.contains("serves to this environment") })
    #expect(try made("default").credentials.summary == "key default > token 3600")
}

@Test(arguments: [
    ("plain", nil), ("deploy", "Deploy"), ("token", "T"),
])
func theRoleOfTheSessionIsTheLastOne(profile: String, name: String?) throws {
    let made = try plan(config, profile: profile, keys: [:], credentials: credentials)
    #expect(made.credentials.role?.role.value.roleName == name)
}

private let ec2 = ["/sys/class/dmi/id/sys_vendor": "Amazon EC2\n"]
private let task = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"]
private let endpoint = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"]

/// What the machine gives comes last, and instance metadata only where there is likely one.
@Test(arguments: [
    ("", ec2, [:], "ec2"), ("", ["/sys/hypervisor/uuid": "ec2e1916-9099"], [:], "ec2"),
    ("", [:], endpoint, "ec2"),
    ("[default]\nec2_metadata_service_endpoint_mode = IPv6", [:], [:], "ec2"),
    ("[default]\nregion = eu-west-3", ec2, [:], "ec2"),
    ("[default]\nregion = eu-west-3", ec2, task, "ecs"), ("", ec2, task, "ecs"),
    ("[default]\ncredential_process = x", ec2, task, "process x"),
])
func withoutAProfileTheMachineComesLast(
    config: String, files: [String: String], variables: [String: String], expected: String
) throws {
    let plan = try plan(config, keys: [:], variables: variables, files: files)
    #expect(plan.credentials.summary == expected)
}

@Test func theMachineIsNotAskedWhereThatIsNotMeant() throws {
    #expect(throws: PlanError.self) { try plan(keys: [:]) }
    // Who names a profile wants that one.
    #expect(throws: PlanError.self) {
        try plan("[profile x]\nregion = eu-west-3", profile: "x", keys: [:], variables: task)
    }
    #expect(try plan(files: ec2).credentials.summary == "key work > token 3600")
}

/// `true` in any case switches the metadata off; no other value does, nor stops anything.
@Test(arguments: [
    ("true", true), ("TRUE", true), (" True ", true), ("false", false), ("1", false),
    ("yes", false), ("x", false),
])
func theMetadataCanBeSwitchedOff(value: String, isOff: Bool) throws {
    let off = ["AWS_EC2_METADATA_DISABLED": value]
    let config = """
        [profile box]
        role_arn = arn:aws:iam::444455556666:role/E
        credential_source = Ec2InstanceMetadata
        """
    let setting = Setting(
        CredentialSource.ec2InstanceMetadata, from: .file(path: "~/.aws/config", line: 3))
    if isOff {
        #expect(throws: PlanError.metadataDisabled(nil)) {
            try plan(keys: [:], variables: off, files: ec2)
        }
        #expect(throws: PlanError.metadataDisabled(nil)) {
            try plan("[default]\nregion = eu-west-3", keys: [:], variables: off, files: ec2)
        }
        #expect(throws: PlanError.metadataDisabled(setting)) {
            try plan(config, profile: "box", variables: off)
        }
    } else {
        #expect(try plan(keys: [:], variables: off, files: ec2).credentials.summary == "ec2")
        #expect(try plan(config, profile: "box", variables: off).credentials.calls.count == 1)
    }
    // Elsewhere nobody speaks of an instance, and other profiles have nothing to do with it.
    #expect(throws: PlanError.unknownProfile("default", origin: .standard, nearest: nil)) {
        try plan(keys: [:], variables: off)
    }
    #expect(try plan(profile: "work", variables: off).credentials.calls.count == 1)
}

@Test(arguments: [
    "AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_EC2_METADATA_V1_DISABLED",
])
func aWrongVariableOfTheMetadataStopsOnlyWhoAsksForThem(name: String) throws {
    let wrong = [name: "x"]
    #expect(try plan(profile: "work", variables: wrong).credentials.calls.count == 1)
    #expect(throws: ConfigError.self) { try plan(keys: [:], variables: wrong, files: ec2) }
}

@Test(
    arguments: [
        ([:], nil, nil), (["AWS_SESSION_TOKEN": "a"], "AWS_SESSION_TOKEN", nil),
        (["AWS_SECURITY_TOKEN": "a"], "AWS_SECURITY_TOKEN", nil),
        (["AWS_SESSION_TOKEN": "a", "AWS_SECURITY_TOKEN": "b"], "AWS_SESSION_TOKEN", nil),
        (["AWS_CREDENTIAL_EXPIRATION": "soon"], nil, "soon"),
    ] as [([String: String], String?, String?)])
func theVariablesBesideAKey(
    _ beside: [String: String], _ token: String?, _ expiration: String?
) throws {
    let variables = beside.merging([
        "AWS_ACCESS_KEY_ID": "AKIAENVEXAMPLE000001", "AWS_SECRET_ACCESS_KEY": "x",
    ]) { $1 }
    let key = try #require(EnvironmentKey { variables[$0] })
    #expect(key.tokenVariable == token && key.expiration == expiration)
    let plan = try plan(variables: variables)
    // A temporary key is no long-term one, whichever variable says so.
    #expect(plan.credentials.calls.isEmpty == (token != nil))
}

@Test(arguments: [
    ("IPv6", "http://[fd00:ec2::254]"), ("IPv4", "http://169.254.169.254"),
])
func theAddressOfTheMetadataFollowsItsFamily(mode: String, address: String) throws {
    let config = """
        [profile x]
        role_arn = arn:aws:iam::444455556666:role/E
        credential_source = Ec2InstanceMetadata
        ec2_metadata_service_endpoint_mode = \(mode)
        """
    guard case .instanceMetadata(let source) = try plan(config, profile: "x").credentials.source
    else {
        Issue.record("another source")
        return
    }
    #expect(source.endpoint.value == address)
    #expect("\(source.endpoint.origin)" == "~/.aws/config:4")
}

@Test(arguments: ["two", "nobody", "half", "viahalf", "linked", "center", "env", "ecs"])
func whatLeadsNowhereIsRefused(_ profile: String) {
    #expect(throws: PlanError.self) { try summary(profile) }
}

@Test func rolesThatPeopleCannotAssumeAreNamed() throws {
    let linked = ARN.role(
        "aws-service-role/x.amazonaws.com/AWSServiceRoleForX", accountID: "444455556666",
        partition: "aws")
    #expect(throws: PlanError.closedRole(linked, .serviceLinked(service: "x.amazonaws.com"))) {
        try summary("linked")
    }
}

let readOnly = ParameterValue.policyARNs(["arn:aws:iam::aws:policy/ReadOnlyAccess"])

@Test func aRolesSettingsAllReachTheCall() throws {
    let full = """
        [profile full]
        role_arn = arn:aws:iam::444455556666:role/F
        source_profile = work
        source_identity = alice
        session_tags = team=a, cost=b
        transitive_session_tags = team
        policy = {"Version":"2012-10-17"}
        policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess
        """
    let role = try #require(try plan(full, profile: "full").credentials.lastRole)
    #expect(role.settings.text(.sourceIdentity)?.value == "alice")
    #expect(
        role.settings[.tags]?.value == .tags([SessionTag("team", "a"), SessionTag("cost", "b")]))
    #expect(role.settings[.transitiveTagKeys]?.value == .list(["team"]))
    #expect(role.settings.text(.policy)?.value == #"{"Version":"2012-10-17"}"#)
    #expect(role.settings[.policyARNs]?.value == readOnly)

    let flags = try #require(
        try plan(full, profile: "full", files: ["/p": "{}"]) { request in
            request.roleFlags[.sourceIdentity] = "bob"
            request.roleFlags[.tags] = "team=z"
            request.roleFlags[.transitiveTagKeys] = ""
            request.roleFlags[.policy] = "/p"
        }.credentials.lastRole)
    #expect(
        flags.settings.text(.sourceIdentity) == Setting("bob", from: .flag("--source-identity")))
    #expect(flags.settings[.tags]?.value == .tags([SessionTag("team", "z")]))
    #expect(flags.settings.text(.policy) == Setting("{}", from: .flag("--policy")))
    #expect(flags.settings[.policyARNs]?.value == readOnly)
}

@Test func variablesAreForTheAskedProfileAlone() throws {
    let chain = """
        [profile a]
        role_arn = arn:aws:iam::444455556666:role/A
        source_profile = b
        [profile b]
        role_arn = arn:aws:iam::444455556666:role/B
        source_profile = work
        """
    let plan = try plan(
        chain, profile: "a",
        variables: ["AWS_ROLE_SESSION_NAME": "mine", "AWS_REGION": "eu-west-3"])
    #expect(plan.region == Setting("eu-west-3", from: .variable("AWS_REGION")))
    #expect(plan.credentials.roles.last?.settings.text(.sessionName)?.value == "mine")
    #expect(plan.credentials.roles.first?.settings.text(.sessionName)?.value == "me@box")
}

@Test func theEndpointIsPlacedByTheSDKsPrecedence() throws {
    let config = """
        [profile work]
        endpoint_url = https://all
        services = mine
        [services mine]
        sts =
          endpoint_url = https://sts
        """
    #expect(try plan(config, profile: "work").sts.endpointURL?.value == "https://sts")
    let variables = ["AWS_ENDPOINT_URL": "https://var"]
    #expect(
        try plan(config, profile: "work", variables: variables).sts.endpointURL?.value
            == "https://var")
}

@Test func theWayToAskForACodeIsInherited() throws {
    let config = """
        [profile work]
        mfa_process = /bin/code
        mfa_prompt = zenity
        [profile a]
        role_arn = arn:aws:iam::444455556666:role/A
        source_profile = work
        [profile b]
        role_arn = arn:aws:iam::444455556666:role/B
        source_profile = work
        mfa_process = /bin/own
        """
    #expect(try plan(config, profile: "a").mfaPrompt.process?.value == "/bin/code")
    #expect(try plan(config, profile: "a").mfaPrompt.method?.value == .zenity)
    #expect(try plan(config, profile: "b").mfaPrompt.process?.value == "/bin/own")
}

@Test(arguments: ["ec2", "ecs", "token"])
func aRoleBehindARoleOfTheMachineLivesForOneHour(profile: String) throws {
    let long = config.replacing(
        "[profile behind]", with: "[profile behind]\nduration_seconds = 7200"
    )
    .replacing("role/E\n", with: "role/E\nduration_seconds = 7200\n")
    .replacing("role/C\n", with: "role/C\nduration_seconds = 7200\n")
    func made(_ change: (inout PlanRequest) -> Void = { _ in }) throws -> SessionPlan {
        try plan(
            long, profile: profile == "token" ? "behind" : profile,
            variables: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/x"], change)
    }
    let capped = try made()
    #expect(capped.credentials.lastRole?.duration.value == .seconds(3600))
    #expect(capped.reasons.contains { $0.hasPrefix("2h (~/.aws/config:") })
    // Who asks for it by hand is told.
    let error = #expect(throws: PlanError.self) { try made { $0.duration = .seconds(7200) } }
    guard case .chainedTooLong = error else {
        Issue.record("\(String(describing: error))")
        return
    }
}

/// What a source gives is not for us to make longer, but it is not handed out of the cache when it
/// is nearly over.
@Test func theLeastTimeLeftCountsForEverySource() throws {
    #expect(try plan(config, profile: "tool").minimumTTL.value == .seconds(300))
    let process = try plan(config, profile: "tool") { $0.standardMinimumTTL = .seconds(960) }
    #expect(process.minimumTTL == Setting(.seconds(960), from: .standard))
    let variable = try plan(config, profile: "tool", variables: ["AWS_MIN_TTL": "40m"])
    #expect(variable.minimumTTL == Setting(.seconds(2400), from: .variable("AWS_MIN_TTL")))
}
