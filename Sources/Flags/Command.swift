// The commands, and what the table says of each.

/// A command of credtool; the raw value is its name on the command line.
public enum Command: String, CaseIterable, Sendable {
    case add
    case importKeys = "import"
    case list, rotate, remove, login, logout, sso, exec, each, export, serve, console, use
    case unuse
    case shellInit = "shell-init"
    case setupProcess = "setup-process"
    case plan, whoami, sign, scan, log, clear, vault, unlock, lock, doctor, version, help
    /// Prints names for the completion scripts; not shown to people.
    case complete = "__complete"
    /// Waits for occasions on which sessions are forgotten; started by credtool itself.
    case watch = "__watch"

    /// Whether it is no word of a person's.
    var isHidden: Bool { self == .complete || self == .watch }

    /// The commands that help, man pages and completions show.
    static let shown: [Command] = [
        .add, .importKeys, .list, .rotate, .remove, .login, .logout, .sso, .exec, .each, .export,
        .serve, .console, .use, .unuse, .shellInit, .setupProcess, .plan, .whoami, .sign, .scan,
        .log, .clear, .vault, .unlock, .lock, .doctor, .version, .help,
    ]
}

extension Command {
    /// What it can do, where that is more than one thing.
    public var actions: [Action] {
        for case .action(let actions) in definition.positionals.map(\.kind) { return actions }
        return []
    }

    /// The commands that run another program.
    static var runners: [String] { shown.filter(\.definition.runsCommand).map(\.rawValue) }

    /// The same, each with the number of words of its own that stand before that program.
    static var runnersAtCommand: [String] {
        shown.compactMap { command in
            command.definition.wordsBeforeCommand.map { "\(command.rawValue)\($0)" }
        }
    }
}

/// Everything that is known of a command: an entry of the table.
///
/// What help alone needs is put together when it is asked for: the parser, on the way of every
/// `exec`, only reads the grammar.
struct CommandDefinition: Sendable {
    /// What it does, for one line: lower case, no full stop.
    let line: String
    /// The words it takes besides flags, in their order.
    let positionals: [Positional]
    /// Its own flags, in the order of the help; the global ones come on top.
    let flags: [Flag]
    /// Other names that people try; they are not accepted, only understood in a suggestion.
    let otherNames: [String]
    private let makeText: @Sendable () -> String
    private let makeExamples: @Sendable () -> [Example]

    init(
        line: String, text: @autoclosure @escaping @Sendable () -> String,
        positionals: [Positional] = [], flags: [Flag] = [],
        examples: @autoclosure @escaping @Sendable () -> [Example] = [], otherNames: [String] = []
    ) {
        self.line = line
        self.positionals = positionals
        self.flags = flags
        self.otherNames = otherNames
        makeText = text
        makeExamples = examples
    }

    /// What it does, in paragraphs (see `Prose`).
    var text: String { makeText() }
    /// Lines to type, each with what it does.
    var examples: [Example] { makeExamples() }

    /// Whether what follows its own words is another program's command line.
    var runsCommand: Bool { wordsBeforeCommand != nil }

    /// How many words of its own stand before that; nil where nothing is run.
    var wordsBeforeCommand: Int? { positionals.firstIndex { $0.kind == .commandLine } }
}

/// A word that a command takes besides its flags.
struct Positional: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case profile
        /// Any number of profiles.
        case profiles
        /// A profile with a stored key.
        case storedProfile
        /// Any number of files and folders.
        case paths
        /// What names of profiles have to look like.
        case pattern
        /// The name of one of credtool's commands.
        case command
        /// What `__complete` is to print.
        case names
        /// Which of these things the command is to do.
        case action([Action])
        /// What the action takes: a word of it stands for them in help.
        case ofAction
        /// A file.
        case file
        /// A shell that there is a script for.
        case shell
        /// A method of HTTP.
        case method
        /// An address.
        case url
        /// The first word of another program's command line, and all that follow.
        case commandLine
    }

    let name: String
    let kind: Kind
    let isRequired: Bool

    /// Whether all words that follow are of its kind.
    var isRepeated: Bool { kind == .profiles || kind == .paths }

    /// As it stands in a usage line.
    var usage: String {
        if kind == .commandLine {
            return isRequired ? "[--] \(name) ARGS..." : "[--] [\(name) ARGS...]"
        }
        if isRepeated { return "[\(name)...]" }
        return isRequired ? name : "[\(name)]"
    }

    /// Which of `actions` the command is to do.
    static func action(_ actions: [Action]) -> Positional {
        Positional(name: "ACTION", kind: .action(actions), isRequired: true)
    }

    static let profile = Positional(name: "PROFILE", kind: .profile, isRequired: false)
    static let profiles = Positional(name: "PROFILE", kind: .profiles, isRequired: false)
    static let paths = Positional(name: "PATH", kind: .paths, isRequired: false)
    static let shell = Positional(name: "SHELL", kind: .shell, isRequired: true)
    static let storedProfile = Positional(
        name: "PROFILE", kind: .storedProfile, isRequired: true)
    static let pattern = Positional(name: "PATTERN", kind: .pattern, isRequired: false)
    static let topic = Positional(name: "COMMAND", kind: .command, isRequired: false)
    static let method = Positional(name: "METHOD", kind: .method, isRequired: true)
    static let url = Positional(name: "URL", kind: .url, isRequired: true)
    static let ofAction = Positional(
        name: "FILE | PROFILE...", kind: .ofAction, isRequired: false)
    static let file = Positional(name: "FILE", kind: .file, isRequired: true)
    static let names = Positional(name: "KIND", kind: .names, isRequired: true)
    static let commandLine = Positional(name: "COMMAND", kind: .commandLine, isRequired: false)
    static let neededCommandLine = Positional(
        name: "COMMAND", kind: .commandLine, isRequired: true)
}

/// A line to type and what it does.
struct Example: Sendable {
    /// What it does: a sentence.
    let text: String
    /// What is typed, one line or more.
    let typed: String

    init(_ text: String, _ typed: String) {
        self.text = text
        self.typed = typed
    }
}
