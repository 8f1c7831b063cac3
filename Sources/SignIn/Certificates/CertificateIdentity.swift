// A certificate with its key and chain: reading them, and what AWS will look at.
public import Crypto
internal import Glibc
public import Model
internal import System

/// The files of a certificate.
public struct CertificateFiles: Equatable, Sendable {
    /// The certificate, in PEM or DER, perhaps with its key and others behind it; or PKCS#12.
    public var certificate: String
    /// Its key; nil where it is in the same file.
    public var privateKey: String?
    /// What leads from it to the trust anchor; nil for what is in the same file.
    public var chain: String?

    /// Joins the paths.
    public init(certificate: String, privateKey: String? = nil, chain: String? = nil) {
        self.certificate = certificate
        self.privateKey = privateKey
        self.chain = chain
    }
}

/// How a passphrase is asked for.
public struct KeyPassphrase: Sendable {
    /// Asks for that of a file.
    public var ask: @Sendable (_ path: String) throws(CertificateError) -> Secret
    /// Is told that it was wrong, and how often it may still be tried.
    public var wrong: @Sendable (_ triesLeft: Int) -> Void

    /// How often a person may mistype it.
    public static let tries = 3

    /// Joins the two.
    public init(
        ask: @escaping @Sendable (_ path: String) throws(CertificateError) -> Secret,
        wrong: @escaping @Sendable (_ triesLeft: Int) -> Void
    ) {
        self.ask = ask
        self.wrong = wrong
    }
}

/// A certificate, its key, and the certificates between it and a trust anchor.
public struct CertificateIdentity: ~Copyable, Sendable {
    /// The certificate.
    public let certificate: Certificate
    /// From the one that vouches for it outward, the anchor left out.
    public let chain: [Certificate]
    /// The certificate's key.
    public let key: PrivateKey

    /// The most bytes that a file may have.
    private static let limit = 1 << 20

    init(_ certificate: Certificate, others: [Certificate], key: consuming PrivateKey) {
        self.certificate = certificate
        chain = Self.chain(of: certificate, among: others)
        self.key = key
    }

    /// Reads files.
    /// - Throws: `CertificateError`; of what AWS would refuse, `check` tells.
    public static func read(
        _ files: CertificateFiles, passphrase: KeyPassphrase
    ) throws(CertificateError) -> CertificateIdentity {
        let main = try bytes(files.certificate)
        var certificates: [Certificate]
        do throws(KeyFileError) {
            certificates = try Certificate.read(main)
        } catch {
            guard error == .nothing else {
                throw .content(error, .certificate, path: files.certificate)
            }
            return try pkcs12(main, files, passphrase)
        }
        if let chain = files.chain { certificates += try others(chain) }
        let keyPath = files.privateKey ?? files.certificate
        let key =
            if let path = files.privateKey {
                try privateKey(bytes(path), path, passphrase)
            } else { try privateKey(main, keyPath, passphrase) }
        // Bundles of some makers begin with the authority.
        guard let own = certificates.firstIndex(where: { key.belongs(to: $0) }) else {
            throw .otherKey(certificate: files.certificate, privateKey: keyPath)
        }
        let certificate = certificates.remove(at: own)
        return CertificateIdentity(certificate, others: certificates, key: key)
    }

    private static func privateKey(
        _ bytes: borrowing Secret, _ path: String, _ passphrase: KeyPassphrase
    ) throws(CertificateError) -> PrivateKey {
        let content = bytes.copy()
        return try asking(path, .privateKey, passphrase) {
            (word: borrowing Secret?) throws(KeyFileError) in
            try PrivateKey.read(content, passphrase: word)
        }
    }

    private static func pkcs12(
        _ bytes: borrowing Secret, _ files: CertificateFiles, _ passphrase: KeyPassphrase
    ) throws(CertificateError) -> CertificateIdentity {
        let more = if let chain = files.chain { try others(chain) } else { [Certificate]() }
        let copy = bytes.copy()
        let box = try asking(files.certificate, .certificate, passphrase) {
            (word: borrowing Secret?) throws(KeyFileError) in
            try PKCS12.read(copy, passphrase: word)
        }
        let certificates = box.certificates
        guard let own = certificates.first else {
            throw .content(.nothing, .certificate, path: files.certificate)
        }
        return CertificateIdentity(own, others: certificates.dropFirst() + more, key: box.takeKey())
    }

    /// Reads what may be encrypted: without a passphrase, then with the ones that are given.
    private static func asking<Content: ~Copyable>(
        _ path: String, _ part: CertificateError.Part, _ passphrase: KeyPassphrase,
        read: (borrowing Secret?) throws(KeyFileError) -> Content
    ) throws(CertificateError) -> Content {
        do throws(KeyFileError) { return try read(nil) } catch {
            guard error == .encrypted else { throw .content(error, part, path: path) }
        }
        for left in (0..<KeyPassphrase.tries).reversed() {
            let word: Secret? = try passphrase.ask(path)
            do throws(KeyFileError) { return try read(word) } catch {
                guard error == .wrongPassphrase else { throw .content(error, part, path: path) }
            }
            if left > 0 { passphrase.wrong(left) }
        }
        throw .wrongPassphrase(path: path, tries: KeyPassphrase.tries)
    }

    private static func others(_ path: String) throws(CertificateError) -> [Certificate] {
        let bytes = try bytes(path)
        do throws(KeyFileError) { return try Certificate.read(bytes) } catch {
            throw .content(error, .chain, path: path)
        }
    }

    private static func bytes(_ path: String) throws(CertificateError) -> Secret {
        do throws(SystemError) {
            if let bytes = try AtomicFile.readSecret(path, limit: limit) { return bytes }
        } catch { throw .file(error, path: path) }
        throw .file(SystemError("open", path, code: ENOENT), path: path)
    }

    /// From issuer to issuer, by their names. Who vouches for itself is the anchor, which AWS has.
    private static func chain(
        of certificate: Certificate, among others: [Certificate]
    ) -> [Certificate] {
        var chain: [Certificate] = []
        var issuer = certificate.issuer
        while let next = others.first(where: { $0.subject == issuer }),
            next.issuer != next.subject, !chain.contains(next)
        {
            chain.append(next)
            issuer = next.issuer
        }
        return chain
    }

    // MARK: What AWS looks at

    /// Refuses what AWS would refuse.
    ///
    /// Source: IAM Roles Anywhere user guide, "Signature validation", "End entity certificates".
    public borrowing func check(now: Timestamp) throws(CertificateError) {
        guard certificate.version == 3 else { throw .oldVersion(certificate.version) }
        guard !certificate.isAuthority else { throw .authority(subject: certificate.subject) }
        switch certificate.key {
        case .rsa(let bits): if bits < 2048 { throw .weakKey(certificate.key) }
        case .ec(let curve):
            guard ["prime256v1", "secp384r1", "secp521r1"].contains(curve) else {
                throw .unsupportedKey(certificate.key)
            }
        case .other: throw .unsupportedKey(certificate.key)
        }
        guard !certificate.isHashWeak else { throw .weakHash }
        guard certificate.maySign else { throw .mayNotSign }
        guard certificate.notAfter > now else {
            throw .expired(subject: certificate.subject, certificate.notAfter)
        }
        guard certificate.notBefore <= now else {
            throw .notYetValid(subject: certificate.subject, certificate.notBefore)
        }
    }
}
