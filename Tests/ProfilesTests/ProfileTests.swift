// Profiles with their typed settings, and where the files are.
import Model
import Testing

@testable import Profiles

@Test func everySettingHasItsPlace() throws {
    let files = try files(
        config: """
            [profile work]
            role_arn = arn:aws:iam::123456789012:role/team/Admin
            source_profile = base
            mfa_serial = arn:aws:iam::123456789012:mfa/ada
            region = eu-central-1
            duration_seconds = 3600
            external_id = 42:x
            role_session_name = ada@host
            unknown = left alone

            """,
        credentials: "[work]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\nregion = eu-west-1\n")
    let profile = try #require(try files.profile(named: "work"))

    #expect(profile.name == "work")
    #expect(profile.origin == config(1))
    let role = ARN.role("team/Admin", accountID: "123456789012", partition: "aws")
    #expect(profile.roleARN == Setting(role, from: config(2)))
    #expect(profile.sourceProfile == Setting("base", from: config(3)))
    #expect(profile.mfaSerial == Setting("arn:aws:iam::123456789012:mfa/ada", from: config(4)))
    #expect(profile.region == Setting("eu-west-1", from: credentials(3)))
    #expect(profile.role.duration == Setting(.seconds(3600), from: config(6)))
    #expect(profile.role.text(.externalID) == Setting("42:x", from: config(7)))
    #expect(profile.role.text(.sessionName) == Setting("ada@host", from: config(8)))
    #expect(
        profile.plainKeys.first?.accessKeyID
            == Setting("AKIAIOSFODNN7EXAMPLE", from: credentials(2)))
}

@Test func nothingComesFromDefault() throws {
    let files = try files(config: "[default]\nregion = eu-west-1\n[profile a]\nregion =\n")
    #expect(try files.profile(named: "a") == Profile(name: "a", origin: config(3)))
    #expect(try files.profile(named: "b") == nil)
}

@Test func aKeyIDOfAnyFormIsSeen() throws {
    let files = try files(credentials: "[a]\naws_access_key_id = te-st\n[b]\naws_access_key_id =\n")
    #expect(
        try files.profile(named: "a")?.plainKeys.first?.accessKeyID?.origin == credentials(2))
    #expect(try files.profile(named: "b")?.plainKeys.isEmpty == true)
}

@Test(arguments: [
    ("role_arn", "", SettingForm.roleARN),
    ("role_arn", "Admin", .roleARN),
    ("role_arn", "arn:aws:iam::123456789012:user/ada", .roleARN),
    ("role_arn", "arn:aws:sts::123456789012:assumed-role/a/b", .roleARN),
    ("role_arn", "arn:aws:iam::123456789012:role/", .roleARN),
    ("source_profile", "", .sourceProfile),
    ("mfa_serial", "12345678", .mfaSerial),
    ("mfa_serial", "1234 56789", .mfaSerial),
    ("mfa_serial", String(repeating: "1", count: 257), .mfaSerial),
    ("region", "eu_west_1", .region),
    ("region", "evil.example/", .region),
    ("region", "-a", .region),
    ("region", "eu-\0", .region),
    ("region", String(repeating: "a", count: 64), .region),
    ("duration_seconds", "899", .durationSeconds),
    ("duration_seconds", "43201", .durationSeconds),
    ("duration_seconds", "1h", .durationSeconds),
    ("duration_seconds", "+900", .durationSeconds),
    ("duration_seconds", "99999999999999999999", .durationSeconds),
    ("external_id", "x", .externalID),
    ("external_id", "a b", .externalID),
    ("external_id", String(repeating: "x", count: 1225), .externalID),
    ("role_session_name", "x", .roleSessionName),
    ("role_session_name", "ada lovelace", .roleSessionName),
    ("role_session_name", "grün", .roleSessionName),
    ("role_session_name", String(repeating: "x", count: 65), .roleSessionName),
])
func valuesThatAWSWouldRefuse(key: String, value: String, expected: SettingForm) throws {
    let files = try files(config: "[profile a]\noutput = json\n\(key) = \(value)\n")
    #expect(
        throws: ConfigError.invalidValue(
            key: key, value: value, origin: config(3), expected: expected)
    ) { try files.profile(named: "a") }
}

@Test(arguments: [
    (SettingForm.roleARN, "arn:aws-cn:iam::123456789012:role/x"),
    (.durationSeconds, "900"), (.durationSeconds, "43200"),
    (.mfaSerial, "GAHT12345"), (.mfaSerial, String(repeating: "1", count: 256)),
    (.externalID, "12"), (.externalID, "a:/b=c,d.e@f+g_h-i"),
    (.externalID, String(repeating: "x", count: 1224)),
    (.roleSessionName, "a_"), (.roleSessionName, String(repeating: "=", count: 64)),
    (.region, "us-gov-west-1"), (.region, "aws-global"),
    (.sourceProfile, "any thing"),
])
func valuesThatAWSTakes(expected: SettingForm, value: String) {
    #expect(expected.accepts(value))
}

@Test(arguments: [
    (Origin.file(path: "~/.aws/config", line: 12), "~/.aws/config:12"),
    (.variable("AWS_REGION"), "AWS_REGION"), (.flag("--region"), "--region"),
    (.standard, "default"),
])
func originsInWords(origin: Origin, text: String) { #expect(origin.description == text) }

@Test(arguments: [
    (["HOME": "/home/ada"], "/home/ada/.aws/config", "~/.aws/config"),
    (["HOME": "/home/ada/"], "/home/ada/.aws/config", "~/.aws/config"),
    (["HOME": "/home/ada", "AWS_CONFIG_FILE": ""], "/home/ada/.aws/config", "~/.aws/config"),
    (["HOME": "/home/ada", "AWS_CONFIG_FILE": "~/c"], "/home/ada/c", "~/c"),
    (["HOME": "/home/ada", "AWS_CONFIG_FILE": "/home/ada/c"], "/home/ada/c", "~/c"),
    (["HOME": "/home/ada", "AWS_CONFIG_FILE": "/home/adam/c"], "/home/adam/c", "/home/adam/c"),
    (["HOME": "/home/ada", "AWS_CONFIG_FILE": "~adam/c"], "~adam/c", "~adam/c"),
    (["HOME": "/home/ada", "AWS_CONFIG_FILE": "c"], "c", "c"),
    (["HOME": "/"], "/.aws/config", "/.aws/config"),
    (["HOME": ""], "/home/entry/.aws/config", "~/.aws/config"),
    ([:], "/home/entry/.aws/config", "~/.aws/config"),
])
func placeOfTheConfigFile(environment: [String: String], path: String, display: String) throws {
    let paths = try ConfigPaths(variable: { environment[$0] }, accountHome: "/home/entry")
    #expect(paths.config.path == path)
    #expect(paths.config.display == display)
}

@Test func placeOfTheCredentialsFile() throws {
    let variables = ["HOME": "/h", "AWS_SHARED_CREDENTIALS_FILE": "~/x/y"]
    let paths = try ConfigPaths(variable: { variables[$0] })
    #expect(paths.credentials.path == "/h/x/y")
    #expect(paths.credentials.display == "~/x/y")
    #expect(paths.config.path == "/h/.aws/config")
}

@Test func homeIsNeededOnlyForTilde() throws {
    let variables = ["AWS_CONFIG_FILE": "/c", "AWS_SHARED_CREDENTIALS_FILE": "/d"]
    #expect(try ConfigPaths(variable: { variables[$0] }).config.path == "/c")
    #expect(throws: ConfigError.homeUnknown) { try ConfigPaths(variable: { _ in nil }) }
}

@Test(arguments: ["home", "./home", "~", "~ada", " /home"])
func aRelativeHomeIsNoHome(_ home: String) {
    for variables in [["HOME": home], ["HOME": home, "AWS_CONFIG_FILE": "/c"]] {
        #expect(throws: ConfigError.relativeHome(home)) {
            try ConfigPaths(variable: { variables[$0] }, accountHome: "/home/entry")
        }
    }
}
