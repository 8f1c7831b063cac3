// Waiting for a person: with a browser on this machine, or while one of another machine is used.
internal import AWS
internal import Loopback
internal import Model

extension SignInEffects {
    /// Shows a page and waits for the browser to come back from it. The listener is there before: a
    /// service that knows the person sends the browser back at once.
    /// - Parameter opens: Whether the browser is opened, or the address only shown.
    func answer(
        to page: String, opens: Bool, state: String, _ listener: LoopbackListener
    ) throws(ListenerError) -> CallbackParameters {
        let end = MonotonicTime.now + timeout
        var isOpened = false
        if opens {
            do throws(BrowserError) {
                try openBrowser(page)
                isOpened = true
            } catch { report(.noBrowser(error)) }
        }
        report(.browser(page: page, isOpened: isOpened, timeout))
        defer { report(.waited) }
        return try listener.redirect(state: state, deadline: end) { seconds in
            report(.waiting(left: .seconds(seconds)))
        }
    }

    /// Waits, and tells every second how much time is left; false where it is over before.
    func pause(_ duration: Duration, until end: MonotonicTime) -> Bool {
        let wake = uptime() + duration
        while true {
            let now = uptime()
            guard now < end else { return false }
            guard now < wake else { return true }
            report(.waiting(left: end - now))
            sleep(min(.seconds(1), wake - now))
        }
    }
}
