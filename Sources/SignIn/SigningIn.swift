// A person signs in: by a browser here, or by a code that is typed anywhere.
internal import AWS
internal import Crypto
public import Model

/// What a browser on this machine is needed for.
public protocol SignInBrowser: Sendable {
    /// Shows `page(redirectURI)` to the person and waits for what the browser brings back.
    ///
    /// - Parameters:
    ///   - path: The path of the redirect URI on 127.0.0.1.
    ///   - state: What the browser has to bring back unchanged.
    ///   - page: Makes the page's URL of the redirect URI.
    ///   - waiting: Is told how much time is left.
    func code(
        path: String, state: String, timeout: Duration, opens: Bool,
        page: (_ redirectURI: String) throws(SignInError) -> String,
        shown: (_ page: String, _ isOpened: Bool) -> Void, waiting: (Duration) -> Void
    ) throws(SignInError) -> BrowserAnswer
}

/// What a browser brought back.
public enum BrowserAnswer: ~Copyable {
    /// A code, and the redirect URI that it is good for.
    case code(Secret, redirectURI: String)
    /// The person said no.
    case denied
    /// Nothing, in the time that there was.
    case nothing
    /// No port could be had, or no library for it: another way is to be taken.
    case unavailable
}

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
        try withClient(.device) { (client) throws(AWSError) in
            let device = try oidc.startDeviceAuthorization(
                client: client, startURL: portal.requestURL)
            let limit = min(device.lifetime, effects.timeout)
            effects.report(
                .device(
                    userCode: device.userCode, page: device.verificationURI,
                    completePage: device.verificationURIComplete, limit))
            defer { effects.report(.waited) }
            return try poll(device, client, until: .now + limit)
        }
    }

    private func poll(
        _ device: borrowing DeviceAuthorization, _ client: borrowing ClientRegistration,
        until end: MonotonicTime
    ) throws(AWSError) -> Outcome {
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
                default:
                    // A network that is away for a moment is no reason to lose the code.
                    guard case .transport = error, .now < end else { throw error }
                }
            }
        }
    }

    /// Waits, and tells every second how much time is left; false where it is over before.
    private func pause(_ duration: Duration, until end: MonotonicTime) -> Bool {
        let wake = MonotonicTime.now + duration
        while .now < wake {
            guard .now < end else { return false }
            effects.report(.waiting(left: end - .now))
            effects.sleep(min(.seconds(1), wake - .now))
        }
        return .now < end
    }

    // MARK: Browser

    private func codeFlow(opens: Bool) throws(SignInError) -> SignInToken {
        let verifier = Secret(randomWord(32))
        let state = randomWord(16)
        let challenge: String
        do throws(LibraryUnavailable) {
            challenge = base64URL(
                try verifier.withBytes { (bytes) throws(LibraryUnavailable) in
                    try SHA256.digest(bytes)
                })
        } catch { throw .library(error) }
        let client = try client(.code)
        let answer = try effects.browser.code(
            path: Self.redirectPath, state: state, timeout: effects.timeout, opens: opens,
            page: { (redirectURI) throws(SignInError) in
                oidc.authorizationURL(
                    clientID: client.clientID, redirectURI: redirectURI, state: state,
                    codeChallenge: challenge, scopes: portal.scopes)
            },
            shown: { page, isOpened in
                effects.report(.browser(page: page, isOpened: isOpened, effects.timeout))
            }, waiting: { effects.report(.waiting(left: $0)) })
        effects.report(.waited)
        switch consume answer {
        case .unavailable: return try deviceFlow()
        case .denied: throw .denied(portal)
        case .nothing: throw .timedOut(portal, after: effects.timeout)
        case .code(let code, let redirectURI):
            do throws(AWSError) {
                let token = try oidc.createToken(
                    code: code, redirectURI: redirectURI, codeVerifier: verifier, client: client)
                return kept(token, client: client, place: .vault)
            } catch { throw failure(error) }
        }
    }

    // MARK: What both share

    /// What came of asking a person.
    private enum Outcome: ~Copyable {
        case token(SignInToken)
        case timedOut
        case denied
    }

    /// Does `body` with a registered client, and once more with a new one where AWS has forgotten
    /// the old one.
    private func withClient(
        _ flow: SSOOIDC.Flow,
        _ body: (borrowing ClientRegistration) throws(AWSError) -> Outcome
    ) throws(SignInError) -> SignInToken {
        var isNew = false
        while true {
            let client = try client(flow)
            let outcome: Outcome
            do throws(AWSError) { outcome = try body(client) } catch {
                guard error.oauthCode == "invalid_client", !isNew else { throw failure(error) }
                effects.store.removeClient(portal, flow, mayPrompt: true)
                isNew = true
                continue
            }
            switch consume outcome {
            case .token(let token): return token
            case .timedOut: throw .timedOut(portal, after: effects.timeout)
            case .denied: throw .denied(portal)
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
private func randomWord(_ count: Int) -> String {
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
