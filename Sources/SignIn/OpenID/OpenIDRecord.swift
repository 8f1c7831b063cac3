// The tokens of a sign-in at an OpenID provider, and where they are kept.
public import Model
internal import Store
internal import Vault

/// What a sign-in gave.
public struct OpenIDRecord: ~Copyable, Sendable {
    /// Who the person is.
    public let idToken: IDToken
    /// What the next ID token is had for; nil where that takes the person.
    public let refreshToken: Secret?
    /// Whether the vault has it; until then the kernel keyring alone does.
    let isDurable: Bool

    borrowing func json(of place: OpenIDPlace, isDurable: Bool) -> Secret {
        Secret(json: .compact) { writer in
            writer.member("issuer", .string(place.issuer))
            writer.member("clientId", .string(place.clientID))
            writer.member("subject", .string(idToken.subject))
            writer.member("idToken", secret: idToken.text)
            writer.member("expiresAt", .string(idToken.expiration.description))
            switch refreshToken {
            case .some(let refresh): writer.member("refreshToken", secret: refresh)
            case .none: break
            }
            writer.member("isDurable", .boolean(isDurable))
        }
    }

    /// Nil for anything that is not a sign-in at `place`.
    init?(json bytes: borrowing Secret, of place: OpenIDPlace) {
        guard let document = try? JSONDocument(bytes),
            document.string(["issuer"]) == place.issuer,
            document.string(["clientId"]) == place.clientID,
            let subject = document.string(["subject"]), let text = document.secret(["idToken"]),
            let end = document.string(["expiresAt"]).flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        let isDurable = document.element(["isDurable"]).map { document.kind($0) }
        self.init(
            idToken: IDToken(text: text, subject: subject, expiration: end),
            refreshToken: document.secret(["refreshToken"]),
            isDurable: isDurable != .boolean(false))
    }

    init(idToken: consuming IDToken, refreshToken: consuming Secret?, isDurable: Bool) {
        self.idToken = idToken
        self.refreshToken = refreshToken
        self.isDurable = isDurable
    }

    /// The same with another refresh token.
    borrowing func renewed(with refreshToken: consuming Secret) -> OpenIDRecord {
        OpenIDRecord(idToken: idToken.copy(), refreshToken: refreshToken, isDurable: true)
    }

    /// Gives up the rest.
    consuming func takeToken() -> IDToken { idToken }

    var isRefreshable: Bool { refreshToken.isThere }
}

/// As with Identity Center, what a provider just gave goes into the kernel keyring first, which takes
/// no time to speak of: a refresh token that was traded is worth nothing any more.
extension TokenStore {
    /// How long a sign-in may go on where nothing says; providers end it when they will.
    private static let open: Duration = .seconds(365 * 86_400)

    func recent(_ place: OpenIDPlace) -> OpenIDRecord? {
        guard let bytes = try? kernel.load(name: place.recordName) else { return nil }
        return OpenIDRecord(json: bytes, of: place)
    }

    func durable(_ place: OpenIDPlace, mayPrompt: Bool) throws(VaultError) -> OpenIDRecord? {
        guard let record = try records(mayPrompt).load(name: place.recordName) else { return nil }
        return OpenIDRecord(json: record.takeBytes(), of: place)
    }

    /// Keeps what a provider just gave.
    /// - Returns: Why the vault did not take it; the kernel keyring may have it.
    func store(
        _ record: borrowing OpenIDRecord, of place: OpenIDPlace, now: Timestamp, mayPrompt: Bool
    ) -> VaultError? {
        remember(record, of: place, isDurable: false)
        index.set(
            SignInSummary(
                name: place.recordName, expiration: record.idToken.expiration,
                refreshableUntil: record.isRefreshable ? now + Self.open : nil))
        do throws(VaultError) {
            try records(mayPrompt).store(
                SecretRecord(
                    name: place.recordName, expiration: nil,
                    note: "sign-in at \(place.displayName)",
                    bytes: record.json(of: place, isDurable: true)))
        } catch { return error }
        remember(record, of: place, isDurable: true)
        return nil
    }

    func remember(_ record: borrowing OpenIDRecord, of place: OpenIDPlace, isDurable: Bool) {
        try? kernel.store(
            record.json(of: place, isDurable: isDurable), name: place.recordName,
            lifetime: Self.lifetime)
    }

    func remove(_ place: OpenIDPlace, mayPrompt: Bool) throws(VaultError) {
        try? kernel.remove(name: place.recordName)
        index.remove(place.recordName)
        _ = try records(mayPrompt).remove(name: place.recordName)
    }

    /// What is known of a sign-in without asking the vault or the provider; nil where nothing is.
    public func summary(_ place: OpenIDPlace) -> SignInSummary? { index.summary(place.recordName) }
}
