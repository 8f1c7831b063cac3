// The OAuth of the console's sign-in service: a page for a person, and credentials for its code.
public import HTTP
public import Model

/// What a sign-in at the console gives.
public struct ConsoleTokens: ~Copyable, Sendable {
    /// Credentials, which have no end of their own.
    public let credentials: Credentials
    /// How long they live, a quarter of an hour at the most.
    public let lifetime: Duration
    /// What the next ones are had for, once.
    public let refreshToken: Secret
    /// Who signed in, as a JSON Web Token; with a code only.
    public let idToken: Secret?
}

/// A browser that the sign-in service sends somewhere with a code.
public enum ConsoleClient: String, CaseIterable, Sendable {
    /// On this machine, to a listener on 127.0.0.1.
    case sameDevice = "same-device"
    /// Anywhere, to a page that shows what is to be typed here.
    case crossDevice = "cross-device"

    /// What the service calls the client.
    public var id: String { "arn:aws:signin:::devtools/\(rawValue)" }
}

/// The console's sign-in service at one endpoint.
///
/// Source: AWS Sign-In API reference, version 2023-01-01, CreateOAuth2Token; RFC 7636, RFC 9449;
/// AWS CLI v2, `aws login`.
public struct ConsoleOAuth: Sendable {
    private let api: JSONAPI

    /// A client for one endpoint.
    public init(
        endpoint: Endpoint, transport: any HTTPTransport, effects: CallEffects = .system
    ) {
        api = JSONAPI(
            service: "signin", endpoint: endpoint, transport: transport, effects: effects)
    }

    /// The region whose sign-in service this is.
    public var region: String { api.client.endpoint.signingRegion }

    /// The address that tokens are asked at, which a proof of possession names.
    public var tokenURL: String { api.client.endpoint.url + Self.tokenPath }

    /// Where the service shows its code, for a browser that is elsewhere.
    public var confirmationURL: String {
        api.client.endpoint.url + "/v1/sessions/confirmation"
    }

    private static let tokenPath = "/v1/token"

    /// The page that a person signs in at.
    ///
    /// - Parameters:
    ///   - redirectURI: Where the browser brings the code.
    ///   - state: What comes back with it.
    ///   - codeChallenge: The SHA-256 of the verifier, in base64url.
    public func authorizationURL(
        _ client: ConsoleClient, redirectURI: String, state: String, codeChallenge: String
    ) -> String {
        let query = [
            ("response_type", "code"), ("client_id", client.id), ("state", state),
            // RFC 7636 would call the method S256; this service knows it by this name.
            ("code_challenge_method", "SHA-256"), ("scope", "openid"),
            ("redirect_uri", redirectURI), ("code_challenge", codeChallenge),
        ]
        return "\(api.client.endpoint.url)/v1/authorize?"
            + query.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
    }

    /// Trades the code that a browser brought.
    ///
    /// - Parameters:
    ///   - redirectURI: Where the browser brought it.
    ///   - proof: Makes a proof of possession, a new one for each try.
    /// - Throws: `AWSError`.
    public func createToken(
        _ client: ConsoleClient, code: borrowing Secret, redirectURI: String,
        codeVerifier: borrowing Secret, proof: () throws(LibraryUnavailable) -> String,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> ConsoleTokens {
        try createToken(
            Secret(json: .compact) { writer in
                writer.member("clientId", .string(client.id))
                writer.member("grantType", .string("authorization_code"))
                writer.member("code", secret: code)
                writer.member("codeVerifier", secret: codeVerifier)
                writer.member("redirectUri", .string(redirectURI))
            }, proof, limits)
    }

    /// Trades a refresh token, which is worth nothing after that.
    ///
    /// - Parameters:
    ///   - clientID: Whom it was given to.
    ///   - proof: Makes a proof of possession, with the key that it was given for.
    /// - Throws: `AWSError`.
    public func createToken(
        clientID: String, refreshToken: borrowing Secret,
        proof: () throws(LibraryUnavailable) -> String, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> ConsoleTokens {
        try createToken(
            Secret(json: .compact) { writer in
                writer.member("clientId", .string(clientID))
                writer.member("grantType", .string("refresh_token"))
                writer.member("refreshToken", secret: refreshToken)
            }, proof, limits)
    }

    private func createToken(
        _ body: consuming Secret, _ proof: () throws(LibraryUnavailable) -> String,
        _ limits: CallLimits
    ) throws(AWSError) -> ConsoleTokens {
        let request = JSONRequest.rest("CreateOAuth2Token", "POST", Self.tokenPath, body: body)
        return try api.call(request, limits: limits, spendsCode: true) {
            (document) throws(MissingField) in
            let path = "accessToken"
            guard let id = document.string([path, "accessKeyId"]).flatMap(AccessKeyID.init) else {
                throw MissingField(field: "accessKeyId")
            }
            guard let seconds = document.integer(["expiresIn"]) else {
                throw MissingField(field: "expiresIn")
            }
            return ConsoleTokens(
                credentials: Credentials(
                    accessKeyID: id,
                    secretAccessKey: try document.visibleSecret([path, "secretAccessKey"]),
                    sessionToken: try document.visibleSecret([path, "sessionToken"])),
                lifetime: .seconds(min(86_400, max(0, seconds))),
                refreshToken: try document.visibleSecret(["refreshToken"]),
                idToken: document.secret(["idToken"]))
        } headers: { () throws(AWSError) in
            do throws(LibraryUnavailable) { return [HTTPHeader("DPoP", try proof())] } catch {
                throw .libraryUnavailable(error)
            }
        }
    }
}
