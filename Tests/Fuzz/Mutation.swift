// Changes to inputs, by numbers that are the same in each run.

/// Numbers that look like chance: SplitMix64, by Sebastiano Vigna.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Makes inputs of those that are known.
struct Mutation {
    private let known: [[UInt8]]
    private var chance: SeededNumbers
    private static let longest = 64 << 10
    private static let pieces: [[UInt8]] =
        [
            "", "\0", "\n", "\r\n", " ", "=", "[", "]", "#", "\t", "\"", "'", "\\", "{", "}", ":",
            ",", "<", ">", "&", "%", "%2", "&#0;", "]]>", "\u{feff}", "\u{202e}", "\u{1b}[31m",
            "-1",
            "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e400", "null",
            "\\ud800", "0", "default", "profile ", "----",
        ].map { Array($0.utf8) } + [
            [0xff], [0xc3], [0x80], [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0],
        ]

    init(of known: [[UInt8]], seed: UInt64) {
        self.known = known.isEmpty ? [[]] : known
        chance = SeededNumbers(seed: seed)
    }

    mutating func next() -> [UInt8] {
        var bytes = known.randomElement(using: &chance) ?? []
        for _ in 0..<Int.random(in: 1...4, using: &chance) { change(&bytes) }
        return Array(bytes.prefix(Self.longest))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let start = Int.random(in: 0...bytes.count, using: &chance)
        let length = [0, 0, 1, 1, 2, 8, 40].randomElement(using: &chance) ?? 0
        let range = start..<min(bytes.count, start + length)
        let piece = Self.pieces.randomElement(using: &chance) ?? []
        switch Int.random(in: 0..<8, using: &chance) {
        case 0: bytes.replaceSubrange(range, with: piece)
        case 1: bytes.insert(contentsOf: piece, at: start)
        case 2: bytes.removeSubrange(range)
        case 3: bytes.insert(contentsOf: Array(bytes[range]), at: start)
        case 4:
            let times = [2, 60].randomElement(using: &chance) ?? 2
            bytes.insert(contentsOf: (0..<times).flatMap { _ in bytes[range] }, at: start)
        case 5: bytes.removeSubrange(start...)
        case 6:
            // The beginning of one and the end of another.
            let other = known.randomElement(using: &chance) ?? []
            let cut = Int.random(in: 0...other.count, using: &chance)
            bytes.replaceSubrange(start..., with: other[cut...])
        default:
            guard start < bytes.count else { return }
            bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &chance)
        }
    }
}
