// Where the tokens of sign-ins are: the kernel keyring for now, the vault or the CLI's cache for good.
internal import AWS
internal import Model
public import Store
internal import System
internal import Vault

/// The tokens and registrations of this user. May be used from several threads.
///
/// A token that AWS just gave goes into the kernel keyring first, which takes no time to speak of:
/// the old one may be worth nothing any more, and who is killed while the vault is busy has lost
/// nothing. The next run then finishes what was begun.
public struct TokenStore: Sendable {
    let records: @Sendable (_ mayPrompt: Bool) -> DurableRecords
    private let cli: CLITokenCache?
    let index: SignInIndex
    let kernel = KernelKeyring(prefix: "credtool:sign-in:")

    /// How long the kernel keeps a token: longer than most sign-ins last.
    static let lifetime: Duration = .seconds(24 * 3600)

    /// - Parameters:
    ///   - cli: The AWS CLI's cache; nil for none.
    ///   - records: The records of the vault; whether a person may be asked for its password.
    public init(
        cli: CLITokenCache?, index: SignInIndex,
        records: @escaping @Sendable (_ mayPrompt: Bool) -> DurableRecords
    ) {
        self.records = records
        self.cli = cli
        self.index = index
    }

    // MARK: Tokens

    /// The token that the kernel keyring has.
    func recent(_ portal: AccessPortal) -> SignInToken? {
        guard let bytes = try? kernel.load(name: portal.recordName) else { return nil }
        return SignInCodec.decode(bytes, of: portal, place: .vault)
    }

    /// The token that the AWS CLI's cache has.
    func shared(_ portal: AccessPortal) -> SignInToken? { cli?.load(portal) }

    /// The token that the vault has.
    func durable(
        _ portal: AccessPortal, mayPrompt: Bool
    ) throws(VaultError) -> SignInToken? {
        // One that is over is still wanted: its refresh token is not.
        guard let record = try records(mayPrompt).load(name: portal.recordName) else { return nil }
        return SignInCodec.decode(record.takeBytes(), of: portal, place: .vault)
    }

    /// Keeps a token that AWS just gave.
    /// - Returns: Why it could not be written where it should rest; the kernel keyring may have it.
    func store(
        _ token: borrowing SignInToken, of portal: AccessPortal, mayPrompt: Bool
    ) -> SignInKeepingError? {
        remember(token, of: portal, isDurable: false)
        var failure: SignInKeepingError?
        if token.place == .vault {
            do throws(VaultError) {
                try records(mayPrompt).store(
                    SecretRecord(
                        name: portal.recordName, expiration: nil,
                        note: "sign-in at \(portal.displayName)",
                        bytes: SignInCodec.encode(
                            token, of: portal, isOwn: true, isDurable: true)))
            } catch { failure = .vault(error) }
        }
        if let cli, token.place == .cli || portal.sharesCLICache {
            do throws(SystemError) { try cli.store(token, of: portal) } catch {
                failure = failure ?? .cli(error)
            }
        }
        if failure == nil { remember(token, of: portal, isDurable: true) }
        index.set(token.summary(portal))
        return failure
    }

    /// Puts a token into the kernel keyring; where that is refused, as in containers, there is
    /// nothing between AWS and the vault.
    func remember(_ token: borrowing SignInToken, of portal: AccessPortal, isDurable: Bool) {
        try? kernel.store(
            SignInCodec.encode(token, of: portal, isOwn: true, isDurable: isDurable),
            name: portal.recordName, lifetime: Self.lifetime)
    }

    /// Forgets the token of a portal wherever it is.
    /// - Throws: What keeps the vault from forgetting it.
    func remove(_ portal: AccessPortal, mayPrompt: Bool) throws(VaultError) {
        try? kernel.remove(name: portal.recordName)
        index.remove(portal.recordName)
        cli?.remove(portal)
        _ = try records(mayPrompt).remove(name: portal.recordName)
    }

    /// Notes, for those who only look, that AWS gives no new token any more, and takes the one that
    /// there is until `end`.
    func noteEnd(of portal: AccessPortal, at end: Timestamp) {
        index.set(SignInSummary(name: portal.recordName, expiration: end, refreshableUntil: nil))
    }

    // MARK: Registrations

    func client(
        _ portal: AccessPortal, _ flow: SSOOIDC.Flow, now: Timestamp, mayPrompt: Bool
    ) -> ClientRegistration? {
        let name = portal.clientName(flow.rawValue)
        // The vault may be locked: then there is a new registration, which costs a call.
        guard let record = try? records(mayPrompt).load(name: name, now: now) else { return nil }
        return SignInCodec.decodeClient(record.takeBytes())
    }

    func store(
        _ client: borrowing ClientRegistration, of portal: AccessPortal, _ flow: SSOOIDC.Flow,
        mayPrompt: Bool
    ) {
        try? records(mayPrompt).store(
            SecretRecord(
                name: portal.clientName(flow.rawValue), expiration: client.expiration,
                note: "registration at \(portal.requestURL)", bytes: SignInCodec.encode(client)))
    }

    func removeClient(_ portal: AccessPortal, _ flow: SSOOIDC.Flow, mayPrompt: Bool) {
        _ = try? records(mayPrompt).remove(name: portal.clientName(flow.rawValue))
    }

    // MARK: Looking

    /// What is known of a sign-in without asking the vault or AWS; nil where nothing is.
    public func summary(_ portal: AccessPortal) -> SignInSummary? {
        var summary = index.summary(portal.recordName)
        switch shared(portal) {
        case .some(let token):
            let isNewer = summary.map { $0.expiration < token.expiration } ?? true
            if isNewer { summary = token.summary(portal) }
        case .none: break
        }
        return summary
    }
}

extension SignInToken {
    borrowing func summary(_ portal: AccessPortal) -> SignInSummary {
        SignInSummary(
            name: portal.recordName, expiration: expiration,
            refreshableUntil: refreshToken.isThere ? clientEnd() : nil)
    }
}

extension Optional where Wrapped: ~Copyable {
    /// Whether there is a value.
    var isThere: Bool {
        switch self {
        case .some: true
        case .none: false
        }
    }
}
