// The quick look at the usual lines against the whole grammar: they must agree on every line.
import Model
import Testing

@testable import Profiles

private let pieces = [
    "[", "profile", "[profile ", "default", "a", "Ab", "x", "key", "aws_secret_access_key", "]",
    " ",
    "\t", "=", "#", ";", "\r", "\n", "\n", "\n", "/%", "é", "\u{0}", "\u{7F}", "1", "name]", "= v",
    "x=#",
]

@Test(arguments: 0..<64)
func theQuickLookAgreesWithTheGrammar(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    var seen = 0
    for _ in 0..<200 {
        let count = Int.random(in: 0...16, using: &generator)
        var text = "[profile p]\nx = 1\n[profile default]\n"
        for _ in 0..<count { text += pieces.randomElement(using: &generator) ?? "" }
        for role in [ConfigFile.Role.config, .credentials] {
            seen += try compare(Array(text.utf8), role)
        }
    }
    // The first three lines of the config file at the least.
    #expect(seen >= 200 * 3)
}

/// How many lines were of a usual form.
private func compare(_ text: [UInt8], _ role: ConfigFile.Role) throws -> Int {
    var seen = 0
    var reader = LineReader(text.span)
    while true {
        var quick = reader
        let usual = quick.nextUsual(in: text.span, of: role)
        guard let line = try? reader.next(in: text.span) else {
            // At the end, and on lines that are not in the grammar.
            #expect(usual == nil, "\(String(decoding: text, as: UTF8.self))")
            return seen
        }
        guard let usual else { continue }
        seen += 1
        #expect("\(quick)" == "\(reader)", "\(String(decoding: text, as: UTF8.self))")
        switch (usual, line.kind) {
        case (.property, .property(let key, let rest)):
            let part = PlainKeyPart(text.span, key)
            #expect(part == nil && !rest.isValueEmpty(in: text.span))
        case (.profile(let name, let hash), .section(let title)):
            #expect(title == name.lowerBound - 8..<name.upperBound)
            #expect(hash.value == NameHash(text.span.text(name)).value)
        default:
            Issue.record("\(usual) is \(line.kind) in \(String(decoding: text, as: UTF8.self))")
        }
    }
}

@Test func manySectionsAreFoundEachInItsPlace() throws {
    let count = 3000
    var text = ""
    for number in 0..<count {
        text += "[profile p\(number)]\nregion = r-\(number)\n"
        // Some in two parts, some that are no profiles.
        if number % 7 == 0 { text += "[profile p\(number / 2)]\noutput = o-\(number)\n" }
        if number % 11 == 0 { text += "[p\(number)]\nregion = no\n[sso-session p\(number)]\n" }
    }
    let files = try files(config: text)
    #expect(files.profileNames == (0..<count).map { "p\($0)" })
    for number in 0..<count {
        let settings = try #require(files.settings(of: .profile, named: "p\(number)"))
        #expect(settings["region"]?.value == "r-\(number)")
        let last = [number * 2 + 1, number * 2].first { $0 % 7 == 0 && $0 < count }
        #expect(settings["output"]?.value == last.map { "o-\($0)" })
        let session = files.origin(of: .ssoSession, named: "p\(number)")
        #expect((session != nil) == (number % 11 == 0))
    }
    #expect(files.settings(of: .profile, named: "p\(count)") == nil)
    #expect(files.skippedSections.count == (count + 10) / 11)
}
