// Edits of the config file: what changes, and that nothing else does.
import Testing

@testable import Profiles

private func edited(
    _ text: String, _ settings: [(key: String, value: String)], in name: String = "a"
) throws(ConfigEditError) -> String {
    let bytes = try ConfigEdit.set(
        settings, inProfile: name, of: Array(text.utf8), path: "~/.aws/config")
    return String(decoding: bytes, as: UTF8.self)
}

private let edits: [(String, String)] = [
    // A section that is not there.
    ("", "[profile a]\nregion = R\n"),
    ("\u{FEFF}", "\u{FEFF}[profile a]\nregion = R\n"),
    ("\n", "\n[profile a]\nregion = R\n"),
    ("[profile b]\nx = 1\n", "[profile b]\nx = 1\n\n[profile a]\nregion = R\n"),
    ("[profile b]\nx = 1\n\n \n", "[profile b]\nx = 1\n\n \n[profile a]\nregion = R\n"),
    ("# c", "# c\n\n[profile a]\nregion = R"),
    ("[a]\r\nx = 1\r\n", "[a]\r\nx = 1\r\n\r\n[profile a]\r\nregion = R\r\n"),
    ("[a]\r\nx = 1", "[a]\r\nx = 1\r\n\r\n[profile a]\r\nregion = R"),
    ("[a]\r\nx = 1\r", "[a]\r\nx = 1\r\n\r\n[profile a]\r\nregion = R"),
    // A key that is not there.
    ("[profile a]", "[profile a]\nregion = R"),
    ("[profile a] # c\n\n# d\n[profile b]\n", "[profile a] # c\nregion = R\n\n# d\n[profile b]\n"),
    (
        "[profile a]\nx = 1 \n  2\n\n# about b\n[profile b]\n",
        "[profile a]\nx = 1 \n  2\nregion = R\n\n# about b\n[profile b]\n"
    ),
    ("[profile a]\r\nx = 1\r\n\r\n", "[profile a]\r\nx = 1\r\nregion = R\r\n\r\n"),
    ("[profile a]\nx = 1", "[profile a]\nx = 1\nregion = R"),
    ("[profile a]\n\tx = 1\n [profile b]\n", "[profile a]\n\tx = 1\n\tregion = R\n [profile b]\n"),
    ("[profile a]\n  [profile b]\n", "[profile a]\n  region = R\n  [profile b]\n"),
    (
        "[profile a]\nx = 1\n[profile b]\n[profile a]\n\n",
        "[profile a]\nx = 1\n[profile b]\n[profile a]\nregion = R\n\n"
    ),
    // A key that is there.
    ("[profile a]\nregion = S\n", "[profile a]\nregion = R\n"),
    ("[profile a]\n Region=S # c\n", "[profile a]\n Region=R # c\n"),
    ("[profile a]\nREGION\t=\tS \t\r\n", "[profile a]\nREGION\t=\tR \t\r\n"),
    ("[profile a]\nregion =\n", "[profile a]\nregion = R\n"),
    ("[profile a]\nregion=\n", "[profile a]\nregion=R\n"),
    ("[profile a]\nregion = # c", "[profile a]\nregion = R # c"),
    ("[profile a]\nregion = S\nregion = S\n", "[profile a]\nregion = S\nregion = R\n"),
    (
        "[profile a]\nregion = S\n[profile a]\nx = 1\n",
        "[profile a]\nregion = R\n[profile a]\nx = 1\n"
    ),
    (
        "[profile a]\nregion = S # c\n  T\n\n# d\n\tU\nx = 1\n",
        "[profile a]\nregion = R # c\n\n# d\nx = 1\n"
    ),
    ("[profile a]\nregion =\n  x = 1\n  y = 1", "[profile a]\nregion = R"),
    ("[profile a]\nregion = R\n  S\n", "[profile a]\nregion = R\n"),
    // It has the value already.
    ("[profile a]\nregion  =  R # c\n", "[profile a]\nregion  =  R # c\n"),
]

@Test(arguments: edits)
func oneSetting(before: String, after: String) throws {
    #expect(try edited(before, [("region", "R")]) == after)
    #expect(try edited(after, [("region", "R")]) == after)
}

@Test(arguments: [
    ("", "[default]\nx = 1\n"),
    ("[default]\n", "[default]\nx = 1\n"),
    ("[profile default]\n", "[profile default]\nx = 1\n"),
    ("[profile default]\n[default]\nx = 2\n", "[profile default]\nx = 1\n[default]\nx = 2\n"),
])
func theDefaultProfile(before: String, after: String) throws {
    #expect(try edited(before, [("x", "1")], in: "default") == after)
}

@Test func severalSettingsInTheirOrder() throws {
    let before = "[profile a]\nb = 1\n\n[profile b]\n"
    let settings = [("c", "2"), ("b", "3"), ("d", ""), ("c", "4")]
    #expect(
        try edited(before, settings) == "[profile a]\nb = 3\nc = 4\nd = \n\n[profile b]\n")
    #expect(try edited(before, []) == before)
}

@Test func bytesThatAreNoUTF8Stay() throws {
    let bytes = [0x23, 0xFF, 0x0A] + Array("[profile a]\nx = ".utf8) + [0xFE, 0x0A]
    let after = try ConfigEdit.set([("y", "1")], inProfile: "a", of: bytes, path: "config")
    #expect(after == bytes + Array("y = 1\n".utf8))
}

@Test(arguments: [
    "a\nb", "a\r", "\n[profile b]", " a", "a\t", "a #b", "a ;b", "#a", "a\0", "\u{7F}",
])
func valuesThatWouldNotBeReadBack(_ value: String) {
    #expect(throws: ConfigEditError.value(value, key: "x")) { try edited("", [("x", value)]) }
}

@Test(arguments: ["", "a b", "a=b", "a\n", "[a]", "ä", "# a"])
func keysThatWouldNotBeRead(_ key: String) {
    #expect(throws: ConfigEditError.key(key)) { try edited("", [(key, "1")]) }
}

@Test(arguments: ["", "a\n[profile b", "a\0", "a\tb", "\u{85}"])
func profileNamesThatWouldNotBeRead(_ name: String) {
    #expect(throws: ConfigEditError.profileName(name)) { try edited("", [("x", "1")], in: name) }
}

@Test func aFileThatIsNotInTheGrammarStays() {
    let error = ConfigError.grammar(path: "~/.aws/config", line: 2, problem: .noEqualsSign)
    #expect(throws: ConfigEditError.file(error)) { try edited("[profile b]\nx\n", [("x", "1")]) }
}
