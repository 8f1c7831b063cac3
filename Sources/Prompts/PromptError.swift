// Why there is no code.
public import Model
public import System

/// A method that gave no MFA code.
public enum PromptError: Error, Equatable {
    /// The person closed the dialog, or gave an empty answer.
    case cancelled(MFAPromptMethod)
    /// The program is not installed; the Debian package that has it, where that is known.
    case missing(program: String, package: String?)
    /// The program failed, or the command of `mfa_process`, which is named so: how it ended, and
    /// what it said where that was not passed on.
    case failed(program: String, Subprocess.Status, message: String)
    /// The program printed something that is no code of six digits.
    case noCode(program: String)
    /// The terminal was to be asked on, and there was none, no answer, or no library for it.
    case terminal(TerminalError)
    /// No method is set, and there is neither a terminal nor a dialog program for the display.
    case nowhereToAsk(hasDisplay: Bool)
    /// `mfa_prompt` is `process`, and `mfa_process` is not set.
    case processUnset
    /// Nobody answered for so long.
    case timedOut(after: Duration)
    /// The program could not be run.
    case program(SubprocessError)
}
