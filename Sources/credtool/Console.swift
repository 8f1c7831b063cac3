// How credtool speaks: data on standard output, all else on standard error, one form each.
internal import Model
internal import System

/// Standard output and standard error.
struct Console {
    /// Whether the steps on the way are told.
    var isVerbose = false
    private let start = MonotonicTime.now
    /// Whether standard error shows colours.
    private var hasColour: Bool { !noColour && Terminal.isTerminal(2) }
    /// Whether NO_COLOR is set (no-color.org).
    let noColour: Bool

    init(noColour: Bool) { self.noColour = noColour }

    /// Data, with a line end behind it.
    func print(_ text: String) throws(SystemError) {
        try CurrentProcess.write(text.hasSuffix("\n") ? text : text + "\n", to: 1)
    }

    /// Lines for people, with names and words of others in them.
    func print(lines text: String) throws(SystemError) { try print(text.visibleLines) }

    /// Data that holds secrets.
    func print(secret text: borrowing Secret) throws(SystemError) {
        try CurrentProcess.write(secret: text, to: 1)
    }

    /// A sentence for a person: lower case, no full stop.
    func say(_ text: String) { writeError("credtool: \(text.visible)\n") }

    /// A sentence for a person who asked for `--verbose`, with the time since the start.
    func trace(_ text: @autoclosure () -> String) {
        guard isVerbose else { return }
        let (seconds, attoseconds) = (MonotonicTime.now - start).components
        say("\(text()) (+\(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms)")
    }

    /// What a person has to act on: on the terminal where there is one, so that no pipe swallows
    /// it, else on standard error.
    /// - Parameter picture: What a terminal shows behind it, with codes that steer it.
    func prompt(_ lines: String, picture: String = "") {
        let isShown = Terminal.isTerminal(2) || Terminal.path != nil
        let text = lines.visibleLines + "\n" + (isShown ? picture : "")
        if Terminal.isTerminal(2) || !Terminal.show(text) { writeError(text) }
    }

    /// What goes on at the moment, in a line that the next one takes the place of; nil clears it.
    /// Only a terminal that can do that shows it.
    func status(_ text: String?) {
        guard Terminal.isTerminal(2), Machine.variable("TERM") != "dumb" else { return }
        writeError("\r\u{1b}[K" + (text.map { "credtool: \($0.visible)" } ?? ""))
    }

    /// What to type next.
    func hint(_ text: String) {
        let label = hasColour ? "\u{1b}[36mhint: \u{1b}[0m" : "hint: "
        writeError("\(label)\(text.visible)\n")
    }

    /// What went wrong, and what to type next.
    func report(_ failure: Failure) {
        let label = hasColour ? "\u{1b}[31mcredtool: \u{1b}[0m" : "credtool: "
        writeError("\(label)\(failure.message.visible)\n")
        for text in failure.hints { hint(text) }
    }

    /// Nothing is left to be done where standard error is gone.
    private func writeError(_ text: String) { try? CurrentProcess.write(text, to: 2) }
}
