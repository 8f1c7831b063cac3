// What a console sign-in gave, and the JSON that it is kept as: the AWS CLI's, with a little more.
internal import Crypto
public import Model

/// Credentials of a console sign-in, and what the next ones are had for.
public struct ConsoleToken: ~Copyable, Sendable {
    /// Credentials, with their end.
    public let credentials: Credentials
    /// What the next ones are had for, once.
    let refreshToken: Secret
    /// Whom it was given to.
    let clientID: String
    /// Who signed in, as a JSON Web Token.
    let idToken: Secret?
    /// The private key in PEM that the refresh token is bound to.
    let key: Secret
    /// Where the sign-in was, and where it is renewed; nil where nobody noted it.
    let region: String?
    /// When the credentials were given; nil where nobody noted it.
    let obtained: Timestamp?
    /// Where it rests.
    public let place: SignInToken.Place
    /// Whether it is written where it rests; until then the kernel keyring alone has it.
    let isDurable: Bool

    /// When the credentials are over.
    public var expiration: Timestamp { credentials.expiration ?? Timestamp(secondsSinceEpoch: 0) }

    /// When the sign-in ends, whatever is renewed: twelve hours after it began; nil where nobody
    /// noted that.
    public var end: Timestamp? {
        let begun: Timestamp? =
            switch idToken {
            case .some(let token): IdentityClaims(token).issued
            case .none: nil
            }
        return begun.map { $0 + .seconds(12 * 3600) }
    }

    /// The credentials, for an owner of their own.
    public consuming func takeCredentials() -> Credentials { credentials }
}

/// What the middle part of a JSON Web Token says. It came from AWS over TLS, so that its signature
/// is not looked at.
///
/// Source: OpenID Connect Core 1.0, sections 2 and 3.1.3.7.
struct IdentityClaims {
    /// Whom it is about.
    let subject: String?
    /// When it was made.
    let issued: Timestamp?

    init(_ token: borrowing Secret) {
        let claims: Secret? = token.withBytes { bytes in
            let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            return parts.count == 3 ? Base64.decodeSecret(parts[1]) : nil
        }
        guard let claims, let document = try? JSONDocument(claims) else {
            (subject, issued) = (nil, nil)
            return
        }
        subject = document.string(["sub"])
        issued = document.integer(["iat"]).map { Timestamp(secondsSinceEpoch: $0) }
    }
}

/// Writes and reads tokens as JSON.
///
/// Source: botocore, credentials.py (LoginCredentialFetcher); AWS CLI v2, `aws login`.
enum ConsoleCodec {
    /// What is kept in a place of ours: more than the CLI wants.
    static func encode(_ token: borrowing ConsoleToken, isDurable: Bool) -> Secret {
        Secret(json: .compact) { writer in
            write(token, to: &writer)
            writer.member("obtained", token.obtained.map { .string($0.description) })
            writer.member("place", .string(token.place.rawValue))
            writer.member("isDurable", .boolean(isDurable))
        }
    }

    /// The CLI's file.
    /// - Parameter old: What the file held. Texts in it that nobody here knows stay: those of other
    ///   versions of the CLI.
    static func encode(
        _ token: borrowing ConsoleToken, replacing old: borrowing JSONDocument?
    ) -> Secret {
        Secret(json: .compact) { writer in
            write(token, to: &writer)
            switch old {
            case .some(let old):
                for element in old.children(of: old.root) {
                    guard let name = old.name(element), !names.contains(name),
                        case .some(let text) = old.secret([name])
                    else { continue }
                    writer.member(name, secret: text)
                }
            case .none: break
            }
        }
    }

    /// The members that `write` may write.
    private static let names: Set<String> = [
        "accessToken", "tokenType", "clientId", "refreshToken", "idToken", "dpopKey",
        "signInRegion",
    ]

    private static func write(_ token: borrowing ConsoleToken, to writer: inout JSONWriter) {
        writer.member("accessToken") { writer in
            writer.member("accessKeyId", .string(token.credentials.accessKeyID.description))
            writer.member("secretAccessKey", secret: token.credentials.secretAccessKey)
            switch token.credentials.sessionToken {
            case .some(let session): writer.member("sessionToken", secret: session)
            case .none: break
            }
            writer.member("accountId", token.credentials.accountID.map { .string($0) })
            writer.member("expiresAt", .string(token.expiration.description))
        }
        writer.member("tokenType", .string("aws_sigv4"))
        writer.member("clientId", .string(token.clientID))
        writer.member("refreshToken", secret: token.refreshToken)
        switch token.idToken {
        case .some(let id): writer.member("idToken", secret: id)
        case .none: break
        }
        writer.member("dpopKey", secret: token.key)
        writer.member("signInRegion", token.region.map { .string($0) })
    }

    /// Nil for anything that is not whole: half a file, or another tool's.
    /// - Parameter place: Where it was read, unless it says so itself.
    static func decode(
        _ bytes: borrowing Secret, place: SignInToken.Place
    ) -> ConsoleToken? {
        guard let document = try? JSONDocument(bytes),
            document.kind(document.root) == .object,
            let credentials = credentials(document),
            let refreshToken = document.secret(["refreshToken"]), refreshToken.count > 0,
            let clientID = document.string(["clientId"]), !clientID.isEmpty,
            let key = document.secret(["dpopKey"]), key.count > 0
        else { return nil }
        let isDurable =
            document.element(["isDurable"]).map { document.kind($0) != .boolean(false) } ?? true
        return ConsoleToken(
            credentials: credentials, refreshToken: refreshToken, clientID: clientID,
            idToken: document.secret(["idToken"]), key: key,
            region: document.string(["signInRegion"]).flatMap { $0.isEmpty ? nil : $0 },
            obtained: document.string(["obtained"]).flatMap(Timestamp.init(cli:)),
            place: document.string(["place"]).flatMap(SignInToken.Place.init) ?? place,
            isDurable: isDurable)
    }

    private static func credentials(_ document: borrowing JSONDocument) -> Credentials? {
        let path = "accessToken"
        guard let id = document.string([path, "accessKeyId"]).flatMap(AccessKeyID.init),
            let secret = document.secret([path, "secretAccessKey"]), secret.isToken,
            let session = document.secret([path, "sessionToken"]), session.isToken,
            let end = document.string([path, "expiresAt"]).flatMap(Timestamp.init(cli:))
        else { return nil }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: session, expiration: end,
            accountID: document.string([path, "accountId"]))
    }
}
