// What holds for every edit of every file, tried on generated ones.
import Testing

@testable import Profiles

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers in every run.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private let pieces = [
    "[profile a]", "[profile a]", "[profile a] # c", "[ profile\ta ];", "[profile b]",
    " [profile b]",
    "[default]", "[profile default]", "[sso-session a]", "[skipped one]",
    "x = 1", "X=2", "x =", "x=", "  x = 3", "y = 1 # c", "y\t=\t2 ", "z = 1;d", "no name = 1",
    "x = # c", "  go on", " go = on", "\t  go on # c", "# c", "  # c", ";", "", "  ", "\t",
]

private func generated(_ generator: inout SplitMix64) -> String {
    let ending = Bool.random(using: &generator) ? "\n" : "\r\n"
    let count = Int.random(in: 0...12, using: &generator)
    var text = Int.random(in: 0..<8, using: &generator) == 0 ? "\u{FEFF}" : ""
    text += (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }
        .joined(separator: ending)
    return Bool.random(using: &generator) ? text + ending : text
}

/// All that the file says.
private func meaning(of text: String) throws -> [SectionKind: [String: [String: String]]] {
    let files = try files(config: text)
    return [
        .profile: sections(.profile, of: files), .ssoSession: sections(.ssoSession, of: files),
    ]
}

private func lines(of text: String) -> [String] {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
        String($0.last == "\r" ? $0.dropLast() : $0)
    }
}

/// The lines that hold the value of `key`, as far as their texts tell.
private func ownLines(_ key: String, _ name: String, in text: String) throws -> Set<String> {
    let file = try ConfigFile(.config, path: "config", text: text)
    guard let property = file.settings(ofProfile: name)[key],
        case .file(_, let line) = property.origin
    else { return [] }
    let values = property.value.split(separator: "\n").map(String.init)
    let all = lines(of: text)
    let below = all[line...].filter { line in
        line.hasPrefix(" ") || line.hasPrefix("\t") ? values.contains { line.contains($0) } : false
    }
    return Set([all[line - 1]] + below)
}

private func check(_ before: String, _ key: String, _ value: String, _ name: String) throws {
    let bytes = try ConfigEdit.set(
        [(key, value)], inProfile: name, of: Array(before.utf8), path: "config")
    let after = String(decoding: bytes, as: UTF8.self)
    let note: Comment = "\(key) = \(value) in \(name) of \(before.debugDescription)"

    var expected = try meaning(of: before)
    let old = expected[.profile]?[name]?[key]
    expected[.profile]?[name, default: [:]][key] = value
    #expect(try meaning(of: after) == expected, note)
    if old == value { #expect(Array(after.utf8) == Array(before.utf8), note) }

    let again = try ConfigEdit.set([(key, value)], inProfile: name, of: bytes, path: "config")
    #expect(again == bytes, note)

    let changes = lines(of: after).difference(from: lines(of: before))
    let own = try ownLines(key, name, in: before)
    for case .remove(_, let line, _) in changes {
        #expect(own.contains(line) || line.isEmpty || line == "\u{FEFF}", note)
    }
    // The title, the blank line before it and the property; a byte order mark's line may fill up.
    #expect(changes.insertions.count <= (old == nil ? 3 : 1), note)
    let returns = after.unicodeScalars.count { $0 == "\r" }
    let newlines = after.unicodeScalars.count { $0 == "\n" }
    #expect(returns == 0 || returns == newlines, note)
    if before.utf8.contains(10) {
        #expect((before.utf8.last == 10) == (after.utf8.last == 10), note)
    }
}

@Test(arguments: 1...20 as ClosedRange<UInt64>)
func everyEditKeepsTheRest(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    var checked = 0
    for _ in 0..<400 {
        let text = generated(&generator)
        guard (try? meaning(of: text)) != nil else { continue }
        checked += 1
        for name in ["a", "default", "new"] {
            for value in ["1", "v", ""] {
                for key in ["x", "y"] { try check(text, key, value, name) }
            }
        }
    }
    // Most generated files are not in the grammar; enough must be.
    #expect(checked >= 60)
}
