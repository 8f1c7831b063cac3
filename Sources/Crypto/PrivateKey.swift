// Private keys: reading them from PEM and PKCS#12, and signing with them.
internal import COpenSSL
public import Model

/// Why a file gives no key or certificate.
public enum KeyFileError: Error, Equatable, Sendable {
    /// There is nothing of the kind in it.
    case nothing
    /// A passphrase is needed, and none was given.
    case encrypted
    /// The passphrase is another.
    case wrongPassphrase
    /// A cipher or a kind of key that OpenSSL does not have here.
    case unsupported
    /// It is larger than any of its kind.
    case tooLarge
    /// libcrypto is missing.
    case library(LibraryUnavailable)

    /// - Parameter result: One of `ccertificate_result`.
    static func check(_ result: Int32) throws(KeyFileError) {
        switch ccertificate_result(UInt32(result)) {
        case CCERTIFICATE_GOOD: return
        case CCERTIFICATE_ENCRYPTED: throw .encrypted
        case CCERTIFICATE_WRONG_PASSPHRASE: throw .wrongPassphrase
        case CCERTIFICATE_UNSUPPORTED: throw .unsupported
        case CCERTIFICATE_TOO_LARGE: throw .tooLarge
        default: throw .nothing
        }
    }
}

/// A private key that signs. It rests in locked memory, as PKCS#8 in DER, and stands in OpenSSL's
/// for as long as a call takes.
public struct PrivateKey: ~Copyable, Sendable {
    /// The key as PKCS#8 in DER.
    public let pkcs8: Secret
    /// What it is.
    public let kind: KeyKind

    /// The most bytes that a key may have; one of RSA with 16384 bits has ten thousand.
    static let limit = 32 << 10

    /// Takes what `pkcs8` of another gave; nil where that is no key.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public init?(pkcs8: consuming Secret) throws(LibraryUnavailable) {
        try OpenSSL.loadCertificates()
        var facts = ckey_facts()
        let isKey = pkcs8.withBytes { ckey_look($0.baseAddress, $0.count, &facts) == 1 }
        guard isKey else { return nil }
        self.pkcs8 = pkcs8
        kind = KeyKind(facts)
    }

    /// Reads PEM of any kind (PKCS#1, SEC1, PKCS#8, each in the clear or encrypted), or DER.
    /// - Throws: `KeyFileError`.
    public static func read(
        _ bytes: borrowing Secret, passphrase: borrowing Secret? = nil
    ) throws(KeyFileError) -> PrivateKey {
        do { try OpenSSL.loadCertificates() } catch { throw .library(error) }
        var result: Int32 = 0
        let pkcs8 = Secret(capacity: limit) { room in
            var size = room.count
            bytes.withBytes { bytes in
                passphrase.withText { text, count in
                    result = ckey_read(
                        bytes.baseAddress, bytes.count, text, count, room.baseAddress, &size)
                }
            }
            return result == Int32(CCERTIFICATE_GOOD.rawValue) ? size : 0
        }
        try KeyFileError.check(result)
        return try PrivateKey.made(pkcs8)
    }

    fileprivate static func made(_ pkcs8: consuming Secret) throws(KeyFileError) -> PrivateKey {
        let key: PrivateKey?
        do { key = try PrivateKey(pkcs8: pkcs8) } catch { throw .library(error) }
        guard let key else { throw .unsupported }
        return key
    }

    /// Whether it is the key of `certificate`.
    public borrowing func belongs(to certificate: Certificate) -> Bool {
        let der = certificate.der
        return pkcs8.withBytes { ccertificate_matches(der, der.count, $0.baseAddress, $0.count) }
            == 1
    }

    /// Signs the SHA-256 of `message`: PKCS#1 v1.5 for RSA, a DER sequence of r and s for ECDSA.
    /// Empty where a key of this kind signs nothing so.
    public borrowing func signature(of message: String) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 4096)
        let message = Array(message.utf8)
        let count = pkcs8.withBytes {
            ckey_sign(
                $0.baseAddress, $0.count, message, message.count, &signature, signature.count)
        }
        return Array(signature.prefix(count))
    }
}

/// What a PKCS#12 file has.
public struct PKCS12: ~Copyable, Sendable {
    /// The private key.
    public let key: PrivateKey
    /// The certificates, that of the key first.
    public let certificates: [Certificate]

    /// Gives up the file for its key.
    public consuming func takeKey() -> PrivateKey { key }

    /// Reads a file.
    /// - Throws: `KeyFileError`; `nothing` also where it has no key, or no certificate of it.
    public static func read(
        _ bytes: borrowing Secret, passphrase: borrowing Secret? = nil
    ) throws(KeyFileError) -> PKCS12 {
        do { try OpenSSL.loadCertificates() } catch { throw .library(error) }
        var der = [UInt8](repeating: 0, count: max(bytes.count, 1))
        var size = der.count
        var result: Int32 = 0
        let pkcs8 = Secret(capacity: PrivateKey.limit) { room in
            var keySize = room.count
            bytes.withBytes { bytes in
                passphrase.withText { text, count in
                    result = ccertificate_read_pkcs12(
                        bytes.baseAddress, bytes.count, text, count, room.baseAddress, &keySize,
                        &der, &size)
                }
            }
            return result == Int32(CCERTIFICATE_GOOD.rawValue) ? keySize : 0
        }
        try KeyFileError.check(result)
        return PKCS12(
            key: try PrivateKey.made(pkcs8), certificates: try Certificate.split(der[..<size]))
    }
}

extension Secret? {
    /// Lends a passphrase as C wants it, with a zero behind it; nil for none.
    fileprivate borrowing func withText(
        _ body: (UnsafePointer<CChar>?, Int) -> Void
    ) {
        switch self {
        case .none: body(nil, 0)
        case .some(let secret):
            let terminated = Secret(capacity: secret.count + 1) { room in
                secret.withBytes { room.copyMemory(from: $0) }
                return secret.count + 1
            }
            terminated.withBytes {
                body($0.baseAddress?.assumingMemoryBound(to: CChar.self), secret.count)
            }
        }
    }
}
