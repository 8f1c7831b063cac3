// Console sign-ins: what of the config and the variables a plan takes them from, and what follows.
import Model
import Planning
import Profiles
import Testing

private let user = "arn:aws:iam::111122223333:user/alice"
private let role = "arn:aws:sts::111122223333:assumed-role/Admin/alice"

private func config(_ session: String = user, more: String = "") -> String {
    """
    [profile me]
    login_session = \(session)
    \(more)
    [profile deploy]
    source_profile = me
    role_arn = arn:aws:iam::444455556666:role/Deploy
    region = sa-east-1
    """
}

private func source(
    _ config: String = config(), profile: String = "me", variables: [String: String] = [:]
) throws -> LoginSource {
    let plan = try plan(config, profile: profile, variables: variables)
    guard case .login(let source) = plan.credentials.source else {
        throw PlanError.noCredentials(profile: "no login", section: nil)
    }
    return source
}

/// The region is that of who signs in, not of who uses it; variables stand in for none.
@Test(
    arguments: [
        ("region = eu-west-1", "me", nil, "eu-west-1"),
        ("region = eu-west-1", "me", "us-west-2", "eu-west-1"),
        ("region = eu-west-1", "deploy", nil, "eu-west-1"),
        ("", "me", "us-west-2", "us-west-2"), ("", "me", nil, nil),
    ] as [(String, String, String?, String?)])
func theRegionIsThatOfTheSignIn(
    more: String, profile: String, variable: String?, region: String?
) throws {
    let variables = variable.map { ["AWS_REGION": $0] } ?? [:]
    let source = try source(config(more: more), profile: profile, variables: variables)
    #expect(source.region?.value == region && source.profile == "me")
    #expect(source.session.origin == .file(path: "~/.aws/config", line: 2))
}

@Test(
    arguments: [
        (["AWS_ENDPOINT_URL_SIGNIN": "http://localhost:1"], "http://localhost:1"),
        (["AWS_ENDPOINT_URL": "http://localhost:2"], "http://localhost:2"), ([:], nil),
    ] as [([String: String], String?)])
func theServiceMayBeElsewhere(variables: [String: String], url: String?) throws {
    #expect(try source(variables: variables).url?.value == url)
}

@Test func aRoleIsInTheAccountOfWhoSignsIn() throws {
    let plan = try plan(config(), profile: "me") { $0.role = "Ops" }
    var roles: [ARN] = []
    for case .assumeRole(let call) in plan.credentials.calls { roles.append(call.role.value) }
    #expect(roles == [ARN.role("Ops", accountID: "111122223333", partition: "aws")])
}

/// AWS lets a role be assumed for an hour from the session of another role, and only from that.
@Test(arguments: [(user, false), (role, true), ("no ARN", false)])
func aSessionOfARoleIsChained(session: String, isRefused: Bool) throws {
    func longer() throws {
        _ = try plan(config(session), profile: "deploy") { $0.duration = .seconds(7200) }
    }
    if isRefused { #expect(throws: PlanError.self) { try longer() } } else { try longer() }
}

@Test func whoAndWhereShapeTheFingerprint() throws {
    func name(_ session: String, _ variables: [String: String] = [:]) throws -> String? {
        let plan = try plan(config(session), profile: "me", variables: variables)
        return Fingerprint(plan.credentials, target: plan.sts)?.name
    }
    let names = try [
        name(user), name(role), name(user, ["AWS_ENDPOINT_URL_SIGNIN": "http://localhost:1"]),
    ]
    #expect(Set(names).count == 3 && !names.contains(nil))
    #expect(try name(user, ["AWS_REGION": "eu-west-1"]) == names[0])
}

@Test func itsLengthIsNotForUsToSay() throws {
    #expect(throws: PlanError.self) {
        _ = try plan(config(), profile: "me") { $0.duration = .seconds(3600) }
    }
}
