// A hash without a library: for names and against damage, never against malice.

/// The 64-bit FNV-1a hash.
///
/// It needs no OpenSSL, which the hit path must not load, and unlike Swift's `Hasher` it gives the
/// same number in every process. Source: draft-eastlake-fnv.
public enum FNV1a {
    /// The hash of `bytes` in 16 hexadecimal digits.
    public static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(unsafeUninitializedCapacity: 16) { digits in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: hash >> (60 - 4 * UInt64(place)) & 15)
                digits[place] = digit < 10 ? 0x30 + digit : 0x61 - 10 + digit
            }
            return 16
        }
    }

    /// The hash of a text's bytes.
    public static func hexadecimal(_ text: String.UTF8View) -> String {
        var text = String(text)
        return text.withUTF8 { hexadecimal(UnsafeRawBufferPointer($0)) }
    }
}
