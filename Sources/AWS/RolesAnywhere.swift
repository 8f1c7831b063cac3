// IAM Roles Anywhere: the session of a role for the holder of a certificate's key.
public import Crypto
public import HTTP
public import Model

/// What CreateSession is asked for.
public struct CreateSessionRequest: Equatable, Sendable {
    /// The trust anchor that vouches for the certificate.
    public var trustAnchor: ARN
    /// The profile of IAM Roles Anywhere, which says what its roles' sessions may do.
    public var profile: ARN
    /// The role.
    public var role: ARN
    /// How long the session lives, 900 to 43200 seconds; nil for as long as the profile says.
    public var duration: Duration?
    /// The session's name, where the profile lets it be chosen; nil for the certificate's serial
    /// number.
    public var sessionName: String?

    /// Joins the parts.
    public init(
        trustAnchor: ARN, profile: ARN, role: ARN, duration: Duration? = nil,
        sessionName: String? = nil
    ) {
        self.trustAnchor = trustAnchor
        self.profile = profile
        self.role = role
        self.duration = duration
        self.sessionName = sessionName
    }
}

/// IAM Roles Anywhere at one endpoint.
///
/// Source: IAM Roles Anywhere user guide, "CreateSession API"; where the guide is silent, AWS's own
/// credential helper.
public struct RolesAnywhere: Sendable {
    private let api: JSONAPI

    /// The service's name in signatures.
    static let signingName = "rolesanywhere"

    /// A client for one endpoint.
    public init(
        endpoint: Endpoint, transport: any HTTPTransport, effects: CallEffects = .system
    ) {
        api = JSONAPI(
            service: Self.signingName, endpoint: endpoint, transport: transport, effects: effects)
    }

    /// Credentials of a role.
    /// - Parameters:
    ///   - certificate: One that the trust anchor vouches for; its key is RSA or EC.
    ///   - chain: What leads from it to the trust anchor, the anchor left out.
    ///   - key: The key of the certificate.
    /// - Throws: `AWSError`; AccessDeniedException where the certificate is not trusted, or the
    ///   role does not trust it.
    public func createSession(
        _ request: CreateSessionRequest, certificate: Certificate, chain: [Certificate],
        key: borrowing PrivateKey, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> Credentials {
        let body = Secret(json: .compact) { writer in
            writer.member("durationSeconds", request.duration.map { .integer($0.wholeSeconds) })
            writer.member("roleSessionName", request.sessionName.map { .string($0) })
        }
        let query = [
            QueryItem("profileArn", request.profile.description),
            QueryItem("roleArn", request.role.description),
            QueryItem("trustAnchorArn", request.trustAnchor.description),
        ]
        return try api.call(
            .rest("CreateSession", "POST", "/sessions", query: query, body: body), limits: limits
        ) { (signable, date) throws(LibraryUnavailable) in
            let signature = X509Signature(
                region: api.client.endpoint.signingRegion, service: Self.signingName, date: date,
                certificate: certificate, chain: chain)
            return try signature?.headerFields(signable, key: key) ?? []
        } read: { (document) throws(MissingField) in
            try Self.credentials(document, role: request.role)
        }
    }

    private static func credentials(
        _ document: borrowing JSONDocument, role: ARN
    ) throws(MissingField) -> Credentials {
        guard let list = document.element(["credentialSet"]),
            let set = document.children(of: list).first,
            let credentials = document.element(["credentials"], in: set)
        else { throw MissingField(field: "credentialSet") }
        func secret(_ name: String) throws(MissingField) -> Secret {
            guard let secret = document.secret([name], in: credentials), secret.isVisibleASCII
            else { throw MissingField(field: name) }
            return secret
        }
        guard let id = document.string(["accessKeyId"], in: credentials).flatMap(AccessKeyID.init)
        else { throw MissingField(field: "accessKeyId") }
        guard
            let end = document.string(["expiration"], in: credentials)
                .flatMap({ Timestamp(rfc3339: $0) })
        else { throw MissingField(field: "expiration") }
        return Credentials(
            accessKeyID: id, secretAccessKey: try secret("secretAccessKey"),
            sessionToken: try secret("sessionToken"), expiration: end, accountID: role.accountID)
    }
}

extension Endpoint {
    /// IAM Roles Anywhere in a region.
    ///
    /// Source: IAM Roles Anywhere's endpoint rules in the SDKs.
    /// - Throws: `EndpointError`; it cannot be asked without a region.
    public static func rolesAnywhere(_ options: Options) throws(EndpointError) -> Endpoint {
        try regional("rolesanywhere", options, region: options.region, plainMayBeFIPS: false)
    }
}
