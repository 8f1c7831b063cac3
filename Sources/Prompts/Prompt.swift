// Getting a code by one of the methods.
public import Model
public import System

/// A method with all that it needs.
public struct Prompt: Sendable {
    /// The method.
    public let method: MFAPromptMethod
    private let process: String?
    private let environment: ProcessEnvironment
    private let terminal: String?
    private let limit: Duration

    /// The method `method`.
    /// - Parameters:
    ///   - process: The command of `mfa_process`, for `MFAPromptMethod.process`.
    ///   - environment: What programs get, and what names them: `PINENTRY_PROGRAM`,
    ///     `YKMAN_OATH_CREDENTIAL_NAME`, `YKMAN_OATH_DEVICE_SERIAL`.
    ///   - terminal: The terminal for pinentry.
    ///   - limit: How long an answer may take; a question on the terminal waits for ever.
    public init(
        _ method: MFAPromptMethod, process: String? = nil,
        environment: ProcessEnvironment = ProcessEnvironment(),
        terminal: String? = Terminal.path, limit: Duration = .seconds(120)
    ) {
        self.method = method
        self.process = process
        self.environment = environment
        self.terminal = terminal
        self.limit = limit
    }

    /// A code of the MFA device `mfaSerial`. A person's answer is given back as it was typed, less
    /// the white space around it; a program's is a code of six digits.
    /// - Throws: `PromptError`.
    public func code(mfaSerial: String, profile: String) throws(PromptError) -> String {
        let question = "MFA code of \(mfaSerial) for profile \(profile)".visible
        switch method {
        case .tty:
            do { return try Terminal.ask("\(question): ") } catch { throw .terminal(error) }
        case .pinentry: return try pinentry(question)
        case .zenity:
            return try dialog([
                "zenity", "--entry", "--title=credtool", "--text=\(Self.zenityText(question))",
            ])
        case .kdialog:
            return try dialog(["kdialog", "--title", "credtool", "--inputbox", question])
        case .ykman: return try printed(by: ykman(mfaSerial), named: "ykman")
        case .process: return try printed(by: shell(), named: "mfa_process")
        }
    }

    // MARK: Dialogs

    private func pinentry(_ question: String) throws(PromptError) -> String {
        let program = method.program(environment) ?? "pinentry"
        let seconds = max(1, Int(limit.components.seconds))
        let commands = PinentryQuestion(
            title: "credtool", description: question, prompt: "Code:", timeout: seconds,
            terminal: terminal, terminalType: environment["TERM"],
            locale: environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"],
            display: environment["DISPLAY"]
        ).commands
        var command = subprocess([program], .collected)
        // Its own time-out comes first.
        command.deadline = limit + .seconds(2)
        // pinentry reads one command after the other, so that all can be sent at once.
        let sent = Secret(commands.map { "\($0)\n" }.joined())
        let result: Subprocess.Result
        do { result = try command.run(writing: sent) } catch {
            throw failure(error, method.package)
        }
        let answer = result.output.withBytes { Assuan.answer(to: commands, in: $0) }
        switch answer {
        case .text(let text): return try typed(text)
        case .cancelled: throw .cancelled(.pinentry)
        case .timedOut: throw .timedOut(after: limit)
        case .refused(let message):
            throw .failed(program: program, result.status, message: message)
        case .none:
            throw .failed(program: program, result.status, message: Self.line(result.errorOutput))
        }
    }

    private func dialog(_ arguments: [String]) throws(PromptError) -> String {
        let result: Subprocess.Result
        do { result = try subprocess(arguments, .collected).run() } catch {
            throw failure(error, method.package)
        }
        // Both end with 1 on cancel; zenity also where it finds no display.
        if result.status == .exited(1), !result.errorOutput.contains("open display") {
            throw .cancelled(method)
        }
        guard result.status == .exited(0) else {
            throw .failed(
                program: arguments[0], result.status, message: Self.line(result.errorOutput))
        }
        return try typed(Self.text(result))
    }

    /// zenity takes `_` for the mark of a short cut, and reads backslash escapes.
    static func zenityText(_ text: String) -> String {
        String(text.flatMap { $0 == "_" || $0 == "\\" ? [$0, $0] : [$0] })
    }

    private func typed(_ text: String) throws(PromptError) -> String {
        let text = text.trimmed
        guard !text.isEmpty else { throw .cancelled(method) }
        return text
    }

    // MARK: Programs that make the code

    /// Source: aws-vault's `--prompt ykman` and its two variables; ykman 4 and later.
    private func ykman(_ mfaSerial: String) -> [String] {
        let device = environment["YKMAN_OATH_DEVICE_SERIAL"].map { ["--device", $0] } ?? []
        let name = environment["YKMAN_OATH_CREDENTIAL_NAME"] ?? mfaSerial
        return ["ykman"] + device + ["oath", "accounts", "code", "--single", name]
    }

    /// Source: aws-vault, which gives the command to a shell, so that it may have pipes and variables.
    private func shell() throws(PromptError) -> [String] {
        guard let process else { throw .processUnset }
        return ["/bin/sh", "-c", process]
    }

    private func printed(
        by arguments: [String], named program: String
    ) throws(PromptError) -> String {
        let result: Subprocess.Result
        // What it says to the person, such as that the key is to be touched, has to be seen; and it
        // may ask for a PIN. Both on the terminal: SDKs keep standard error to themselves.
        var command = subprocess(arguments, .terminal)
        command.input = .terminal
        do { result = try command.run() } catch {
            throw failure(error, method.package)
        }
        guard result.status == .exited(0) else {
            throw .failed(program: program, result.status, message: "")
        }
        let code = Self.text(result).trimmed
        guard code.utf8.count == 6, code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .noCode(program: program)
        }
        return code
    }

    // MARK: Parts

    private func subprocess(
        _ arguments: [String], _ errors: Subprocess.ErrorOutput
    ) -> Subprocess {
        Subprocess(arguments, environment: environment, errorOutput: errors, deadline: limit)
    }

    private func failure(_ error: SubprocessError, _ package: String?) -> PromptError {
        switch error {
        case .cannotStart(let error) where error.cause == .notFound:
            .missing(program: error.program, package: package)
        case .timedOut: .timedOut(after: limit)
        case .cannotStart, .tooMuchOutput, .system: .program(error)
        }
    }

    private static func text(_ result: borrowing Subprocess.Result) -> String {
        result.output.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The last line that says anything: toolkits warn first.
    private static func line(_ text: String) -> String {
        (text.split(whereSeparator: \.isNewline).last { !$0.trimmed.isEmpty } ?? "").trimmed
    }
}
