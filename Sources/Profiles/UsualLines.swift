// The two forms that nearly all lines of a large file have, told at a glance.
internal import Glibc

/// A line of one of the usual forms.
enum UsualLine {
    /// `key = value`, not indented, and of no key that could be a secret's.
    case property
    /// `[profile NAME]` in the config file, and nothing else on the line.
    case profile(name: Range<Int>, hash: NameHash)
}

extension LineReader {
    /// The next line if it is of a usual form; else nil, and nothing is read: `next(in:)` tells.
    ///
    /// What it makes of a line is what `next(in:)` makes of it, in a tenth of the time.
    @inline(__always)
    mutating func nextUsual(in bytes: Span<UInt8>, of role: ConfigFile.Role) -> UsualLine? {
        bytes.withUnsafeBufferPointer { bytes in
            guard offset < bytes.count, let base = bytes.baseAddress else { return nil }
            let first = base[offset]
            if first == UInt8(ascii: "[") {
                return role == .config ? usualTitle(base, bytes.count) : nil
            }
            return isInSection && first.isASCIILetter ? usualProperty(base, bytes.count) : nil
        }
    }

    @inline(__always)
    private mutating func usualTitle(
        _ bytes: UnsafePointer<UInt8>, _ count: Int
    ) -> UsualLine? {
        // "[profile N]" and a line feed.
        guard count - offset >= 12,
            UnsafeRawPointer(bytes + offset + 1).loadUnaligned(as: UInt64.self) == Self.profile
        else { return nil }
        let start = offset + 9
        var end = start
        var hash = NameHash()
        while end < count, bytes[end].isOfIdentifier {
            hash.add(bytes[end])
            end += 1
        }
        guard end > start, end + 1 < count, bytes[end] == UInt8(ascii: "]"),
            bytes[end + 1] == .newline
        else { return nil }
        skipTitle(to: end + 2)
        return .profile(name: start..<end, hash: hash)
    }

    @inline(__always)
    private mutating func usualProperty(
        _ bytes: UnsafePointer<UInt8>, _ count: Int
    ) -> UsualLine? {
        // Keys of secrets start with this letter.
        guard bytes[offset].asciiLowercased != UInt8(ascii: "a") else { return nil }
        var at = offset + 1
        // A blank in a key could be followed by a comment.
        at = Self.endOfKey(bytes, from: at, count)
        while at < count, bytes[at].isBlank { at += 1 }
        guard at < count, bytes[at] == .equalsSign else { return nil }
        at += 1
        while at < count, bytes[at].isBlank { at += 1 }
        guard at < count, bytes[at] > UInt8(ascii: " "), !bytes[at].startsComment,
            let newline = memchr(bytes + at, Int32(UInt8.newline), count - at)
        else { return nil }
        skipProperty(to: UnsafeRawPointer(newline) - UnsafeRawPointer(bytes) + 1)
        return .property
    }

    /// Where the first blank, control character or equals sign is; `count` where there is none.
    ///
    /// Eight bytes at a time: of the lowest byte for which it holds, `(x - n) & ~x` has the high bit
    /// where x is less than n. Source: S. E. Anderson, "Bit Twiddling Hacks".
    @inline(__always)
    private static func endOfKey(
        _ bytes: UnsafePointer<UInt8>, from start: Int, _ count: Int
    ) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var at = start
        while at + 8 <= count {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(bytes + at).loadUnaligned(as: UInt64.self))
            let others = word ^ (ones &* UInt64(UInt8.equalsSign))
            let ends = (word &- ones &* 0x21) & ~word | (others &- ones) & ~others
            let marks = ends & (ones &* 0x80)
            if marks != 0 { return at + marks.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < count, bytes[at] > UInt8(ascii: " "), bytes[at] != .equalsSign { at += 1 }
        return at
    }

    /// `profile` and a blank, as they stand in memory.
    private static var profile: UInt64 { UInt64(littleEndian: 0x2065_6c69_666f_7270) }
}
