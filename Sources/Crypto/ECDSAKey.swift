// A key on the curve P-256 that signs: made here, or read from a PEM text.
internal import COpenSSL
public import Model

/// A private key for ECDSA with SHA-256 on P-256, which JOSE calls ES256.
///
/// Source: FIPS 186-5; RFC 7518, section 3.4.
public struct ECDSAKey: ~Copyable, @unchecked Sendable {
    private let key: OpaquePointer

    /// A new key.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public init() throws(LibraryUnavailable) {
        try Self.load()
        guard let key = cecdsa_generate() else {
            preconditionFailure("OpenSSL failed in EVP_PKEY_Q_keygen")
        }
        self.key = key
    }

    /// The key in a PEM text of SEC 1 (`EC PRIVATE KEY`) or PKCS#8 (`PRIVATE KEY`); nil where there
    /// is none on this curve, or it is encrypted.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public init?(pem: borrowing Secret) throws(LibraryUnavailable) {
        try Self.load()
        guard let key = pem.withBytes({ cecdsa_read($0.baseAddress, $0.count) }) else {
            return nil
        }
        self.key = key
    }

    deinit { cecdsa_free(key) }

    private static func load() throws(LibraryUnavailable) {
        // First, as it has libcrypto wipe what decoders leave of a key.
        try OpenSSL.load()
        guard let reason = cecdsa_load() else { return }
        throw LibraryUnavailable(
            library: COPENSSL_LIBRARY, package: "libssl3", reason: String(cString: reason))
    }

    /// The two coordinates of the public key, 32 bytes each.
    public var publicKey: (x: [UInt8], y: [UInt8]) {
        var (x, y) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 32))
        OpenSSL.require(cecdsa_public(key, &x, &y), "EVP_PKEY_get_bn_param")
        return (x, y)
    }

    /// The 64 bytes r and s of a signature over `message`.
    public borrowing func signature(of message: some Sequence<UInt8>) -> [UInt8] {
        let message = Array(message)
        var (r, s) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 32))
        OpenSSL.require(
            cecdsa_sign(key, message, message.count, &r, &s), "EVP_DigestSign")
        return r + s
    }

    /// The private key as PEM of SEC 1, which all of AWS's SDKs read.
    public borrowing func pem() -> Secret {
        Secret(capacity: 1024) { room in
            var size = 0
            OpenSSL.require(
                cecdsa_write(key, room.baseAddress, room.count, &size),
                "PEM_write_bio_PrivateKey")
            return size
        }
    }
}
