// The words for command lines that are not understood.
internal import Flags
internal import Model

extension UsageError {
    /// The words.
    var wording: Wording {
        let help =
            command.flatMap { $0 == .help ? nil : "credtool help \($0.rawValue)" }
            ?? "credtool help"
        switch cause {
        case .missingCommand: return Wording("no command is named", hint: help)
        case .unknownCommand(let name, let nearest):
            let message = "there is no command \(quoted(name))"
            guard let nearest else { return Wording(message, hint: help) }
            return Wording(message, hint: "did you mean credtool \(nearest.rawValue)?")
        case .unknownFlag(let name, let nearest):
            let message = "there is no flag \(name)" + place
            guard let nearest else { return Wording(message, hint: help) }
            return Wording(message, hint: "did you mean \(nearest.spelling)?")
        case .flagOfOtherCommands(let flag, let commands):
            return Wording(
                "\(flag.spelling) is a flag of "
                    + commands.map { "credtool \($0.rawValue)" }.joined(separator: " and ")
                    + ", not" + (command.map { " of credtool \($0.rawValue)" } ?? " this one"),
                hint: help)
        case .flagBeforeCommand(let flag):
            return Wording("\(flag.spelling) stands before the command it belongs to", hint: help)
        case .missingValue(let flag, let name):
            return Wording(
                "\(flag.spelling) needs a value", hint: "\(flag.spelling) \(name)")
        case .needlessValue(let flag):
            return Wording("\(flag.spelling) takes no value", hint: flag.spelling)
        case .invalidValue(let flag, let value, let expected):
            let what = value.map { "\(quoted($0)) is no value" } ?? "that is no value"
            return Wording("\(what) for \(flag.spelling)", hint: expected.wording)
        case .repeatedFlag(let flag):
            return Wording("\(flag.spelling) stands twice", hint: "leave one of them out")
        case .exclusiveFlags(let first, let second):
            return Wording(
                "\(first.spelling) and \(second.spelling) cannot stand together",
                hint: "leave one of them out")
        case .missingArgument(let name):
            return Wording("\(name) is missing", hint: help)
        case .surplusArgument(let accepted):
            let number = accepted == 0 ? "no arguments" : "at most \(accepted)"
            return Wording("too many arguments" + place + ", which takes \(number)", hint: help)
        case .emptyProfile:
            return Wording("the profile has an empty name", hint: "credtool list shows the names")
        case .emptyPath:
            return Wording(
                "a path is empty", hint: "credtool scan, without PATH, looks through the home")
        case .unknownAction(let action):
            let names = SSOAction.allCases.map { "credtool sso \($0.rawValue)" }
            return Wording(
                "credtool sso cannot \(quoted(action))", hint: names.joined(separator: ", or "))
        case .unknownShell(let name):
            let names = Shell.allCases.map { "credtool shell-init \($0.rawValue)" }
            return Wording(
                "there is no script for the shell \(quoted(name))",
                hint: names.joined(separator: ", or "))
        case .unknownNames(let kind):
            return Wording(
                "there are no names of kind \(quoted(kind))", hint: "credtool __complete profiles")
        }
    }

    private var place: String { command.map { " in credtool \($0.rawValue)" } ?? "" }
}

extension ValueKind {
    /// What is expected.
    fileprivate var wording: String {
        switch self {
        case .text: "any text but an empty one"
        case .duration:
            "a duration is written 45m, 1h30m, or as a number of seconds, and has 10 years at most"
        case .age: "an age is written 90d, or as a duration like 12h30m, and has 10 years at most"
        case .number(let bounds):
            "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
        case .code: "a code has the six digits that the MFA device shows"
        case .choice(let choices): "one of " + choices.map(\.name).joined(separator: ", ")
        }
    }
}
