// What listens on 127.0.0.1 for the one request by which a browser brings back a sign-in.
public import Model

/// A listener on 127.0.0.1, from its creation to its end; used by one thread.
///
/// Nothing runs in the background: requests that come before one of the waiting calls stand in the
/// kernel's queue. Ctrl-C ends the process as always, and the port with it.
public final class LoopbackListener {
    /// Where the browser is to come back to, such as `http://127.0.0.1:43211/oauth/callback`.
    public let redirectURI: String

    /// Binds the port and listens.
    /// - Parameters:
    ///   - host: What the redirect URI calls this machine: `127.0.0.1` or `localhost`.
    ///   - port: The port; nil for any that is free.
    ///   - path: The path of the redirect URI, such as `/oauth/callback`.
    ///   - application: The name that pages give this program, such as `credtool`.
    /// - Throws: `ListenerError.library`, `.invalidAddress`, `.portInUse` or `.system`.
    public init(
        host: String = "127.0.0.1", port: UInt16? = nil, path: String, application: String
    ) throws(ListenerError) {
        redirectURI = ""
    }

    /// Waits for the redirect that ends an OAuth authorization: a GET with `state` and `code`.
    /// - Parameters:
    ///   - state: What the authorization request was given as `state`.
    ///   - deadline: When to give up.
    ///   - tick: Called at once and each second, with the whole seconds left.
    /// - Returns: The parameters of the query, the browser having been sent its page.
    /// - Throws: `ListenerError.refused` for an OAuth error, `.timedOut`, `.system`.
    public func redirect(
        state: String, deadline: MonotonicTime, tick: (_ secondsLeft: Int) -> Void
    ) throws(ListenerError) -> CallbackParameters {
        throw .timedOut
    }

    /// Waits for a form that a page posts here, as SAML's HTTP-POST binding does.
    /// - Parameters:
    ///   - field: The field that has to be there, such as `SAMLResponse`.
    ///   - relayState: What the field `RelayState` has to hold; nil: anything or nothing.
    ///   - deadline: When to give up.
    ///   - tick: Called at once and each second, with the whole seconds left.
    /// - Returns: The fields of the form, the browser having been sent its page.
    /// - Throws: `ListenerError.timedOut`, `.system`.
    public func form(
        field: String, relayState: String? = nil, deadline: MonotonicTime,
        tick: (_ secondsLeft: Int) -> Void
    ) throws(ListenerError) -> CallbackParameters {
        throw .timedOut
    }
}
