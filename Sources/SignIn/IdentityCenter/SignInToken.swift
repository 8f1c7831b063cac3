// The tokens of a sign-in, and the JSON that they are kept as: the AWS CLI's, with a little more.
public import AWS
public import Model

/// What a sign-in gave, and what the next token is had for.
public struct SignInToken: ~Copyable, Sendable {
    /// Where a token rests for good.
    public enum Place: String, Sendable {
        /// In the vault.
        case vault
        /// In the AWS CLI's cache, where another program put it.
        case cli
    }

    /// What the access portal takes.
    public let accessToken: Secret
    /// When it ceases to.
    public let expiration: Timestamp
    /// What the next one is had for, where that can be done.
    public let refreshToken: Secret?
    /// Who may trade it.
    public let client: ClientRegistration?
    /// Where it rests.
    public let place: Place
    /// Whether it is written where it rests; until then the kernel keyring alone has it.
    public let isDurable: Bool

    /// Joins the parts.
    public init(
        accessToken: consuming Secret, expiration: Timestamp, refreshToken: consuming Secret?,
        client: consuming ClientRegistration?, place: Place, isDurable: Bool
    ) {
        self.accessToken = accessToken
        self.expiration = expiration
        self.refreshToken = refreshToken
        self.client = client
        self.place = place
        self.isDurable = isDurable
    }

    /// Whether the next token can be had without a person.
    public borrowing func isRefreshable(now: Timestamp) -> Bool {
        refreshToken.isThere && (clientEnd().map { $0 > now } ?? false)
    }

    /// When the client's registration is over.
    borrowing func clientEnd() -> Timestamp? {
        switch client {
        case .some(let client): client.expiration
        case .none: nil
        }
    }
}

/// Writes and reads tokens as JSON.
///
/// Source: botocore, tokens.py and utils.py (SSOTokenLoader); AWS CLI v2, `aws sso login`.
enum SignInCodec {
    /// - Parameter isOwn: Whether it is for a place of ours, and says more than the CLI wants.
    static func encode(
        _ token: borrowing SignInToken, of portal: AccessPortal, isOwn: Bool, isDurable: Bool
    ) -> Secret {
        Secret(json: .compact) { writer in
            writer.member("startUrl", .string(portal.startURL))
            writer.member("region", .string(portal.region))
            writer.member("accessToken", secret: token.accessToken)
            writer.member("expiresAt", .string(token.expiration.description))
            switch token.client {
            case .some(let client):
                writer.member("clientId", .string(client.clientID))
                writer.member("clientSecret", secret: client.clientSecret)
                writer.member("registrationExpiresAt", .string(client.expiration.description))
            case .none: break
            }
            switch token.refreshToken {
            case .some(let refresh): writer.member("refreshToken", secret: refresh)
            case .none: break
            }
            guard isOwn else { return }
            if let session = portal.session { writer.member("session", .string(session)) }
            writer.member("place", .string(token.place.rawValue))
            writer.member("isDurable", .boolean(isDurable))
        }
    }

    /// Nil for anything that is not a token of `portal`: half a file, another tool's, another place.
    /// - Parameter place: Where it was read, unless it says so itself.
    static func decode(
        _ bytes: borrowing Secret, of portal: AccessPortal, place: SignInToken.Place
    ) -> SignInToken? {
        guard let document = try? JSONDocument(bytes),
            document.kind(document.root) == .object,
            // Some programs leave these out; those that write them mean them.
            document.string(["startUrl"]).map({ $0 == portal.startURL }) ?? true,
            document.string(["region"]).map({ $0 == portal.region }) ?? true,
            let access = document.secret(["accessToken"]), access.isToken,
            let expiration = document.string(["expiresAt"]).flatMap(Timestamp.init(cli:))
        else { return nil }
        let isDurable =
            document.element(["isDurable"]).map { document.kind($0) != .boolean(false) } ?? true
        return SignInToken(
            accessToken: access, expiration: expiration,
            refreshToken: document.secret(["refreshToken"]), client: client(document),
            place: document.string(["place"]).flatMap(SignInToken.Place.init) ?? place,
            isDurable: isDurable)
    }

    /// Which portal a token of ours is of; nil for what is none.
    static func portal(_ bytes: borrowing Secret) -> AccessPortal? {
        guard let document = try? JSONDocument(bytes),
            let startURL = document.string(["startUrl"]), let region = document.string(["region"])
        else { return nil }
        return AccessPortal(
            session: document.string(["session"]), startURL: startURL, region: region, scopes: [])
    }

    static func encode(_ client: borrowing ClientRegistration) -> Secret {
        Secret(json: .compact) { writer in
            writer.member("clientId", .string(client.clientID))
            writer.member("clientSecret", secret: client.clientSecret)
            writer.member("registrationExpiresAt", .string(client.expiration.description))
        }
    }

    static func decodeClient(_ bytes: borrowing Secret) -> ClientRegistration? {
        guard let document = try? JSONDocument(bytes) else { return nil }
        return client(document)
    }

    private static func client(_ document: borrowing JSONDocument) -> ClientRegistration? {
        guard let id = document.string(["clientId"]),
            let secret = document.secret(["clientSecret"]),
            let end = document.string(["registrationExpiresAt"]).flatMap(Timestamp.init(cli:))
        else { return nil }
        return ClientRegistration(clientID: id, clientSecret: secret, expiration: end)
    }
}

extension Secret {
    /// Whether it can stand in a header.
    var isToken: Bool {
        withBytes { bytes in !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7e).contains($0) } }
    }
}

extension Timestamp {
    /// Reads the AWS CLI's forms: RFC 3339, and the older one that ends in `UTC`.
    init?(cli text: String) {
        self.init(rfc3339: text.hasSuffix("UTC") ? "\(text.dropLast(3))Z" : text)
    }
}
