// Where the tokens of console sign-ins are: the kernel keyring, and the vault or the CLI's cache.
internal import Model
public import Store
internal import System
internal import Vault

/// The console's tokens of this user. May be used from several threads.
///
/// As with IAM Identity Center, what AWS just gave goes into the kernel keyring before the vault:
/// the refresh token before it is worth nothing any more.
public struct ConsoleTokenStore: Sendable {
    private let records: @Sendable (_ mayPrompt: Bool) -> DurableRecords
    private let cli: CLILoginCache
    private let index: SignInIndex
    private let kernel = KernelKeyring(prefix: "credtool:sign-in:")

    /// How long the kernel keeps a token: longer than a sign-in lasts.
    private static let lifetime: Duration = .seconds(24 * 3600)

    /// - Parameters:
    ///   - cli: The AWS CLI's cache.
    ///   - records: The records of the vault; whether a person may be asked for its password.
    public init(
        cli: CLILoginCache, index: SignInIndex,
        records: @escaping @Sendable (_ mayPrompt: Bool) -> DurableRecords
    ) {
        self.records = records
        self.cli = cli
        self.index = index
    }

    /// The token that the kernel keyring has. One of the CLI's cache ends with its file.
    func recent(_ session: ConsoleSession) -> ConsoleToken? {
        guard let bytes = try? kernel.load(name: session.recordName),
            let token = ConsoleCodec.decode(bytes, place: .vault),
            token.place == .vault || cli.has(session)
        else { return nil }
        return token
    }

    /// The token that the AWS CLI's cache has.
    func shared(_ session: ConsoleSession) -> ConsoleToken? { cli.load(session) }

    /// The token that the vault has.
    func durable(
        _ session: ConsoleSession, mayPrompt: Bool
    ) throws(VaultError) -> ConsoleToken? {
        guard let record = try records(mayPrompt).load(name: session.recordName) else {
            return nil
        }
        return ConsoleCodec.decode(record.takeBytes(), place: .vault)
    }

    /// Keeps a token that AWS just gave.
    /// - Returns: Why it could not be written where it should rest; the kernel keyring may have it.
    func store(
        _ token: borrowing ConsoleToken, of session: ConsoleSession, mayPrompt: Bool
    ) -> SignInKeepingError? {
        remember(token, of: session, isDurable: false)
        var failure: SignInKeepingError?
        switch token.place {
        case .vault:
            do throws(VaultError) {
                try records(mayPrompt).store(
                    SecretRecord(
                        name: session.recordName, expiration: nil,
                        note: "sign-in at \(session.displayName)",
                        bytes: ConsoleCodec.encode(token, isDurable: true)))
            } catch { failure = .vault(error) }
            index.set(token.summary(session))
        case .cli:
            do throws(SystemError) { try cli.store(token, of: session) } catch {
                failure = .cli(error)
            }
        }
        if failure == nil { remember(token, of: session, isDurable: true) }
        return failure
    }

    /// Puts a token into the kernel keyring; where that is refused, as in containers, there is
    /// nothing between AWS and the vault.
    func remember(
        _ token: borrowing ConsoleToken, of session: ConsoleSession, isDurable: Bool
    ) {
        try? kernel.store(
            ConsoleCodec.encode(token, isDurable: isDurable),
            name: session.recordName, lifetime: Self.lifetime)
    }

    /// Forgets a sign-in wherever it is, the AWS CLI's cache included: it would count otherwise.
    /// - Throws: What keeps the vault from forgetting it.
    func remove(_ session: ConsoleSession, mayPrompt: Bool) throws(VaultError) -> Bool {
        let wasShared = cli.has(session)
        let isKnown = (try? kernel.load(name: session.recordName)) != nil
        try? kernel.remove(name: session.recordName)
        index.remove(session.recordName)
        cli.remove(session)
        return try records(mayPrompt).remove(name: session.recordName) || wasShared || isKnown
    }

    /// Notes that AWS renews a sign-in no more. What is kept of it stays: its region may be wrong.
    func noteEnd(_ session: ConsoleSession) { index.remove(session.recordName) }

    /// What is known of a sign-in without asking the vault or AWS; nil where nothing is.
    public func summary(_ session: ConsoleSession) -> SignInSummary? {
        let own = index.summary(session.recordName)
        switch shared(session) {
        case .some(let token):
            let isNewer = own.map { $0.expiration < token.expiration } ?? true
            return isNewer ? token.summary(session) : own
        case .none: return own
        }
    }
}

extension ConsoleToken {
    /// Where nobody noted when the sign-in began, it may have been just now.
    fileprivate borrowing func summary(_ session: ConsoleSession) -> SignInSummary {
        SignInSummary(
            name: session.recordName, expiration: expiration,
            refreshableUntil: end ?? expiration + .seconds(12 * 3600))
    }
}
