// A person signs in: by a browser here, or by a code that is typed anywhere.
internal import AWS
internal import Crypto
internal import Loopback
internal import Model

extension IdentityCenter {
    /// Where a browser comes back to; any port will do.
    static let redirectPath = "/oauth/callback"

    /// Lets a person sign in, whoever is signed in.
    func signIn() throws(SignInError) -> SignInToken {
        let token: SignInToken
        switch effects.method {
        case nil: throw .needed(portal, .absent)
        case .device: token = try deviceFlow()
        case .browser(let opens): token = try codeFlow(opens: opens)
        }
        effects.report(.signedIn(portal, until: token.expiration))
        return token
    }

    // MARK: Device code

    private func deviceFlow() throws(SignInError) -> SignInToken {
        try withClient(.device) { (client) throws(SignInError) in
            let device: DeviceAuthorization
            do throws(AWSError) {
                device = try oidc.startDeviceAuthorization(
                    client: client, startURL: portal.requestURL)
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
            return try poll(device, client, until: effects.uptime() + limit)
        }
    }

    private func poll(
        _ device: borrowing DeviceAuthorization, _ client: borrowing ClientRegistration,
        until end: MonotonicTime
    ) throws(SignInError) -> Outcome {
        var interval = device.interval
        while true {
            guard pause(interval, until: end) else { return .timedOut }
            do throws(AWSError) {
                let token = try oidc.createToken(deviceCode: device.deviceCode, client: client)
                return .token(kept(token, client: client, place: .vault))
            } catch {
                switch error.oauthCode {
                case "authorization_pending": continue
                // Source: RFC 8628, section 3.5.
                case "slow_down": interval += .seconds(5)
                case "expired_token": return .timedOut
                case "access_denied": return .denied
                case "invalid_client": return .unknownClient
                default:
                    // A network that is away for a moment is no reason to lose the code.
                    guard case .transport = error, effects.uptime() < end else {
                        throw failure(error)
                    }
                }
            }
        }
    }

    /// Waits, and tells every second how much time is left; false where it is over before.
    private func pause(_ duration: Duration, until end: MonotonicTime) -> Bool {
        let wake = effects.uptime() + duration
        while true {
            let now = effects.uptime()
            guard now < end else { return false }
            guard now < wake else { return true }
            effects.report(.waiting(left: end - now))
            effects.sleep(min(.seconds(1), wake - now))
        }
    }

    // MARK: Browser

    private func codeFlow(opens: Bool) throws(SignInError) -> SignInToken {
        let listener: LoopbackListener
        do throws(ListenerError) {
            listener = try LoopbackListener(
                path: Self.redirectPath, application: Self.clientName)
        } catch {
            // Without a port, or the library for it, a code that is typed does as well.
            effects.report(.noListener(error))
            return try deviceFlow()
        }
        return try withClient(.code) { (client) throws(SignInError) in
            let verifier = Secret(randomWord(32))
            let state = randomWord(16)
            let page = oidc.authorizationURL(
                clientID: client.clientID, redirectURI: listener.redirectURI, state: state,
                codeChallenge: try challenge(of: verifier), scopes: portal.scopes)
            let end = MonotonicTime.now + effects.timeout
            show(page, opens: opens)
            let answer: CallbackParameters
            do throws(ListenerError) {
                defer { effects.report(.waited) }
                answer = try listener.redirect(state: state, deadline: end) { seconds in
                    effects.report(.waiting(left: .seconds(seconds)))
                }
            } catch { return try outcome(error) }
            do throws(AWSError) {
                let token = try oidc.createToken(
                    code: answer.value("code") ?? Secret(""), redirectURI: listener.redirectURI,
                    codeVerifier: verifier, client: client)
                return .token(kept(token, client: client, place: .vault))
            } catch { throw failure(error) }
        }
    }

    /// The listener is there already: a portal that knows the person comes back at once.
    private func show(_ page: String, opens: Bool) {
        var isOpened = false
        if opens {
            do throws(BrowserError) {
                try effects.openBrowser(page)
                isOpened = true
            } catch { effects.report(.noBrowser(error)) }
        }
        effects.report(.browser(page: page, isOpened: isOpened, effects.timeout))
    }

    /// Source: RFC 7636, section 4.2.
    private func challenge(of verifier: borrowing Secret) throws(SignInError) -> String {
        do throws(LibraryUnavailable) {
            return base64URL(
                try verifier.withBytes { (bytes) throws(LibraryUnavailable) in
                    try SHA256.digest(bytes)
                })
        } catch { throw .library(error) }
    }

    /// What it means that the browser brought no code.
    private func outcome(_ error: ListenerError) throws(SignInError) -> Outcome {
        switch error {
        case .timedOut: return .timedOut
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
        case timedOut
        case denied
        /// AWS has forgotten the registration.
        case unknownClient
    }

    /// Does `body` with a registered client, and once more with a new one where AWS has forgotten
    /// the old one.
    private func withClient(
        _ flow: SSOOIDC.Flow,
        _ body: (borrowing ClientRegistration) throws(SignInError) -> Outcome
    ) throws(SignInError) -> SignInToken {
        var isNew = false
        while true {
            let client = try client(flow)
            switch try body(client) {
            case .token(let token): return token
            case .timedOut: throw .timedOut(portal, after: effects.timeout)
            case .denied: throw .denied(portal)
            case .unknownClient:
                guard !isNew else { throw .unknownPortal(portal) }
                effects.store.removeClient(portal, flow, mayPrompt: true)
                isNew = true
            }
        }
    }

    private func client(_ flow: SSOOIDC.Flow) throws(SignInError) -> ClientRegistration {
        let old = effects.store.client(
            portal, flow, now: effects.now() + effects.timeout, mayPrompt: true)
        if let old { return old }
        do throws(AWSError) {
            let new = try oidc.registerClient(
                name: Self.clientName, flow: flow, scopes: portal.scopes,
                redirectURI: "http://127.0.0.1\(Self.redirectPath)", startURL: portal.requestURL)
            effects.store.store(new, of: portal, flow, mayPrompt: true)
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

/// `count` random bytes in base64url.
func randomWord(_ count: Int) -> String {
    base64URL((0..<count).map { _ in UInt8.random(in: 0...255) })
}

/// Source: RFC 4648, section 5, without padding.
func base64URL(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = (0..<3).reduce(0) { bits, place in
            bits << 8 | (place < group.count ? Int(group[start + place]) : 0)
        }
        for place in 0...group.count { text.append(digits[bits >> (18 - 6 * place) & 63]) }
    }
    return String(decoding: text, as: UTF8.self)
}
