// Sign-ins by SAML: what settings and flags are planned for.
import Model
import Profiles
import Testing

@testable import Planning

private let provider = "arn:aws:iam::111122223333:saml-provider/Corp"
private let usual = "[profile p]\nsaml_process = get\nsaml_role = Admin\n"

private func saml(
    _ config: String, _ change: (inout PlanRequest) -> Void = { _ in }
) throws -> SAMLSource {
    let plan = try plan(config, profile: "p", change)
    guard case .saml(let source) = plan.credentials.source else {
        throw PlanError.noCredentials(profile: "no SAML", section: nil)
    }
    return source
}

@Test(arguments: [
    ("saml_process = get | cat", "process get | cat"), ("saml_file = ~/r", "file ~/r"),
    ("saml_file = -", "stdin"), ("saml_idp_url = https://idp.example/aws", "browser 8443"),
    ("saml_idp_url = https://idp.example/aws\nsaml_acs_port = 9999", "browser 9999"),
])
func whereTheResponseComesFrom(_ lines: String, _ way: String) throws {
    #expect(try saml("[profile p]\n\(lines)\n").way.summary == way)
}

@Test func theRoleAndTheProvider() throws {
    let source = try saml(usual + "saml_provider = \(provider)\n")
    #expect(source.role?.value == "Admin" && source.provider?.value.description == provider)
    #expect(try saml(usual) { $0.role = "Reader" }.role?.value == "Reader")
    #expect(try saml("[profile p]\nsaml_process = get\n").role == nil)
}

@Test func aRoleBehindIt() throws {
    let role = "arn:aws:iam::111122223333:role/Behind"
    let chain = usual + "[profile b]\nrole_arn = \(role)\nsource_profile = p\n"
    for plan in [
        try plan(usual + "role_arn = \(role)\n", profile: "p"), try plan(chain, profile: "b"),
        try plan(chain, profile: "p") { $0.role = "b" },
        try plan(usual, profile: "p") {
            $0.samlFlags = [.role: "Admin"]
            $0.role = role
        },
    ] {
        #expect(plan.credentials.summary == "saml Admin > role 111122223333 Behind 3600")
    }
}

@Test func flagsStandInThePlaceOfSettings() throws {
    let source = try saml(usual) { $0.samlFlags = [.file: "-", .role: "Reader"] }
    #expect(source.way.summary == "stdin" && source.role?.value == "Reader")
    #expect(source.usualWay?.summary == "process get")
    // Behind another profile, too; and where the profile has nothing of the kind.
    let chain = usual + "[profile q]\nsource_profile = p\n[profile r]\nregion = eu-west-1\n"
    for name in ["q", "r"] {
        let plan = try plan(chain, profile: name) { $0.samlFlags = [.file: "x"] }
        guard case .saml(let source) = plan.credentials.source else {
            Issue.record("\(plan)")
            return
        }
        #expect(
            source.way.summary == "file x" && source.role?.value == (name == "q" ? "Admin" : nil))
    }
}

@Test func flagsAloneNeedNoProfile() throws {
    let plan = try plan("") { $0.samlFlags = [.process: "get", .role: "Admin"] }
    #expect(plan.credentials.summary == "saml Admin" && plan.profile.value == "saml")
}

@Test func theSessionOfAProfileIsTheSameWhicheverWayItsResponseComesIn() throws {
    func name(_ config: String, _ change: (inout PlanRequest) -> Void = { _ in }) throws -> String?
    {
        let plan = try plan(config, profile: "p", change)
        return Fingerprint(plan.credentials, target: plan.sts)?.name
    }
    let usualName = try #require(try name(usual))
    #expect(try name(usual) { $0.samlFlags = [.file: "-"] } == usualName)
    for other in [
        try name(usual.replacing("get", with: "get other")),
        try name(usual.replacing("Admin", with: "Reader")),
        try name(usual + "saml_provider = \(provider)\n"),
        try name(usual + "duration_seconds = 1800\n"), try name(usual + "region = eu-west-1\n"),
        try name(usual) { $0.role = "Reader" },
    ] {
        #expect(other != nil && other != usualName)
    }
}

@Test func whatNobodyNamedIsNotKept() throws {
    for (file, isKept) in [
        ("-", false), ("x", true), ("/dev/fd/63", false), ("/proc/self/fd/11", false),
    ] {
        let plan = try plan("") { $0.samlFlags = [.file: file] }
        #expect((Fingerprint(plan.credentials, target: plan.sts) != nil) == isKept)
    }
}

@Test(arguments: [
    "saml_role = Admin", "saml_provider = \(provider)", "saml_acs_port = 1",
])
func settingsWithoutAWay(_ line: String) {
    let setting = Setting(
        String(line.split(separator: " ").last ?? ""),
        from: .file(path: "/home/me/.aws/config", line: 2))
    let error = #expect(throws: PlanError.self) { try saml("[profile p]\n\(line)\n") }
    guard case .samlWithoutResponse("p", let found) = error else {
        Issue.record("\(String(describing: error))")
        return
    }
    #expect(found.value == setting.value)
}

@Test func whatDoesNotGoTogether() {
    let error = #expect(throws: PlanError.self) { try saml(usual + "saml_file = x\n") }
    guard case .exclusive = error else {
        Issue.record("\(String(describing: error))")
        return
    }
    let asked = Setting("p", from: .flag("PROFILE"))
    #expect(throws: PlanError.flagWithoutSAML(.flag("--saml-role"), profile: asked)) {
        try plan(
            "[profile p]\nsource_profile = k\n[profile k]\ncredential_process = x\n",
            profile: "p"
        ) {
            $0.profile = asked
            $0.samlFlags = [.role: "x"]
        }
    }
    #expect(throws: ConfigError.self) { try saml(usual) { $0.samlFlags = [.provider: "x"] } }
    #expect(throws: PlanError.self) { try saml(usual) { $0.duration = .seconds(60) } }
    #expect(throws: PlanError.invalidValue(Setting("a b", from: .flag("--role")), form: .samlRole))
    {
        try saml(usual) { $0.role = "a b" }
    }
}

@Test func readOnlyIsOfThePartitionOfTheProvider() throws {
    let china =
        "[profile p]\nsaml_process = get\n"
        + "saml_provider = arn:aws-cn:iam::111122223333:saml-provider/Corp\n"
    let plan = try plan(china, profile: "p") { $0.isReadOnly = true }
    guard case .saml(let source) = plan.credentials.source else { return }
    #expect(
        source.settings[.policyARNs]?.value
            == .policyARNs(["arn:aws-cn:iam::aws:policy/ReadOnlyAccess"]))
    #expect(plan.sts.region.hasPrefix("cn-"))
}

extension SAMLSource.Way {
    fileprivate var summary: String {
        switch self {
        case .process(let command): "process \(command.value)"
        case .file(let path): "file \(path.value)"
        case .standardInput: "stdin"
        case .browser(_, let port): "browser \(port.value)"
        }
    }
}
