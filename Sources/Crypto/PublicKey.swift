// Public keys of others as JSON has them (JWK), and the signatures that JSON web tokens bear (JWS).
internal import COpenSSL
public import Model

/// How a JSON web token is signed, by its name in the header; those that AWS takes.
///
/// Source: RFC 7518, section 3.1; IAM user guide, "Create an OpenID Connect (OIDC) identity
/// provider".
public enum SignatureAlgorithm: String, CaseIterable, Sendable {
    /// RSA with PKCS #1 v1.5 and SHA-256.
    case rs256 = "RS256"
    /// The same with SHA-384.
    case rs384 = "RS384"
    /// The same with SHA-512.
    case rs512 = "RS512"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// ECDSA on P-384 with SHA-384.
    case es384 = "ES384"
    /// ECDSA on P-521 with SHA-512.
    case es512 = "ES512"

    fileprivate var hash: String { "SHA\(rawValue.dropFirst(2))" }

    /// The curve; nil for RSA.
    fileprivate var curve: PublicKey.Curve? {
        switch self {
        case .rs256, .rs384, .rs512: nil
        case .es256: .p256
        case .es384: .p384
        case .es512: .p521
        }
    }
}

/// A key that signatures are checked with.
public struct PublicKey: Equatable, Sendable {
    /// A curve of ECDSA, by its name in JSON web keys.
    public enum Curve: String, Sendable {
        /// NIST P-256.
        case p256 = "P-256"
        /// NIST P-384.
        case p384 = "P-384"
        /// NIST P-521.
        case p521 = "P-521"

        /// The length of a coordinate in bytes.
        fileprivate var size: Int {
            switch self {
            case .p256: 32
            case .p384: 48
            case .p521: 66
            }
        }

        /// Source: RFC 5480, section 2.1.1.1.
        fileprivate var identifier: [UInt8] {
            switch self {
            case .p256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
            case .p384: [0x2b, 0x81, 0x04, 0x00, 0x22]
            case .p521: [0x2b, 0x81, 0x04, 0x00, 0x23]
            }
        }
    }

    private let curve: Curve?
    /// A SubjectPublicKeyInfo.
    private let der: [UInt8]

    /// An RSA key.
    ///
    /// Source: RFC 3279, section 2.3.1.
    public init(modulus: [UInt8], exponent: [UInt8]) {
        curve = nil
        let rsa: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]
        let algorithm = DER.sequence(DER.value(6, rsa), DER.value(5, []))
        let key = DER.sequence(DER.integer(modulus), DER.integer(exponent))
        der = DER.sequence(algorithm, DER.value(3, [0] + key))
    }

    /// A key on a curve; nil where the coordinates are not of its length.
    ///
    /// Source: RFC 5480, section 2.
    public init?(curve: Curve, x: [UInt8], y: [UInt8]) {
        guard x.count == curve.size, y.count == curve.size else { return nil }
        self.curve = curve
        let ec: [UInt8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]
        let algorithm = DER.sequence(DER.value(6, ec), DER.value(6, curve.identifier))
        // An uncompressed point.
        der = DER.sequence(algorithm, DER.value(3, [0, 4] + x + y))
    }

    /// Whether the key is one for `algorithm`.
    public func fits(_ algorithm: SignatureAlgorithm) -> Bool { algorithm.curve == curve }

    /// Whether `signature` is this key's over `text`; not for a key that does not fit.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func verifies(
        _ signature: [UInt8], over text: UnsafeRawBufferPointer, _ algorithm: SignatureAlgorithm
    ) throws(LibraryUnavailable) -> Bool {
        if let reason = cverify_load() {
            throw LibraryUnavailable(
                library: COPENSSL_LIBRARY, package: "libssl3", reason: String(cString: reason))
        }
        guard fits(algorithm) else { return false }
        var signature = signature
        if let curve {
            // Two numbers side by side, where X.509 has them in DER. Source: RFC 7518, section 3.4.
            guard signature.count == 2 * curve.size else { return false }
            signature = DER.sequence(
                DER.integer(Array(signature[..<curve.size])),
                DER.integer(Array(signature[curve.size...])))
        }
        return cverify(
            der, der.count, algorithm.hash, signature, signature.count, text.baseAddress,
            text.count) == 1
    }
}

/// The little of ASN.1's distinguished encoding that keys and signatures need.
///
/// Source: ITU-T X.690.
private enum DER {
    static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count >= 128 else { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(rest & 255), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }

    static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }

    /// A number that is not negative, of big-endian bytes.
    static func integer(_ bytes: [UInt8]) -> [UInt8] {
        var digits = Array(bytes.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return value(2, digits)
    }
}
