// IAM Identity Center's sign-in service: clients, device codes, and tokens for them.
public import HTTP
public import Model

/// A client as the sign-in service knows it. No one secret is behind it: every program on every
/// machine registers one of its own.
public struct ClientRegistration: ~Copyable, Sendable {
    /// The client's name at the service.
    public let clientID: String
    /// What goes with it.
    public let clientSecret: Secret
    /// When the service forgets it, some 90 days after it was made.
    public let expiration: Timestamp

    /// Joins the parts.
    public init(clientID: String, clientSecret: consuming Secret, expiration: Timestamp) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.expiration = expiration
    }

    /// A second owner of the same.
    public borrowing func copy() -> ClientRegistration {
        ClientRegistration(
            clientID: clientID, clientSecret: clientSecret.copy(), expiration: expiration)
    }
}

/// A device that waits for a person, who types `userCode` at `verificationURI`.
public struct DeviceAuthorization: ~Copyable, Sendable {
    /// What the device asks for its token with.
    public let deviceCode: Secret
    /// What the person types.
    public let userCode: String
    /// Where the person types it.
    public let verificationURI: String
    /// The same with the code in it.
    public let verificationURIComplete: String
    /// How long the person has.
    public let lifetime: Duration
    /// How long the device waits between two questions.
    public let interval: Duration
}

/// What a sign-in gives.
public struct SSOToken: ~Copyable, Sendable {
    /// What the access portal takes.
    public let accessToken: Secret
    /// How long it does.
    public let lifetime: Duration
    /// What the next access token is had for; nil where there is none, or the old one goes on.
    public let refreshToken: Secret?
}

/// IAM Identity Center's sign-in service at one endpoint.
///
/// Source: IAM Identity Center OIDC API reference, version 2019-06-10; RFC 6749, 7636, 8628.
public struct SSOOIDC: Sendable {
    private let api: JSONAPI

    /// A client for one endpoint.
    public init(
        endpoint: Endpoint, transport: any HTTPTransport, effects: CallEffects = .system
    ) {
        api = JSONAPI(
            service: "sso-oauth", endpoint: endpoint, transport: transport, effects: effects)
    }

    /// A way to sign in, and the grants that a client registers for it.
    public enum Flow: String, CaseIterable, Sendable {
        /// A browser on this machine, which comes back with a code.
        case code
        /// A browser anywhere, with a code that a person types.
        case device

        fileprivate var grants: [String] {
            [self == .code ? "authorization_code" : SSOOIDC.deviceGrant, "refresh_token"]
        }
    }

    private static let deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

    /// Makes a client known.
    ///
    /// - Parameters:
    ///   - name: What the person reads on the page that asks for a yes.
    ///   - redirectURI: Where a browser comes back to, without a port: any will do.
    ///   - startURL: The access portal.
    /// - Throws: `AWSError`.
    public func registerClient(
        name: String, flow: Flow, scopes: [String], redirectURI: String, startURL: String,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> ClientRegistration {
        func strings(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
        let body = Secret(json: .compact) { writer in
            writer.member("clientName", .string(name))
            writer.member("clientType", .string("public"))
            writer.member("scopes", strings(scopes))
            writer.member("grantTypes", strings(flow.grants))
            if flow == .code {
                writer.member("redirectUris", strings([redirectURI]))
                writer.member("issuerUrl", .string(startURL))
            }
        }
        return try api.call(
            .rest("RegisterClient", "POST", "/client/register", body: body), limits: limits
        ) { (document) throws(MissingField) in
            guard let end = document.integer(["clientSecretExpiresAt"]) else {
                throw MissingField(field: "clientSecretExpiresAt")
            }
            return ClientRegistration(
                clientID: try document.requiredText("clientId"),
                clientSecret: try document.visibleSecret(["clientSecret"]),
                expiration: Timestamp(secondsSinceEpoch: end))
        }
    }

    /// The page that a person says yes on, for a browser that comes back to `redirectURI`.
    ///
    /// - Parameters:
    ///   - state: What the browser brings back with the code.
    ///   - codeChallenge: The SHA-256 of the verifier, in base64url.
    public func authorizationURL(
        clientID: String, redirectURI: String, state: String, codeChallenge: String,
        scopes: [String]
    ) -> String {
        let query = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI),
            ("state", state), ("code_challenge_method", "S256"),
            ("code_challenge", codeChallenge), ("scopes", scopes.joined(separator: " ")),
        ]
        return "\(api.client.endpoint.url)/authorize?"
            + query.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
    }

    /// Asks for a code that a person types elsewhere.
    /// - Throws: `AWSError`; the OAuth code `invalid_request` also for a portal of another region.
    public func startDeviceAuthorization(
        client: borrowing ClientRegistration, startURL: String, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> DeviceAuthorization {
        let body = Secret(json: .compact) { writer in
            writer.member("clientId", .string(client.clientID))
            writer.member("clientSecret", secret: client.clientSecret)
            writer.member("startUrl", .string(startURL))
        }
        return try api.call(
            .rest("StartDeviceAuthorization", "POST", "/device_authorization", body: body),
            limits: limits
        ) { (document) throws(MissingField) in
            let uri = try document.requiredText("verificationUri")
            let complete = document.string(["verificationUriComplete"]) ?? uri
            guard WebAddress.isPage(uri), WebAddress.isPage(complete) else {
                throw MissingField(field: "verificationUri")
            }
            return DeviceAuthorization(
                deviceCode: try document.visibleSecret(["deviceCode"]),
                userCode: onOneLine(try document.requiredText("userCode"), limit: 40),
                verificationURI: uri, verificationURIComplete: complete,
                lifetime: .seconds(max(0, document.integer(["expiresIn"]) ?? 600)),
                // Source: RFC 8628, section 3.2.
                interval: .seconds(min(60, max(1, document.integer(["interval"]) ?? 5))))
        }
    }

    /// Asks whether the person has typed the code.
    /// - Throws: `AWSError`; the OAuth codes `authorization_pending` and `slow_down` say not yet.
    public func createToken(
        deviceCode: borrowing Secret, client: borrowing ClientRegistration,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> SSOToken {
        try createToken(
            Secret(json: .compact) { writer in
                writer.client(client, grantType: Self.deviceGrant)
                writer.member("deviceCode", secret: deviceCode)
            }, limits)
    }

    /// Trades the code that a browser came back with.
    /// - Parameter redirectURI: Where it came back to, with the port.
    /// - Throws: `AWSError`.
    public func createToken(
        code: borrowing Secret, redirectURI: String, codeVerifier: borrowing Secret,
        client: borrowing ClientRegistration, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> SSOToken {
        try createToken(
            Secret(json: .compact) { writer in
                writer.client(client, grantType: "authorization_code")
                writer.member("code", secret: code)
                writer.member("redirectUri", .string(redirectURI))
                writer.member("codeVerifier", secret: codeVerifier)
            }, limits)
    }

    /// Trades a refresh token, which may be worth nothing after that.
    /// - Throws: `AWSError`; the OAuth code `invalid_grant` where it was spent or revoked.
    public func createToken(
        refreshToken: borrowing Secret, client: borrowing ClientRegistration,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> SSOToken {
        try createToken(
            Secret(json: .compact) { writer in
                writer.client(client, grantType: "refresh_token")
                writer.member("refreshToken", secret: refreshToken)
            }, limits)
    }

    private func createToken(
        _ body: consuming Secret, _ limits: CallLimits
    ) throws(AWSError) -> SSOToken {
        // Device codes, codes and refresh tokens are all taken once.
        try api.call(
            .rest("CreateToken", "POST", "/token", body: body), limits: limits, spendsCode: true
        ) { (document) throws(MissingField) in
            guard let seconds = document.integer(["expiresIn"]) else {
                throw MissingField(field: "expiresIn")
            }
            return SSOToken(
                accessToken: try document.visibleSecret(["accessToken"]),
                lifetime: .seconds(min(365 * 86_400, max(0, seconds))),
                refreshToken: document.secret(["refreshToken"]))
        }
    }
}

extension JSONDocument {
    fileprivate borrowing func requiredText(_ name: String) throws(MissingField) -> String {
        guard let text = string([name]), !text.isEmpty else { throw MissingField(field: name) }
        return text
    }

    /// The secret at the end of `path`, fit for a header or an environment.
    borrowing func visibleSecret(_ path: [String]) throws(MissingField) -> Secret {
        guard let secret = secret(path), secret.count > 0, secret.isVisibleASCII else {
            throw MissingField(field: path.last ?? "")
        }
        return secret
    }
}

extension JSONWriter {
    fileprivate mutating func client(_ client: borrowing ClientRegistration, grantType: String) {
        member("clientId", .string(client.clientID))
        member("clientSecret", secret: client.clientSecret)
        member("grantType", .string(grantType))
    }
}
