// How credtool speaks: data on standard output, all else on standard error, one form each.
internal import Model
internal import System

/// Standard output and standard error.
struct Console {
    /// Whether the steps on the way are told.
    var isVerbose = false
    /// When this run began.
    var start = MonotonicTime.now
    /// Whether colours are wanted and TERM has them.
    private let mayColour: Bool
    /// Whether standard error shows colours.
    private var hasColour: Bool { mayColour && Terminal.isTerminal(2) }

    /// - Parameter variable: A variable; nil for one that is unset or empty.
    ///
    /// Source: no-color.org.
    init(variable: (String) -> String?) {
        mayColour = variable("NO_COLOR") == nil && Terminal.isCapable(variable("TERM"))
    }

    /// Data, with a line end behind it.
    func print(_ text: String) throws(SystemError) {
        try CurrentProcess.write(text.hasSuffix("\n") ? text : text + "\n", to: 1)
    }

    /// A long text: page by page on a terminal.
    func page(_ text: String) throws(SystemError) {
        let pager = Pager(
            isTerminal: Terminal.isTerminal(1), variable: ProcessEnvironment.variable)
        if pager?.show(text) != true { try print(text) }
    }

    /// Lines for people, with names and words of others in them.
    func print(lines text: String) throws(SystemError) { try print(text.visibleLines) }

    /// Data that holds secrets.
    func print(secret text: borrowing Secret) throws(SystemError) {
        try CurrentProcess.write(secret: text, to: 1)
    }

    /// A sentence for a person: lower case, no full stop.
    func say(_ text: String) { writeError("credtool: \(text.visible)\n") }

    /// What explains a question on the terminal: it stands beside the question, wherever standard
    /// error goes. SDKs keep that of a credential_process to themselves.
    func explain(_ text: String) {
        if Terminal.isControlling(2) { return say(text) }
        do { try Terminal.write("credtool: \(text.visible)\n") } catch { say(text) }
    }

    /// A sentence for a person who asked for `--verbose`, with the time since the start.
    func trace(_ text: @autoclosure () -> String) {
        guard isVerbose else { return }
        let (seconds, attoseconds) = (MonotonicTime.now - start).components
        say("\(text()) (+\(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms)")
    }

    /// How far a wait has come: on a terminal in a line that the next one is written over, until
    /// `endProgress`; elsewhere the first one stands for all.
    func progress(_ text: String, passed: Duration, isFirst: Bool) {
        if Terminal.isTerminal(2) {
            writeError("\rcredtool: \(text.visible) (\(spoken(.seconds(passed.wholeSeconds))))")
        } else if isFirst {
            say(text)
        }
    }

    /// Leaves the line of `progress` as it stands.
    func endProgress() {
        if Terminal.isTerminal(2) { writeError("\n") }
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
        Terminal.setLineOpen(text != nil)
        writeError("\r\u{1b}[K" + (text.map { "credtool: \($0.visible)" } ?? ""))
    }

    /// A line below a sentence.
    func report(line text: String) { writeError("\(text.visible)\n") }

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
