// Being signed in at the console: credentials that count, by the cheapest way there is.
public import AWS
internal import Crypto
internal import Loopback
internal import Model
internal import System
internal import Vault

/// The sign-in at the console of AWS.
public struct ConsoleSignIn: Sendable {
    /// The sign-in service of a region.
    let service: @Sendable (_ region: String) throws(EndpointError) -> ConsoleOAuth
    /// Where a person signs in, and where a sign-in is renewed of which nobody noted the region.
    let region: String
    let store: ConsoleTokenStore
    let effects: SignInEffects

    /// Credentials that live shorter than this are renewed first.
    static let refreshTTL: Duration = .seconds(300)
    /// Credentials that live shorter than this are over.
    static let minimumTTL: Duration = .seconds(60)
    /// What was given in the last moment is not renewed, however short it lives.
    static let refreshPause: Duration = .seconds(30)

    /// The sign-in at the service of `region`.
    public init(
        region: String,
        service: @escaping @Sendable (_ region: String) throws(EndpointError) -> ConsoleOAuth,
        store: ConsoleTokenStore, effects: SignInEffects
    ) {
        self.region = region
        self.service = service
        self.store = store
        self.effects = effects
    }

    /// A token of `session` whose credentials count: a kept one, a renewed one, or that of a person
    /// who signs in now. One process obtains it, the others wait for that one.
    /// - Throws: `ConsoleSignInError`.
    public func token(of session: ConsoleSession) throws(ConsoleSignInError) -> ConsoleToken {
        if let token = recent(session) { return token }
        let lock = lock(session)
        defer { withExtendedLifetime(lock) {} }
        if let token = recent(session) { return token }
        // To go on without the lock would show a page for each process that gave up.
        if lock.isGivenUp { throw .timedOut(after: effects.patience) }
        return try obtained(session)
    }

    /// Lets a person sign in, whoever it is, and keeps what came of it.
    /// - Throws: `ConsoleSignInError`.
    public func signIn() throws(ConsoleSignInError) -> ConsoleSession {
        let new = try signedIn(as: nil)
        let lock = lock(new.session)
        defer { withExtendedLifetime(lock) {} }
        keep(new.token, of: new.session)
        return new.session
    }

    /// Forgets a sign-in wherever it is kept. Returns whether there was one.
    /// - Throws: `ConsoleSignInError.vault` where it may still be there.
    public func forget(_ session: ConsoleSession) throws(ConsoleSignInError) -> Bool {
        let lock = lock(session)
        defer { withExtendedLifetime(lock) {} }
        do throws(VaultError) {
            return try store.remove(session, mayPrompt: effects.method != nil)
        } catch { throw .vault(error, session) }
    }

    /// The token of the kernel keyring, where nothing is to be done about it.
    private func recent(_ session: ConsoleSession) -> ConsoleToken? {
        guard let token = store.recent(session), token.isDurable,
            isFresh(token)
        else { return nil }
        return token
    }

    private func isFresh(_ token: borrowing ConsoleToken) -> Bool {
        let now = effects.now()
        let left = token.expiration - now
        let isNew = token.obtained.map { now - $0 < Self.refreshPause } ?? false
        return left > Self.refreshTTL || isNew && left > .zero
    }

    // MARK: Behind the lock

    private func obtained(_ session: ConsoleSession) throws(ConsoleSignInError) -> ConsoleToken {
        var failure: VaultError?
        var reason = ConsoleSignInReason.absent
        var refused: Secret?
        // Once more with another sign-in than the refused one: that of the other place, or what
        // another program, which takes no lock, made of it meanwhile.
        for _ in 0..<2 {
            var kept: ConsoleToken?
            do throws(VaultError) { kept = try newest(session, besides: refused) } catch {
                failure = error
            }
            guard let token = kept.take() else { break }
            // A run that was killed left it behind.
            if !token.isDurable { keep(token, of: session) }
            if isFresh(token) {
                // One that could not be kept is tried again by the next run.
                if token.isDurable {
                    store.remember(token, of: session, isDurable: true)
                }
                if token.place == .cli { effects.report(.foundInCLI(session.displayName)) }
                return token
            }
            switch try renewed(token, of: session) {
            case .renewed(let next): return next
            case .stillGood: return token
            case .ended(let why):
                if reason == .absent { reason = why }
                refused = token.refreshToken.copy()
            }
        }
        if reason != .absent { store.noteEnd(session) }
        guard effects.method != nil else {
            if let failure, reason == .absent { throw .vault(failure, session) }
            throw .needed(session, reason)
        }
        let new = try effects.asked(session.recordName, failure: failure(of:)) {
            () throws(ConsoleSignInError) in try signedIn(as: session)
        }
        keep(new.token, of: session)
        return new.takeToken()
    }

    private func failure(of refusal: SignInRefusal) -> ConsoleSignInError {
        switch refusal {
        case .denied: .denied
        case .timedOut: .timedOut(after: effects.timeout)
        }
    }

    /// The token whose credentials last longest, of all places.
    /// - Parameter refused: A refresh token that AWS does not take.
    private func newest(
        _ session: ConsoleSession, besides refused: borrowing Secret?
    ) throws(VaultError) -> ConsoleToken? {
        let best = later(
            store.recent(session).unless(refused),
            store.shared(session).unless(refused))
        let isGood: Bool =
            switch best {
            case .some(let token): isFresh(token)
            case .none: false
            }
        // The vault is the last to be asked: it may want a person's password.
        if isGood { return best }
        do throws(VaultError) {
            let kept = try store.durable(session, mayPrompt: effects.method != nil)
            return later(best, kept.unless(refused))
        } catch {
            guard best.isThere else { throw error }
            return best
        }
    }

    private func later(
        _ first: consuming ConsoleToken?, _ second: consuming ConsoleToken?
    ) -> ConsoleToken? {
        guard let one = first else { return second }
        guard let other = second else { return one }
        return other.expiration > one.expiration ? other : one
    }

    // MARK: Renewing

    private enum Renewal: ~Copyable {
        case renewed(ConsoleToken)
        /// It was not renewed, but lives on for some minutes.
        case stillGood
        case ended(ConsoleSignInReason)
    }

    /// Trades the refresh token. AWS forgets it a moment later, so the new one is kept before
    /// anything else is done.
    private func renewed(
        _ token: borrowing ConsoleToken, of session: ConsoleSession
    ) throws(ConsoleSignInError) -> Renewal {
        let found: ECDSAKey?
        do throws(LibraryUnavailable) { found = try ECDSAKey(pem: token.key) } catch {
            throw .library(error)
        }
        // Whatever it is bound to, no proof can be made.
        guard let key = found else { return .ended(.refused) }
        let oauth = try oauth(token.region ?? region)
        do throws(AWSError) {
            let url = oauth.tokenURL
            // Who is sent a signal meanwhile, as by Ctrl-C, would lose what AWS has given.
            let next = try EndingSignals.held { () throws(AWSError) in
                let new = try oauth.createToken(
                    clientID: token.clientID, refreshToken: token.refreshToken
                ) { () throws(LibraryUnavailable) in
                    ProofOfPossession.token(url: url, now: effects.now(), key: key)
                }
                let next = ConsoleToken(
                    credentials: credentials(
                        new, accountID: token.credentials.accountID ?? session.accountID),
                    refreshToken: new.refreshToken.copy(), clientID: token.clientID,
                    idToken: token.idToken.copied(), key: key.pem(), region: token.region,
                    obtained: effects.now(), place: token.place, isDurable: true)
                store.remember(next, of: session, isDurable: false)
                return next
            }
            keep(next, of: session)
            effects.report(.refreshed(session.displayName, until: next.expiration))
            return .renewed(next)
        } catch {
            if token.expiration - effects.now() > Self.minimumTTL { return .stillGood }
            // Whatever it is called: AWS took no look at the token.
            if case .service(let answer) = error, answer.isThrottling {
                throw .service(error, session)
            }
            switch error.oauthCode {
            case "TOKEN_EXPIRED": return .ended(.expired)
            case "USER_CREDENTIALS_CHANGED": return .ended(.credentialsChanged)
            case "INVALID_REQUEST", "invalid_request", "invalid_grant": return .ended(.refused)
            case "INSUFFICIENT_PERMISSIONS": throw .notPermitted(session)
            default: throw .service(error, session)
            }
        }
    }

    func oauth(_ region: String) throws(ConsoleSignInError) -> ConsoleOAuth {
        do throws(EndpointError) { return try service(region) } catch { throw .endpoint(error) }
    }

    /// The credentials of an answer, with an end and an account.
    func credentials(
        _ tokens: borrowing ConsoleTokens, accountID: String?
    ) -> Credentials {
        Credentials(
            accessKeyID: tokens.credentials.accessKeyID,
            secretAccessKey: tokens.credentials.secretAccessKey.copy(),
            sessionToken: tokens.credentials.sessionToken.copied(),
            expiration: effects.now() + tokens.lifetime, accountID: accountID)
    }

    // MARK: Keeping

    func keep(_ token: borrowing ConsoleToken, of session: ConsoleSession) {
        let failure = store.store(
            token, of: session, mayPrompt: effects.method != nil)
        if let failure { effects.report(.notKept(session.displayName, failure)) }
    }

    private func lock(_ session: ConsoleSession) -> SignInLock {
        effects.lock(session.recordName) { holder, patience in
            effects.report(.waitingForOther(session.displayName, holder, patience))
        }
    }
}

extension ConsoleToken? {
    /// Nil where its refresh token is that one.
    fileprivate consuming func unless(_ refused: borrowing Secret?) -> ConsoleToken? {
        guard let token = self else { return nil }
        switch refused {
        case .some(let other): if token.refreshToken.equals(other) { return nil }
        case .none: break
        }
        return token
    }
}
