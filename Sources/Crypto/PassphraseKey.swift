// Deriving a key from a pass phrase with scrypt.
internal import COpenSSL
public import Model

/// The cost of deriving a key from a pass phrase.
///
/// Source: RFC 7914.
public struct ScryptParameters: Equatable, Sendable {
    /// log2 of the CPU and memory cost N.
    public let logN: UInt8
    /// The block size r.
    public let blockSize: UInt32
    /// The parallelisation p.
    public let parallelism: UInt32

    /// The cost by its three numbers.
    public init(logN: UInt8, blockSize: UInt32, parallelism: UInt32) {
        self.logN = logN
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// 128 MiB and some tenths of a second: N = 2^17, r = 8, p = 1, OWASP's recommendation.
    public static let standard = ScryptParameters(logN: 17, blockSize: 8, parallelism: 1)

    /// Bytes of memory that the derivation needs: 128 · N · r, and room for its p blocks.
    public var memory: UInt64 {
        128 * UInt64(blockSize) * ((1 << UInt64(logN)) + UInt64(parallelism) + 2)
    }

    /// Whether a file may ask for this much: it is not taken at its word beyond 1 GiB.
    public var isReasonable: Bool {
        (10...20).contains(logN) && (1...32).contains(blockSize) && (1...16).contains(parallelism)
            && memory <= 1 << 30 + 1 << 20
    }

    /// The 32-byte key for `passphrase` and `salt`; nil where the parameters are not reasonable, or
    /// there is not so much memory.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func key(
        passphrase: borrowing Secret, salt: [UInt8]
    ) throws(LibraryUnavailable) -> Secret? {
        try OpenSSL.load()
        guard isReasonable else { return nil }
        var derived = false
        let key = Secret(capacity: 32) { key in
            passphrase.withBytes { passphrase in
                derived =
                    copenssl_scrypt(
                        passphrase.baseAddress, passphrase.count, salt, salt.count,
                        1 << UInt64(logN), UInt64(blockSize), UInt64(parallelism), memory,
                        key.baseAddress?.assumingMemoryBound(to: UInt8.self), 32) == 1
            }
            return 32
        }
        guard derived else { return nil }
        return key
    }
}
