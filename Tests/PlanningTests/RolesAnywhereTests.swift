// IAM Roles Anywhere: which settings it needs, what stands where, what makes another session.
import Model
import Profiles
import Testing

@testable import Planning

private let names = ["trust_anchor_arn", "profile_arn", "role_arn", "certificate"]
private let values = [
    "arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/a",
    "arn:aws:rolesanywhere:eu-central-1:111122223333:profile/p",
    "arn:aws:iam::111122223333:role/Build", "/etc/host.pem",
]

private func config(without: String? = nil, _ more: String = "") -> String {
    let lines = zip(names, values).filter { $0.0 != without }
        .map { "roles_anywhere_\($0.0) = \($0.1)" }
    return (["[profile build]"] + lines + [more]).joined(separator: "\n")
}

private let stored = StoredCertificate(
    profile: "build", vault: .file, serial: "1", fingerprint: "ff",
    notAfter: Timestamp(secondsSinceEpoch: 0), subject: "/CN=x")

private func made(
    _ text: String, profile: String = "build", certificate: StoredCertificate? = nil,
    digest: String? = "d", duration: Duration? = nil
) throws -> SessionPlan {
    var request = PlanRequest()
    request.profile = Setting(profile, from: .flag("PROFILE"))
    request.duration = duration
    var facts = PlanFacts(keys: [], userAndHost: { ("me", "box") })
    facts.certificate = { $0 == certificate?.profile ? certificate : nil }
    facts.fileDigest = { _ in digest }
    let paths = try ConfigPaths(variable: { ["HOME": "/home/me"][$0] })
    let files = try ConfigFiles(config: Secret(text), credentials: nil, paths: paths)
    return try Planner.plan(request, config: files, facts: facts)
}

private func source(_ plan: SessionPlan) throws -> RolesAnywhereSource {
    guard case .rolesAnywhere(let source) = plan.credentials.source else {
        throw PlanError.noCredentials(profile: "another source", section: nil)
    }
    return source
}

@Test func theTrustAnchorSaysTheRegion() throws {
    let plan = try made(config())
    let source = try source(plan)
    #expect(source.region == "eu-central-1" && plan.region == nil)
    #expect(source.role.value.roleName == "Build" && source.duration == nil)
    #expect(plan.credentials.calls.isEmpty && plan.credentials.source.isRole)
}

@Test(arguments: names)
func eachIsNeeded(name: String) {
    let error = PlanError.halfRolesAnywhere(
        profile: "build",
        setting: name == names[0]
            ? "roles_anywhere_profile_arn" : "roles_anywhere_trust_anchor_arn",
        missing: "roles_anywhere_\(name)")
    #expect(throws: error) { try made(config(without: name)) }
}

@Test(arguments: names.prefix(3))
func eachHasAForm(name: String) {
    #expect(throws: ConfigError.self) {
        try made(config(without: name, "roles_anywhere_\(name) = arn:aws:iam::1:user/x"))
    }
}

@Test func theVaultComesBeforeFiles() throws {
    #expect(try source(made(config(), certificate: stored)).place == .vault(stored))
    #expect(
        try source(made(config(without: "certificate"), certificate: stored)).place
            == .vault(stored))
}

@Test func aFlagSaysHowLong() throws {
    let text = config("roles_anywhere_duration_seconds = 1800")
    #expect(try source(made(text)).duration?.value == .seconds(1800))
    #expect(try source(made(text, duration: .seconds(900))).duration?.value == .seconds(900))
    #expect(throws: PlanError.self) { try made(text, duration: .seconds(60)) }
}

@Test func aRoleBehindTheCertificates() throws {
    let role = "role_arn = arn:aws:iam::111122223333:role/Deploy"
    let own = try made(config(role)).credentials
    #expect(own.summary == "anywhere Build > role 111122223333 Deploy 3600")
    let chained = config() + "\n[profile deploy]\n\(role)\nsource_profile = build"
    let other = try made(chained, profile: "deploy")
    #expect(other.credentials.summary == own.summary)
    #expect(
        Fingerprint(other.credentials, target: other.sts) == Fingerprint(own, target: other.sts))
}

@Test(arguments: [
    config("roles_anywhere_duration_seconds = 900"),
    config("roles_anywhere_role_session_name = ab"),
    config().replacing("Build", with: "Other"), config().replacing("profile/p", with: "profile/q"),
    config().replacing("eu-central-1", with: "eu-west-1"),
    config().replacing("host.pem", with: "other.pem"), config("use_fips_endpoint = true"),
    config("endpoint_url = http://127.0.0.1:1"),
])
func otherSettingsAreAnotherSession(text: String) throws {
    let usual = try made(config())
    let other = try made(text)
    #expect(
        Fingerprint(usual.credentials, target: usual.sts)
            != Fingerprint(other.credentials, target: usual.sts))
}

@Test func anotherCertificateIsAnotherSession() throws {
    func print(_ certificate: StoredCertificate?, _ digest: String?) throws -> Fingerprint? {
        let plan = try made(config(), certificate: certificate, digest: digest)
        return Fingerprint(plan.credentials, target: plan.sts)
    }
    let other = StoredCertificate(
        profile: "build", vault: .file, serial: "1", fingerprint: "fe",
        notAfter: stored.notAfter, subject: stored.subject)
    #expect(try print(nil, "d") != print(nil, "e"))
    #expect(try print(stored, nil) != print(other, nil))
    #expect(try print(stored, nil) != nil)
    // What cannot be told from another is not kept.
    #expect(try print(nil, nil) == nil)
}
