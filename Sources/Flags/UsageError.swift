// What can be wrong with a command line. The wording is credtool's.

/// A command line that credtool does not understand.
public struct UsageError: Error, Equatable, Sendable {
    /// What is wrong.
    public let cause: Cause
    /// The command it was meant for, as far as that was read: for `credtool help COMMAND`.
    public let command: Command?

    /// Joins the two.
    public init(_ cause: Cause, command: Command?) {
        self.cause = cause
        self.command = command
    }

    /// The ways to be wrong. None carries a word that may be a secret in the wrong place: surplus
    /// arguments, codes and what stands behind the `=` of an unknown flag are left out.
    public enum Cause: Equatable, Sendable {
        /// No command was named.
        case missingCommand
        /// There is no such command; `nearest` is what may have been meant.
        case unknownCommand(String, nearest: Command?)
        /// There is no such flag, as typed (`--rol`, `-x`); `nearest` is what may have been meant.
        case unknownFlag(String, nearest: Flag?)
        /// The flag belongs to other commands than this.
        case flagOfOtherCommands(Flag, [Command])
        /// A flag of a command stands before the command.
        case flagBeforeCommand(Flag)
        /// The flag needs a value (called `name` in the help) and none follows. A word with a dash
        /// is not taken for one: `--flag=-x` says that it is meant.
        case missingValue(Flag, name: String)
        /// The flag is a switch and stands with `=value`.
        case needlessValue(Flag)
        /// The value is not what it must be; nil for a code, which is not repeated.
        case invalidValue(Flag, String?, expected: ValueKind)
        /// A flag with a value stands twice.
        case repeatedFlag(Flag)
        /// The two can't stand together.
        case exclusiveFlags(Flag, Flag)
        /// An argument (`PROFILE`) is missing.
        case missingArgument(String)
        /// More arguments than the `accepted` ones.
        case surplusArgument(accepted: Int)
        /// The profile is named with an empty word.
        case emptyProfile
        /// A file or folder is named with an empty word.
        case emptyPath
        /// `sso` was told to do something else than an `SSOAction`.
        case unknownAction(String)
        /// `shell-init` was asked for another shell than a `Shell`.
        case unknownShell(String)
        /// `__complete` was asked for something else than `Names`.
        case unknownNames(String)
    }
}
