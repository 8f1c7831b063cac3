// What listens on 127.0.0.1 for the one request by which a browser brings back a sign-in.
internal import CMicroHTTPD
public import Model

/// A listener on 127.0.0.1, for one sign-in; used by one thread.
///
/// Nothing runs in the background: requests that come before a waiting call stand in the kernel's
/// queue, so that the browser may be opened in between. Whatever else comes is refused and waited
/// past. Ctrl-C ends the process as always, and the port with it.
///
/// Source: RFC 8252, sections 7.3 and 8.3.
public final class LoopbackListener {
    /// Where the browser is to come back to, such as `http://127.0.0.1:43211/oauth/callback`.
    public let redirectURI: String

    private let path: String
    private let authority: String
    private let application: String
    /// Nil once it has served.
    private var server: HTTPServer?

    /// Binds the port and listens.
    /// - Parameters:
    ///   - host: What the redirect URI calls this machine: `127.0.0.1` or `localhost`.
    ///   - port: The port; nil for any that is free.
    ///   - path: The path of the redirect URI, such as `/oauth/callback`.
    ///   - application: The name that pages give this program, such as `credtool`.
    /// - Throws: `ListenerError.library`, `.invalidAddress`, `.portInUse` or `.system`.
    public convenience init(
        host: String = "127.0.0.1", port: UInt16? = nil, path: String, application: String
    ) throws(ListenerError) {
        try self.init(
            host: host, port: port, path: path, application: application, limits: .standard)
    }

    init(
        host: String = "127.0.0.1", port: UInt16? = nil, path: String, application: String,
        limits: cmicrohttpd_limits
    ) throws(ListenerError) {
        guard ["127.0.0.1", "localhost"].contains(host) else {
            throw .invalidAddress(.host(host))
        }
        // What a browser would send in another form than it was given is no path here.
        guard path.hasPrefix("/"),
            path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"?#\"<>\\^`{|}".utf8.contains($0) })
        else { throw .invalidAddress(.path(path)) }
        let server = try HTTPServer(port: port, limits: limits)
        self.server = server
        self.path = path
        self.application = application
        // Browsers leave out the port that http has by itself.
        authority = server.port == 80 ? host : "\(host):\(server.port)"
        redirectURI = "http://\(authority)\(path)"
    }

    /// Waits for the redirect that ends an OAuth authorization: a GET with `state` and `code`. Its
    /// port is closed afterwards. To be called once.
    /// - Parameters:
    ///   - state: What the authorization request was given as `state`.
    ///   - deadline: When to give up.
    ///   - tick: Called at once and each second, with the whole seconds left.
    /// - Returns: The parameters of the query, the browser having been sent its page.
    /// - Throws: `ListenerError.refused` for an OAuth error, `.timedOut`.
    public func redirect(
        state: String, deadline: MonotonicTime, tick: (_ secondsLeft: Int) -> Void
    ) throws(ListenerError) -> CallbackParameters {
        try wait(.redirect(state: state), deadline, tick)
    }

    /// Waits for a form that a page posts here, as SAML's HTTP-POST binding does. Its port is
    /// closed afterwards. To be called once.
    /// - Parameters:
    ///   - field: The field that has to be there, such as `SAMLResponse`.
    ///   - relayState: What the field `RelayState` has to hold; nil: anything or nothing.
    ///   - deadline: When to give up.
    ///   - tick: Called at once and each second, with the whole seconds left.
    /// - Returns: The fields of the form, the browser having been sent its page.
    /// - Throws: `ListenerError.timedOut`.
    public func form(
        field: String, relayState: String? = nil, deadline: MonotonicTime,
        tick: (_ secondsLeft: Int) -> Void
    ) throws(ListenerError) -> CallbackParameters {
        try wait(.form(field: field, relayState: relayState), deadline, tick)
    }

    private func wait(
        _ kind: Callback.Kind, _ deadline: MonotonicTime,
        _ tick: (_ secondsLeft: Int) -> Void
    ) throws(ListenerError) -> CallbackParameters {
        guard let server else { preconditionFailure("a listener serves one sign-in") }
        defer { self.server = nil }
        let callback = Callback(kind: kind, authority: authority, path: path)
        var outcome: Callback.Verdict?
        try server.serve(until: deadline, tick: tick) { request in
            let verdict = callback.verdict(on: request)
            var answer = CallbackPage(
                verdict, method: callback.method, application: application
            ).answer
            answer.isAwaited = verdict.isLast
            // A browser that asks again while it is sent its page gets that page again.
            if answer.isAwaited, outcome == nil { outcome = consume verdict }
            return answer
        }
        switch outcome.take() {
        case .accepted(let parameters): return parameters
        case .failed(let code, let description):
            throw .refused(code: code, description: description)
        case .refused: preconditionFailure("a refused request ends nothing")
        case .none: preconditionFailure("the waiting ended by itself")
        }
    }
}
