// Sections that AWS skips: what was meant, and what to write; and settings that nobody reads.
import Model
import Testing

@testable import Profiles

@Test(
    arguments: [
        ("work", ConfigFile.Role.config, "work", "profile work"),
        ("my work", .config, "my work", "profile 'my work'"),
        ("profile my work", .config, "my work", "profile 'my work'"),
        ("profile a!b", .config, "a!b", "profile 'a!b'"),
        ("Profile work", .config, "work", "profile work"),
        ("profil work", .config, "work", "profile work"),
        ("\"my work\"", .config, "my work", "profile 'my work'"),
        ("sso-sesion corp", .config, nil, "sso-session corp"),
        ("services a b", .config, nil, "services 'a b'"),
        ("default", .config, nil, nil),
        ("plugins", .config, nil, nil),
        ("", .config, "", nil),
        ("profile work", .credentials, "work", "work"),
        ("profile my work", .credentials, "my work", nil),
        ("my work", .credentials, "my work", nil),
        ("'work'", .credentials, "work", "work"),
        ("plugins", .credentials, "plugins", nil),
    ] as [(String, ConfigFile.Role, String?, String?)])
func whatWasMeantByASkippedSection(
    title: String, file: ConfigFile.Role, profile: String?, remedy: String?
) {
    let section = SkippedSection(title: title, origin: .standard, file: file)
    #expect(section.profile == profile)
    #expect(section.remedy == remedy)
}

@Test(
    arguments: [
        ("work", "skipped 1"), ("wrok", "skipped 1"), ("my work", "skipped 2"),
        ("prdo", "prod"), ("stroed", "stored"), ("nothing-like-it", nil),
    ] as [(String, String?)])
func whatMayHaveBeenMeant(name: String, expected: String?) throws {
    let files = try files(config: "[work]\n[profile my work]\n[profile prod]\n[plugins]\n")
    let found: String? =
        switch files.suggestion(for: name, orAmong: ["stored"]) {
        case .name(let name): name
        case .skipped(let section):
            if case .file(_, let line) = section.origin { "skipped \(line)" } else { "skipped" }
        case nil: nil
        }
    #expect(found == expected)
}

@Test(
    arguments: [
        ("source_profle", "source_profile"), ("mfa_serail", "mfa_serial"), ("rolearn", "role_arn"),
        ("regoin", "region"), ("source-profile", "source_profile"),
        ("duration_second", "duration_seconds"), ("aws_acces_key_id", "aws_access_key_id"),
        // Known ones, those of others, and what is no slip.
        ("region", nil), ("source_profile", nil), ("sso_account_name", nil), ("color", nil),
        ("team", nil), ("x", nil), ("sso_account_team", nil), ("azure_tenant_id", nil),
    ] as [(String, String?)])
func settingsThatNobodyReads(key: String, expected: String?) {
    var names = SettingNames()
    #expect(names.nearest(to: key) == expected)
    #expect(names.nearest(to: key) == expected)
}

@Test func misspeltSettingsOfAllProfilesThatAreUsed() throws {
    let files = try files(
        config: """
            [profile a]
            source_profile = b
            regoin = x
            [profile b]
            include_profile = c
            source_profile = a
            [profile c]
            mfa_serail = y
            [profile d]
            role_anr = z
            """)
    let found = files.misspeltSettings(behind: "a")
    #expect(found.map(\.key) == ["regoin", "mfa_serail"])
    #expect(found.map(\.profile) == ["a", "c"])
    #expect(found.map(\.origin) == [config(3), config(8)])
    #expect(files.misspeltSettings(behind: "nobody").isEmpty)
}

@Test(arguments: [
    ("region", true), ("role_arn", true), ("aws_account_id", true), ("aws_access_key_id", false),
    ("aws_secret_access_key", false), ("aws_session_token", false), ("aws_secret_acess_key", false),
])
func onlyWhatIsKnownAndNoSecretIsShown(key: String, isShown: Bool) {
    #expect(SettingNames.isShown(key) == isShown)
}
