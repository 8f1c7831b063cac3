// Signing in by SAML with a browser: it comes back to a port of this machine with the response.
public import AWS
public import Loopback
public import Model
public import System

/// What happens on the way, for those who have to know.
public enum SAMLEvent: Equatable, Sendable {
    /// The browser is to show this page; whether it was opened, and where it is to come back to.
    case browser(page: String, isOpened: Bool, comesBackTo: String, Duration)
    /// No browser could be started; its page is told all the same.
    case noBrowser(BrowserError)
    /// Another process listens on the port, and is waited for so long.
    case waitingForOther(port: UInt16, LockHolder?, Duration)
    /// Nothing has come yet; the time that is left.
    case waiting(left: Duration)
    /// The waiting is over, whatever came of it.
    case waited
}

/// How a person takes part in a sign-in by SAML.
public struct SAMLSignIn: Sendable {
    let effects: SignInEffects
    /// Is told what happens.
    public var report: @Sendable (SAMLEvent) -> Void = { _ in }
    /// Has a person choose a role; nil where nobody can be asked.
    public var choose: @Sendable ([SAMLRole]) throws(SAMLError) -> SAMLRole? = { _ in nil }

    /// The path at which this machine takes the response.
    public static let path = "/saml/acs"

    /// A sign-in in which nobody takes part, unless `effects` say how.
    public init(
        effects: SignInEffects = SignInEffects(method: nil, lockDirectory: { nil })
    ) {
        self.effects = effects
    }

    /// The response that a browser brings from the page `idpURL` to `port` of this machine.
    /// - Throws: `SAMLError`.
    public func response(idpURL: String, port: UInt16) throws(SAMLError) -> Secret {
        guard let method = effects.method else { throw .needed }
        // The identity provider knows one port: sign-ins for several profiles take turns at it.
        let lock = effects.lock("saml:\(port)") { holder, patience in
            report(.waitingForOther(port: port, holder, patience))
        }
        defer { withExtendedLifetime(lock) {} }
        return try effects.asked(
            "saml-response:\(FNV1a.hexadecimal(idpURL.utf8))",
            failure: { _ in .timedOut(after: effects.timeout) }
        ) { () throws(SAMLError) in try asked(idpURL, port, method) }
    }

    private func asked(
        _ idpURL: String, _ port: UInt16, _ method: SignInMethod
    ) throws(SAMLError) -> Secret {
        let listener: LoopbackListener
        do throws(ListenerError) {
            // By name: most identity providers take plain http for `localhost` alone.
            listener = try LoopbackListener(
                host: "localhost", port: port, path: Self.path, application: "credtool")
        } catch { throw .listener(error, port: port) }
        // Before the browser: who is signed in there already comes back at once.
        let end = MonotonicTime.now + effects.timeout
        report(
            .browser(
                page: idpURL, isOpened: opened(idpURL, method),
                comesBackTo: listener.redirectURI, effects.timeout))
        do throws(ListenerError) {
            defer { report(.waited) }
            let form = try listener.form(field: "SAMLResponse", deadline: end) { seconds in
                report(.waiting(left: .seconds(seconds)))
            }
            return form.value("SAMLResponse") ?? Secret("")
        } catch {
            guard error == .timedOut else { throw .listener(error, port: port) }
            throw .timedOut(after: effects.timeout)
        }
    }

    private func opened(_ page: String, _ method: SignInMethod) -> Bool {
        switch method {
        case .browser(opens: true):
            do throws(BrowserError) {
                try effects.openBrowser(page)
                return true
            } catch {
                report(.noBrowser(error))
                return false
            }
        // SAML knows no code that could be typed elsewhere: the page is shown, for a browser here
        // or one whose way back leads here.
        case .browser(opens: false), .device: return false
        }
    }

    /// The role that settings and, where they leave several, a person choose.
    /// - Throws: `SAMLError`.
    public func role(
        of claims: SAMLClaims, role: String?, provider: ARN?
    ) throws(SAMLError) -> SAMLRole {
        switch try claims.choose(role: role, provider: provider) {
        case .one(let role): return role
        case .several(let roles):
            guard let chosen = try choose(roles) else { throw .severalRoles(roles) }
            return chosen
        }
    }
}
