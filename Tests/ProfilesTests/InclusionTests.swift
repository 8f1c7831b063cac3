// include_profile: what is taken over, from where, and what stops it.
import Model
import Testing

@testable import Profiles

@Test func ownSettingsWinAndEveryOneKeepsItsPlace() throws {
    let files = try files(
        config: """
            [profile a]
            include_profile = b
            region = eu-west-1
            mfa_serial =
            [profile b]
            include_profile = c
            region = eu-west-2
            role_session_name = from-b
            mfa_serial = GAHT12345
            [profile c]
            role_session_name = from-c
            role_arn = arn:aws:iam::123456789012:role/x
            source_profile = base
            mfa_process = code
            session_tags = a=1
            services = s
            [default]
            external_id = 42

            """)
    let profile = try #require(try files.profile(named: "a"))
    #expect(profile.origin == config(1))
    #expect(profile.includeProfile == Setting("b", from: config(2)))
    #expect(profile.region == Setting("eu-west-1", from: config(3)))
    #expect(profile.mfaSerial == Setting("GAHT12345", from: config(9)))
    #expect(profile.role.text(.sessionName) == Setting("from-b", from: config(8)))
    #expect(profile.roleARN?.origin == config(12))
    #expect(profile.sourceProfile == Setting("base", from: config(13)))
    #expect(profile.mfaProcess == Setting("code", from: config(14)))
    #expect(profile.role[.tags] == Setting(.tags([SessionTag("a", "1")]), from: config(15)))
    #expect(profile.services == Setting("s", from: config(16)))
    #expect(profile.role[.externalID] == nil)
    // The included profile is still one of its own.
    #expect(try files.profile(named: "c")?.region == nil)
    #expect(try files.completedSettings(ofProfile: "d") == nil)
}

@Test func bothFilesCount() throws {
    let files = try files(
        config: "[profile a]\nx = 1\n[profile c]\nregion = eu-west-1\n",
        credentials: "[a]\ninclude_profile = b\n[b]\ninclude_profile = c\nmfa_serial = GAHT12345\n")
    let profile = try #require(try files.profile(named: "a"))
    #expect(profile.mfaSerial?.origin == credentials(5))
    #expect(profile.region?.origin == config(4))
}

@Test(arguments: [
    // Sources exclude each other, also over several profiles.
    ("source_profile = x", "credential_source = Environment", "source_profile"),
    ("credential_source = Environment", "source_profile = x", "credential_source"),
    ("include_profile = c", "credential_source = Environment", "source_profile"),
    ("credential_source =", "source_profile = x", "source_profile"),
    ("region = eu-west-1", "source_profile = a", "source_profile"),
])
func oneSourceOnly(own: String, included: String, kept: String) throws {
    let files = try files(
        config: """
            [profile a]
            include_profile = b
            \(own)
            [profile c]
            source_profile = y
            include_profile = b
            [profile b]
            \(included)

            """)
    let profile = try #require(try files.profile(named: "a"))
    #expect((profile.sourceProfile != nil) == (kept == "source_profile"))
    #expect((profile.credentialSource != nil) == (kept == "credential_source"))
}

@Test func keysInPlainStayWhereTheyAre() throws {
    let files = try files(
        config: "[profile a]\ninclude_profile = b\n[profile b]\nregion = eu-west-1\n",
        credentials: "[b]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n")
    let profile = try #require(try files.profile(named: "a"))
    #expect(
        profile.plainKeys.isEmpty)
    #expect(profile.region?.value == "eu-west-1")
}

@Test func aRoleLeftEmptyIsNotFilled() throws {
    let files = try files(
        config: """
            [profile a]
            role_arn =
            include_profile = b
            [profile b]
            role_arn = arn:aws:iam::123456789012:role/x

            """)
    let error = ConfigError.invalidValue(
        key: "role_arn", value: "", origin: config(2), expected: .roleARN)
    #expect(throws: error) { try files.profile(named: "a") }
}

@Test func aBrokenSettingIsNamedWhereItStands() throws {
    let files = try files(
        config: "[profile a]\ninclude_profile = b\n[profile b]\nduration_seconds = 1h\n")
    let error = ConfigError.invalidValue(
        key: "duration_seconds", value: "1h", origin: config(4), expected: .durationSeconds)
    #expect(throws: error) { try files.profile(named: "a") }
}

private let nothings: [(String, String, String, Int, String?)] = [
    ("[profile a]\ninclude_profile = bases\n[profile base]\n", "bases", "a", 2, "base"),
    (
        "[profile a]\ninclude_profile = b\n[profile b]\ninclude_profile = zzzzz\n", "zzzzz", "b", 4,
        nil
    ),
]

@Test(arguments: nothings)
func includesOfNothing(
    text: String, target: String, profile: String, line: Int, nearest: String?
) throws {
    let error = ConfigError.unknownInclude(
        Setting(target, from: config(line)), profile: profile, nearest: nearest.map { .name($0) })
    let files = try files(config: text)
    #expect(throws: error) { try files.profile(named: "a") }
}

private let rounds: [(String, [(name: String, line: Int)])] = [
    ("[profile a]\ninclude_profile = a\n", [("a", 1), ("a", 2)]),
    (
        "[profile a]\ninclude_profile = b\n[profile b]\ninclude_profile = c\n"
            + "[profile c]\ninclude_profile = b\n",
        [("a", 1), ("b", 2), ("c", 4), ("b", 6)]
    ),
]

@Test(arguments: rounds)
func circles(text: String, path: [(name: String, line: Int)]) throws {
    let error = ConfigError.includeCycle(path.map { Setting($0.name, from: config($0.line)) })
    let files = try files(config: text)
    #expect(throws: error) { try files.profile(named: "a") }
}

@Test func aVeryLongChain() throws {
    let chain = (0..<1000).map { "[profile p\($0)]\ninclude_profile = p\($0 + 1)\n" }.joined()
    let files = try files(config: chain + "[profile p1000]\nregion = eu-west-1\n")
    #expect(try files.profile(named: "p0")?.region?.origin == config(2002))
}
