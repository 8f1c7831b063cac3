// What every sign-in with a code and PKCE shares: its random words, and a browser on this machine.
internal import Crypto
internal import Loopback
internal import Model

/// A verifier, and the state that a browser brings back, made for one sign-in.
struct AuthorizationCode: ~Copyable {
    let verifier = Secret(randomWord(32))
    let state = randomWord(16)

    /// The SHA-256 of the verifier.
    ///
    /// Source: RFC 7636, section 4.2.
    var challenge: String {
        get throws(LibraryUnavailable) {
            Base64.encodeForURL(
                try verifier.withBytes { (bytes) throws(LibraryUnavailable) in
                    try SHA256.digest(bytes)
                })
        }
    }
}

/// How a browser of this machine is shown a page, and waited for.
struct LocalBrowser {
    /// Whether it is opened, or the address only shown.
    let opens: Bool
    /// How long a person has.
    let timeout: Duration
    let open: @Sendable (String) throws(BrowserError) -> Void
    let report: @Sendable (SignInEvent) -> Void

    /// Shows `page` and waits for the browser to come back. The listener is there before: a service
    /// that knows the person sends the browser back at once.
    func parameters(
        of page: String, state: String, _ listener: LoopbackListener
    ) throws(ListenerError) -> CallbackParameters {
        let end = MonotonicTime.now + timeout
        var isOpened = false
        if opens {
            do throws(BrowserError) {
                try open(page)
                isOpened = true
            } catch { report(.noBrowser(error)) }
        }
        report(.browser(page: page, isOpened: isOpened, timeout))
        defer { report(.waited) }
        return try listener.redirect(state: state, deadline: end) { seconds in
            report(.waiting(left: .seconds(seconds)))
        }
    }
}

/// `count` random bytes in base64url.
func randomWord(_ count: Int) -> String {
    Base64.encodeForURL((0..<count).map { _ in UInt8.random(in: 0...255) })
}
