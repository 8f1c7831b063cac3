// Being signed in at an OpenID provider: an ID token that counts, by the cheapest way there is.
public import AWS
internal import Crypto
internal import Loopback
public import Model
internal import System
internal import Vault

/// A sign-in at one provider.
public struct OpenIDSignIn: Sendable {
    /// Gives the client's secret, where it has one. It tells its own errors elsewhere.
    public typealias ClientSecret = () throws(ClientSecretUnavailable) -> Secret?

    let place: OpenIDPlace
    let provider: OpenIDProvider
    let store: TokenStore
    let effects: SignInEffects

    /// An ID token that lives shorter than this is renewed first: AWS is asked with it at once.
    static let minimumTTL: Duration = .seconds(60)

    /// The sign-in of `place` at its provider.
    public init(
        _ place: OpenIDPlace, provider: OpenIDProvider, store: TokenStore, effects: SignInEffects
    ) {
        self.place = place
        self.provider = provider
        self.store = store
        self.effects = effects
    }

    /// An ID token that counts: a kept one, a new one for the refresh token, or that of a person who
    /// signs in now. One process obtains it, the others wait for that one.
    /// - Parameter rejected: A token that AWS did not take, though its time is not over.
    /// - Throws: `OpenIDError`.
    public func token(
        not rejected: borrowing Secret? = nil, clientSecret: ClientSecret
    ) throws(OpenIDError) -> IDToken {
        if let record = recent(not: rejected) { return record.takeToken() }
        let lock = effects.lock(place.recordName) { holder, patience in
            report(.waitingForOther(place, holder, patience))
        }
        defer { withExtendedLifetime(lock) {} }
        if let record = recent(not: rejected) { return record.takeToken() }
        // To go on without the lock would show a page for each process that gave up.
        if lock.isGivenUp { throw .timedOut(place, after: effects.patience) }
        return try obtained(not: rejected, clientSecret).takeToken()
    }

    /// What is kept, good or not; nil where nobody is signed in.
    /// - Throws: `OpenIDError.vault` where that cannot be told.
    public func kept() throws(OpenIDError) -> OpenIDRecord? {
        do throws(VaultError) { return try newest() } catch { throw .vault(error, place) }
    }

    /// Gives the refresh token back to the provider, where it takes them, and forgets the sign-in.
    /// - Returns: Why the provider may still count it; nil where it does not, or has no such offer.
    /// - Throws: `OpenIDError.vault` where it may still be kept here.
    public func end(
        _ record: borrowing OpenIDRecord, clientSecret: ClientSecret
    ) throws(OpenIDError) -> OpenIDProviderError? {
        var failure: OpenIDProviderError?
        if case .some(let refresh) = record.refreshToken.copied() {
            do throws(OpenIDProviderError) {
                let configuration = try provider.configuration()
                if let endpoint = configuration.revocationEndpoint {
                    let secret = try? clientSecret()
                    try provider.revoke(
                        endpoint, refreshToken: refresh,
                        client: OpenIDClient(
                            id: place.clientID, secret: secret, of: configuration))
                }
            } catch { failure = error }
        }
        do throws(VaultError) {
            try store.remove(place, mayPrompt: effects.method != nil)
        } catch { throw .vault(error, place) }
        return failure
    }

    /// What the kernel keyring has, where nothing is to be done about it.
    private func recent(not rejected: borrowing Secret?) -> OpenIDRecord? {
        guard let record = store.recent(place), record.isDurable,
            isUsable(record, not: rejected)
        else { return nil }
        return record
    }

    private func isUsable(
        _ record: borrowing OpenIDRecord, not rejected: borrowing Secret?
    ) -> Bool {
        guard record.idToken.expiration - effects.now() > Self.minimumTTL else { return false }
        return switch rejected {
        case .some(let other): !record.idToken.text.equals(other)
        case .none: true
        }
    }

    // MARK: Behind the lock

    private func obtained(
        not rejected: borrowing Secret?, _ clientSecret: ClientSecret
    ) throws(OpenIDError) -> OpenIDRecord {
        var failure: VaultError?
        var kept: OpenIDRecord?
        do throws(VaultError) { kept = try newest() } catch { failure = error }
        var reason = SignInReason.absent
        if let record = kept.take() {
            // A run that was killed left it behind.
            if !record.isDurable { keep(record) }
            if isUsable(record, not: rejected) {
                store.remember(record, of: place, isDurable: true)
                return record
            }
            reason = .expired
            if record.isRefreshable {
                if let renewed = try refreshed(record, clientSecret) { return renewed }
                reason = .revoked
            }
        }
        guard effects.method != nil else {
            if let failure { throw .vault(failure, place) }
            throw .needed(place, reason)
        }
        return try effects.asked(place.recordName, failure: failure(of:)) {
            () throws(OpenIDError) in try signIn(clientSecret)
        }
    }

    private func failure(of refusal: SignInRefusal) -> OpenIDError {
        switch refusal {
        case .denied: .denied(place)
        case .timedOut: .timedOut(place, after: effects.timeout)
        }
    }

    /// What was given last, of both places.
    private func newest() throws(VaultError) -> OpenIDRecord? {
        var recent = store.recent(place)
        let end = recent.end
        // What the vault does not have yet is newer than what it has. It is the last to be asked: it
        // may want a person's password.
        if let end, end - effects.now() > Self.minimumTTL || !recent.isDurable { return recent }
        do throws(VaultError) {
            let mayPrompt = effects.method != nil
            let kept = try store.durable(place, mayPrompt: mayPrompt)
            guard let end, let other = kept.end, other <= end else {
                if kept.isThere { return kept }
                return recent.take()
            }
            return recent.take()
        } catch {
            guard end != nil else { throw error }
            return recent.take()
        }
    }

    /// Trades the refresh token. The provider may have forgotten it a moment later, so a new one is
    /// kept before anything else is done, the ID token's check included.
    /// - Returns: Nil where the provider wants the person again.
    private func refreshed(
        _ old: borrowing OpenIDRecord, _ clientSecret: ClientSecret
    ) throws(OpenIDError) -> OpenIDRecord? {
        guard case .some(let refresh) = old.refreshToken.copied() else { return nil }
        let configuration = try asking { () throws(OpenIDProviderError) in
            try provider.configuration()
        }
        let client = try client(clientSecret, configuration)
        let tokens: OpenIDTokens
        do throws(OpenIDProviderError) {
            // Who is sent a signal meanwhile, as by Ctrl-C, would lose what the provider has given.
            tokens = try EndingSignals.held { () throws(OpenIDProviderError) in
                let tokens = try provider.tokens(
                    configuration, refreshToken: refresh, client: client)
                if case .some(let next) = tokens.refreshToken.copied() {
                    store.remember(
                        old.renewed(with: next), of: place, isDurable: false)
                }
                return tokens
            }
        } catch {
            guard case .refused(let code, let description) = error, Self.endings.contains(code)
            else { throw .provider(error, place) }
            report(.notRefreshed(place, description.isEmpty ? code : description))
            return nil
        }
        if case .some(let next) = tokens.refreshToken.copied() {
            keep(old.renewed(with: next))
        }
        guard case .some(let text) = tokens.idToken.copied() else {
            report(.notRefreshed(place, "it gave no ID token"))
            return nil
        }
        let token = try checked(text, configuration, nonce: nil, subject: old.idToken.subject)
        let record = OpenIDRecord(
            idToken: token, refreshToken: tokens.refreshToken.copied() ?? refresh.copy(),
            isDurable: true)
        keep(record)
        report(.refreshed(place, until: record.idToken.expiration))
        return record
    }

    /// Codes that say that a person is needed. Source: RFC 6749, section 5.2; OpenID Connect Core
    /// 1.0, section 3.1.2.6.
    private static let endings = [
        "invalid_grant", "interaction_required", "login_required", "consent_required",
        "account_selection_required",
    ]

    // MARK: What both share

    func report(_ event: OpenIDEvent) { effects.report(.openID(event)) }

    func keep(_ record: borrowing OpenIDRecord) {
        let failure = store.store(
            record, of: place, now: effects.now(), mayPrompt: effects.method != nil)
        if let failure { report(.notKept(place, failure)) }
    }

    func client(
        _ clientSecret: ClientSecret, _ configuration: OpenIDConfiguration
    ) throws(OpenIDError) -> OpenIDClient {
        do throws(ClientSecretUnavailable) {
            return OpenIDClient(id: place.clientID, secret: try clientSecret(), of: configuration)
        } catch { throw .clientSecret }
    }

    /// What `body` gets from the provider.
    func asking<Answer: ~Copyable>(
        _ body: () throws(OpenIDProviderError) -> Answer
    ) throws(OpenIDError) -> Answer {
        do throws(OpenIDProviderError) { return try body() } catch {
            throw .provider(error, place)
        }
    }

    /// The ID token that `text` is, if all is well with it.
    func checked(
        _ text: borrowing Secret, _ configuration: OpenIDConfiguration, nonce: String?,
        subject: String?
    ) throws(OpenIDError) -> IDToken {
        let keys = try asking { () throws(OpenIDProviderError) in
            try provider.keys(configuration)
        }
        let check = IDTokenCheck(
            issuer: place.issuer, clientID: place.clientID, nonce: nonce, subject: subject,
            keys: keys)
        do throws(IDTokenCheck.Failure) {
            return try check.verified(text, now: effects.now())
        } catch {
            switch error {
            case .fault(let fault): throw .token(fault, place)
            case .library(let error): throw .library(error)
            }
        }
    }
}

extension Optional where Wrapped == OpenIDRecord {
    /// When the ID token is over.
    fileprivate var end: Timestamp? {
        switch self {
        case .some(let record): record.idToken.expiration
        case .none: nil
        }
    }

    /// Whether the vault has it.
    fileprivate var isDurable: Bool {
        switch self {
        case .some(let record): record.isDurable
        case .none: false
        }
    }
}

/// The command that prints a client's secret failed.
public struct ClientSecretUnavailable: Error {
    /// Nothing more is known here.
    public init() {}
}
