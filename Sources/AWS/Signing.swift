// Signature Version 4: string to sign, signing key, signature, and where they go.
internal import Crypto
public import HTTP
public import Model

/// Signs requests with AWS Signature Version 4 (AWS4-HMAC-SHA256).
///
/// Source: IAM user guide, "AWS Signature Version 4 for API requests".
public struct SignatureV4: Equatable, Sendable {
    /// Where the signature goes.
    public enum Placement: Equatable, Sendable {
        /// Into the Authorization field.
        case header
        /// Into the query, valid for so long: a presigned URL.
        case query(expires: Duration)
    }

    /// The region in the credential scope.
    public var region: String
    /// The service in the credential scope, such as `sts`.
    public var service: String
    /// When the request is made.
    public var date: Timestamp
    /// Where the signature goes.
    public var placement: Placement
    /// Whether `.`, `..` and empty segments of the path go away; all services but S3 want it.
    public var normalizesPath = true
    /// Whether the path, encoded as it is sent, is encoded once more; all services but S3 want it.
    public var encodesPathTwice = true
    /// Whether an X-Amz-Content-Sha256 field is added and signed; few services but S3 want it.
    public var addsBodyHash = false
    /// Whether the session token is added after signing instead of being signed.
    public var omitsSessionToken = false

    /// A signer for one service, region and moment.
    public init(
        region: String, service: String, date: Timestamp, placement: Placement = .header
    ) {
        self.region = region
        self.service = service
        self.date = date
        self.placement = placement
    }

    /// The request in the form that is hashed; a secret, since it holds the session token.
    public func canonicalRequest(
        _ request: SignableRequest, credentials: borrowing Credentials
    ) -> Secret {
        let headers = canonicalHeaders(request, credentials)
        let path = normalizesPath ? normalizedPath(request.path) : request.path
        let encodedPath = percentEncoded(
            path.isEmpty ? "/" : path, keeping: encodesPathTwice ? "/" : "/%")
        let query = canonicalQuery(request, headers, credentials)
        let pieces: [Piece] =
            [.text("\(request.method)\n\(encodedPath)\n")] + query + [.text("\n")]
            + headers.pieces + [.text("\n\(headers.signed)\n\(request.bodyHash)")]
        return Secret.joining(pieces, sessionToken: credentials.sessionToken)
    }

    /// Algorithm, date, scope and the hash of the canonical request.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func stringToSign(
        _ canonicalRequest: borrowing Secret
    ) throws(LibraryUnavailable) -> String {
        let hash = try canonicalRequest.withBytes { (bytes) throws(LibraryUnavailable) in
            try SHA256.digest(bytes)
        }
        return "\(Self.algorithm)\n\(date.basicISO8601)\n\(scope)\n\(hash.hex)"
    }

    /// The key for this day, region and service.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func signingKey(
        _ secretAccessKey: borrowing Secret
    ) throws(LibraryUnavailable) -> Secret {
        var key = Secret(capacity: 4 + secretAccessKey.count) { room in
            var writer = SecretWriter(room)
            writer.write("AWS4")
            secretAccessKey.withBytes { writer.write($0) }
            return writer.count
        }
        for part in [day, region, service, Self.terminator] {
            var next = try key.withBytes { (bytes) throws(LibraryUnavailable) in
                try SHA256.hmac(key: bytes, part.utf8)
            }
            key = Secret(capacity: next.count) { room in
                room.copyBytes(from: next)
                return next.count
            }
            next.wipe()
        }
        return key
    }

    /// The signature in lower-case hexadecimal digits.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func signature(
        _ stringToSign: String, signingKey: borrowing Secret
    ) throws(LibraryUnavailable) -> String {
        try signingKey.withBytes { (key) throws(LibraryUnavailable) in
            try SHA256.hmac(key: key, stringToSign.utf8)
        }.hex
    }

    /// The fields to add to a request signed by header: X-Amz-Date, Authorization, and
    /// X-Amz-Content-Sha256 where it is wanted. X-Amz-Security-Token is the caller's to add.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func headerFields(
        _ request: SignableRequest, credentials: borrowing Credentials
    ) throws(LibraryUnavailable) -> [HTTPHeader] {
        let signature = try signature(request, credentials)
        let authorization =
            "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(canonicalHeaders(request, credentials).signed), "
            + "Signature=\(signature)"
        return addedHeaders(request) + [HTTPHeader("Authorization", authorization)]
    }

    /// Path and query of a presigned URL; a secret, since who has it may make the request.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func presignedTarget(
        _ request: SignableRequest, credentials: borrowing Credentials
    ) throws(LibraryUnavailable) -> Secret {
        let headers = canonicalHeaders(request, credentials)
        var pieces = [Piece.text("\(request.path)?")]
        pieces += canonicalQuery(request, headers, credentials)
        if omitsSessionToken, credentials.hasSessionToken {
            pieces += [.text("&X-Amz-Security-Token="), .encodedSessionToken]
        }
        pieces.append(.text("&X-Amz-Signature=\(try signature(request, credentials))"))
        return Secret.joining(pieces, sessionToken: credentials.sessionToken)
    }

    // MARK: - Parts

    private static let algorithm = "AWS4-HMAC-SHA256"
    private static let terminator = "aws4_request"
    private var day: String { String(date.basicISO8601.prefix(8)) }
    private var scope: String { "\(day)/\(region)/\(service)/\(Self.terminator)" }

    private func signature(
        _ request: SignableRequest, _ credentials: borrowing Credentials
    ) throws(LibraryUnavailable) -> String {
        let stringToSign = try stringToSign(canonicalRequest(request, credentials: credentials))
        return try signature(
            stringToSign, signingKey: try signingKey(credentials.secretAccessKey))
    }

    private func addedHeaders(_ request: SignableRequest) -> [HTTPHeader] {
        guard placement == .header else { return [] }
        let date = HTTPHeader("X-Amz-Date", date.basicISO8601)
        return addsBodyHash
            ? [date, HTTPHeader("X-Amz-Content-Sha256", request.bodyHash)] : [date]
    }

    private func canonicalHeaders(
        _ request: SignableRequest, _ credentials: borrowing Credentials
    ) -> CanonicalHeaders {
        let added = addedHeaders(request)
        let names = Set(added.map { $0.name.lowercased() })
        let given = request.headers.filter { !names.contains($0.name.lowercased()) }
        let signsToken =
            placement == .header && credentials.hasSessionToken && !omitsSessionToken
        return CanonicalHeaders(given + added, sessionToken: signsToken)
    }

    private func canonicalQuery(
        _ request: SignableRequest, _ headers: CanonicalHeaders,
        _ credentials: borrowing Credentials
    ) -> [Piece] {
        var items: [(name: String, value: String?)] = request.query.map {
            (percentEncoded($0.name), percentEncoded($0.value))
        }
        if case .query(let expires) = placement {
            items += [
                ("X-Amz-Algorithm", Self.algorithm),
                ("X-Amz-Credential", percentEncoded("\(credentials.accessKeyID)/\(scope)")),
                ("X-Amz-Date", date.basicISO8601),
                ("X-Amz-Expires", "\(expires.wholeSeconds)"),
                ("X-Amz-SignedHeaders", percentEncoded(headers.signed)),
            ]
            if credentials.hasSessionToken, !omitsSessionToken {
                items.append(("X-Amz-Security-Token", nil))
            }
        }
        items.sort { ($0.name, $0.value ?? "") < ($1.name, $1.value ?? "") }
        return items.enumerated().flatMap { index, item -> [Piece] in
            let start = "\(index == 0 ? "" : "&")\(item.name)="
            guard let value = item.value else { return [.text(start), .encodedSessionToken] }
            return [.text(start + value)]
        }
    }
}

extension Credentials {
    /// Whether they are temporary.
    var hasSessionToken: Bool {
        switch sessionToken {
        case .some: true
        case .none: false
        }
    }
}
