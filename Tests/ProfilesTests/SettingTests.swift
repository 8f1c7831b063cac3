// The settings of roles, sources, endpoints and metadata: their places, and what they must look like.
import Model
import Testing

@testable import Profiles

@Test func everySettingOfARoleHasItsPlace() throws {
    let profile = try profile(
        """
        source_identity = ada@x
        session_tags = Team = Blue ,Stage=a=b, Empty=
        transitive_session_tags = Team ,,Stage,
        policy = { "Version": "2012-10-17",
          "Statement": [] }
        policy_arns = arn:aws:iam::aws:policy/ReadOnlyAccess , arn:aws-cn:iam::123456789012:policy/x/y
        """)
    #expect(profile.role.text(.sourceIdentity) == Setting("ada@x", from: config(2)))
    #expect(
        profile.role[.tags]
            == Setting(
                .tags([
                    SessionTag("Team", "Blue"), SessionTag("Stage", "a=b"), SessionTag("Empty", ""),
                ]), from: config(3)))
    #expect(profile.role[.transitiveTagKeys] == Setting(.list(["Team", "Stage"]), from: config(4)))
    let document = "{ \"Version\": \"2012-10-17\",\n\"Statement\": [] }"
    #expect(profile.role.text(.policy) == Setting(document, from: config(5)))
    #expect(
        profile.role[.policyARNs]
            == Setting(
                .policyARNs([
                    "arn:aws:iam::aws:policy/ReadOnlyAccess",
                    "arn:aws-cn:iam::123456789012:policy/x/y",
                ]), from: config(7)))
}

@Test func everySourceHasItsPlace() throws {
    let profile = try profile(
        """
        credential_source = EcsContainer
        credential_process = "/opt/my tool" --x 'y z'
        web_identity_token_file = ~/token
        web_identity_token_process = tool token
        mfa_process = tool code
        mfa_prompt = zenity
        policy = ~/p.json
        sso_account_id = 123456789012
        sso_start_url = https://x
        login_session = arn:aws:iam::123456789012:user/ada
        """)
    #expect(profile.credentialSource == Setting(.ecsContainer, from: config(2)))
    #expect(
        profile.credentialProcess == Setting("\"/opt/my tool\" --x 'y z'", from: config(3)))
    #expect(profile.webIdentityTokenFile == Setting("~/token", from: config(4)))
    #expect(profile.webIdentityTokenProcess == Setting("tool token", from: config(5)))
    #expect(profile.mfaProcess == Setting("tool code", from: config(6)))
    #expect(profile.mfaPrompt == Setting(.zenity, from: config(7)))
    #expect(profile.role.text(.policy) == Setting("~/p.json", from: config(8)))
    #expect(profile.sso == Setting("sso_start_url", from: config(10)))
    #expect(
        profile.loginSession == Setting("arn:aws:iam::123456789012:user/ada", from: config(11)))
}

@Test func everySettingOfAnEndpointHasItsPlace() throws {
    let profile = try profile(
        """
        sts_regional_endpoints = legacy
        endpoint_url = http://[::1]:5000
        services = local
        ignore_configured_endpoint_urls = false
        use_fips_endpoint = true
        use_dualstack_endpoint = False
        ca_bundle = /etc/ca.pem
        ec2_metadata_service_endpoint = http://localhost:1338/
        ec2_metadata_service_endpoint_mode = IPv6
        ec2_metadata_v1_disabled = TRUE
        """)
    #expect(profile.stsRegionalEndpoints == Setting(.legacy, from: config(2)))
    #expect(profile.endpointURL == Setting("http://[::1]:5000", from: config(3)))
    #expect(profile.services == Setting("local", from: config(4)))
    #expect(profile.ignoresConfiguredEndpointURLs == Setting(false, from: config(5)))
    #expect(profile.usesFIPSEndpoint == Setting(true, from: config(6)))
    #expect(profile.usesDualStackEndpoint == Setting(false, from: config(7)))
    #expect(profile.caBundle == Setting("/etc/ca.pem", from: config(8)))
    #expect(profile.metadataEndpoint == Setting("http://localhost:1338/", from: config(9)))
    #expect(profile.metadataEndpointMode == Setting(.ipv6, from: config(10)))
    #expect(profile.metadataV1IsDisabled == Setting(true, from: config(11)))
}

@Test func emptySettingsAreAsGoodAsNone() throws {
    let keys = [
        "source_identity", "session_tags", "transitive_session_tags", "policy", "policy_arns",
        "credential_source", "credential_process", "web_identity_token_file",
        "web_identity_token_process", "sso_session", "login_session", "include_profile",
        "mfa_process", "mfa_prompt", "sts_regional_endpoints", "endpoint_url", "services",
        "ignore_configured_endpoint_urls", "use_fips_endpoint", "use_dualstack_endpoint",
        "ca_bundle", "ec2_metadata_service_endpoint", "ec2_metadata_service_endpoint_mode",
        "ec2_metadata_v1_disabled",
    ]
    let empty = try profile(keys.map { "\($0) =" }.joined(separator: "\n"))
    #expect(empty == Profile(name: "a", origin: config(1)))
}

private let tooLong = String(repeating: "x", count: 129)
private let arns = (0..<11).map { "arn:aws:iam::aws:policy/p\($0)" }
private let tags = (0..<51).map { "k\($0)=v" }

private let refused: [(String, String, SettingForm)] = [
    ("source_identity", "x", SettingForm.sourceIdentity),
    ("source_identity", "aws:x", .sourceIdentity),
    ("session_tags", "Team", .sessionTags), ("session_tags", "Team=Blue,", .sessionTags),
    ("session_tags", ",", .sessionTags), ("session_tags", "=x", .sessionTags),
    ("session_tags", "a=1,,b=2", .sessionTags), ("session_tags", "a=1,A=2", .sessionTags),
    ("session_tags", "aws:x=1", .sessionTags), ("session_tags", "a!=1", .sessionTags),
    ("session_tags", "a=1;2", .sessionTags), ("session_tags", "\(tooLong)=1", .sessionTags),
    ("session_tags", "a=\(tooLong)\(tooLong)", .sessionTags),
    ("session_tags", tags.joined(separator: ","), .sessionTags),
    ("transitive_session_tags", "a,b!", .transitiveSessionTags),
    ("transitive_session_tags", tooLong, .transitiveSessionTags),
    ("transitive_session_tags", tags.joined(separator: ","), .transitiveSessionTags),
    ("policy", "{" + String(repeating: " ", count: 2047) + "}", .policy),
    ("policy", "{\"€\"}", .policy), ("policy", "p\u{1}", .policy),
    ("policy_arns", "ReadOnlyAccess", .policyARNs),
    ("policy_arns", "arn:aws:iam::aws:role/ReadOnlyAccess", .policyARNs),
    ("policy_arns", "arn:aws:iam::aws:policy/", .policyARNs),
    ("policy_arns", "arn:aws:iam::me:policy/x", .policyARNs),
    ("policy_arns", "arn:aws:iam::aws:policy/x,", .policyARNs),
    ("policy_arns", "arn:aws:iam::aws:policy/x,arn:aws:iam::aws:policy/x", .policyARNs),
    ("policy_arns", arns.joined(separator: ","), .policyARNs),
    ("credential_source", "Ec2", .credentialSource), ("mfa_prompt", "terminal", .mfaPrompt),
    ("sts_regional_endpoints", "global", .stsRegionalEndpoints),
    ("endpoint_url", "localhost:5000", .url), ("endpoint_url", "ftp://x", .url),
    ("endpoint_url", "https://", .url), ("endpoint_url", "https:///x", .url),
    ("endpoint_url", "http://a b", .url), ("endpoint_url", "http://ä", .url),
    ("use_fips_endpoint", "yes", .boolean), ("use_dualstack_endpoint", "1", .boolean),
    ("ignore_configured_endpoint_urls", "on", .boolean),
    ("ec2_metadata_v1_disabled", "t", .boolean),
    ("ec2_metadata_service_endpoint", "169.254.169.254", .url),
    ("ec2_metadata_service_endpoint_mode", "IPv5", .metadataEndpointMode),
    ("credential_process", "a\0", .command), ("web_identity_token_file", "a\u{1}", .line),
]

@Test(arguments: refused)
func settingsThatCannotBeUsed(key: String, value: String, expected: SettingForm) {
    let error = ConfigError.invalidValue(
        key: key, value: value, origin: config(3), expected: expected)
    #expect(throws: error) { try profile("output = json\n\(key) = \(value)") }
}

private let taken: [(SettingForm, String)] = [
    (SettingForm.sessionTags, "a=1"), (.sessionTags, " Ä 1 = ö/ü , b = "),
    (.sessionTags, tags.dropLast().joined(separator: ",")),
    (.sessionTags, "\(tooLong.dropLast())=\(tooLong.dropLast())\(tooLong.dropLast())"),
    (.sessionTags, "a=1,\n b=2"), (.transitiveSessionTags, ","),
    (.policyARNs, arns.dropLast().joined(separator: ", ")),
    (.policy, "{" + String(repeating: "é", count: 2046) + "}"), (.policy, "/a b"),
    (.credentialSource, "environment"), (.mfaPrompt, "TTY"), (.metadataEndpointMode, "ipv4"),
    (.stsRegionalEndpoints, "Regional"), (.boolean, "tRUE"), (.boolean, "false"),
    (.url, "HTTPS://x"), (.url, "http://[fd00:ec2::254]/"), (.command, "a\n b"), (.line, "a\tb ö"),
    (.sourceIdentity, String(repeating: "=", count: 64)),
]

@Test(arguments: taken)
func settingsThatCanBeUsed(expected: SettingForm, value: String) {
    #expect(expected.accepts(value))
}

@Test func credentialSourcesInTheirOwnNames() {
    #expect(CredentialSource(anyCase: "Ec2InstanceMetadata") == .ec2InstanceMetadata)
    #expect(CredentialSource(anyCase: "Environment") == .environment)
    #expect(
        SettingForm.mfaPrompt.description.hasSuffix(
            "tty, pinentry, zenity, kdialog, ykman, process"))
}

/// The profile `a`, its settings from line 2 on.
private func profile(_ settings: String) throws -> Profile {
    try #require(try files(config: "[profile a]\n\(settings)\n").profile(named: "a"))
}
