// The grammar of the files: the facts that matter, with or without the SDKs' own data.
import Model
import Testing

@testable import Profiles

struct Parsed: Sendable, CustomTestStringConvertible {
    let text: String
    let profiles: [String: [String: String]]
    var testDescription: String { text.debugDescription }

    init(_ text: String, _ profiles: [String: [String: String]]) {
        self.text = text
        self.profiles = profiles
    }
}

@Test(arguments: [
    Parsed("", [:]),
    Parsed("\u{FEFF}", [:]),
    Parsed("[profile a]", ["a": [:]]),
    Parsed("\u{FEFF}[profile a]\nx = 1", ["a": ["x": "1"]]),
    Parsed("[profile a]\r\nx = 1\r\n\r\ny = 2\r\n", ["a": ["x": "1", "y": "2"]]),
    Parsed("[ profile\t a ] # c\nX \t= \tv;w = u ; c", ["a": ["x": "v;w = u"]]),
    Parsed("[profile a];c\nx =;c\ny = ;c", ["a": ["x": ";c", "y": ""]]),
    // What stands between the brackets.
    Parsed("[default]\nx = 1", ["default": ["x": "1"]]),
    Parsed("[a]\nx = 1\n[profile b]", ["b": [:]]),
    Parsed("[profilea]\n[profile]\n[]\n[profile ]\n[profile a]", ["a": [:]]),
    Parsed("[profile a b]\nx = 1\n[profile a!]\n[profile 'a b]\n[profile 'a' b]\n[a b]", [:]),
    Parsed("[profile a-b:c/d_e%f.g@h+]", ["a-b:c/d_e%f.g@h+": [:]]),
    Parsed("[profile A]\n[profile a]\nx = 1", ["A": [:], "a": ["x": "1"]]),
    Parsed("[profile a]]\n[[profile b]", ["a]": [:]]),
    Parsed("[profile a # ]\nx = 1\n[profile b#] # ]", ["b#": [:]]),
    // Duplicates.
    Parsed("[profile a]\nx = 1\ny = 1\n[profile a]\nX = 2", ["a": ["x": "2", "y": "1"]]),
    Parsed("[default]\nx = 1\n[profile default]\ny = 2", ["default": ["y": "2"]]),
    Parsed("[profile default]\ny = 2\n[default]\nx = 1", ["default": ["y": "2"]]),
    // Properties.
    Parsed("[profile a]\nin valid = 1\n go on\nx = 2", ["a": ["x": "2"]]),
    Parsed("[profile a]\nto\u{212A}en = 1", ["a": [:]]),
    Parsed("[profile a]\nx=", ["a": ["x": ""]]),
    // Continued values.
    Parsed(
        "[profile a]\nx = 1 # c\n  2 # d \n\n\t3\ny = 4", ["a": ["x": "1\n2 # d\n3", "y": "4"]]),
    Parsed("[profile a]\ns3 =\n  p = 1\n \n  q q =", ["a": ["s3": "\np = 1\nq q ="]]),
    Parsed("[profile a]\nx = 1\n [profile b]", ["a": ["x": "1\n[profile b]"]]),
    // As the AWS CLI reads them: indented comments, sections indented as a whole.
    Parsed("[profile a]\n  # c\nx = 1\n  ; d\n  2", ["a": ["x": "1\n2"]]),
    Parsed(
        "[profile a]\n  x = 1\n  y = 2\n    3\n [profile b]\n\tz = 4",
        ["a": ["x": "1", "y": "2\n3"], "b": ["z": "4"]]),
    // Odd bytes are part of a value like any other.
    Parsed("[profile a]\nx = \0\u{1}", ["a": ["x": "\0\u{1}"]]),
])
func sectionsAndProperties(_ parsed: Parsed) throws {
    #expect(sections(.profile, of: try files(config: parsed.text)) == parsed.profiles)
}

@Test(arguments: [
    ("x = 1", 1, GrammarProblem.noSection),
    ("# c\n\n x", 3, .noSection),
    ("[profile a", 1, .unclosedSection),
    ("[profile a] x", 1, .unclosedSection),
    ("[profile a # ] x", 1, .unclosedSection),
    ("[", 1, .unclosedSection),
    ("[profile a]\r\nx : 1", 2, .noEqualsSign),
    ("[profile a]\nx # = 1", 2, .noEqualsSign),
    ("[profile a]\n= 1", 2, .noPropertyName),
    ("[profile a]\n x", 2, .strayContinuation),
    ("[profile a]\nx = 1\n[profile a]\n y", 4, .strayContinuation),
    ("[profile a]\ns3 =\n\n x", 4, .noSubPropertyEqualsSign),
    ("[profile a]\ns3 = # c\n = x", 3, .noSubPropertyName),
    ("[skipped]\nx", 2, .noEqualsSign),
])
func linesThatAreNotInTheGrammar(text: String, line: Int, problem: GrammarProblem) {
    #expect(throws: ConfigError.grammar(path: "~/.aws/config", line: line, problem: problem)) {
        try files(config: text)
    }
}

@Test func credentialsFileHasBareNamesAndWins() throws {
    let files = try files(
        config: "[profile a]\nx = 1\ny = 1\n[b]\n[profile c]\n[sso-session s]\nz = 1\n",
        credentials: "\n[a]\ny = 2\n[profile d]\n[sso-session t]\n[e]\n[default]\n")
    #expect(files.profileNames == ["a", "c", "e", "default"])
    #expect(
        files.settings(of: .profile, named: "a")?.byKey == [
            "x": Setting("1", from: config(2)), "y": Setting("2", from: credentials(3)),
        ])
    #expect(files.names(of: .ssoSession) == ["s"])
    #expect(files.origin(of: .profile, named: "e") == credentials(6))
    #expect(files.skippedSections.map(\.title) == ["b", "profile d", "sso-session t"])
    #expect(files.skippedSections.map(\.origin) == [config(4), credentials(4), credentials(5)])
}

@Test func servicesKeepTheirSubProperties() throws {
    let files = try files(config: "[services x]\nsts =\n  endpoint_url = http://localhost:1\n")
    #expect(
        files.settings(of: .services, named: "x")?.byKey == [
            "sts": Setting("\nendpoint_url = http://localhost:1", from: config(2))
        ])
    #expect(files.settings(of: .profile, named: "x") == nil)
}

@Test func bytesThatAreNoUTF8AreReadLossily() throws {
    let start = Array("[profile a]\nx = ".utf8) + [0xFF, 0xFE] + Array("\n[profile ".utf8)
    let bytes = start + [0xC3] + Array("]\n".utf8)
    let text = Secret(capacity: bytes.count) { room in
        room.copyBytes(from: bytes)
        return bytes.count
    }
    let file = try ConfigFile(.config, path: "config", bytes: text)
    #expect(file.settings(ofProfile: "a")["x"]?.value == "\u{FFFD}\u{FFFD}")
    #expect(file.names(of: .profile) == ["a"])
}

@Test func aVeryLongLineAndManySections() throws {
    let long = String(repeating: "x", count: 5_000_000)
    let many = (0..<2000).map { "[profile p\($0)]\nregion = eu-west-1\n" }.joined()
    let files = try files(config: many + "[profile last]\nx = \(long)\n")
    #expect(files.settings(of: .profile, named: "last")?["x"]?.value.utf8.count == 5_000_000)
    #expect(files.profileNames.count == 2001)
    #expect(throws: ConfigError.grammar(path: "~/.aws/config", line: 1, problem: .unclosedSection))
    {
        try ConfigFile(.config, path: "~/.aws/config", text: "[\(long)")
    }
}

@Test(arguments: [
    "[a]\naws_secret_access_key = SECRET",
    "[a]\nAWS_Secret_Access_Key=SECRET # SECRET\n  SECRET\n# c\n  SECRET\nx = 1",
    "[a]\naws_secret_access_key =\n  x = SECRET",
    "[a]\r\naws_session_token = SECRET\r\n[b]\r\naws_security_token = SECRET\r\n",
    "[not read]\naws_secret_access_key = SECRET",
])
func secretsAreNotKept(_ text: String) throws {
    let file = try ConfigFile(.credentials, path: "credentials", text: text)
    let kept = file.text.withSpan { $0.text(0..<$0.count) }
    #expect(kept.utf8.count == text.utf8.count)
    #expect(!kept.contains("SECRET"))
    for name in file.names(of: .profile) {
        for entry in file.settings(ofProfile: name).entries {
            #expect(entry.setting.value == (entry.key == "x" ? "1" : ""))
        }
    }
}
