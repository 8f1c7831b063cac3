// An OpenID provider: what it says of itself, its keys, and the tokens that it gives a client.
public import Crypto
public import HTTP
public import Model

/// What a provider says of itself.
public struct OpenIDConfiguration: Equatable, Sendable {
    /// The page that a person signs in on; nil where there is none.
    public let authorizationEndpoint: String?
    /// Where codes are traded for tokens.
    public let tokenEndpoint: String
    /// Where the keys are that tokens are signed with.
    public let keysURL: String
    /// Where a device asks for a code that a person types elsewhere; nil where that cannot be done.
    public let deviceEndpoint: String?
    /// Where refresh tokens are given back; nil where they cannot be.
    public let revocationEndpoint: String?
    /// The scopes that it knows; nil where it does not say.
    public let scopes: [String]?
    /// Whether a client's secret goes into the header of a request, and not into its form.
    let takesSecretsInHeader: Bool
}

/// A key that a provider signs with.
public struct OpenIDKey: Equatable, Sendable {
    /// Its name, which a token's header repeats.
    public let id: String?
    /// The key.
    public let key: PublicKey

    /// Joins the two.
    public init(id: String?, key: PublicKey) {
        self.id = id
        self.key = key
    }
}

/// What a provider gives for a code or a refresh token.
public struct OpenIDTokens: ~Copyable, Sendable {
    /// Who the person is, for whoever trusts the provider; a refresh need not give a new one.
    public let idToken: Secret?
    /// What the next ones are had for.
    public let refreshToken: Secret?
}

/// Why a provider did not give what it was asked for.
public enum OpenIDProviderError: Error, Equatable {
    /// A URL that is neither https nor of this machine.
    case insecure(String)
    /// The provider calls itself otherwise.
    case otherIssuer(String)
    /// Nothing that a provider says of itself is at that place; the URL and the status.
    case noConfiguration(url: String, status: Int)
    /// The provider was not reached.
    case transport(HTTPError)
    /// The provider refused, by OAuth's code and perhaps words of its own.
    case refused(code: String, description: String)
    /// The answer is not as it should be.
    case unreadable(url: String, reason: String)
}

/// One provider.
///
/// Source: OpenID Connect Discovery 1.0; RFC 6749, 7009, 7517, 7636 and 8628.
public struct OpenIDProvider: Sendable {
    /// The provider's name for itself, a URL.
    public let issuer: String
    private let transport: any HTTPTransport
    private let effects: CallEffects
    private let reader: MetadataService

    private static let timeout: Duration = .seconds(15)
    private static let tries = 3
    private static let deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

    /// The provider that calls itself `issuer`.
    public init(
        issuer: String, transport: any HTTPTransport, effects: CallEffects = .system
    ) {
        self.issuer = issuer
        self.transport = transport
        self.effects = effects
        reader = MetadataService(
            transport: transport, effects: effects, timeout: Self.timeout, tries: Self.tries)
    }

    // MARK: What it says of itself

    /// What the provider says of itself.
    /// - Throws: `OpenIDProviderError`.
    public func configuration() throws(OpenIDProviderError) -> OpenIDConfiguration {
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        let url = "\(base)/.well-known/openid-configuration"
        let document = try document(url)
        func text(_ name: String) -> String? { document.string([name]) }
        guard let name = text("issuer") else {
            throw .unreadable(url: url, reason: "issuer is missing")
        }
        // Who answers for another could have its tokens taken for that one's.
        guard name == issuer else { throw .otherIssuer(onOneLine(name, limit: 300)) }
        for endpoint in [
            "authorization_endpoint", "token_endpoint", "jwks_uri",
            "device_authorization_endpoint", "revocation_endpoint",
        ] {
            if let address = text(endpoint), !WebAddress.keepsSecrets(address) {
                throw .insecure(onOneLine(address, limit: 300).withoutUserInfo)
            }
        }
        guard let tokens = text("token_endpoint") else {
            throw .unreadable(url: url, reason: "token_endpoint is missing")
        }
        guard let keys = text("jwks_uri") else {
            throw .unreadable(url: url, reason: "jwks_uri is missing")
        }
        return OpenIDConfiguration(
            authorizationEndpoint: text("authorization_endpoint"), tokenEndpoint: tokens,
            keysURL: keys, deviceEndpoint: text("device_authorization_endpoint"),
            revocationEndpoint: text("revocation_endpoint"),
            scopes: document.texts("scopes_supported"),
            takesSecretsInHeader: Self.takesSecretsInHeader(
                document.texts("token_endpoint_auth_methods_supported")))
    }

    /// Source: OpenID Connect Discovery 1.0, section 3, for a provider that names no methods.
    private static func takesSecretsInHeader(_ methods: [String]?) -> Bool {
        guard let methods else { return true }
        return methods.contains("client_secret_basic") && !methods.contains("client_secret_post")
    }

    /// The keys that the provider signs with; those that are for something else are left out.
    /// - Throws: `OpenIDProviderError`.
    public func keys(
        _ configuration: OpenIDConfiguration
    ) throws(OpenIDProviderError) -> [OpenIDKey] {
        let document = try document(configuration.keysURL)
        guard let list = document.element(["keys"]) else {
            throw .unreadable(url: configuration.keysURL, reason: "keys is missing")
        }
        var keys: [OpenIDKey] = []
        for element in document.children(of: list) {
            if let use = document.string(["use"], in: element), use != "sig" { continue }
            guard let key = Self.key(document, element) else { continue }
            keys.append(OpenIDKey(id: document.string(["kid"], in: element), key: key))
        }
        return keys
    }

    private static func key(
        _ document: borrowing JSONDocument, _ element: JSONDocument.Element
    ) -> PublicKey? {
        func number(_ name: String) -> [UInt8]? {
            document.string([name], in: element).flatMap { Base64.decode($0.utf8) }
        }
        switch document.string(["kty"], in: element) {
        case "RSA":
            guard let modulus = number("n"), let exponent = number("e") else { return nil }
            return PublicKey(modulus: modulus, exponent: exponent)
        case "EC":
            guard let x = number("x"), let y = number("y"),
                let curve = document.string(["crv"], in: element).flatMap(
                    PublicKey.Curve.init(rawValue:))
            else { return nil }
            return PublicKey(curve: curve, x: x, y: y)
        default: return nil
        }
    }

    private func document(_ url: String) throws(OpenIDProviderError) -> JSONDocument {
        guard WebAddress.keepsSecrets(url) else { throw .insecure(url.withoutUserInfo) }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try reader.send(
                "GET", url, headers: [HTTPHeader("Accept", "application/json")], secret: nil)
        } catch { throw .transport(error) }
        guard response.status == 200 else {
            throw .noConfiguration(url: url, status: response.status)
        }
        guard let document = try? JSONDocument(response.body),
            document.kind(document.root) == .object
        else { throw .unreadable(url: url, reason: "not a JSON object") }
        return document
    }

    // MARK: Signing in

    /// The page that a person signs in on, for a browser that comes back to `redirectURI`.
    /// - Parameter endpoint: The provider's `authorizationEndpoint`.
    public func authorizationURL(
        _ endpoint: String, clientID: String, redirectURI: String, state: String, nonce: String,
        codeChallenge: String, scopes: [String]
    ) -> String {
        var query = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI),
            ("scope", scopes.joined(separator: " ")), ("state", state), ("nonce", nonce),
            ("code_challenge_method", "S256"), ("code_challenge", codeChallenge),
        ]
        // Source: Google, "OAuth 2.0 for mobile and desktop apps": no refresh token without them.
        if WebAddress.host(issuer) == "accounts.google.com" {
            query += [("access_type", "offline"), ("prompt", "consent")]
        }
        return endpoint + (endpoint.contains("?") ? "&" : "?")
            + query.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
    }

    /// Asks for a code that a person types elsewhere.
    /// - Parameter endpoint: The provider's `deviceEndpoint`.
    /// - Throws: `OpenIDProviderError`.
    public func deviceAuthorization(
        _ endpoint: String, client: borrowing OpenIDClient, scopes: [String]
    ) throws(OpenIDProviderError) -> DeviceAuthorization {
        var form = OpenIDForm(client)
        form.add("scope", scopes.joined(separator: " "))
        let document = try post(form, to: endpoint)
        // Google wrote its own before there was a standard.
        guard
            let page = document.string(["verification_uri"])
                ?? document.string(["verification_url"]),
            let code = document.string(["user_code"]),
            let deviceCode = document.secret(["device_code"]), deviceCode.count > 0
        else { throw .unreadable(url: endpoint, reason: "a code or its page is missing") }
        let complete = document.string(["verification_uri_complete"]) ?? page
        for address in [page, complete] where !WebAddress.isPage(address) {
            throw .insecure(onOneLine(address, limit: 300).withoutUserInfo)
        }
        return DeviceAuthorization(
            deviceCode: deviceCode, userCode: onOneLine(code, limit: 40),
            verificationURI: page, verificationURIComplete: complete,
            lifetime: .seconds(min(3600, max(0, document.integer(["expires_in"]) ?? 600))),
            interval: .seconds(min(60, max(1, document.integer(["interval"]) ?? 5))))
    }

    /// Trades the code of a browser.
    /// - Throws: `OpenIDProviderError`.
    public func tokens(
        _ configuration: OpenIDConfiguration, code: borrowing Secret, redirectURI: String,
        codeVerifier: borrowing Secret, client: borrowing OpenIDClient
    ) throws(OpenIDProviderError) -> OpenIDTokens {
        var form = OpenIDForm(client)
        form.add("grant_type", "authorization_code")
        form.add("code", code)
        form.add("redirect_uri", redirectURI)
        form.add("code_verifier", codeVerifier)
        return try tokens(configuration, form)
    }

    /// Trades the code of a device. `authorization_pending` and `slow_down` are no refusals.
    /// - Throws: `OpenIDProviderError`.
    public func tokens(
        _ configuration: OpenIDConfiguration, deviceCode: borrowing Secret,
        client: borrowing OpenIDClient
    ) throws(OpenIDProviderError) -> OpenIDTokens {
        var form = OpenIDForm(client)
        form.add("grant_type", Self.deviceGrant)
        form.add("device_code", deviceCode)
        return try tokens(configuration, form)
    }

    /// Trades a refresh token, which may be worth nothing after that.
    /// - Throws: `OpenIDProviderError`.
    public func tokens(
        _ configuration: OpenIDConfiguration, refreshToken: borrowing Secret,
        client: borrowing OpenIDClient
    ) throws(OpenIDProviderError) -> OpenIDTokens {
        var form = OpenIDForm(client)
        form.add("grant_type", "refresh_token")
        form.add("refresh_token", refreshToken)
        return try tokens(configuration, form)
    }

    /// Gives a refresh token back.
    /// - Parameter endpoint: The provider's `revocationEndpoint`.
    /// - Throws: `OpenIDProviderError`.
    public func revoke(
        _ endpoint: String, refreshToken: borrowing Secret, client: borrowing OpenIDClient
    ) throws(OpenIDProviderError) {
        var form = OpenIDForm(client)
        form.add("token", refreshToken)
        form.add("token_type_hint", "refresh_token")
        let response = try send(form, to: endpoint)
        guard response.status == 200 else { throw Self.refusal(response, endpoint) }
    }

    private func tokens(
        _ configuration: OpenIDConfiguration, _ form: borrowing OpenIDForm
    ) throws(OpenIDProviderError) -> OpenIDTokens {
        let document = try post(form, to: configuration.tokenEndpoint)
        return OpenIDTokens(
            idToken: try? document.visibleSecret(["id_token"]),
            refreshToken: try? document.visibleSecret(["refresh_token"]))
    }

    // MARK: The wire

    private func post(
        _ form: borrowing OpenIDForm, to url: String
    ) throws(OpenIDProviderError) -> JSONDocument {
        let response = try send(form, to: url)
        guard response.status == 200 else { throw Self.refusal(response, url) }
        guard let document = try? JSONDocument(response.body),
            document.kind(document.root) == .object
        else { throw .unreadable(url: url, reason: "not a JSON object") }
        return document
    }

    /// Codes and refresh tokens are taken once: another try is made only where the server has
    /// surely not seen the first.
    private func send(
        _ form: borrowing OpenIDForm, to url: String
    ) throws(OpenIDProviderError) -> HTTPResponse {
        var attempt = 1
        while true {
            do throws(HTTPError) {
                return try transport.send(
                    HTTPRequest(
                        method: "POST", url: url,
                        headers: [
                            HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                            HTTPHeader("Accept", "application/json"),
                        ], secretHeader: form.header(), body: form.body(),
                        limits: HTTPLimits(whole: Self.timeout), mayReuseConnection: false))
            } catch {
                guard attempt < Self.tries, error.isBeforeSending, Retry.isPassing(error) else {
                    throw .transport(error)
                }
            }
            effects.sleep(Retry.pause(attempt: attempt, random: effects.random()))
            attempt += 1
        }
    }

    private static func refusal(
        _ response: borrowing HTTPResponse, _ url: String
    ) -> OpenIDProviderError {
        guard let document = try? JSONDocument(response.body),
            let code = document.string(["error"])
        else { return .unreadable(url: url, reason: "status \(response.status) and no reason") }
        return .refused(
            code: onOneLine(code, limit: 128),
            description: onOneLine(document.string(["error_description"]) ?? "", limit: 300))
    }
}

extension JSONDocument {
    /// The texts of a list; nil where there is none.
    fileprivate borrowing func texts(_ name: String) -> [String]? {
        guard let list = element([name]), kind(list) == .array else { return nil }
        var texts: [String] = []
        for child in children(of: list) {
            if let text = string([], in: child) { texts.append(text) }
        }
        return texts
    }
}
