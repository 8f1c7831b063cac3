// How often each profile is used, as far as that costs nothing: counted where AWS is asked anyway.
internal import Model
internal import System

/// A list of the profiles in the order in which they were used, a line each time, without a secret.
///
/// A line is added when a session has to be obtained for a person's command, and when a profile is
/// chosen from the picker. An `exec` whose session is in the cache neither reads nor writes it: who
/// works with a profile all day counts once for each of its sessions.
struct Uses: Sendable {
    let path: String

    /// Older lines than this many bytes are forgotten.
    private static let limit = 1 << 16

    /// Counts a use. Nothing depends on it, so that a failure is none.
    func note(_ profile: String) {
        guard !profile.isEmpty, !profile.utf8.contains(UInt8(ascii: "\n")) else { return }
        try? AtomicFile.append("\(profile)\n", to: path)
    }

    /// The items with the most used profiles first; those that were used as often by their last use,
    /// and those never used in their own order.
    func ranked<Item>(_ items: [Item], profile: (Item) -> String) -> [Item] {
        let uses = Self.uses(read())
        return items.enumerated().sorted { left, right in
            let first = uses[profile(left.element)] ?? Use()
            let second = uses[profile(right.element)] ?? Use()
            if first.count != second.count { return first.count > second.count }
            if first.last != second.last { return first.last > second.last }
            return left.offset < right.offset
        }.map(\.element)
    }

    /// How often, and in which line last.
    private struct Use {
        var count = 0
        var last = -1
    }

    private static func uses(_ text: String) -> [String: Use] {
        var uses: [String: Use] = [:]
        for (number, line) in text.split(separator: "\n").enumerated() {
            uses[String(line), default: Use()].count += 1
            uses[String(line), default: Use()].last = number
        }
        return uses
    }

    /// The younger lines. A file that has grown long is cut.
    private func read() -> String {
        guard let bytes = try? AtomicFile.read(path) else { return "" }
        guard bytes.count > Self.limit else { return String(decoding: bytes, as: UTF8.self) }
        let kept = bytes.suffix(Self.limit).drop { $0 != UInt8(ascii: "\n") }.dropFirst()
        if bytes.count > 2 * Self.limit { try? AtomicFile.replace(path, with: Array(kept)) }
        return String(decoding: kept, as: UTF8.self)
    }
}

extension Machine {
    /// Which profiles are used how often.
    var uses: Uses { Uses(path: "\(dataDirectory)/uses") }
}
