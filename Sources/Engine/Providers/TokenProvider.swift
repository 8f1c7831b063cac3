// The providers of tokens that a role is had for: a CI job's own, and that of a person's sign-in.
public import AWS
public import Model
public import Planning
internal import Profiles
public import SignIn
internal import Synchronization

extension PlanRunner {
    // MARK: A job's own

    /// The token of the job that credtool runs in, read anew each time.
    func jobToken(
        _ token: JobToken, _ source: WebIdentitySource
    ) throws(EngineError) -> Secret {
        switch token.way {
        case .variable(let name):
            guard let value = effects.secretVariable(name.value) else {
                throw .jobVariable(name.value, token.service.value)
            }
            return value
        case .agent: return try output(of: ProcessUse(token, of: source))
        case .request:
            let names = ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")
            guard let url = effects.variable(names.0) else {
                throw .jobVariable(names.0, token.service.value)
            }
            guard let bearer = effects.secretVariable(names.1) else {
                throw .jobVariable(names.1, token.service.value)
            }
            do throws(JobTokenError) {
                return try JobTokenService(transport: effects.web).token(
                    url: url, audience: token.audience?.value ?? "", bearer: bearer)
            } catch { throw .jobToken(error, token.service.value) }
        }
    }

    // MARK: A person's sign-in

    /// The ID token of the person who is signed in, or signs in now.
    /// - Parameter rejected: A token that AWS did not take.
    func openID(
        _ client: OpenIDSource, _ source: WebIdentitySource, not rejected: borrowing Secret? = nil
    ) throws(EngineError) -> IDToken {
        let signIn = try effects.openID(client, plan)
        let failure = Mutex<EngineError?>(nil)
        do throws(OpenIDError) {
            return try signIn.token(not: rejected) { () throws(ClientSecretUnavailable) in
                try clientSecret(client, source, failure)
            }
        } catch {
            if case .clientSecret = error, let cause = failure.withLock({ $0 }) { throw cause }
            throw .openID(error, profile: source.profile)
        }
    }

    /// What the command of `oidc_client_secret_process` prints; nil where there is none.
    private func clientSecret(
        _ client: OpenIDSource, _ source: WebIdentitySource,
        _ failure: borrowing Mutex<EngineError?>
    ) throws(ClientSecretUnavailable) -> Secret? {
        guard let command = client.clientSecretProcess else { return nil }
        let use = ProcessUse(
            key: "oidc_client_secret_process", command: command, profile: source.profile)
        do throws(EngineError) {
            let secret = try output(of: use).trimmed()
            guard secret.count > 0 else { throw .process(.noSecret, use) }
            return secret
        } catch {
            failure.withLock { $0 = error }
            throw ClientSecretUnavailable()
        }
    }

    /// Gives the person's sign-in back to the provider, and forgets it.
    func endOpenID(
        _ client: OpenIDSource, _ source: WebIdentitySource
    ) throws(EngineError) -> OpenIDEnd {
        let signIn = try effects.openID(client, plan)
        let failure = Mutex<EngineError?>(nil)
        do throws(OpenIDError) {
            guard let record = try signIn.kept() else { return .absent }
            let refusal = try signIn.end(record) { () throws(ClientSecretUnavailable) in
                try clientSecret(client, source, failure)
            }
            return refusal.map { .forgotten($0) } ?? .ended
        } catch { throw .openID(error, profile: source.profile) }
    }
}

/// What came of ending a sign-in at an OpenID provider.
public enum OpenIDEnd: Equatable, Sendable {
    /// Nobody was signed in.
    case absent
    /// It is over, at the provider where that offers it.
    case ended
    /// It is forgotten here, and may go on at the provider.
    case forgotten(OpenIDProviderError)
}

extension Engine {
    /// Makes sure that the person is signed in that a plan's source needs.
    /// - Returns: When the sign-in's token is over; nil for a source without such a sign-in.
    public func signIn(for plan: SessionPlan) throws(EngineError) -> Timestamp? {
        guard let (client, source) = plan.openID else { return nil }
        let runner = try PlanRunner(effects, plan, givenCode: nil)
        return try runner.openID(client, source).expiration
    }

    /// Ends the sign-in of a plan's source.
    /// - Returns: Nil for a source without a sign-in of this kind.
    public func endSignIn(of plan: SessionPlan) throws(EngineError) -> OpenIDEnd? {
        guard let (client, source) = plan.openID else { return nil }
        return try PlanRunner(effects, plan, givenCode: nil).endOpenID(client, source)
    }
}

extension SessionPlan {
    fileprivate var openID: (OpenIDSource, WebIdentitySource)? {
        guard case .webIdentity(let source) = credentials.source,
            case .openID(let client) = source.token
        else { return nil }
        return (client, source)
    }
}

extension OpenIDPlace {
    /// The sign-in that a source names.
    public init(_ source: OpenIDSource) {
        self.init(
            issuer: source.issuer.value, clientID: source.clientID.value,
            scopes: source.scopes.value, namesScopes: source.scopes.origin != .standard)
        guard let redirect = source.redirect.flatMap({ LoopbackRedirect($0.value) }) else { return }
        redirectHost = redirect.host
        redirectPort = redirect.port
        redirectPath = redirect.path
    }

    /// The sign-in that a source needs; nil where it needs none of this kind.
    public init?(_ source: Source) {
        guard case .webIdentity(let source) = source, case .openID(let client) = source.token
        else { return nil }
        self.init(client)
    }
}
