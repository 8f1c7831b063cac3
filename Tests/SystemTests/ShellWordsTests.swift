// Word splitting, by a table and against Python's shlex.split, which is the rule.
import Model
import System
import Testing

private func split(_ line: String) -> Result<[String], ShellWordsError> {
    do { return .success(try ShellWords.split(line)) } catch { return .failure(error) }
}

@Test(
    arguments: [
        ("", .success([])),
        ("  \t\r\n ", .success([])),
        ("a b  c", .success(["a", "b", "c"])),
        (" /opt/bin/tool --user me ", .success(["/opt/bin/tool", "--user", "me"])),
        ("'a b' \"c d\"", .success(["a b", "c d"])),
        ("a'b'\"c\"d", .success(["abcd"])),
        ("'' \"\" a''", .success(["", "", "a"])),
        ("a\\ b \\' \\\\", .success(["a b", "'", "\\"])),
        ("'a\\b' \"a\\b\" \"a\\\"\\\\\"", .success(["a\\b", "a\\b", "a\"\\"])),
        ("a # b;c|d $HOME *", .success(["a", "#", "b;c|d", "$HOME", "*"])),
        ("naïve \u{a0}x", .success(["naïve", "\u{a0}x"])),
        ("'a", .failure(.noClosingQuotation)),
        ("a \"b'", .failure(.noClosingQuotation)),
        ("a\\", .failure(.noEscapedCharacter)),
        ("\"a\\", .failure(.noEscapedCharacter)),
    ] as [(String, Result<[String], ShellWordsError>)])
func splitsIntoWords(_ line: String, _ expected: Result<[String], ShellWordsError>) {
    #expect(split(line) == expected)
}

@Test(arguments: [
    ("work", "work"), ("a-b:c/d_e%f.g@h+,=", "a-b:c/d_e%f.g@h+,="), ("", "''"),
    ("my work", "'my work'"), ("grün", "'grün'"), ("it's", "'it'\"'\"'s'"), ("a!b", "'a!b'"),
    ("$HOME", "'$HOME'"), ("a\\\"b", "'a\\\"b'"),
])
func quotesWhatIsNotPlain(text: String, quoted: String) {
    #expect(ShellWords.quoted(text) == quoted)
    #expect(split(quoted) == .success([text]))
}

/// A fixed sequence of numbers, the same in each run.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ state >> 29) &* 0x9e37_79b9_7f4a_7c15
    }
}

extension SubprocessTests {
    @Test func splitsAsPythonDoes() throws {
        var numbers = Numbers(state: 3)
        let alphabet = Array("ab-=/$#;~é \t\r\n \u{b}\u{85}'\"'\"\\\\".unicodeScalars)
        let lines = (0..<600).map { _ in
            var line = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...14, using: &numbers) {
                line.append(alphabet.randomElement(using: &numbers) ?? "a")
            }
            return String(line)
        }
        let script = """
            import shlex, sys
            for line in sys.stdin.buffer.read().decode().split('\\0'):
                try: answer = ['words', *shlex.split(line)]
                except ValueError as error: answer = [str(error)]
                sys.stdout.buffer.write('\\x1f'.join(answer).encode() + b'\\0')
            """
        let result = try Subprocess(["python3", "-c", script], deadline: .seconds(60))
            .run(writing: Secret(lines.joined(separator: "\0")))
        #expect(result.status == .exited(0))
        let answers = result.output.withBytes { String(decoding: $0, as: UTF8.self) }
            .split(separator: "\0", omittingEmptySubsequences: false).dropLast()
        try #require(answers.count == lines.count)
        for (line, answer) in zip(lines, answers) {
            let mine =
                switch split(line) {
                case .success(let words): (["words"] + words).joined(separator: "\u{1f}")
                case .failure(.noClosingQuotation): "No closing quotation"
                case .failure(.noEscapedCharacter): "No escaped character"
                }
            // As scalars: strings that look the same can be made of others.
            #expect(
                Array(mine.unicodeScalars) == Array(answer.unicodeScalars),
                "\(line.debugDescription)")
        }
        // Neither side answers the same to everything.
        #expect(answers.count { $0.hasPrefix("words") } > 100)
        #expect(answers.count { !$0.hasPrefix("words") } > 100)
    }
}
