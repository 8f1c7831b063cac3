// A person signs in at the console: with a browser here, or with one elsewhere and a text to paste.
internal import AWS
internal import Crypto
internal import Loopback
internal import Model
internal import System

extension ConsoleSignIn {
    /// Who signed in, and what they got.
    struct SignedIn: ~Copyable {
        let session: ConsoleSession
        let token: ConsoleToken

        consuming func takeToken() -> ConsoleToken { token }
    }

    /// Where a browser of this machine comes back to; any port will do.
    private static let redirectPath = "/oauth/callback"
    /// How often a person may paste something else.
    private static let pastes = 3

    /// Lets a person sign in, whoever is signed in.
    /// - Parameter session: Who it has to be; nil for anybody.
    func signedIn(as session: ConsoleSession?) throws(ConsoleSignInError) -> SignedIn {
        let new = try asked(session)
        if let session, new.session != session {
            throw .otherIdentity(new.session, asked: session)
        }
        effects.report(
            .signedIn(new.session.displayName, until: new.token.end ?? new.token.expiration))
        return new
    }

    private func asked(_ session: ConsoleSession?) throws(ConsoleSignInError) -> SignedIn {
        switch effects.method {
        case nil: throw .needed(session, .absent)
        case .device: try crossDevice()
        case .browser(let opens): try sameDevice(opens: opens)
        }
    }

    // MARK: A browser on this machine

    private func sameDevice(opens: Bool) throws(ConsoleSignInError) -> SignedIn {
        let listener: LoopbackListener
        do throws(ListenerError) {
            listener = try LoopbackListener(
                path: Self.redirectPath, application: IdentityCenter.clientName)
        } catch {
            // Without a port, or the library for it, a text that is pasted does as well.
            effects.report(.noListener(error))
            return try crossDevice()
        }
        let code = AuthorizationCode()
        let oauth = try oauth(region)
        let page = oauth.authorizationURL(
            .sameDevice, redirectURI: listener.redirectURI, state: code.state,
            codeChallenge: try challenge(code))
        let answer: CallbackParameters
        do throws(ListenerError) {
            answer = try effects.answer(
                to: page, opens: opens, state: code.state, listener)
        } catch {
            switch error {
            case .timedOut: throw .timedOut(after: effects.timeout)
            case .refused("access_denied", _): throw .denied
            case .refused(let code, let description):
                throw .refused(code: code, description: description ?? "")
            case .library, .invalidAddress, .portInUse, .system: throw .listener(error)
            }
        }
        return try redeemed(
            answer.value("code") ?? Secret(""), .sameDevice, listener.redirectURI, code, oauth)
    }

    // MARK: A browser elsewhere

    private func crossDevice() throws(ConsoleSignInError) -> SignedIn {
        guard effects.hasTerminal() else { throw .paste(.noTerminal) }
        let code = AuthorizationCode()
        let oauth = try oauth(region)
        let page = oauth.authorizationURL(
            .crossDevice, redirectURI: oauth.confirmationURL, state: code.state,
            codeChallenge: try challenge(code))
        effects.report(.paste(page: page))
        for _ in 0..<Self.pastes {
            let text: Secret
            do throws(TerminalError) { text = try effects.askForPaste() } catch {
                throw .paste(error)
            }
            if let pasted = Self.code(in: text, state: code.state) {
                return try redeemed(pasted, .crossDevice, oauth.confirmationURL, code, oauth)
            }
            effects.report(.malformedPaste)
        }
        throw .malformedPaste
    }

    /// The code in what the page shows: `state=…&code=…` in base64; nil for anything else, and for
    /// the page of another sign-in.
    ///
    /// Source: AWS CLI v2, `aws login --remote`.
    static func code(in text: borrowing Secret, state: String) -> Secret? {
        let decoded = text.withBytes { bytes in
            Base64.decodeSecret(bytes.lazy.filter { ![0x20, 0x09].contains($0) })
        }
        guard let decoded,
            let parameters = decoded.withBytes({ CallbackParameters(form: $0) }),
            parameters.matches("state", state), let code = parameters.value("code"),
            code.count > 0
        else { return nil }
        return code
    }

    // MARK: What both share

    private func challenge(
        _ code: borrowing AuthorizationCode
    ) throws(ConsoleSignInError) -> String {
        do throws(LibraryUnavailable) { return try code.challenge } catch { throw .library(error) }
    }

    private func newKey() throws(ConsoleSignInError) -> ECDSAKey {
        do throws(LibraryUnavailable) { return try ECDSAKey() } catch { throw .library(error) }
    }

    private func redeemed(
        _ secret: borrowing Secret, _ client: ConsoleClient, _ redirectURI: String,
        _ code: borrowing AuthorizationCode, _ oauth: ConsoleOAuth
    ) throws(ConsoleSignInError) -> SignedIn {
        let key = try newKey()
        let new: ConsoleTokens
        do throws(AWSError) {
            let url = oauth.tokenURL
            new = try oauth.createToken(
                client, code: secret, redirectURI: redirectURI, codeVerifier: code.verifier
            ) { () throws(LibraryUnavailable) in
                ProofOfPossession.token(url: url, now: effects.now(), key: key)
            }
        } catch {
            switch error.oauthCode {
            case "AUTHCODE_EXPIRED": throw .codeExpired
            // Nothing that was made a moment ago is over, unless the clocks differ.
            case "TOKEN_EXPIRED": throw .clock
            case "INSUFFICIENT_PERMISSIONS": throw .notPermitted(nil)
            default: throw .service(error, nil)
            }
        }
        let subject: String? =
            switch new.idToken {
            case .some(let token): IdentityClaims(token).subject
            case .none: nil
            }
        guard let subject, ARN(subject) != nil else { throw .noIdentity }
        let session = ConsoleSession(subject)
        return SignedIn(
            session: session,
            token: ConsoleToken(
                credentials: credentials(new, accountID: session.accountID),
                refreshToken: new.refreshToken.copy(), clientID: client.id,
                idToken: new.idToken.copied(), key: key.pem(), region: oauth.region,
                obtained: effects.now(), place: .vault, isDurable: true))
    }
}
