// Asking a person: on /dev/tty, so that pipes never swallow a question or an answer.
internal import CSystem
internal import Glibc
public import Model

/// Why nobody could be asked.
public enum TerminalError: Error, Equatable {
    /// The process has no controlling terminal.
    case noTerminal
    /// The person gave no answer: an empty line, Ctrl-D, or the terminal went away.
    case ended
    /// libbsd, which does the asking, is missing.
    case library(LibraryUnavailable)
}

/// The controlling terminal.
public enum Terminal {
    /// The longest answer in bytes: the kernel's own limit for a line.
    private static let lineLimit = 4096

    /// Asks for one line. White space around it is dropped; an empty answer is none, since Ctrl-D
    /// and a terminal that went away look the same. As with all questions here, U+FFFD is shown
    /// for what would steer the terminal.
    /// - Throws: `TerminalError` where there is no terminal or no answer.
    public static func ask(_ prompt: String) throws(TerminalError) -> String {
        let text = try answer(prompt)
        guard !text.isEmpty else { throw .ended }
        return text
    }

    private static func answer(_ prompt: String) throws(TerminalError) -> String {
        let line = try line(prompt, echo: true)
        return line.withBytes { String(decoding: $0, as: UTF8.self) }.trimmed
    }

    /// Asks for one line that is not shown while it is typed; an empty one is no answer.
    /// - Parameter echo: Whether it is shown all the same, for what may turn out to be a secret.
    /// - Throws: `TerminalError` where there is no terminal or no answer.
    public static func askSecret(
        _ prompt: String, echo: Bool = false
    ) throws(TerminalError) -> Secret {
        let secret = try line(prompt, echo: echo)
        guard secret.count > 0 else { throw .ended }
        return secret
    }

    /// Asks a yes-or-no question; anything but y or yes is a no.
    /// - Throws: `TerminalError` where there is no terminal or no answer.
    public static func confirm(_ question: String) throws(TerminalError) -> Bool {
        ["y", "yes"].contains(try answer("\(question) [y/N] ").lowercased())
    }

    /// Shows `text` as it is, for who has to act on it whatever happens to standard error. Returns
    /// whether there is a terminal.
    public static func show(_ text: String) -> Bool {
        let file = open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var text = text
        return text.withUTF8 { AtomicFile.write(UnsafeRawBufferPointer($0), to: file, "/dev/tty") }
            == nil
    }

    /// The terminal's path for another program to open; nil where this process has none.
    public static var path: String? {
        let path = "/dev/tty"
        let file = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        close(file)
        return path
    }

    /// Whether `descriptor` shows its text to a person.
    public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Whether `descriptor` is the controlling terminal, where questions are asked.
    ///
    /// Source: tcgetsid(3). A session has one controlling terminal, and it has one session.
    public static func isControlling(_ descriptor: Int32) -> Bool {
        let session = tcgetsid(descriptor)
        return session >= 0 && session == getsid(0)
    }

    /// Writes text where questions are asked.
    /// - Throws: `SystemError` where there is no terminal.
    public static func write(_ text: String) throws(SystemError) {
        let file = open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError("open", "/dev/tty") }
        defer { close(file) }
        try CurrentProcess.write(text, to: file)
    }

    /// Whether a terminal of the kind that TERM names shows colours and can move its cursor.
    public static func isCapable(_ term: String?) -> Bool {
        term?.isEmpty == false && term != "dumb"
    }

    /// How many columns the terminal behind `descriptor` has; nil where it is none, or does not say.
    public static func width(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// States whether a line on standard error waits for the next one to take its place: a signal that
    /// ends this process ends the line, too.
    public static func setLineOpen(_ isOpen: Bool) { csignal_line_is_open(isOpen ? 1 : 0) }

    private static func line(_ prompt: String, echo: Bool) throws(TerminalError) -> Secret {
        if let reason = cterminal_load() {
            throw .library(
                LibraryUnavailable(
                    library: CTERMINAL_LIBRARY, package: "libbsd0",
                    reason: String(cString: reason)))
        }
        return try Secret(capacity: lineLimit) { (buffer) throws(TerminalError) in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            switch cterminal_ask(prompt.visible, base, buffer.count, echo ? 1 : 0) {
            case 0: return buffer.firstIndex(of: 0) ?? 0
            case ENOTTY, ENXIO, ENOENT: throw .noTerminal
            default: throw .ended
            }
        }
    }
}
