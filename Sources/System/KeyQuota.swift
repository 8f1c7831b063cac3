// How much of its quota of kernel keys a user has taken.
internal import Glibc

/// The keys and bytes that a user has in the kernel's key retention service, and may have.
///
/// Source: keyrings(7), /proc/key-users.
public struct KeyQuota: Equatable, Sendable {
    /// How many keys count.
    public let keys: Int
    /// How many may.
    public let mostKeys: Int
    /// How many bytes they take.
    public let bytes: Int
    /// How many they may.
    public let mostBytes: Int

    /// Joins the numbers.
    public init(keys: Int, mostKeys: Int, bytes: Int, mostBytes: Int) {
        self.keys = keys
        self.mostKeys = mostKeys
        self.bytes = bytes
        self.mostBytes = mostBytes
    }

    /// What the kernel says of this user; nil where it says nothing.
    public static func current() -> KeyQuota? {
        guard let bytes = try? AtomicFile.read("/proc/key-users", limit: 1 << 20) else {
            return nil
        }
        return KeyQuota(keyUsers: String(decoding: bytes, as: UTF8.self), user: Int(geteuid()))
    }

    /// Reads the line of a user: `UID: USAGE NKEYS/NIKEYS QNKEYS/MAXKEYS QNBYTES/MAXBYTES`.
    init?(keyUsers text: String, user: Int) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 5, words[0] == "\(user):" else { continue }
            let numbers = words[3...].map { $0.split(separator: "/").compactMap { Int($0) } }
            guard numbers.allSatisfy({ $0.count == 2 }) else { return nil }
            self.init(
                keys: numbers[0][0], mostKeys: numbers[0][1], bytes: numbers[1][0],
                mostBytes: numbers[1][1])
            return
        }
        return nil
    }

    /// Whether less than a tenth is left, of keys or of bytes.
    public var isNearlyUsedUp: Bool {
        keys * 10 > mostKeys * 9 || bytes * 10 > mostBytes * 9
    }
}
