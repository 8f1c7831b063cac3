// Signing a request of a person's own, for any service, by the rules that the service has.
internal import Crypto
public import HTTP
public import Model

/// A request that a person wants signed, for any service of AWS.
///
/// S3 has rules of its own: the path is neither tidied up nor encoded twice, the hash of the body goes
/// along, and a presigned URL leaves the body open.
///
/// Source: IAM user guide, "Create a signed AWS API request"; S3 API reference, "Authenticating
/// Requests".
public struct RequestSigning: Equatable, Sendable {
    /// The method in capital letters.
    public let method: String
    /// Where it goes.
    public let url: RequestURL
    /// The header fields that the person gave.
    public let headers: [HTTPHeader]
    /// The service in the credential scope.
    public let service: String
    /// The region in the credential scope.
    public let region: String

    /// Joins the parts.
    public init(
        method: String, url: RequestURL, headers: [HTTPHeader], service: String, region: String
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.service = service
        self.region = region
    }

    /// The header fields that a signature adds, and a request cannot bring along.
    public static let addedNames = ["authorization", "x-amz-date", "x-amz-security-token"]

    /// Path and query as they have to be sent.
    public var target: String {
        let items = url.query.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
        return path + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    }

    /// The header fields of the signed request, but for X-Amz-Security-Token, which is the caller's to
    /// add, and for the Host that follows from the URL.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func signedHeaders(
        body: borrowing Secret?, date: Timestamp, credentials: borrowing Credentials
    ) throws(LibraryUnavailable) -> [HTTPHeader] {
        let hash = if let bodyHash { bodyHash } else { try Self.hash(of: body) }
        let added = try signer(date, .header).headerFields(
            signable(hash), credentials: credentials)
        let names = added.map { $0.name.lowercased() }
        return headers.filter { !names.contains($0.name.lowercased()) } + added
    }

    /// The presigned URL; a secret, since who has it may make the request.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func presignedURL(
        body: borrowing Secret?, expires: Duration, date: Timestamp,
        credentials: borrowing Credentials
    ) throws(LibraryUnavailable) -> Secret {
        let hash =
            if let bodyHash { bodyHash } else if isS3 { "UNSIGNED-PAYLOAD" } else {
                try Self.hash(of: body)
            }
        let target = try signer(date, .query(expires: expires)).presignedTarget(
            signable(hash), credentials: credentials)
        return Secret(capacity: url.origin.utf8.count + target.count) { room in
            var writer = SecretWriter(room)
            writer.write(url.origin)
            target.withBytes { writer.write($0) }
            return writer.count
        }
    }

    /// The names of the given fields that a presigned URL asks its user to send too.
    public var presignedHeaderNames: [String] {
        headers.map { $0.name.lowercased() }.filter { Self.isSigned($0) && $0 != "host" }
    }

    // MARK: - Rules

    /// Services that speak S3's protocol.
    private var isS3: Bool {
        ["s3", "s3-outposts", "s3-object-lambda", "s3express"].contains(service)
    }

    /// Others that want the hash of the body in a field: OpenSearch Serverless, S3 Glacier.
    private var wantsBodyHash: Bool { isS3 || service == "aoss" || service == "glacier" }

    /// The given X-Amz-Content-Sha256: a hash of what is sent later, or a word such as
    /// `UNSIGNED-PAYLOAD`.
    private var bodyHash: String? {
        headers.first { $0.name.lowercased() == "x-amz-content-sha256" }?.value
    }

    /// S3 decodes the path and encodes it anew, whatever it was sent as, so it is sent like that.
    private var path: String {
        isS3 ? percentEncoded(bytes: percentDecoded(url.path.utf8), keeping: "/") : url.path
    }

    private func signer(_ date: Timestamp, _ placement: SignatureV4.Placement) -> SignatureV4 {
        var signer = SignatureV4(
            region: region, service: service, date: date, placement: placement)
        signer.normalizesPath = !isS3
        signer.encodesPathTwice = !isS3
        signer.addsBodyHash = wantsBodyHash
        return signer
    }

    private func signable(_ bodyHash: String) -> SignableRequest {
        var signed = headers.filter { Self.isSigned($0.name.lowercased()) }
        if !signed.contains(where: { $0.name.lowercased() == "host" }) {
            signed.append(HTTPHeader("Host", url.host))
        }
        return SignableRequest(
            method: method, path: path, query: url.query, headers: signed, bodyHash: bodyHash)
    }

    /// What proxies and clients change on the way stays out of the signature, as in the SDKs.
    private static func isSigned(_ name: String) -> Bool {
        ![
            "baggage", "connection", "expect", "keep-alive", "proxy-authenticate",
            "proxy-authorization", "te", "traceparent", "tracestate", "trailer",
            "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
        ].contains(name)
    }

    private static func hash(of body: borrowing Secret?) throws(LibraryUnavailable) -> String {
        switch body {
        case .some(let body):
            try body.withBytes { (bytes) throws(LibraryUnavailable) in
                try SHA256.digest(bytes)
            }.hex
        case .none: try SHA256.digest(UnsafeRawBufferPointer(start: nil, count: 0)).hex
        }
    }
}
