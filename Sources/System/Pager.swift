// Showing a long text page by page, as git does.
internal import CSystem
internal import Glibc

/// A program that shows a text page by page.
public struct Pager: Equatable, Sendable {
    /// What the shell runs: `less`, or what PAGER says.
    let command: String

    /// The pager to use; nil where the text is to be printed as it is: where there is no terminal to
    /// show it on, that cannot move its cursor (`TERM=dumb`), or PAGER is empty or `cat`.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether standard output is a terminal.
    ///   - variable: A variable's value as it stands in the environment, an empty one included.
    ///
    /// Source: git-config(1), `core.pager`; git-var(1), `GIT_PAGER`.
    public init?(isTerminal: Bool, variable: (String) -> String?) {
        guard isTerminal, Terminal.isCapable(variable("TERM")) else { return nil }
        let command = variable("PAGER") ?? "less"
        guard !command.isEmpty, command != "cat" else { return nil }
        self.command = command
    }

    /// What is set where the user has not: `less` ends by itself where the text fits on the screen,
    /// and leaves it there.
    private static let options = [("LESS", "FRX"), ("LV", "-c")]

    /// Shows `text`, and waits until the person has seen enough of it.
    /// - Returns: False where nothing was shown, because the pager could not be run.
    public func show(_ text: String) -> Bool {
        // Nobody asked for less by name who has none.
        if command == "less", (try? ProgramSearch.find(command)) == nil { return false }
        var environment = ProcessEnvironment()
        for (name, value) in Self.options where getenv(name) == nil {
            environment.changes[name] = value
        }
        do throws(SystemError) {
            var pipe = try Descriptor.pipe()
            var child = try ChildProcess(
                "/bin/sh", arguments: ["sh", "-c", command], environment: environment,
                input: pipe.reading.number, output: 1, errors: nil)
            pipe.reading.close()
            // Ctrl-C is for the pager alone: left behind, it would fight the shell for the terminal.
            let interrupt = signal(SIGINT, SIG_IGN)
            let quit = signal(SIGQUIT, SIG_IGN)
            defer {
                signal(SIGINT, interrupt)
                signal(SIGQUIT, quit)
            }
            var text = text
            // Who has seen enough before the end closes the pipe.
            _ = text.withUTF8 { pipe.writing.write(UnsafeRawBufferPointer($0), from: 0) }
            return Self.hasRun(try child.waitForEnd())
        } catch {
            return false
        }
    }

    /// Whether the shell found the pager: it ends with 126 or 127 where it did not.
    private static func hasRun(_ status: Subprocess.Status) -> Bool {
        switch status {
        case .exited(126), .exited(127): false
        case .exited, .signalled: true
        }
    }
}
