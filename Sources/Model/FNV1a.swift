// A hash without a library: for names and against damage, never against malice.

/// The 64-bit FNV-1a hash.
///
/// It needs no OpenSSL, which the hit path must not load, and unlike Swift's `Hasher` it gives the
/// same number in every process. Source: draft-eastlake-fnv.
public enum FNV1a {
    /// The hash of `bytes` in 16 hexadecimal digits.
    public static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
