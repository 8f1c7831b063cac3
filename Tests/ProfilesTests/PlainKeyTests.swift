// Keys in plain: where they stand, and the one way to read them.
import Model
import Testing

@testable import Profiles

@Test func theCredentialsFileComesFirst() throws {
    let files = try files(
        config: """
            [profile a]
            aws_access_key_id = CONFIG
            aws_secret_access_key = SECRET
            AWS_Session_Token = SECRET

            """,
        credentials: "[a]\naws_access_key_id = test\naws_secret_access_key = # c\n")
    let places = try #require(try files.profile(named: "a")).plainKeys
    #expect(places.map(\.file) == [.credentials, .config])
    #expect(
        places.map(\.accessKeyID) == [
            Setting("test", from: credentials(2)), Setting("CONFIG", from: config(2)),
        ])
    #expect(places.map(\.secret) == [nil, config(3)])
    #expect(places.map(\.token) == [nil, config(4)])
    #expect(places.map(\.isComplete) == [false, true])
}

private let halves: [(String, Setting<String>?, Origin?, Origin?)] = [
    // Duplicates: the last one counts, an empty one too.
    (
        "aws_access_key_id = 1\naws_access_key_id = 2", Setting("2", from: credentials(3)), nil,
        nil
    ),
    ("aws_secret_access_key = 1\n[a]\naws_secret_access_key =", nil, nil, nil),
    ("aws_secret_access_key = 1\n[a]\naws_secret_access_key = 2", nil, credentials(4), nil),
    ("aws_security_token = 1", nil, nil, credentials(2)),
    ("aws_security_token = 1\naws_session_token = 2", nil, nil, credentials(3)),
    ("[b]\naws_secret_access_key = 1", nil, nil, nil),
]

@Test(arguments: halves)
func whereTheHalvesStand(
    text: String, id: Setting<String>?, secret: Origin?, token: Origin?
) throws {
    let files = try files(credentials: "[a]\n\(text)\n")
    let place = try #require(try files.profile(named: "a")).plainKeys.first
    #expect(place?.accessKeyID == id)
    #expect(place?.secret == secret)
    #expect(place?.token == token)
}

private let keys: [(String, Setting<String>, String, String?)] = [
    (
        "[b]\naws_access_key_id = 0\naws_secret_access_key = NO\n[a]\naws_access_key_id = ID # c\n"
            + "aws_secret_access_key = x/+=y#z ; c\n",
        Setting("ID", from: credentials(5)), "x/+=y#z", nil
    ),
    (
        "[a]\r\nAWS_SECRET_ACCESS_KEY=old\r\naws_access_key_id = ID\r\n"
            + "aws_secret_access_key=new\r\naws_session_token = T==\r\n",
        Setting("ID", from: credentials(3)), "new", "T=="
    ),
    (
        "[a]\naws_security_token = old\naws_access_key_id = ID\naws_secret_access_key=new",
        Setting("ID", from: credentials(3)), "new", "old"
    ),
    (
        "[a]\naws_security_token = old\naws_access_key_id = ID\naws_secret_access_key=new\n"
            + "aws_session_token = now\n",
        Setting("ID", from: credentials(3)), "new", "now"
    ),
]

@Test(arguments: keys)
func theKeyOfOneProfile(
    text: String, id: Setting<String>, secret: String, token: String?
) throws {
    let key = try plainKey(text)
    #expect(key.accessKeyID == id)
    let isSecret = key.secret.withBytes { $0.elementsEqual(secret.utf8) }
    #expect(isSecret)
    let found = key.token?.withBytes { String(decoding: $0, as: UTF8.self) }
    #expect(found == token)
}

@Test func theKeyOfTheConfigFile() throws {
    let text = "[profile a]\naws_access_key_id = ID\naws_secret_access_key = x\n"
    let key = try PlainKey(
        ofProfile: "a", in: .config, bytes: Secret(text), path: "~/.aws/config")
    #expect(key.accessKeyID == Setting("ID", from: config(2)))
}

private let broken: [(String, ConfigError)] = [
    (
        "[a]\naws_access_key_id = ID\n",
        ConfigError.incompleteKey(
            profile: "a", missing: "aws_secret_access_key", origin: credentials(2))
    ),
    (
        "\n[a]\naws_access_key_id = ID\naws_secret_access_key =\n",
        .incompleteKey(profile: "a", missing: "aws_secret_access_key", origin: credentials(3))
    ),
    (
        "[a]\naws_secret_access_key = x\n",
        .incompleteKey(profile: "a", missing: "aws_access_key_id", origin: credentials(2))
    ),
    (
        "\n[a]\nregion = x\n",
        .incompleteKey(profile: "a", missing: "aws_access_key_id", origin: credentials(2))
    ),
    (
        "[a]\naws_access_key_id = ID\naws_secret_access_key = x\n  y\n",
        .continuedSecret(key: "aws_secret_access_key", origin: credentials(3))
    ),
    (
        "[a]\naws_access_key_id = ID\naws_secret_access_key =\n  y = z\n",
        .continuedSecret(key: "aws_secret_access_key", origin: credentials(3))
    ),
    (
        "[a]\naws_access_key_id = ID\naws_secret_access_key = x\naws_session_token = y\n  z\n",
        .continuedSecret(key: "aws_session_token", origin: credentials(4))
    ),
    (
        "[a]\nx\n",
        .grammar(path: "~/.aws/credentials", line: 2, problem: .noEqualsSign)
    ),
]

@Test(arguments: broken)
func keysThatCannotBeRead(text: String, expected: ConfigError) {
    var found: ConfigError?
    do throws(ConfigError) { _ = try plainKey(text) } catch { found = error }
    #expect(found == expected)
}

private func plainKey(_ text: String) throws(ConfigError) -> PlainKey {
    try PlainKey(
        ofProfile: "a", in: .credentials, bytes: Secret(text), path: "~/.aws/credentials")
}
