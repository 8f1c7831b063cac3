// Signature Version 4 with the key of a certificate, as IAM Roles Anywhere takes it.
public import Crypto
public import HTTP
public import Model

/// Signs requests with AWS4-X509-RSA-SHA256 or AWS4-X509-ECDSA-SHA256.
///
/// Canonical request and string to sign are those of Signature Version 4, but the certificate's own
/// key signs the string, in the place of one that is derived from a secret. Nothing in the request
/// is secret.
///
/// Source: IAM Roles Anywhere user guide, "The IAM Roles Anywhere authentication signing process".
public struct X509Signature: Equatable, Sendable {
    /// How the key signs; nil in `init` where it is of another kind.
    public enum Algorithm: String, Sendable {
        /// RSA with PKCS#1 v1.5.
        case rsa = "AWS4-X509-RSA-SHA256"
        /// ECDSA, the signature in DER.
        case ecdsa = "AWS4-X509-ECDSA-SHA256"
    }

    /// How the key signs.
    public let algorithm: Algorithm
    /// The region in the credential scope.
    public let region: String
    /// The service in the credential scope: `rolesanywhere`.
    public let service: String
    /// When the request is made.
    public let date: Timestamp
    /// Whose key signs.
    public let certificate: Certificate
    /// What leads from it to the trust anchor, the anchor left out.
    public let chain: [Certificate]

    /// A signature with the key of `certificate`; nil where AWS takes none of its kind.
    public init?(
        region: String, service: String, date: Timestamp, certificate: Certificate,
        chain: [Certificate]
    ) {
        switch certificate.key {
        case .rsa: algorithm = .rsa
        case .ec: algorithm = .ecdsa
        case .other: return nil
        }
        self.region = region
        self.service = service
        self.date = date
        self.certificate = certificate
        self.chain = chain
    }

    /// The fields that are added to a request and signed with it.
    public var addedHeaders: [HTTPHeader] {
        let own = [
            HTTPHeader("X-Amz-Date", date.basicISO8601),
            HTTPHeader("X-Amz-X509", Base64.encode(certificate.der)),
        ]
        guard !chain.isEmpty else { return own }
        let others = chain.map { Base64.encode($0.der) }.joined(separator: ",")
        return own + [HTTPHeader("X-Amz-X509-Chain", others)]
    }

    /// The request in the form that is hashed.
    public func canonicalRequest(_ request: SignableRequest) -> String {
        let headers = headers(request)
        let path = percentEncoded(normalizedPath(request.path), keeping: "/")
        let query = request.query.map { (percentEncoded($0.name), percentEncoded($0.value)) }
            .sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: "&")
        let lines = headers.fields.map { "\($0.name):\($0.value ?? "")\n" }.joined()
        return "\(request.method)\n\(path)\n\(query)\n\(lines)\n\(headers.signed)\n"
            + request.bodyHash
    }

    /// Algorithm, date, scope and the hash of the canonical request.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func stringToSign(_ canonicalRequest: String) throws(LibraryUnavailable) -> String {
        let hash = try SHA256.digest(canonicalRequest.utf8)
        return "\(algorithm.rawValue)\n\(date.basicISO8601)\n\(scope)\n\(hash.hex)"
    }

    /// The fields to add to a request: those of `addedHeaders`, and Authorization.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func headerFields(
        _ request: SignableRequest, key: borrowing PrivateKey
    ) throws(LibraryUnavailable) -> [HTTPHeader] {
        let stringToSign = try stringToSign(canonicalRequest(request))
        let authorization =
            "\(algorithm.rawValue) Credential=\(certificate.serial)/\(scope), "
            + "SignedHeaders=\(headers(request).signed), "
            + "Signature=\(key.signature(of: stringToSign).hex)"
        return addedHeaders + [HTTPHeader("Authorization", authorization)]
    }

    private var scope: String {
        "\(date.basicISO8601.prefix(8))/\(region)/\(service)/aws4_request"
    }

    private func headers(_ request: SignableRequest) -> CanonicalHeaders {
        CanonicalHeaders(request.headers + addedHeaders, sessionToken: false)
    }
}
