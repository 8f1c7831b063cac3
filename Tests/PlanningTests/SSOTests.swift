// Roles of IAM Identity Center: what of the config and the flags a plan takes them from.
import Model
import Planning
import Profiles
import Testing

private let section = """

    [sso-session my]
    sso_start_url = https://d-1.awsapps.com/start
    sso_region = eu-central-1
    """

private let config =
    """
    [profile dev]
    sso_session = my
    sso_account_id = 111122223333
    sso_role_name = Admin
    """ + section

private func source(
    _ config: String = config, variables: [String: String] = [:],
    _ change: (inout PlanRequest) -> Void = { $0.profile = Setting("dev", from: .standard) }
) throws -> SSOSource {
    let plan = try plan(config, variables: variables, change)
    guard case .sso(let source) = plan.credentials.source else {
        throw PlanError.noCredentials(profile: "no sso", section: nil)
    }
    return source
}

@Test func aSessionsSectionSaysWhere() throws {
    let source = try source()
    #expect(source.session?.value == "my" && source.region?.value == "eu-central-1")
    #expect(source.startURL?.value == "https://d-1.awsapps.com/start")
    #expect(source.startURL?.origin == .file(path: "~/.aws/config", line: 6))
    #expect(source.scopes == ["sso:account:access"] && source.sharesCLICache == nil)
    #expect(source.portalURL == nil && source.oidcURL == nil)
}

@Test(arguments: [
    ("sso_registration_scopes = a:b, c", ["a:b", "c"]),
    ("sso_registration_scopes = ,", ["sso:account:access"]),
])
func scopesStandInTheSection(line: String, scopes: [String]) throws {
    #expect(try source(config + "\n" + line).scopes == scopes)
}

@Test(arguments: [("true", true), ("False", false)])
func theCLIsCacheIsSharedOnDemand(text: String, isShared: Bool) throws {
    #expect(
        try source(config + "\nsso_share_cli_cache = \(text)").sharesCLICache?.value == isShared)
}

@Test func aWordThatIsNoBooleanIsRefused() {
    #expect(throws: ConfigError.self) { try source(config + "\nsso_share_cli_cache = 1") }
}

@Test func eachServiceHasItsOwnEndpoint() throws {
    let variables = [
        "AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:1", "AWS_ENDPOINT_URL": "http://127.0.0.1:2",
        "AWS_USE_FIPS_ENDPOINT": "true",
    ]
    let found = try source(variables: variables)
    #expect(found.portalURL?.value == "http://127.0.0.1:1")
    #expect(found.oidcURL?.value == "http://127.0.0.1:2" && found.fips?.value == true)
    let services = """

        [services s]
        sso_oidc =
          endpoint_url = http://127.0.0.1:3
        """
    let other = try source(
        config.replacing("sso_session", with: "services = s\nsso_session") + services)
    #expect(other.oidcURL?.value == "http://127.0.0.1:3" && other.portalURL == nil)
}

@Test func aRoleBehindAnotherHasItsEndpointsFromTheAskedProfile() throws {
    let chain =
        "[profile top]\nrole_arn = arn:aws:iam::444455556666:role/R\nsource_profile = dev\n"
        + "endpoint_url = http://127.0.0.1:4\n" + config
    let plan = try plan(chain) { $0.profile = Setting("top", from: .standard) }
    #expect(plan.credentials.summary == "sso 111122223333 > role 444455556666 R 3600")
    guard case .sso(let source) = plan.credentials.source else { return }
    #expect(source.portalURL?.value == "http://127.0.0.1:4")
}

@Test func flagsAloneNameARole() throws {
    func flags(_ url: String, region: String? = nil) -> (inout PlanRequest) -> Void {
        {
            $0.ssoStartURL = url
            $0.ssoAccount = "111122223333"
            $0.role = "Admin"
            $0.region = region
        }
    }
    let old = try source("", flags("https://d-1.awsapps.com/start", region: "eu-west-1"))
    #expect(old.region?.value == "eu-west-1" && old.session == nil && old.profile.contains("@"))
    let new = try source("", flags("https://i-1.portal.eu-north-1.app.aws", region: "eu-west-1"))
    #expect(new.region?.value == "eu-north-1")
    #expect(throws: PlanError.self) { try source("", flags("https://d-1.awsapps.com/start")) }
    #expect(throws: PlanError.self) { try source("", flags("start", region: "eu-west-1")) }
    #expect(throws: PlanError.self) {
        try source("") { $0.ssoAccount = "111122223333" }
    }
    #expect(throws: PlanError.exclusive(.flag("PROFILE"), .flag("--sso"))) {
        try source(config) {
            flags("https://d-1.awsapps.com/start", region: "eu-west-1")(&$0)
            $0.profile = Setting("dev", from: .flag("PROFILE"))
        }
    }
}

/// A session of one is none of another.
@Test func everyInputOfARoleChangesTheFingerprint() throws {
    let all: [(String, [String: String])] = [
        (config, [:]), (config.replacing("Admin", with: "Other"), [:]),
        (config.replacing("111122223333", with: "111122223334"), [:]),
        (config.replacing("d-1.", with: "d-2."), [:]),
        (config.replacing("eu-central-1", with: "eu-west-1"), [:]),
        (
            config.replacing("sso_session = my", with: "sso_session = you")
                .replacing("sso-session my", with: "sso-session you"), [:]
        ),
        (config, ["AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:1"]),
        (config, ["AWS_USE_FIPS_ENDPOINT": "true"]),
        (config, ["AWS_USE_DUALSTACK_ENDPOINT": "true"]),
    ]
    let names = try all.map { config, variables in
        let plan = try plan(config, variables: variables) {
            $0.profile = Setting("dev", from: .standard)
        }
        return Fingerprint(plan.credentials, target: plan.sts)?.name
    }
    #expect(!names.contains(nil) && Set(names).count == names.count)
}
