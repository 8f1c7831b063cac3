// Names of sections: those that the AWS CLI takes, unless the SDKs' shared test suite skips them.
import Model
import Testing

@testable import Profiles

@Test(arguments: [
    // As AWS CLI's reader, Python's shlex, takes them apart.
    ("[profile 'my work']", "my work"), (#"[profile "my work"]"#, "my work"),
    (#"[profile my\ work]"#, "my work"), (#"[profile 'it'"'"'s']"#, "it's"),
    (#"[profile my" "work]"#, "my work"), (#"[profile "say \"hi\""]"#, #"say "hi""#),
    ("[profile \t'a'\t]", "a"), ("[profile \"a\"]", "a"),
    // Bare ones.
    ("[profile grün]", "grün"), ("[profile 東京]", "東京"), ("[profile a(b)]", "a(b)"),
    ("[profile a,b]", "a,b"), ("[profile a=b]", "a=b"), ("[profile a&b]", "a&b"),
    ("[profile a*]", "a*"), ("[profile a#b]", "a#b"), ("[profile a;b] ; c]", "a;b"),
    ("[profile a[1]] # c", "a[1]"),
    // Quoted, also what has to be.
    (#"[profile "a!b"]"#, "a!b"), ("[profile 'a # b']", "a # b"), ("[profile '[a]']", "[a]"),
    ("[profile 'default']", "default"),
])
func namesThatTheCommandLineToolTakes(title: String, name: String) throws {
    let files = try files(config: "\(title)\nregion = eu-west-1\n[profile z]\n")
    #expect(files.profileNames == [name, "z"])
    #expect(try files.profile(named: name)?.region?.value == "eu-west-1")
    #expect(files.skippedSections.isEmpty)
    #expect(files.origin(of: .profile, named: name) == config(1))
}

@Test(arguments: [
    "[profile a!b]", "[profile my work]", "[profile 'my work]", "[profile 'a' b]", "[profile '']",
    "[profile a\\]", "[profile \"a\tb\"]", "[profile \u{1}]", "[profile it's]",
])
func namesThatAreSkipped(title: String) throws {
    let files = try files(config: "[profile z]\n\(title)\nregion = eu-west-1\n")
    #expect(files.profileNames == ["z"])
    #expect(files.skippedSections.map(\.origin) == [config(2)])
}

@Test func theCredentialsFileHasNoQuotes() throws {
    let files = try files(credentials: "[grün]\nx = 1\n[a#b]\n['c d']\n[e f]\n[g!]\n[it's]\n")
    #expect(files.profileNames == ["grün", "a#b"])
    #expect(files.settings(of: .profile, named: "grün")?["x"]?.value == "1")
    #expect(files.skippedSections.map(\.title) == ["'c d'", "e f", "g!", "it's"])
}

@Test func otherKindsOfSectionsHaveSuchNamesToo() throws {
    let files = try files(
        config: "[sso-session 'my corp']\nsso_region = x\n[services \"a b\"]\n[services c!]\n")
    #expect(files.names(of: .ssoSession) == ["my corp"])
    #expect(files.settings(of: .ssoSession, named: "my corp")?["sso_region"]?.value == "x")
    #expect(files.names(of: .services) == ["a b"])
}

@Test func aQuotedNameIsTheSameAsABareOne() throws {
    let files = try files(config: "[profile 'a']\nx = 1\n[profile a]\ny = 2\n")
    #expect(files.profileNames == ["a"])
    #expect(
        files.settings(of: .profile, named: "a")?.byKey == [
            "x": Setting("1", from: config(2)), "y": Setting("2", from: config(4)),
        ])
    #expect(files.settings(of: .profile, named: "'a'") == nil)
}

@Test func aQuotedDefaultCountsLikeAPrefixedOne() throws {
    let files = try files(config: "[default]\nx = 1\n[profile \"default\"]\nx = 2\n")
    #expect(files.settings(of: .profile, named: "default")?["x"]?.value == "2")
    #expect(files.skippedSections.map(\.title) == ["default"])
}

@Test(arguments: [
    ("work", "[profile work]"), ("default", "[default]"), ("my work", "[profile 'my work']"),
    ("grün", "[profile 'grün']"), ("a!b", "[profile 'a!b']"), ("a]", "[profile 'a]']"),
    ("it's", #"[profile 'it'"'"'s']"#), ("a # b", "[profile 'a # b']"),
])
func whatIsWrittenIsReadBack(name: String, title: String) throws {
    let bytes = try ConfigEdit.set([("region", "x")], inProfile: name, of: [], path: "config")
    #expect(String(decoding: bytes, as: UTF8.self) == "\(title)\nregion = x\n")
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(try files(config: text).profile(named: name)?.region?.value == "x")
    // Found again, and not written a second time.
    let again = try ConfigEdit.set([("region", "y")], inProfile: name, of: bytes, path: "config")
    #expect(String(decoding: again, as: UTF8.self) == "\(title)\nregion = y\n")
}
