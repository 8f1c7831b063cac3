// The ways to get the code of an MFA device, and which of them is taken.

/// A way to get an MFA code, as `mfa_prompt` names it.
public enum PromptMethod: String, CaseIterable, Sendable {
    /// A line on the terminal.
    case tty
    /// GnuPG's dialogs, on the terminal or the desktop.
    case pinentry
    /// GNOME's dialog program.
    case zenity
    /// KDE's dialog program.
    case kdialog
    /// A YubiKey, which makes the code itself.
    case ykman
    /// The command of `mfa_process`, which prints the code.
    case process

    /// Whether a program makes the code and no person types it: a wrong code is then no slip, and
    /// asking again within the same 30 seconds gives the same one.
    public var isAutomatic: Bool { self == .ykman || self == .process }

    /// The program that does it.
    var program: String? {
        switch self {
        case .pinentry, .zenity, .kdialog, .ykman: rawValue
        case .tty, .process: nil
        }
    }

    /// The Debian package of the program; pinentry's is the one for GNOME.
    var package: String? {
        switch self {
        case .pinentry: "pinentry-gnome3"
        case .zenity, .kdialog: rawValue
        case .ykman: "yubikey-manager"
        case .tty, .process: nil
        }
    }

    /// The methods that need no terminal, the best one first.
    static let graphical: [PromptMethod] = [.pinentry, .zenity, .kdialog]

    /// Takes a method: the one that is set, then `mfa_process`, then the terminal, then the first
    /// dialog that can be shown.
    /// - Parameters:
    ///   - set: `mfa_prompt` or its variable; nil where neither is set.
    ///   - process: `mfa_process`; nil where it is not set.
    /// - Throws: `PromptError.processUnset`, or `.nowhereToAsk` where a person cannot be reached.
    public static func choose(
        set: PromptMethod?, process: String?, _ facts: PromptFacts
    ) throws(PromptError) -> PromptMethod {
        if let set {
            guard set != .process || process != nil else { throw .processUnset }
            return set
        }
        if process != nil { return .process }
        if facts.hasTerminal { return .tty }
        if facts.hasDisplay, let shown = graphical.first(where: facts.dialogs.contains) {
            return shown
        }
        throw .nowhereToAsk(hasDisplay: facts.hasDisplay)
    }
}
