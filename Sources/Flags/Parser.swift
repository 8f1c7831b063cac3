// Reads a command line by the table.
internal import Model

/// Reads the words of a command line.
///
/// - Parameter arguments: argv without the program's name. Words that are no UTF-8 may be repaired in any
///   way, as long as there are as many: the child's words are only counted.
/// - Throws: `UsageError` for the first thing that is wrong, from left to right.
public func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
    var parser = Parser(arguments: arguments)
    return try parser.parse()
}

/// The state of reading, from left to right.
private struct Parser {
    let arguments: [String]
    /// The index in `arguments` of the next word.
    var next = 0
    /// Nil until the command was read.
    var command: Command?
    var positionals: [Positional] = []
    /// How many of them were given.
    var taken = 0
    /// Set when the answer is settled before the end: by `-h`, `--help`, `--version`.
    var answer: Invocation?
    var flagsEnded = false
    var invocation = Invocation(.help)

    init(arguments: [String]) { self.arguments = arguments }

    mutating func parse() throws(UsageError) -> Invocation {
        while next < arguments.count, answer == nil, invocation.commandStart == nil {
            let word = arguments[next]
            next += 1
            if flagsEnded || word == "-" || !word.hasPrefix("-") {
                try takeWord(word)
            } else if word == "--" {
                try endFlags()
            } else if word.hasPrefix("--") {
                try takeLong(word)
            } else {
                try takeShorts(word)
            }
        }
        if let answer { return answer }
        // Who types the name alone wants to know what there is.
        guard command != nil else { return Invocation(.help) }
        if let missing = positionals.first, missing.isRequired,
            missing.kind != .commandLine || invocation.commandStart == nil
        {
            throw error(.missingArgument(missing.name))
        }
        try checkExclusions()
        return invocation
    }

    private func error(_ cause: UsageError.Cause) -> UsageError {
        UsageError(cause, command: command)
    }

    // MARK: Words

    private mutating func takeWord(_ word: String) throws(UsageError) {
        guard command != nil else { return try takeCommand(word) }
        guard let positional = positionals.first else {
            throw error(.surplusArgument(accepted: taken))
        }
        if !positional.isRepeated { positionals.removeFirst() }
        taken += 1
        switch positional.kind {
        case .shell:
            guard let shell = Shell(rawValue: word) else { throw error(.unknownShell(word)) }
            invocation.shell = shell
        case .profile, .storedProfile:
            guard !word.isEmpty else { throw error(.emptyProfile) }
            invocation.profile = word
        case .profiles:
            guard !word.isEmpty else { throw error(.emptyProfile) }
            invocation.profile = invocation.profile ?? word
            invocation.profiles.append(word)
        case .paths:
            guard !word.isEmpty else { throw error(.emptyPath) }
            invocation.paths.append(word)
        case .pattern: invocation.pattern = word
        case .command: invocation.topic = try self.command(named: word)
        case .names:
            guard let names = Names(rawValue: word) else { throw error(.unknownNames(word)) }
            invocation.names = names
        case .action(let actions):
            guard let action = actions.first(where: { $0.rawValue == word }) else {
                throw error(.unknownAction(word))
            }
            invocation.action = action
            positionals = action.positionals ?? positionals
        case .ofAction: preconditionFailure("the action has words of its own")
        case .file:
            guard !word.isEmpty else { throw error(.missingArgument(positional.name)) }
            invocation.file = word
        case .method: invocation.method = word
        case .url: invocation.url = word
        // In argv the program's name comes first, so that `next` is the index there of this word.
        case .commandLine: invocation.commandStart = next
        }
    }

    private mutating func takeCommand(_ word: String) throws(UsageError) {
        let named = try command(named: word, mayBeHidden: true)
        let switches = invocation.switches
        command = named
        positionals = named.definition.positionals
        invocation = Invocation(named)
        invocation.switches = switches
        // `credtool help` tells at length; `-h` is there for the short text.
        invocation.isLong = named == .help
    }

    private func command(
        named word: String, mayBeHidden: Bool = false
    ) throws(UsageError) -> Command {
        if let command = Command(rawValue: word), mayBeHidden || !command.isHidden {
            return command
        }
        let meant =
            Command.shown.first { $0.definition.otherNames.contains(word) }
            ?? nearest(to: word, among: Command.shown.map(\.rawValue)).flatMap(
                Command.init(rawValue:))
        throw error(.unknownCommand(word, nearest: meant))
    }

    /// `--`: what follows is no flag; for `exec`, it is COMMAND.
    private mutating func endFlags() throws(UsageError) {
        guard let command else { throw error(.missingCommand) }
        flagsEnded = true
        if command.definition.runsCommand, next < arguments.count {
            invocation.commandStart = next + 1
        }
    }

    // MARK: Flags

    private mutating func takeLong(_ word: String) throws(UsageError) {
        let text = word.utf8.dropFirst(2)
        let sign = text.firstIndex(of: UInt8(ascii: "="))
        let name = String(word[text.startIndex..<(sign ?? text.endIndex)])
        guard let flag = Flag.named(name), accepts(flag) else {
            throw unknown(name, typed: "--\(name)")
        }
        try take(flag, value: sign.map { String(word[text.index(after: $0)...]) })
    }

    /// `-v`, `-vr ROLE`, `-rROLE`, `-r=ROLE`.
    private mutating func takeShorts(_ word: String) throws(UsageError) {
        var rest = word.dropFirst()
        // `-role x` would be read as `-r ole`.
        let name = String(rest.prefix { $0 != "=" })
        if name.count > 1, Flag.named(name) != nil { throw unknown(name, typed: "-\(name)") }
        while let short = rest.popFirst(), answer == nil {
            guard let flag = accepted.first(where: { $0.definition(in: command).short == short })
            else { throw error(.unknownFlag("-\(short)", nearest: nil)) }
            if rest.first == "=" {
                return try take(flag, value: String(rest.dropFirst()))
            }
            if flag.definition(in: command).value != nil, !rest.isEmpty {
                return try take(flag, value: String(rest))
            }
            try take(flag, value: nil)
        }
    }

    private var accepted: [Flag] { command?.allFlags ?? Flag.global }

    private func accepts(_ flag: Flag) -> Bool {
        command?.takes(flag) ?? Flag.global.contains(flag)
    }

    private func unknown(_ name: String, typed: String) -> UsageError {
        if let flag = Flag.named(name), !accepts(flag) {
            guard command != nil else { return error(.flagBeforeCommand(flag)) }
            return error(.flagOfOtherCommands(flag, flag.commands))
        }
        let meant = nearest(to: name, among: accepted.map(\.rawValue))
        return error(.unknownFlag(typed, nearest: meant.flatMap(Flag.named)))
    }

    private mutating func take(_ flag: Flag, value attached: String?) throws(UsageError) {
        guard let expected = flag.definition(in: command).value else {
            guard attached == nil else { throw error(.needlessValue(flag)) }
            return takeSwitch(flag)
        }
        let value: String
        if let attached {
            value = attached
        } else {
            value = try nextValue(of: flag, name: expected.name)
        }
        guard flag.isRepeatable || invocation.value(flag) == nil else {
            throw error(.repeatedFlag(flag))
        }
        guard expected.kind.accepts(value) else {
            let shown = expected.kind == .code ? nil : value
            throw error(.invalidValue(flag, shown, expected: expected.kind))
        }
        invocation.values.append(Invocation.FlagAndValue(flag: flag, value: value))
    }

    private mutating func nextValue(of flag: Flag, name: String) throws(UsageError) -> String {
        guard next < arguments.count, arguments[next] == "-" || !arguments[next].hasPrefix("-")
        else { throw error(.missingValue(flag, name: name)) }
        next += 1
        return arguments[next - 1]
    }

    private mutating func takeSwitch(_ flag: Flag) {
        if flag == .help {
            var help = Invocation(.help)
            help.topic = command
            // The word that asks for the long text is the long form.
            help.isLong = arguments[next - 1].hasPrefix("--")
            answer = help
        } else if flag == .version {
            answer = Invocation(.version)
        } else if !invocation.switches.contains(flag) {
            invocation.switches.append(flag)
        }
    }

    private func checkExclusions() throws(UsageError) {
        guard invocation.switches.count + invocation.values.count > 1 else { return }
        // In the order of the table, so that the words do not depend on that of the flags.
        for flag in accepted where invocation.isSet(flag) {
            for other in flag.definition(in: command).excludes where invocation.isSet(other) {
                throw error(.exclusiveFlags(flag, other))
            }
        }
    }
}
