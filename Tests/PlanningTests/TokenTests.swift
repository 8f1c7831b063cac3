// Tokens of CI jobs and of people's sign-ins: which is planned, and what it is asked for with.
import Model
import Planning
import Profiles
import Testing

private let role = "arn:aws:iam::444455556666:role/K"

/// The variables of a job of each service.
private let jobs: [JobService: [String: String]] = [
    .gitHubActions: [
        "ACTIONS_ID_TOKEN_REQUEST_URL": "https://x/jobs/1/idtoken?api-version=2.0",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "made-up",
    ],
    .gitLab: ["GITLAB_CI": "true", "CI_JOB_ID": "1", "GITLAB_OIDC_TOKEN": "made-up"],
    .circleCI: [
        "CIRCLECI": "true", "CIRCLE_WORKFLOW_JOB_ID": "1", "CIRCLE_OIDC_TOKEN_V2": "made-up",
    ],
    .bitbucket: [
        "BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_STEP_UUID": "{1}",
        "BITBUCKET_STEP_OIDC_TOKEN": "made-up",
    ],
    .terraformCloud: ["TFC_WORKLOAD_IDENTITY_TOKEN": "made-up"],
    .buildkite: ["BUILDKITE_JOB_ID": "1", "BUILDKITE_AGENT_ACCESS_TOKEN": "made-up"],
]

private func summary(
    _ settings: String, variables: [String: String] = [:], keys: [String: String] = [:]
) throws -> String {
    try plan("[profile p]\n\(settings)", profile: "p", keys: keys, variables: variables)
        .credentials.summary
}

@Test(arguments: JobService.allCases)
func aJobsTokenIsFound(service: JobService) throws {
    let job = try #require(jobs[service])
    let name = service.rawValue
    let named = "role_arn = \(role)\nweb_identity_token_source = \(name)"
    #expect(try summary(named, variables: job) == "\(name) K 3600")
    // Where a role and nothing else is named: by a profile, a variable or a flag.
    #expect(try summary("role_arn = \(role)", variables: job) == "\(name) K 3600")
    let variables = job.merging(["AWS_ROLE_ARN": role]) { $1 }
    #expect(try plan(keys: [:], variables: variables).credentials.summary == "\(name) K 3600")
    let byFlag = try plan(keys: [:], variables: job) { $0.role = role }
    #expect(byFlag.credentials.summary == "\(name) K 3600")
    // Not where something else is: a key, a source, another profile.
    #expect(
        try summary("role_arn = \(role)", variables: job, keys: ["p": "AKIAWORKEXAMPLE00001"])
            == "key p > role 444455556666 K 3600")
    let source = "role_arn = \(role)\ncredential_source = Ec2InstanceMetadata"
    #expect(try summary(source, variables: job) == "ec2 > role 444455556666 K 3600")
    #expect(try plan(variables: variables).credentials.summary == "\(name) K 3600")
    #expect(throws: PlanError.self) { try plan(keys: [:], variables: job) }
}

@Test(arguments: JobService.allCases)
func aJobWithoutATokenIsToldWhatIsMissing(service: JobService) throws {
    let named = "role_arn = \(role)\nweb_identity_token_source = \(service.rawValue)"
    #expect {
        try summary(named)
    } throws: { error in
        if case PlanError.noJobToken(let setting, _) = error { return setting.value == service }
        return false
    }
    #expect(throws: PlanError.tokenWithoutRole(profile: "p", .file(path: "~/.aws/config", line: 2)))
    { try summary("web_identity_token_source = \(service.rawValue)") }
}

@Test(
    arguments: [
        (.gitHubActions, "GITHUB_ACTIONS", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
        (.gitLab, "GITLAB_CI", "GITLAB_OIDC_TOKEN"),
        (.circleCI, "CIRCLECI", "CIRCLE_OIDC_TOKEN_V2"),
        (.bitbucket, "BITBUCKET_BUILD_NUMBER", "BITBUCKET_STEP_OIDC_TOKEN"),
        (.terraformCloud, "TFC_RUN_ID", "TFC_WORKLOAD_IDENTITY_TOKEN"),
        (.buildkite, "BUILDKITE", "BUILDKITE_JOB_ID"),
    ] as [(JobService, String, String)])
func aJobThatWasNotGivenATokenIsTold(service: JobService, mark: String, missing: String) throws {
    let job = [mark: "1"]
    let error = PlanError.noJobToken(Setting(service, from: .variable(mark)), missing: missing)
    #expect(throws: error) { try summary("role_arn = \(role)", variables: job) }
    #expect(throws: error) {
        try plan(keys: [:], variables: job.merging(["AWS_ROLE_ARN": role]) { $1 })
    }
    #expect(throws: error) { try plan(keys: [:], variables: job) { $0.role = role } }
    // Not where anything else is named, or is there.
    let source = "role_arn = \(role)\ncredential_source = Ec2InstanceMetadata"
    #expect(try summary(source, variables: job) == "ec2 > role 444455556666 K 3600")
    let container = job.merging(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"]) { $1 }
    #expect(
        try plan(keys: [:], variables: container) { $0.role = role }.credentials.summary
            .hasPrefix("ecs"))
}

private func token(
    _ settings: String, _ variables: [String: String], role: String = role
) throws -> JobToken {
    let plan = try plan(
        "[profile p]\nrole_arn = \(role)\n\(settings)", profile: "p", keys: [:],
        variables: variables)
    guard case .webIdentity(let source) = plan.credentials.source,
        case .job(let token) = source.token
    else { throw PlanError.noCredentials(profile: "p", section: nil) }
    return token
}

@Test func whatAJobsTokenIsAskedForWith() throws {
    let gitHub = try token("", #require(jobs[.gitHubActions]))
    #expect(gitHub.way == .request && gitHub.audience?.value == "sts.amazonaws.com")
    let china = try token(
        "", #require(jobs[.gitHubActions]), role: "arn:aws-cn:iam::444455556666:role/K")
    #expect(china.audience?.value == "sts.amazonaws.com.cn")
    let own = try token("web_identity_token_audience = me", #require(jobs[.buildkite]))
    #expect(own.way == .agent("buildkite-agent oidc request-token --audience 'me'"))
    // GitLab's token has the name that the job's file gives it.
    let gitLab = try token(
        "web_identity_token_source = gitlab\nweb_identity_token_variable = MINE", ["MINE": "x"])
    guard case .variable(let name) = gitLab.way else {
        Issue.record("not a variable")
        return
    }
    #expect(name.value == "MINE" && gitLab.audience == nil)
}

/// Jobs of one user on one machine may have other rights each.
@Test func aSessionBelongsToItsJob() throws {
    func fingerprint(_ variables: [String: String]) throws -> Fingerprint? {
        let plan = try plan(
            "[profile p]\nrole_arn = \(role)", profile: "p", keys: [:], variables: variables)
        return Fingerprint(plan.credentials, target: plan.sts)
    }
    for (service, variables) in jobs {
        let first = try fingerprint(variables)
        guard service != .terraformCloud else {
            // Its phases cannot be told from each other.
            #expect(first == nil)
            continue
        }
        #expect(try first != nil && first == fingerprint(variables))
        var other = variables
        for (name, value) in variables where value.contains("1") {
            other[name] = value.split(separator: "1").joined(separator: "2") + "2"
        }
        #expect(try fingerprint(other) != first)
    }
}

// MARK: Sign-ins

private func client(_ settings: String) throws -> OpenIDSource? {
    let plan = try plan(
        "[profile p]\nrole_arn = \(role)\n\(settings)", profile: "p", keys: [:])
    guard case .webIdentity(let source) = plan.credentials.source,
        case .openID(let client) = source.token
    else { return nil }
    return client
}

@Test func anOpenIDClient() throws {
    let own = "oidc_issuer = https://x\noidc_client_id = c"
    let client = try #require(try client(own))
    #expect(client.issuer.value == "https://x" && client.clientID.value == "c")
    #expect(client.scopes == Setting(["openid", "offline_access"], from: .standard))
    #expect(try summary("role_arn = \(role)\n\(own)") == "openid K 3600")
}

@Test(
    arguments: [
        ("oidc_scopes = email, groups", ["openid", "email", "groups"]),
        ("oidc_scopes = groups openid", ["groups", "openid"]), ("oidc_scopes =", nil),
    ] as [(String, [String]?)])
func scopes(setting: String, expected: [String]?) throws {
    let client = try client("oidc_issuer = https://x\noidc_client_id = c\n\(setting)")
    #expect(client?.scopes.value == expected ?? ["openid", "offline_access"])
    #expect((client?.scopes.origin == .standard) == (expected == nil))
}

@Test(arguments: [
    ("oidc_issuer = https://x", "oidc_client_id"), ("oidc_client_id = c", "oidc_issuer"),
    ("oidc_scopes = email", "oidc_issuer"),
])
func halfAClient(settings: String, missing: String) throws {
    #expect {
        try client(settings)
    } throws: { error in
        if case PlanError.halfOpenID(_, _, let name) = error { return name == missing }
        return false
    }
}

@Test(
    arguments: [
        ("http://127.0.0.1", "127.0.0.1 - /"), ("http://127.0.0.1/cb", "127.0.0.1 - /cb"),
        ("http://localhost:8400/a/b", "localhost 8400 /a/b"),
        ("HTTP://localhost/", "localhost - /"),
        ("https://127.0.0.1/", nil), ("http://example.com/", nil),
        ("http://127.0.0.1.example/", nil),
        ("http://127.0.0.1:0/", nil), ("http://127.0.0.1:99999/", nil), ("http://127.0.0.1:/", nil),
        ("http://127.0.0.1/?x", nil), ("http://me@127.0.0.1/", nil), ("http://[::1]/", nil),
        ("", nil),
    ] as [(String, String?)])
func redirects(text: String, expected: String?) {
    let redirect = LoopbackRedirect(text)
    #expect(
        redirect.map { "\($0.host) \($0.port.map(String.init) ?? "-") \($0.path)" } == expected)
}
