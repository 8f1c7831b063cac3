// A person signs in: by a browser here, or by a code that is typed anywhere.
internal import AWS
internal import Loopback
internal import Model

extension IdentityCenter {
    /// Where a browser comes back to; any port will do.
    static let redirectPath = "/oauth/callback"

    /// Lets a person sign in, whoever is signed in.
    func signIn() throws(SignInError) -> SignInToken {
        let token: SignInToken
        let startURL = OwnDomain.resolved(portal.requestURL, effects.web)
        switch effects.method {
        case nil: throw .needed(portal, .absent)
        case .device: token = try deviceFlow(startURL)
        case .browser(let opens): token = try codeFlow(startURL, opens: opens)
        }
        effects.report(.signedIn(portal.displayName, until: token.expiration))
        return token
    }

    // MARK: Device code

    private func deviceFlow(_ startURL: String) throws(SignInError) -> SignInToken {
        try withClient(.device, startURL) { (client) throws(SignInError) in
            let device: DeviceAuthorization
            do throws(AWSError) {
                device = try oidc.startDeviceAuthorization(
                    client: client, startURL: startURL)
            } catch {
                if error.oauthCode == "invalid_client" { return .unknownClient }
                throw failure(error)
            }
            let limit = min(device.lifetime, effects.timeout)
            effects.report(
                .device(
                    userCode: device.userCode, page: device.verificationURI,
                    completePage: device.verificationURIComplete, limit))
            defer { effects.report(.waited) }
            return try poll(device, client, for: limit)
        }
    }

    private func poll(
        _ device: borrowing DeviceAuthorization, _ client: borrowing ClientRegistration,
        for limit: Duration
    ) throws(SignInError) -> Outcome {
        let end = effects.uptime() + limit
        var interval = device.interval
        while true {
            guard effects.pause(interval, until: end) else { return .timedOut(after: limit) }
            do throws(AWSError) {
                let token = try oidc.createToken(deviceCode: device.deviceCode, client: client)
                return .token(kept(token, client: client, place: .vault))
            } catch {
                switch error.oauthCode {
                case "authorization_pending": continue
                // Source: RFC 8628, section 3.5.
                case "slow_down": interval += .seconds(5)
                case "expired_token": return .timedOut(after: limit)
                case "access_denied": return .denied
                case "invalid_client": return .unknownClient
                default:
                    // A network or a service that is away for a moment is no reason to lose the code.
                    guard error.isPassing, effects.uptime() < end else { throw failure(error) }
                }
            }
        }
    }

    // MARK: Browser

    private func codeFlow(
        _ startURL: String, opens: Bool
    ) throws(SignInError) -> SignInToken {
        let listener: LoopbackListener
        do throws(ListenerError) {
            listener = try LoopbackListener(
                path: Self.redirectPath, application: Self.clientName)
        } catch {
            // Without a port, or the library for it, a code that is typed does as well.
            effects.report(.noListener(error))
            return try deviceFlow(startURL)
        }
        return try withClient(.code, startURL) { (client) throws(SignInError) in
            let code = AuthorizationCode()
            let challenge: String
            do throws(LibraryUnavailable) { challenge = try code.challenge } catch {
                throw .library(error)
            }
            let page = oidc.authorizationURL(
                clientID: client.clientID, redirectURI: listener.redirectURI, state: code.state,
                codeChallenge: challenge, scopes: portal.scopes)
            let answer: CallbackParameters
            do throws(ListenerError) {
                answer = try effects.answer(
                    to: page, opens: opens, state: code.state, listener)
            } catch { return try outcome(error) }
            do throws(AWSError) {
                let token = try oidc.createToken(
                    code: answer.value("code") ?? Secret(""), redirectURI: listener.redirectURI,
                    codeVerifier: code.verifier, client: client)
                return .token(kept(token, client: client, place: .vault))
            } catch { throw failure(error) }
        }
    }

    /// What it means that the browser brought no code.
    private func outcome(_ error: ListenerError) throws(SignInError) -> Outcome {
        switch error {
        case .timedOut: return .timedOut(after: effects.timeout)
        case .refused("access_denied", _): return .denied
        case .refused("invalid_client", _): return .unknownClient
        case .refused(let code, let description):
            throw .refused(portal, code: code, description: description ?? "")
        case .library, .invalidAddress, .portInUse, .system: throw .listener(error)
        }
    }

    // MARK: What both share

    /// What came of asking a person.
    private enum Outcome: ~Copyable {
        case token(SignInToken)
        case timedOut(after: Duration)
        case denied
        /// AWS has forgotten the registration.
        case unknownClient
    }

    /// Does `body` with a registered client, and once more with a new one where AWS has forgotten
    /// the old one.
    private func withClient(
        _ flow: SSOOIDC.Flow, _ startURL: String,
        _ body: (borrowing ClientRegistration) throws(SignInError) -> Outcome
    ) throws(SignInError) -> SignInToken {
        var isNew = false
        while true {
            let client = try client(flow, startURL)
            switch try body(client) {
            case .token(let token): return token
            case .timedOut(let limit): throw .timedOut(portal, after: limit)
            case .denied: throw .denied(portal)
            case .unknownClient:
                guard !isNew else { throw .unknownPortal(portal) }
                store.removeClient(portal, flow, mayPrompt: true)
                isNew = true
            }
        }
    }

    private func client(
        _ flow: SSOOIDC.Flow, _ startURL: String
    ) throws(SignInError) -> ClientRegistration {
        let old = store.client(
            portal, flow, now: effects.now() + effects.timeout, mayPrompt: true)
        if let old { return old }
        do throws(AWSError) {
            let new = try oidc.registerClient(
                name: Self.clientName, flow: flow, scopes: portal.scopes,
                redirectURI: "http://127.0.0.1\(Self.redirectPath)", startURL: startURL)
            store.store(new, of: portal, flow, mayPrompt: true)
            return new
        } catch { throw failure(error) }
    }

    private func failure(_ error: AWSError) -> SignInError {
        switch error.oauthCode {
        case "invalid_request": .unknownPortal(portal)
        case "access_denied": .denied(portal)
        default: .service(error, portal)
        }
    }
}
