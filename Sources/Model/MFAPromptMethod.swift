// The ways to get the code of an MFA device: `mfa_prompt`, CREDTOOL_MFA_PROMPT, `--mfa-prompt`.

/// A way to get an MFA code, as `mfa_prompt` names it.
public enum MFAPromptMethod: String, Hashable, CaseIterable, Sendable {
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
}
