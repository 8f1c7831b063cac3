// What each way to get an MFA code needs, and which of them is taken.
public import Model

extension MFAPromptMethod {
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
    static let graphical: [MFAPromptMethod] = [.pinentry, .zenity, .kdialog]

    /// Takes a method: the one that is set, then `mfa_process`, then the terminal, then the first
    /// dialog that can be shown.
    /// - Parameters:
    ///   - set: `mfa_prompt` or its variable; nil where neither is set.
    ///   - process: `mfa_process`; nil where it is not set.
    /// - Throws: `PromptError.processUnset`, or `.nowhereToAsk` where a person cannot be reached.
    public static func choose(
        set: MFAPromptMethod?, process: String?, _ facts: PromptFacts
    ) throws(PromptError) -> MFAPromptMethod {
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
