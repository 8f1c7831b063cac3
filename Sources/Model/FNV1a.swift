// A hash without a library: for names and against damage, never against malice.

/// The 64-bit FNV-1a hash, which can go on over several pieces.
///
/// It needs no OpenSSL, which the hit path must not load, and unlike Swift's `Hasher` it gives the
/// same number in every process. Source: draft-eastlake-fnv.
public struct FNV1a: Sendable {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The hash of no bytes.
    public init() {}

    /// Goes on over `bytes`.
    public mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        var hash = hash
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        self.hash = hash
    }

    /// Goes on over the UTF-8 bytes of `text`.
    public mutating func combine(_ text: String.UTF8View) {
        let isDone: Void? = text.withContiguousStorageIfAvailable {
            combine(UnsafeRawBufferPointer($0))
        }
        if isDone == nil { for byte in text { withUnsafeBytes(of: byte) { combine($0) } } }
    }

    /// The hash in 16 hexadecimal digits.
    public var hexadecimal: String {
        String(unsafeUninitializedCapacity: 16) { digits in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: hash >> (60 - 4 * UInt64(place)) & 15)
                digits[place] = digit < 10 ? 0x30 + digit : 0x61 - 10 + digit
            }
            return 16
        }
    }

    /// The hash of `bytes` in 16 hexadecimal digits.
    public static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        var hash = FNV1a()
        hash.combine(bytes)
        return hash.hexadecimal
    }

    /// The hash of the UTF-8 bytes of `text` in 16 hexadecimal digits.
    public static func hexadecimal(_ text: String.UTF8View) -> String {
        var hash = FNV1a()
        hash.combine(text)
        return hash.hexadecimal
    }
}
