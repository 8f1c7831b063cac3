// Variables in place of a profile's own settings.
import Model
import Testing

@testable import Profiles

private let role = "arn:aws:iam::123456789012:role/x"

/// A profile in which everything is set that a variable can set.
private func full() throws -> Profile {
    let files = try files(
        config: """
            [profile a]
            region = eu-west-1
            mfa_serial = GAHT12345
            mfa_prompt = tty
            role_arn = arn:aws:iam::123456789012:role/own
            role_session_name = own
            source_identity = own
            session_tags = own=1
            transitive_session_tags = own
            duration_seconds = 900
            sts_regional_endpoints = legacy
            use_fips_endpoint = false
            use_dualstack_endpoint = false
            ca_bundle = own
            ec2_metadata_service_endpoint = http://own
            ec2_metadata_service_endpoint_mode = IPv4
            ec2_metadata_v1_disabled = false

            """)
    return try #require(try files.profile(named: "a"))
}

@Test func withoutVariablesNothingChanges() throws {
    let own = try full()
    #expect(try own.overlaid { _ in nil } == own)
    #expect(try own.overlaid { _ in "" } == own)
}

/// Variables, and what they change.
struct Overlay: Sendable, CustomTestStringConvertible {
    let variables: [String: String]
    let change: @Sendable (inout Profile) -> Void
    var testDescription: String { variables.description }

    init(_ variables: [String: String], _ change: @escaping @Sendable (inout Profile) -> Void) {
        self.variables = variables
        self.change = change
    }
}

private let overlays = [
    Overlay(["AWS_REGION": "us-east-2", "AWS_DEFAULT_REGION": "us-east-1"]) {
        $0.region = Setting("us-east-2", from: .variable("AWS_REGION"))
    },
    Overlay(["AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-1"]) {
        $0.region = Setting("us-east-1", from: .variable("AWS_DEFAULT_REGION"))
    },
    Overlay(["AWS_MFA_SERIAL": "GAHT99999"]) {
        $0.mfaSerial = Setting("GAHT99999", from: .variable("AWS_MFA_SERIAL"))
    },
    Overlay(["CREDTOOL_MFA_PROMPT": "pinentry"]) {
        $0.mfaPrompt = Setting(.pinentry, from: .variable("CREDTOOL_MFA_PROMPT"))
    },
    Overlay(["AWS_ROLE_ARN": role]) {
        let arn = ARN.role("x", accountID: "123456789012", partition: "aws")
        $0.roleARN = Setting(arn, from: .variable("AWS_ROLE_ARN"))
    },
    // A web identity in the environment is a source of its own.
    Overlay(["AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"]) { _ in },
    Overlay(["AWS_ROLE_SESSION_NAME": "ada"]) {
        $0.role[.sessionName] = Setting(.text("ada"), from: .variable("AWS_ROLE_SESSION_NAME"))
    },
    Overlay(["AWS_SOURCE_IDENTITY": "ada"]) {
        $0.role[.sourceIdentity] = Setting(.text("ada"), from: .variable("AWS_SOURCE_IDENTITY"))
    },
    Overlay(["AWS_SESSION_TAGS": "a=1, b=2"]) {
        $0.role[.tags] = Setting(
            .tags([SessionTag("a", "1"), SessionTag("b", "2")]),
            from: .variable("AWS_SESSION_TAGS"))
    },
    Overlay(["AWS_TRANSITIVE_TAGS": "a,,b"]) {
        $0.role[.transitiveTagKeys] = Setting(
            .list(["a", "b"]), from: .variable("AWS_TRANSITIVE_TAGS"))
    },
    Overlay(["AWS_ASSUME_ROLE_TTL": "1h30m"]) {
        $0.role.duration = Setting(.seconds(5400), from: .variable("AWS_ASSUME_ROLE_TTL"))
    },
    Overlay(["AWS_SESSION_TOKEN_TTL": "36h"]) {
        $0.sessionTokenDuration = Setting(
            .seconds(129_600), from: .variable("AWS_SESSION_TOKEN_TTL"))
    },
    Overlay(["AWS_CHAINED_SESSION_TOKEN_TTL": "15m"]) {
        $0.chainedSessionTokenDuration = Setting(
            .seconds(900), from: .variable("AWS_CHAINED_SESSION_TOKEN_TTL"))
    },
    Overlay(["AWS_FEDERATION_TOKEN_TTL": "43200s"]) {
        $0.federationTokenDuration = Setting(
            .seconds(43200), from: .variable("AWS_FEDERATION_TOKEN_TTL"))
    },
    Overlay(["AWS_MIN_TTL": "0s"]) {
        $0.minimumTTL = Setting(.zero, from: .variable("AWS_MIN_TTL"))
    },
    Overlay(["AWS_STS_REGIONAL_ENDPOINTS": "regional"]) {
        $0.stsRegionalEndpoints = Setting(
            .regional, from: .variable("AWS_STS_REGIONAL_ENDPOINTS"))
    },
    Overlay(["AWS_USE_FIPS_ENDPOINT": "true"]) {
        $0.usesFIPSEndpoint = Setting(true, from: .variable("AWS_USE_FIPS_ENDPOINT"))
    },
    Overlay(["AWS_USE_DUALSTACK_ENDPOINT": "True"]) {
        $0.usesDualStackEndpoint = Setting(
            true, from: .variable("AWS_USE_DUALSTACK_ENDPOINT"))
    },
    Overlay(["AWS_CA_BUNDLE": "/ca"]) {
        $0.caBundle = Setting("/ca", from: .variable("AWS_CA_BUNDLE"))
    },
]

private let metadataOverlays = [
    Overlay(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://x"]) {
        $0.metadataEndpoint = Setting(
            "http://x", from: .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT"))
    },
    Overlay(["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv6"]) {
        $0.metadataEndpointMode = Setting(
            .ipv6, from: .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"))
    },
    Overlay(["AWS_EC2_METADATA_V1_DISABLED": "true"]) {
        $0.metadataV1IsDisabled = Setting(
            true, from: .variable("AWS_EC2_METADATA_V1_DISABLED"))
    },
]

@Test(arguments: overlays)
func oneVariable(_ overlay: Overlay) throws {
    var expected = try full()
    overlay.change(&expected)
    #expect(try full().overlaid { overlay.variables[$0] } == expected)
}

@Test(arguments: metadataOverlays)
func oneVariableOfTheMetadata(_ overlay: Overlay) throws {
    var expected = try full()
    overlay.change(&expected)
    #expect(try full().overlaidForMetadata { overlay.variables[$0] } == expected)
    #expect(try full().overlaid { overlay.variables[$0] } == full())
    #expect(try full().overlaidForMetadata { _ in "" } == full())
}

@Test(arguments: [
    ("AWS_REGION", "eu_1", SettingForm.region), ("AWS_DEFAULT_REGION", "-", .region),
    ("AWS_MFA_SERIAL", "1", .mfaSerial), ("CREDTOOL_MFA_PROMPT", "x", .mfaPrompt),
    ("AWS_ROLE_ARN", "x", .roleARN), ("AWS_ROLE_SESSION_NAME", "x", .roleSessionName),
    ("AWS_SOURCE_IDENTITY", "x", .sourceIdentity), ("AWS_SESSION_TAGS", "x", .sessionTags),
    ("AWS_TRANSITIVE_TAGS", "!", .transitiveSessionTags), ("AWS_ASSUME_ROLE_TTL", "13h", .roleTTL),
    ("AWS_ASSUME_ROLE_TTL", "x", .roleTTL), ("AWS_SESSION_TOKEN_TTL", "37h", .sessionTTL),
    ("AWS_CHAINED_SESSION_TOKEN_TTL", "1m", .sessionTTL),
    ("AWS_FEDERATION_TOKEN_TTL", "-1h", .sessionTTL), ("AWS_MIN_TTL", "5 m", .minimumTTL),
    ("AWS_MIN_TTL", "9223372036854775807", .minimumTTL),
    ("AWS_STS_REGIONAL_ENDPOINTS", "x", .stsRegionalEndpoints),
    ("AWS_USE_FIPS_ENDPOINT", "x", .boolean), ("AWS_USE_DUALSTACK_ENDPOINT", "x", .boolean),
    ("AWS_CA_BUNDLE", "a\nb", .line),
])
func variablesThatCannotBeUsed(name: String, value: String, form: SettingForm) throws {
    let error = ConfigError.invalidValue(
        key: name, value: value, origin: .variable(name), expected: form)
    let profile = Profile(name: "a", origin: .standard)
    #expect(throws: error) { try profile.overlaid { $0 == name ? value : nil } }
}

/// They are nothing to who does not ask for the metadata.
@Test(arguments: [
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "x", SettingForm.url),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "x", .metadataEndpointMode),
    ("AWS_EC2_METADATA_V1_DISABLED", "x", .boolean),
])
func variablesOfTheMetadataThatCannotBeUsed(name: String, value: String, form: SettingForm) throws {
    let error = ConfigError.invalidValue(
        key: name, value: value, origin: .variable(name), expected: form)
    let profile = Profile(name: "a", origin: .standard)
    #expect(throws: error) { try profile.overlaidForMetadata { $0 == name ? value : nil } }
    #expect(try profile.overlaid { $0 == name ? value : nil } == profile)
}

@Test func theWebIdentityOfVariables() throws {
    var variables = ["AWS_ROLE_ARN": role, "AWS_ROLE_SESSION_NAME": "pod"]
    #expect(try WebIdentityVariables { variables[$0] } == nil)
    variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token"
    let identity = try #require(try WebIdentityVariables { variables[$0] })
    #expect(identity.tokenFile == Setting("/token", from: .variable("AWS_WEB_IDENTITY_TOKEN_FILE")))
    #expect(identity.roleARN?.value.description == role)
    #expect(identity.roleARN?.origin == .variable("AWS_ROLE_ARN"))
    #expect(identity.roleSessionName == Setting("pod", from: .variable("AWS_ROLE_SESSION_NAME")))
    variables["AWS_ROLE_ARN"] = nil
    #expect(try WebIdentityVariables { variables[$0] }?.roleARN == nil)
    variables["AWS_ROLE_ARN"] = "x"
    #expect(throws: ConfigError.self) { try WebIdentityVariables { variables[$0] } }
}
