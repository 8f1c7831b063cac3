// Each export format, as text, and as its real reader understands it.
import Foundation
import Handover
import Model
import Testing

private let odd = #"it's "odd" \ $HOME `x`"#

private func text(
    _ format: ExportFormat, _ session: borrowing SessionEnvironment, stale: [String] = []
) throws -> String {
    try format.text(session, stale: stale).withBytes {
        String(decoding: $0, as: UTF8.self)
    }
}

@Test func dotenvIsBareWhereEveryReaderAgrees() throws {
    let hash = FNV1a.hexadecimal("eu-central-1".utf8)
    let record = "AWS_REGION=\(hash) AWS_DEFAULT_REGION=\(hash)"
    #expect(
        try text(.dotenv, session()) == """
            AWS_ACCESS_KEY_ID=ASIAEXAMPLEEXAMPLE01
            AWS_SECRET_ACCESS_KEY=se/cr+et
            AWS_SESSION_TOKEN=tok+en/=
            AWS_REGION=eu-central-1
            AWS_DEFAULT_REGION=eu-central-1
            AWS_CREDENTIAL_EXPIRATION=2027-01-15T08:00:00Z
            CREDTOOL_SETTINGS="\(record)"
            CREDTOOL_PROFILE=work
            AWS_VAULT=work

            """)
    #expect(
        try text(.dotenv, session(profile: odd)).contains(
            #"CREDTOOL_PROFILE="it's \"odd\" \\ \$HOME \`x\`""#))
}

@Test func iniIsASectionOfTheCredentialsFile() throws {
    #expect(
        try text(.ini, session()) == """
            [work]
            aws_access_key_id = ASIAEXAMPLEEXAMPLE01
            aws_secret_access_key = se/cr+et
            aws_session_token = tok+en/=
            region = eu-central-1

            """)
}

@Test func processIsWhatCredentialProcessExpects() throws {
    let document = try JSONSerialization.jsonObject(
        with: Data(try text(.process, session()).utf8))
    let fields = try #require(document as? [String: Any])
    #expect(fields["Version"] as? Int == 1)
    #expect(fields["AccessKeyId"] as? String == "ASIAEXAMPLEEXAMPLE01")
    #expect(fields["SecretAccessKey"] as? String == "se/cr+et")
    #expect(fields["SessionToken"] as? String == "tok+en/=")
    #expect(fields["Expiration"] as? String == "2027-01-15T08:00:00Z")
    #expect(fields.count == 5)

    let key = try JSONSerialization.jsonObject(
        with: Data(try text(.process, session(token: nil)).utf8))
    #expect(
        Set(try #require(key as? [String: Any]).keys) == [
            "Version", "AccessKeyId", "SecretAccessKey",
        ])
}

@Test(arguments: ["work", odd, "tab\there", "Ünïcode", "line\nbreak"])
func jsonKeepsEveryValue(_ profile: String) throws {
    let document = try JSONSerialization.jsonObject(
        with: Data(try text(.json, session(profile: profile)).utf8))
    let fields = try #require(document as? [String: String])
    #expect(fields["AWS_VAULT"] == profile)
    #expect(fields["AWS_SECRET_ACCESS_KEY"] == "se/cr+et")
    #expect(fields.count == 9)
}

@Test func shellsForgetWhatIsStaleAndNotSetAnew() throws {
    let stale = ["AWS_PROFILE", "AWS_ACCESS_KEY_ID"]
    let posix = try text(.shell, session(), stale: stale)
    #expect(posix.hasPrefix("unset AWS_PROFILE\nexport AWS_ACCESS_KEY_ID='ASIA"))
    #expect(!posix.contains("unset AWS_ACCESS_KEY_ID"))
    let fish = try text(.fish, session(), stale: stale)
    #expect(fish.hasPrefix("set -e AWS_PROFILE\nset -gx AWS_ACCESS_KEY_ID 'ASIA"))
}

@Test(
    arguments: [
        ("shell", "dash"), ("shell", "bash"), ("shell", "zsh"), ("fish", "fish"),
        ("systemd", "dash"), ("dotenv", "dash"),
    ],
    [
        odd, #"'"'"'' "" \\' \n %s"#, "two\nlines\n", "\n", "$", "$HOME ${HOME} $(id) `id`",
        "*?[a]~ {a,b}",
        "!! !x ^a^b", "Ünïcødé 日本語 🔑 \u{2018}\u{2019}\u{201a}\u{201b}", "\ttab\r", "-n",
        "#x ;y & z",
    ])
func shellsReadBackTheSameBytes(_ reader: (String, String), _ value: String) throws {
    let format = try #require(ExportFormat(rawValue: reader.0))
    let shell = reader.1
    let written: String
    let environment = try session(profile: value)
    do throws(UnwritableValue) {
        written = try format.text(environment).withBytes { String(decoding: $0, as: UTF8.self) }
    } catch {
        // Env files that shells read have a line for each variable.
        #expect(format == .dotenv && value.contains { $0.isNewline || $0 == "\t" })
        return
    }
    let script = written + "printf '%s' \"$AWS_VAULT\"\n"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [shell, "-c", script]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(String(decoding: bytes, as: UTF8.self) == value)
}

/// There is no PowerShell in Debian: this is how about_Quoting_Rules has it read a string in single
/// quotes, and its tokenizer takes five characters for such a quote. Two of them stand for the second.
private func readByPowerShell(_ text: Substring) -> (value: String, rest: Substring)? {
    let quotes: Set<Unicode.Scalar> = ["'", "\u{2018}", "\u{2019}", "\u{201a}", "\u{201b}"]
    var rest = text.unicodeScalars[...]
    guard let first = rest.popFirst(), quotes.contains(first) else { return nil }
    var value = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
        if quotes.contains(scalar) {
            guard let next = rest.first, quotes.contains(next) else {
                return (String(value), Substring(rest))
            }
            rest.removeFirst()
            value.append(next)
        } else {
            value.append(scalar)
        }
    }
    return nil
}

@Test(
    arguments: [
        ("work", "'work'"), ("it's", "'it''s'"), ("''", "''''''"), ("$HOME $(id)", "'$HOME $(id)'"),
        ("`n `\"", "'`n `\"'"), ("two\nlines", "'two\nlines'"),
        (odd, #"'it''s "odd" \ $HOME `x`'"#),
        ("Ünïcødé 日本語 🔑", "'Ünïcødé 日本語 🔑'"), ("a\u{2019}b", "'a\u{2019}\u{2019}b'"),
        (
            "\u{2018}\u{201a}\u{201b}",
            "'\u{2018}\u{2018}\u{201a}\u{201a}\u{201b}\u{201b}'"
        ), ("\u{201c}\u{2026}", "'\u{201c}\u{2026}'"), ("a\u{2018}", "'a\u{2018}\u{2018}'"),
    ])
func powershellQuotesByItsDocumentedRules(_ value: String, _ written: String) throws {
    let script = try text(.powershell, session(profile: value))
    #expect(script.contains("$Env:AWS_VAULT = \(written)\n"))
    let start = try #require(script.range(of: "$Env:AWS_VAULT = ")).upperBound
    let read = try #require(readByPowerShell(script[start...]))
    #expect(read.value.utf8.elementsEqual(value.utf8) && read.rest == "\n")
    #expect(script.hasPrefix("$Env:AWS_ACCESS_KEY_ID = 'ASIAEXAMPLEEXAMPLE01'\n"))
}

/// To docker, whatever stands behind the first equals sign is the value.
@Test(arguments: [odd, "a=b", "#a", "Ünïcødé 日本語", "$HOME"])
func dockerTakesLinesToTheLetter(_ profile: String) throws {
    let lines = try text(.docker, session(profile: profile)).split(separator: "\n")
    #expect(lines.contains("CREDTOOL_PROFILE=\(profile)"))
    #expect(lines.contains("AWS_SESSION_TOKEN=tok+en/="))
    #expect(lines.allSatisfy { $0.contains("=") })
}

@Test(arguments: ["work", "two\nlines", "credtool_1", "A<<B", "%0A%25"])
func githubReadsBlocksAndMasks(_ profile: String) throws {
    var rest = try text(.github, session(profile: profile), stale: ["AWS_PROFILE"])
        .split(separator: "\n", omittingEmptySubsequences: false)[...]
    #expect(rest.popFirst() == "AWS_PROFILE=")
    var read: [String: String] = [:]
    while let line = rest.popFirst(), !line.isEmpty {
        // Source: actions/runner, FileCommandManager, EnvFileKeyValuePairs.
        let parts = line.split(separator: "<<", maxSplits: 1)
        try #require(parts.count == 2 && !parts[0].contains("="))
        var lines: [Substring] = []
        while let next = rest.popFirst(), next != parts[1] { lines.append(next) }
        read[String(parts[0])] = lines.joined(separator: "\n")
    }
    #expect(read["CREDTOOL_PROFILE"] == profile && read["AWS_SECRET_ACCESS_KEY"] == "se/cr+et")
    #expect(read.count == 9)

    let masks = ExportFormat.masks(try session(token: "50%\r\n", profile: profile)).withBytes {
        String(decoding: $0, as: UTF8.self)
    }
    #expect(
        masks == """
            ::add-mask::ASIAEXAMPLEEXAMPLE01
            ::add-mask::se/cr+et
            ::add-mask::50%25%0D%0A

            """)
}

@Test(
    arguments: [
        (.shell, "unset A\nunset B\n"), (.fish, "set -e A\nset -e B\n"),
        (.powershell, "$Env:A = $null\n$Env:B = $null\n"), (.dotenv, "A=\nB=\n"),
        (.docker, "A=\nB=\n"), (.systemd, "A=\nB=\n"), (.github, "A=\nB=\n"), (.json, nil),
        (.process, nil), (.ini, nil),
    ] as [(ExportFormat, String?)])
func eachFormatUnsetsInItsOwnWay(_ format: ExportFormat, _ expected: String?) {
    #expect(format.unsetting(["A", "B"]) == expected)
}

/// `--unset` takes everything away that an export sets.
@Test func everyVariableIsAmongThoseThatAreUnset() throws {
    let whole = try session(
        role: SessionRole("r", sessionName: "s"), accountID: "111122223333",
        settings: [("AWS_MAX_ATTEMPTS", "3")])
    var record: String?
    var names: Set<String> = []
    whole.forEachVariable { name, value in
        names.insert(name)
        if name == HandedOver.variable { record = String(decoding: value, as: UTF8.self) }
    }
    let settings = HandedOver(record: record).names.map(String.init)
    #expect(names == Set(SessionEnvironment.names + settings))
    #expect(settings == ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_MAX_ATTEMPTS"])
}

/// What would begin another line or section is refused, and the others write it.
@Test(
    arguments: [
        (
            "a\nb", nil, nil,
            ["ini": "profile", "dotenv": "CREDTOOL_PROFILE", "docker": "CREDTOOL_PROFILE"]
        ),
        (
            "a\u{7f}b", nil, nil,
            ["ini": "profile", "dotenv": "CREDTOOL_PROFILE", "docker": "CREDTOOL_PROFILE"]
        ),
        ("a]b", nil, nil, ["ini": "profile"]),
        (" a", nil, nil, ["ini": "profile", "docker": "CREDTOOL_PROFILE"]),
        ("\"a", nil, nil, ["docker": "CREDTOOL_PROFILE"]),
        ("'a", nil, nil, ["docker": "CREDTOOL_PROFILE"]), ("a'", nil, nil, [:]),
        (
            "\u{ffff}", nil, nil,
            ["docker": "CREDTOOL_PROFILE", "systemd": "CREDTOOL_PROFILE"]
        ),
        ("a\u{2028}b", nil, nil, ["ini": "profile"]), ("a b", nil, nil, [:]),
        (
            "a", "x\ny", nil,
            ["ini": "region", "dotenv": "AWS_REGION", "docker": "AWS_REGION"]
        ),
        ("a", "x y", nil, ["ini": "region"]),
        (
            "a", nil, "t\n[b]",
            [
                "ini": "aws_session_token", "dotenv": "AWS_SESSION_TOKEN",
                "docker": "AWS_SESSION_TOKEN",
            ]
        ),
        ("a", nil, "t t", ["ini": "aws_session_token"]),
        ("a", "eu-west-1", "t", [:]),
    ] as [(String, String?, String?, [String: String])])
func valuesThatAFormatCannotHold(
    _ profile: String, _ region: String?, _ token: String?, _ refused: [String: String]
) throws {
    for format in ExportFormat.allCases {
        let environment = try session(token: token, region: region, profile: profile)
        do throws(UnwritableValue) {
            _ = try format.text(environment)
            #expect(refused[format.rawValue] == nil)
        } catch {
            #expect(refused[format.rawValue] == error.name && error.format == format)
        }
    }
}
