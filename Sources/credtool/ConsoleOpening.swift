// How an address of the console gets into the person's browser, or before their eyes.
internal import Loopback
internal import Model
internal import System

/// A browser, or the terminal in its place.
struct ConsoleOpening {
    let machine: Machine
    let profile: String
    /// `--print`.
    let isPrinted: Bool
    /// `--browser`.
    let browser: String?
    /// `--container`.
    let container: BrowserContainer?

    /// How long a browser may take to come: it may have to start first.
    private static let patience: Duration = .seconds(60)

    /// Opens an address that anyone may see.
    func open(_ link: String) throws {
        guard !isPrinted else { return try machine.console.print(link) }
        guard isLikely else { return try show(Secret(link)) }
        do throws(BrowserError) {
            try Browser.open(link, with: browser, in: container)
        } catch {
            try checkThatItMayBeShown(error)
            return try show(Secret(link))
        }
        tellThatItOpens()
    }

    /// Opens an address that holds a secret, which the browser is led to by way of this machine.
    func open(_ link: consuming Secret) throws {
        guard !isPrinted else { return try print(link) }
        let limits = "; it works for 15 minutes, for anybody who has it"
        guard isLikely else { return try show(link, limits) }
        let copy = link.copy()
        let handOff: BrowserHandOff
        do throws(ListenerError) { handOff = try BrowserHandOff(to: link) } catch {
            machine.console.say(error.wording.message)
            return try show(copy, limits)
        }
        do throws(BrowserError) {
            try Browser.open(handOff.url, with: browser, in: container)
        } catch {
            try checkThatItMayBeShown(error)
            return try show(copy, limits)
        }
        tellThatItOpens()
        do throws(ListenerError) {
            defer { machine.console.status(nil) }
            let strangers = try handOff.wait(until: .now + Self.patience) { seconds in
                machine.console.status("waiting for the browser, \(seconds)s left")
            }
            if strangers > 0 {
                machine.console.say(
                    "processes of other users asked for the address of the console, and were refused"
                )
            }
        } catch { throw ConsoleFailure.noBrowserCame(after: Self.patience) }
    }

    private var isLikely: Bool { browser != nil || Browser.isLikely() }

    /// What was asked for by name is not to be something else in silence.
    private func checkThatItMayBeShown(_ error: BrowserError) throws {
        guard browser == nil, container == nil else { throw ConsoleFailure.browser(error) }
        machine.console.say("no browser was opened: \(error.text)")
    }

    private func tellThatItOpens() {
        machine.console.say("the console opens in the browser, with profile \(profile)")
    }

    /// Shows an address to whoever has a browser elsewhere.
    private func show(_ link: borrowing Secret, _ limits: String = "") throws {
        machine.console.say("open this in a browser\(limits):")
        try print(link)
        // Most addresses with a token are too long for a code that fits on a terminal.
        guard let columns = Terminal.width(1),
            let lines = QRCode.lines(link.text(), columns: columns)
        else { return }
        _ = Terminal.show(lines.map { "\($0)\n" }.joined())
    }

    private func print(_ link: borrowing Secret) throws {
        try machine.console.print(
            secret: Secret(capacity: link.count + 1) { room in
                var writer = SecretWriter(room)
                link.withBytes { writer.write($0) }
                writer.write("\n")
                return writer.count
            })
    }
}

extension Secret {
    fileprivate borrowing func text() -> String {
        withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
