// X.509 certificates: reading them, and what they say.
internal import COpenSSL
public import Model

/// What a public or a private key is.
public enum KeyKind: Hashable, Sendable {
    /// RSA with a modulus of so many bits.
    case rsa(bits: Int)
    /// On an elliptic curve, by its name in OpenSSL, such as `prime256v1`.
    case ec(curve: String)
    /// Any other, by its name in OpenSSL.
    case other(String)

    init(_ facts: ckey_facts) {
        let name = text(facts.name)
        self =
            switch ckey_kind(UInt32(facts.kind)) {
            case CKEY_RSA: .rsa(bits: Int(facts.bits))
            case CKEY_EC: .ec(curve: name)
            default: .other(name)
            }
    }
}

/// A certificate. Nothing of it is secret.
///
/// Source: RFC 5280.
public struct Certificate: Hashable, Sendable {
    /// The whole in DER.
    public let der: [UInt8]
    /// 1 to 3.
    public let version: Int
    /// The serial number in decimal digits.
    public let serial: String
    /// The serial number in upper-case hexadecimal digits, an even number of them.
    public let serialHex: String
    /// Whose it is, as OpenSSL writes it on one line: `/O=Example/CN=host`.
    public let subject: String
    /// Who vouches for it, in the same form.
    public let issuer: String
    /// From when it counts.
    public let notBefore: Timestamp
    /// Until when it counts.
    public let notAfter: Timestamp
    /// What the key in it is.
    public let key: KeyKind
    /// Whether it may sign other certificates.
    public let isAuthority: Bool
    /// Whether MD5 or SHA-1 is what vouches for it.
    public let isHashWeak: Bool
    /// Whether its key may sign requests: false where keyUsage leaves that out.
    public let maySign: Bool

    /// Reads one certificate; nil where `der` is none.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public init?(der: [UInt8]) throws(LibraryUnavailable) {
        try OpenSSL.loadCertificates()
        var facts = ccertificate_facts()
        guard ccertificate_look(der, der.count, &facts) == 1 else { return nil }
        self.der = der
        version = Int(facts.version)
        serial = text(facts.serial)
        serialHex = text(facts.serial_hex)
        subject = text(facts.subject)
        issuer = text(facts.issuer)
        notBefore = Timestamp(secondsSinceEpoch: Int(facts.not_before))
        notAfter = Timestamp(secondsSinceEpoch: Int(facts.not_after))
        key = KeyKind(facts.key)
        isAuthority = facts.is_authority == 1
        isHashWeak = facts.is_hash_weak == 1
        maySign = facts.may_sign == 1
    }

    /// The certificates of a PEM text, other things in it left out, or the one in DER.
    /// - Throws: `KeyFileError`.
    public static func read(_ bytes: borrowing Secret) throws(KeyFileError) -> [Certificate] {
        do { try OpenSSL.loadCertificates() } catch { throw .library(error) }
        // Base64 is longer than what it stands for.
        var der = [UInt8](repeating: 0, count: max(bytes.count, 1))
        var size = der.count
        let result = bytes.withBytes {
            ccertificate_read($0.baseAddress, $0.count, &der, &size)
        }
        try KeyFileError.check(result)
        return try split(der[..<size])
    }

    /// Certificates that stand one behind the other.
    static func split(_ der: ArraySlice<UInt8>) throws(KeyFileError) -> [Certificate] {
        var certificates: [Certificate] = []
        var rest = der
        while !rest.isEmpty {
            guard let length = elementLength(rest), length <= rest.count else { throw .nothing }
            let certificate: Certificate?
            do { certificate = try Certificate(der: Array(rest.prefix(length))) } catch {
                throw .library(error)
            }
            guard let certificate else { throw .nothing }
            certificates.append(certificate)
            rest = rest.dropFirst(length)
        }
        return certificates
    }

    /// How many bytes the element at the start of `der` takes with its header.
    ///
    /// Source: X.690, section 8.1.
    private static func elementLength(_ der: ArraySlice<UInt8>) -> Int? {
        let header = Array(der.prefix(6))
        guard header.count >= 2 else { return nil }
        guard header[1] >= 0x80 else { return 2 + Int(header[1]) }
        let count = Int(header[1] & 0x7f)
        guard (1...4).contains(count), header.count >= 2 + count else { return nil }
        return header[2..<(2 + count)].reduce(0) { $0 << 8 | Int($1) } + 2 + count
    }
}

/// The text that stands in a C array of characters.
private func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

extension OpenSSL {
    /// Loads what reads certificates and keys.
    static func loadCertificates() throws(LibraryUnavailable) {
        try load()
        guard let reason = ccertificate_load() else { return }
        throw LibraryUnavailable(
            library: COPENSSL_LIBRARY, package: "libssl3", reason: String(cString: reason))
    }
}
