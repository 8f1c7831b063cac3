// Being signed in at an access portal: a token that counts, by the cheapest way there is.
public import AWS
internal import Loopback
public import Model
internal import System
internal import Vault

/// A sign-in at one access portal.
public struct IdentityCenter: Sendable {
    /// Where it is.
    public let portal: AccessPortal
    let oidc: SSOOIDC
    let store: TokenStore
    let effects: SignInEffects

    /// A token that lives shorter than this is renewed first, where that takes no person.
    static let refreshTTL: Duration = .seconds(300)
    /// A token that lives shorter than this is over.
    static let minimumTTL: Duration = .seconds(60)
    /// What a person reads on the page that asks for a yes.
    static let clientName = "credtool"

    /// The sign-in of `portal` at its sign-in service.
    public init(_ portal: AccessPortal, oidc: SSOOIDC, store: TokenStore, effects: SignInEffects) {
        self.portal = portal
        self.oidc = oidc
        self.store = store
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
        // To go on without the lock would show a page for each process that gave up.
        if lock.isGivenUp { throw .timedOut(portal, after: effects.patience) }
        return try obtained(not: rejected)
    }

    /// Ends every sign-in that the next run would find: at AWS, and wherever it is kept, the AWS
    /// CLI's cache included. A token that is over is renewed for that, since AWS ends no sign-in
    /// without a good one.
    /// - Parameter end: Ends the sign-in of a token at the portal.
    /// - Returns: Whether there was one, and why AWS may not have ended it.
    /// - Throws: `SignInError.vault` where it may still be kept.
    public func signOut(
        _ end: (borrowing Secret) throws(AWSError) -> Void
    ) throws(SignInError) -> (wasSignedIn: Bool, failure: AWSError?) {
        let lock = lock()
        defer { withExtendedLifetime(lock) {} }
        let mayPrompt = effects.method != nil
        let recent = store.recent(portal)
        let shared = store.shared(portal)
        var durable: SignInToken?
        var locked: VaultError?
        do throws(VaultError) {
            durable = try store.durable(portal, mayPrompt: mayPrompt)
        } catch { locked = error }
        if recent.isSame(as: durable) || shared.isSame(as: durable) { durable = nil }
        let wasSignedIn = recent.isThere || shared.isThere || durable.isThere
        var failure: AWSError?
        do throws(AWSError) {
            if !recent.isSame(as: shared) { try signOut(recent, end) }
            try signOut(shared, end)
            try signOut(durable, end)
        } catch { failure = error }
        do throws(VaultError) {
            try store.remove(portal, mayPrompt: mayPrompt)
        } catch { throw .vault(locked ?? error, portal) }
        return (wasSignedIn, failure)
    }

    private func signOut(
        _ token: borrowing SignInToken?, _ end: (borrowing Secret) throws(AWSError) -> Void
    ) throws(AWSError) {
        do throws(AWSError) {
            switch token {
            case .none: return
            case .some(let token) where token.expiration > effects.now():
                try end(token.accessToken)
            case .some(let token):
                guard token.isRefreshable(now: effects.now()) else { return }
                try end(try traded(token).accessToken)
            }
        } catch {
            // AWS has ended it before.
            guard error.endsTheSignIn || error.isUnauthorized else { throw error }
        }
    }

    /// The token of the kernel keyring, where nothing is to be done about it.
    private func recent(not rejected: borrowing Secret?) -> SignInToken? {
        guard let token = store.recent(portal), token.isDurable,
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
                if token.isDurable { store.remember(token, of: portal, isDurable: true) }
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
                    if let other = renewedElsewhere(than: token, not: rejected) { return other }
                    store.noteEnd(of: portal, at: token.expiration)
                }
            }
            if isStillGood { return token }
            store.noteEnd(of: portal, at: effects.now())
        }
        guard effects.method != nil else {
            if let failure { throw .vault(failure, portal) }
            throw .needed(portal, reason)
        }
        return try effects.asked(portal.recordName, failure: failure(of:)) {
            () throws(SignInError) in try signIn()
        }
    }

    private func failure(of refusal: SignInRefusal) -> SignInError {
        switch refusal {
        case .denied: .denied(portal)
        case .timedOut: .timedOut(portal, after: effects.timeout)
        }
    }

    /// The token of the AWS CLI's cache, where it is another one by now. The CLI takes no lock: it
    /// may have traded the refresh token between our look and our call.
    private func renewedElsewhere(
        than token: borrowing SignInToken, not rejected: borrowing Secret?
    ) -> SignInToken? {
        guard let other = store.shared(portal),
            !other.accessToken.equals(token.accessToken),
            isUsable(other, not: rejected, for: Self.minimumTTL)
        else { return nil }
        store.remember(other, of: portal, isDurable: true)
        effects.report(.foundInCLI(portal.displayName))
        return other
    }

    /// The token that was given last, of all places; a rejected one only where there is no other.
    private func newest(
        not rejected: borrowing Secret?
    ) throws(VaultError) -> SignInToken? {
        var best = later(
            store.recent(portal), store.shared(portal), not: rejected)
        let isGood: Bool =
            switch best {
            case .some(let token): isUsable(token, not: rejected, for: Self.refreshTTL)
            case .none: false
            }
        // The vault is the last to be asked: it may want a person's password.
        if isGood { return best }
        do throws(VaultError) {
            let kept = try store.durable(portal, mayPrompt: effects.method != nil)
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
    /// before anything else is done; where AWS gives no new one, the old one goes on.
    private func refreshed(_ token: borrowing SignInToken) throws(AWSError) -> SignInToken {
        // Who is sent a signal meanwhile, as by Ctrl-C, would lose what AWS has given.
        let next = try EndingSignals.held { () throws(AWSError) in
            let next = try traded(token)
            store.remember(next, of: portal, isDurable: false)
            return next
        }
        keep(next)
        effects.report(.refreshed(portal.displayName, until: next.expiration))
        return next
    }

    private func traded(_ token: borrowing SignInToken) throws(AWSError) -> SignInToken {
        guard case .some(let client) = token.client.copied(),
            case .some(let refresh) = token.refreshToken.copied()
        else { preconditionFailure("isRefreshable was asked") }
        let new = try oidc.createToken(refreshToken: refresh, client: client)
        return made(new, new.refreshToken.copied() ?? refresh.copy(), client, token.place)
    }

    /// Keeps what AWS gave, and gives it on.
    func kept(
        _ token: borrowing SSOToken, client: borrowing ClientRegistration,
        place: SignInToken.Place
    ) -> SignInToken {
        let kept = made(token, token.refreshToken.copied(), client, place)
        keep(kept)
        return kept
    }

    private func made(
        _ token: borrowing SSOToken, _ refreshToken: consuming Secret?,
        _ client: borrowing ClientRegistration, _ place: SignInToken.Place
    ) -> SignInToken {
        SignInToken(
            accessToken: token.accessToken.copy(), expiration: effects.now() + token.lifetime,
            refreshToken: refreshToken, client: client.copy(), place: place, isDurable: true)
    }

    private func keep(_ token: borrowing SignInToken) {
        let failure = store.store(
            token, of: portal, mayPrompt: effects.method != nil)
        if let failure { effects.report(.notKept(portal.displayName, failure)) }
    }

    private func lock() -> SignInLock {
        effects.lock(portal.recordName) { holder, patience in
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
    /// Whether both are there, and are one.
    borrowing fileprivate func isSame(as other: borrowing SignInToken?) -> Bool {
        switch self {
        case .none: false
        case .some(let one):
            switch other {
            case .none: false
            case .some(let other): one.accessToken.equals(other.accessToken)
            }
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

    /// Whether the portal does not take the token, or no more.
    var isUnauthorized: Bool {
        if case .service(let error) = self { return error.status == 401 }
        return false
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
