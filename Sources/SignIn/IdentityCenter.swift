// Being signed in at an access portal: a token that counts, by the cheapest way there is.
public import AWS
public import Loopback
public import Model
internal import System
internal import Vault

/// A sign-in at one access portal.
public struct IdentityCenter: Sendable {
    /// Everything outside of it.
    public struct Effects: Sendable {
        /// Where tokens are.
        public var store: TokenStore
        /// How a person is asked; nil where there is none.
        public var method: SignInMethod?
        /// How long a person has.
        public var timeout: Duration = .seconds(600)
        /// Shows a page in the person's browser.
        public var openBrowser: @Sendable (String) throws(BrowserError) -> Void = {
            (page) throws(BrowserError) in try Browser.open(page)
        }
        /// Where locks stand; nil where there is no such place.
        public var lockDirectory: @Sendable () -> String?
        /// Is told what happens.
        public var report: @Sendable (SignInEvent) -> Void = { _ in }
        /// The wall clock.
        public var now: @Sendable () -> Timestamp = { Timestamp.now() }
        /// The clock that waiting goes by.
        public var uptime: @Sendable () -> MonotonicTime = { MonotonicTime.now }
        /// Waits.
        public var sleep: @Sendable (Duration) -> Void = CallEffects.system.sleep

        /// Joins what has no default.
        public init(
            store: TokenStore, method: SignInMethod?,
            lockDirectory: @escaping @Sendable () -> String?
        ) {
            self.store = store
            self.method = method
            self.lockDirectory = lockDirectory
        }
    }

    /// Where it is.
    public let portal: AccessPortal
    let oidc: SSOOIDC
    let effects: Effects

    /// A token that lives shorter than this is renewed first, where that takes no person.
    static let refreshTTL: Duration = .seconds(300)
    /// A token that lives shorter than this is over.
    static let minimumTTL: Duration = .seconds(60)
    /// What a person reads on the page that asks for a yes.
    static let clientName = "credtool"

    /// The sign-in of `portal` at its sign-in service.
    public init(_ portal: AccessPortal, oidc: SSOOIDC, effects: Effects) {
        self.portal = portal
        self.oidc = oidc
        self.effects = effects
    }

    /// An access token that counts: a kept one, a renewed one, or that of a person who signs in now.
    /// One process obtains it, the others wait for that one.
    /// - Parameter rejected: A token that the portal did not take, though its time is not over.
    /// - Throws: `SignInError`.
    public func token(not rejected: borrowing Secret? = nil) throws(SignInError) -> SignInToken {
        if let token = recent(not: rejected) { return token }
        let lock = lock()
        defer { withExtendedLifetime(lock) {} }
        if let token = recent(not: rejected) { return token }
        return try obtained(not: rejected)
    }

    /// The token that is kept, good or not; nil where nobody is signed in.
    /// - Throws: `SignInError.vault` where that cannot be told.
    public func kept() throws(SignInError) -> SignInToken? {
        do throws(VaultError) { return try newest(not: nil) } catch { throw .vault(error, portal) }
    }

    /// The token to end the sign-in with: one that is over ends nothing at AWS, while its refresh
    /// token would go on to count, so that it is renewed first. Nil where nobody is signed in.
    /// - Throws: `SignInError.vault` where that cannot be told.
    public func tokenToEnd() throws(SignInError) -> SignInToken? {
        let lock = lock()
        defer { withExtendedLifetime(lock) {} }
        guard let token = try kept() else { return nil }
        let now = effects.now()
        guard token.expiration <= now, token.isRefreshable(now: now) else { return token }
        do throws(AWSError) { return try refreshed(token) } catch { return token }
    }

    /// Forgets the sign-in wherever it is kept; in the AWS CLI's cache where it came from there.
    /// - Throws: `SignInError.vault` where it may still be there.
    public func forget(_ token: borrowing SignInToken) throws(SignInError) {
        let isShared = token.place == .cli || portal.sharesCLICache
        let lock = lock()
        defer { withExtendedLifetime(lock) {} }
        do throws(VaultError) {
            try effects.store.remove(
                portal, shared: isShared, mayPrompt: effects.method != nil)
        } catch { throw .vault(error, portal) }
    }

    /// The token of the kernel keyring, where nothing is to be done about it.
    private func recent(not rejected: borrowing Secret?) -> SignInToken? {
        guard let token = effects.store.recent(portal), token.isDurable,
            isUsable(token, not: rejected, for: Self.refreshTTL)
        else { return nil }
        return token
    }

    private func isUsable(
        _ token: borrowing SignInToken, not rejected: borrowing Secret?, for ttl: Duration
    ) -> Bool {
        token.expiration - effects.now() > ttl && !isRejected(token, rejected)
    }

    private func isRejected(
        _ token: borrowing SignInToken, _ rejected: borrowing Secret?
    ) -> Bool {
        switch rejected {
        case .some(let other): token.accessToken.equals(other)
        case .none: false
        }
    }

    // MARK: Behind the lock

    private func obtained(not rejected: borrowing Secret?) throws(SignInError) -> SignInToken {
        var failure: VaultError?
        var kept: SignInToken?
        do throws(VaultError) { kept = try newest(not: rejected) } catch { failure = error }
        var reason = SignInReason.absent
        if let token = kept.take() {
            // A run that was killed left it behind.
            if !token.isDurable { keep(token) }
            if isUsable(token, not: rejected, for: Self.refreshTTL) {
                // One that could not be kept is tried again by the next run.
                if token.isDurable { effects.store.remember(token, of: portal, isDurable: true) }
                if token.place == .cli { effects.report(.foundInCLI(portal.displayName)) }
                return token
            }
            let isStillGood = isUsable(token, not: rejected, for: Self.minimumTTL)
            reason = token.expiration > effects.now() ? .revoked : .expired
            if token.isRefreshable(now: effects.now()) {
                do throws(AWSError) { return try refreshed(token) } catch {
                    guard error.endsTheSignIn else {
                        if isStillGood { return token }
                        throw .service(error, portal)
                    }
                }
            }
            if isStillGood { return token }
            effects.store.noteEnd(portal, now: effects.now())
        }
        guard effects.method != nil else {
            if let failure { throw .vault(failure, portal) }
            throw .needed(portal, reason)
        }
        return try signIn()
    }

    /// The token that was given last, of all places; a rejected one only where there is no other.
    private func newest(
        not rejected: borrowing Secret?
    ) throws(VaultError) -> SignInToken? {
        var best = later(
            effects.store.recent(portal), effects.store.shared(portal), not: rejected)
        let now = effects.now()
        let end = best.end ?? now
        // The vault is the last to be asked: it may want a person's password.
        if end - now > Self.refreshTTL { return best }
        do throws(VaultError) {
            let kept = try effects.store.durable(portal, mayPrompt: effects.method != nil)
            return later(best.take(), kept, not: rejected)
        } catch {
            guard best.isThere else { throw error }
            return best
        }
    }

    private func later(
        _ first: consuming SignInToken?, _ second: consuming SignInToken?,
        not rejected: borrowing Secret?
    ) -> SignInToken? {
        guard let one = first else { return second }
        guard let other = second else { return one }
        // Somebody may have signed in anew with the AWS CLI, for less time than the old sign-in had.
        if isRejected(one, rejected) { return other }
        if isRejected(other, rejected) { return one }
        return other.expiration > one.expiration ? other : one
    }

    /// Trades the refresh token. AWS may have forgotten it a moment later, so the new one is kept
    /// before anything else is done.
    private func refreshed(_ token: borrowing SignInToken) throws(AWSError) -> SignInToken {
        guard case .some(let client) = token.client.copied(),
            case .some(let refresh) = token.refreshToken.copied()
        else { preconditionFailure("isRefreshable was asked") }
        let new = try oidc.createToken(refreshToken: refresh, client: client)
        let next = kept(new, client: client, place: token.place, instead: refresh)
        effects.report(.refreshed(portal.displayName, until: next.expiration))
        return next
    }

    /// Keeps what AWS gave, and gives it on.
    func kept(
        _ token: borrowing SSOToken, client: borrowing ClientRegistration,
        place: SignInToken.Place
    ) -> SignInToken {
        kept(token, token.refreshToken.copied(), client, place)
    }

    /// The same where AWS need not give a new refresh token: the old one goes on then.
    private func kept(
        _ token: borrowing SSOToken, client: borrowing ClientRegistration,
        place: SignInToken.Place, instead old: borrowing Secret
    ) -> SignInToken {
        switch token.refreshToken {
        case .some(let new): kept(token, new.copy(), client, place)
        case .none: kept(token, old.copy(), client, place)
        }
    }

    private func kept(
        _ token: borrowing SSOToken, _ refreshToken: consuming Secret?,
        _ client: borrowing ClientRegistration, _ place: SignInToken.Place
    ) -> SignInToken {
        let kept = SignInToken(
            accessToken: token.accessToken.copy(), expiration: effects.now() + token.lifetime,
            refreshToken: refreshToken, client: client.copy(), place: place, isDurable: true)
        keep(kept)
        return kept
    }

    private func keep(_ token: borrowing SignInToken) {
        let failure = effects.store.store(
            token, of: portal, mayPrompt: effects.method != nil)
        if let failure { effects.report(.notKept(portal.displayName, failure)) }
    }

    private func lock() -> SignInLock {
        // Somewhat longer than a person has.
        let patience = effects.timeout + .seconds(30)
        return SignInLock(
            portal.recordName, in: effects.lockDirectory(), patience: patience
        ) { holder in
            effects.report(.waitingForOther(portal.displayName, holder, patience))
        }
    }
}

extension Optional where Wrapped == Secret {
    /// A second owner of the same.
    borrowing func copied() -> Secret? {
        switch self {
        case .some(let secret): secret.copy()
        case .none: nil
        }
    }
}

extension Optional where Wrapped == SignInToken {
    /// When the access token is over.
    fileprivate var end: Timestamp? {
        switch self {
        case .some(let token): token.expiration
        case .none: nil
        }
    }
}

extension Optional where Wrapped == ClientRegistration {
    borrowing func copied() -> ClientRegistration? {
        switch self {
        case .some(let client): client.copy()
        case .none: nil
        }
    }
}

extension AWSError {
    /// What OAuth calls the error.
    var oauthCode: String? {
        if case .service(let error) = self { return error.oauthCode }
        return nil
    }

    /// Whether the refresh token, or the client that it was given to, counts no more.
    var endsTheSignIn: Bool {
        // A refresh in another region than that of the sign-in reads `invalid_request`.
        [
            "invalid_grant", "invalid_client", "unauthorized_client", "invalid_request",
            "expired_token", "access_denied",
        ].contains(oauthCode)
    }
}
