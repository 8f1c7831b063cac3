// Taking a key in plain out of a file: which lines go, and that no other byte does.
import Model
import Testing

@testable import Profiles

private func removed(
    _ text: String, profile: String = "a", id: String = "ID", secret: String = "SECRET",
    in role: ConfigFile.Role = .credentials
) throws -> String? {
    let key = AccessKey(id: try #require(AccessKeyID(id)), secret: Secret(secret))
    let new = try ConfigEdit.removing(
        key, ofProfile: profile, in: role, from: Secret(text), path: "credentials")
    return new?.withBytes { String(decoding: $0, as: UTF8.self) }
}

private let cases: [(before: String, after: String?)] = [
    ("[a]\naws_access_key_id = ID\naws_secret_access_key = SECRET\n", "[a]\n"),
    // Spacing, case, comments behind the values, CRLF, a byte order mark, no line end at the end.
    (
        "\u{FEFF}[a]\r\nAWS_Secret_Access_Key=SECRET\r\nregion = x\r\naws_access_key_id\t= ID # c",
        "\u{FEFF}[a]\r\nregion = x\r\n"
    ),
    // What stands around stays: comments, other settings, other profiles with the very same key.
    (
        """
        # mine
        [b]
        aws_access_key_id = ID
        aws_secret_access_key = SECRET
        [a] # c
          aws_access_key_id = ID
          # kept
          s3 =
              addressing_style = path
          aws_secret_access_key = SECRET ; c

        [c]
        region = y
        """,
        """
        # mine
        [b]
        aws_access_key_id = ID
        aws_secret_access_key = SECRET
        [a] # c
          # kept
          s3 =
              addressing_style = path

        [c]
        region = y
        """
    ),
    // A profile in several sections.
    (
        "[a]\naws_access_key_id=ID\n[b]\nx=1\n[a]\naws_secret_access_key=SECRET\ny=1\n",
        "[a]\n[b]\nx=1\n[a]\ny=1\n"
    ),
    // Another key in the same section is not lost, whether it counts or not.
    (
        "[a]\naws_access_key_id=OLD\naws_secret_access_key=OLDER\naws_access_key_id=ID\n"
            + "aws_secret_access_key=SECRET\n",
        "[a]\naws_access_key_id=OLD\naws_secret_access_key=OLDER\n"
    ),
    ("[a]\naws_access_key_id=ID\naws_secret_access_key=OTHER\n", nil),
    ("[a]\naws_access_key_id=OTHER\naws_secret_access_key=SECRET\n", nil),
    ("[a]\naws_access_key_id=ID\n", nil), ("[b]\nx=1\n", nil), ("", nil),
    // What belongs to another setting is none of the key's.
    ("[a]\ns3 =\n  aws_access_key_id = ID\n  aws_secret_access_key = SECRET\n", nil),
]

@Test(arguments: cases)
func theLinesOfTheKeyGo(before: String, after: String?) throws {
    #expect(try removed(before) == after)
}

@Test func theConfigFileNamesProfilesInItsOwnWay() throws {
    let text = "[profile a]\naws_access_key_id=ID\naws_secret_access_key=SECRET\nregion=x\n"
    #expect(try removed(text, in: .config) == "[profile a]\nregion=x\n")
}

@Test func aFileThatIsNotInTheGrammarStaysAsItIs() {
    #expect(throws: ConfigError.self) {
        try removed("[a\naws_access_key_id=ID\naws_secret_access_key=SECRET\n")
    }
}

private let pieces = [
    "[a]", "[a] # c", "[b]", "aws_access_key_id = ID", "AWS_ACCESS_KEY_ID=ID # c",
    "aws_secret_access_key = SECRET", "  aws_secret_access_key=SECRET", "aws_access_key_id = OTHER",
    "x = 1", "x =", "  x = 2", "  go on", "\t  go = on", "# c", "  # c", "", "  ",
]

/// Whatever the file is: the rest means what it meant, and only whole lines of the key are gone.
@Test(arguments: 1...20 as ClosedRange<UInt64>)
func theRestKeepsItsMeaning(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    var checked = 0
    for _ in 0..<400 {
        let count = Int.random(in: 2...12, using: &generator)
        let ending = Bool.random(using: &generator) ? "\n" : "\r\n"
        let lines = (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }
        let before = lines.joined(separator: ending) + ending
        guard let old = try? files(credentials: before),
            let after = try removed(before), let new = try? files(credentials: after)
        else { continue }
        checked += 1
        #expect(settings(of: new) == settings(of: old), "\(before.debugDescription)")
        for case .remove(_, let line, _) in after.lines.difference(from: before.lines) {
            #expect(line.contains("ID") || line.contains("SECRET"))
        }
        #expect(try removed(after) == nil)
    }
    #expect(checked > 0)
}

/// All that the file says, but for keys.
private func settings(of files: ConfigFiles) -> [String: [String: String]] {
    sections(.profile, of: files).mapValues { settings in
        settings.filter { !["aws_access_key_id", "aws_secret_access_key"].contains($0.key) }
    }
}

extension String {
    fileprivate var lines: [String] {
        unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
            String($0.last == "\r" ? $0.dropLast() : $0)
        }
    }
}
