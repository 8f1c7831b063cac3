// The profiles of setup-process: their names and commands, and the part of the file that holds them.
import Testing

@testable import Profiles

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

private func settings(_ pairs: [(String, String)]) -> SectionSettings {
    var settings = SectionSettings()
    for (key, value) in pairs { settings[key] = Setting(value, from: .standard) }
    return settings
}

@Test(
    arguments: [
        ("work", "/usr/bin/credtool export --format process work"),
        ("my place", "/usr/bin/credtool export --format process 'my place'"),
        ("it's", #"/usr/bin/credtool export --format process 'it'"'"'s'"#),
        ("$HOME", "/usr/bin/credtool export --format process '$HOME'"),
        ("-x", "/usr/bin/credtool export --format process -- -x"),
        ("Jörg", "/usr/bin/credtool export --format process 'Jörg'"),
        // A comment would begin there.
        ("a #b", nil), ("a\tb", nil),
    ] as [(String, String?)])
func commandsThatEveryReaderSplitsAlike(_ profile: String, _ command: String?) throws {
    let made = ProcessProfile(drawing: profile, program: "/usr/bin/credtool", settings: nil)
    #expect(made?.command == command)
    guard let made else { return }
    #expect(made.name == profile + "-auto" && ProcessProfile.isCredtool(made.command))
}

@Test func whatIsNoCredentialIsTakenOver() throws {
    let made = ProcessProfile(
        drawing: "work", program: "credtool",
        settings: settings([
            ("region", "eu-west-1"), ("role_arn", "arn:aws:iam::111122223333:role/x"),
            ("output", "json"), ("services", "local"), ("mfa_serial", "x"), ("cli_pager", ""),
            ("source_profile", "base"), ("aws_secret_access_key", "x"),
            ("endpoint_url", "http://x #y"),
        ]))
    #expect(
        try #require(made).lines == [
            "[profile work-auto]", "credential_process = credtool export --format process work",
            "region = eu-west-1", "output = json", "services = local", "cli_pager = ",
        ])
}

@Test(
    arguments: [
        ("/usr/bin/credtool export --format process x", true),
        ("credtool export x --format process", true), ("'/opt/my tools/credtool' export", true),
        ("credtool-helper export", false), ("sh -c 'credtool export'", false),
        ("aws-vault export", false),
        ("credtool", false), ("'", false), ("", false),
    ])
func whatRunsCredtool(_ command: String, _ expected: Bool) {
    #expect(ProcessProfile.isCredtool(command) == expected)
}

private let a = ProcessProfile(
    name: "a-auto", command: "credtool export a", ownLines: ["region = x"])
private let b = ProcessProfile(name: "my b-auto", command: "credtool export 'my b'")
private let mine = "[profile a]\nregion = eu-west-1\n"
private let written = """
    # credtool setup-process: begin
    [profile a-auto]
    credential_process = credtool export a
    region = x

    [profile 'my b-auto']
    credential_process = credtool export 'my b'

    # credtool setup-process: end

    """

@Test func thePartComesAndGoes() throws {
    let empty = try #require(ProcessProfiles(of: Array(mine.utf8)))
    #expect(empty.profiles.isEmpty)
    let full = empty.file(adding: [b, a])
    #expect(text(full) == mine + "\n" + written)
    let part = try #require(ProcessProfiles(of: full))
    #expect(part.profiles == [a, b])
    #expect(text(part.file(adding: [b])) == mine + "\n" + written)
    let rest = try #require(ProcessProfiles(of: part.file(removing: ["a-auto"])))
    #expect(rest.profiles == [b])
    #expect(text(rest.file(removing: ["my b-auto"])) == mine + "\n")
}

@Test func whatAPersonAddsStays() throws {
    let edited = written.replacing("region = x", with: "region = y\n# why\noutput = text")
    let part = try #require(ProcessProfiles(of: Array(edited.utf8)))
    let moved = ProcessProfile(
        name: "a-auto", command: "/new/credtool export a", ownLines: ["region = x"])
    #expect(
        text(part.file(adding: [moved]))
            == edited.replacing("= credtool export a\n", with: "= /new/credtool export a\n"))
}

@Test func aPartWithoutAnEndIsNobodys() {
    let cut = "# credtool setup-process: begin\n[profile a]\nregion = eu-west-1\n"
    #expect(ProcessProfiles(of: Array(cut.utf8)) == nil)
}
