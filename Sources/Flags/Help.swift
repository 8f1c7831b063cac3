// The texts of `-h` and `--help`, made of the table.

/// What help prints: lines of at most 80 columns, in ASCII.
///
/// - Parameters:
///   - command: The command to explain; nil for credtool as a whole.
///   - long: Everything there is to say, not a line for each command and flag.
public func help(for command: Command?, long: Bool) -> String {
    let sections = long ? longSections(command) : shortSections(command)
    return sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
}

private let width = 80
private let textIndent = 10

extension Command {
    /// How it is typed: `credtool exec [PROFILE] [FLAGS] [--] [COMMAND ARGS...]`.
    var usage: String {
        let definition = definition
        var words = ["credtool", rawValue]
        words += definition.positionals.filter { $0.kind != .commandLine }.map(\.usage)
        if !definition.flags.isEmpty { words.append("[FLAGS]") }
        words += definition.positionals.filter { $0.kind == .commandLine }.map(\.usage)
        return words.joined(separator: " ")
    }
}

let overallUsage = "credtool [FLAGS] COMMAND ..."

extension FlagDefinition {
    /// Its forms in a column: `-r, --role ROLE`.
    func label(_ flag: Flag) -> String {
        (short.map { "-\($0), " } ?? "    ") + flag.spelling + (value.map { " \($0.name)" } ?? "")
    }
}

/// The column where help lines begin: the same for every command.
let helpColumn: Int = {
    let labels = Command.allCases.flatMap { command in
        command.allFlags.map { $0.definition(in: command).label($0) }
    }
    return 2 + (labels.map(\.count).max() ?? 0) + 2
}()

private func shortSections(_ command: Command?) -> [[String]] {
    guard let command else {
        return [
            [Reference.line.sentence], ["Usage: \(overallUsage)"], commandLines,
            flagLines("Flags:", Flag.global, nil),
            ["`credtool COMMAND -h` shows the flags of a command, `credtool --help` tells all."],
        ]
    }
    let definition = command.definition
    return [
        [definition.line.sentence],
        ["Usage: \(command.usage)"],
        flagLines("Flags:", definition.flags, command),
        flagLines("Flags of every command:", Flag.global, command),
        ["`credtool help \(command.rawValue)` tells more."],
    ].filter { !$0.isEmpty }
}

private func longSections(_ command: Command?) -> [[String]] {
    let definition = command?.definition
    var sections = [
        ["Usage: \(command?.usage ?? overallUsage)"],
        Prose(definition?.text ?? Reference.text).lines(width: width),
    ]
    if command == nil { sections.append(commandLines) }
    sections += longFlagSections("Flags:", definition?.flags ?? [], command)
    sections += longFlagSections(
        command == nil ? "Flags:" : "Flags of every command:", Flag.global, command)
    sections.append(referenceLines("Environment:", Reference.environment, command))
    sections.append(referenceLines("Files:", Reference.files, command))
    sections.append(referenceLines("Exit codes:", Reference.exitCodes, command))
    sections.append(exampleLines(definition?.examples ?? Reference.examples))
    if command == nil { sections.append(["`credtool help COMMAND` tells more of each command."]) }
    return sections.filter { !$0.isEmpty }
}

private var commandLines: [String] {
    let names = Command.shown.map(\.rawValue)
    let column = (names.map(\.count).max() ?? 0) + 2
    return ["Commands:"]
        + Command.shown.map { "  " + $0.rawValue.padded(to: column) + $0.definition.line }
}

private func flagLines(_ title: String, _ flags: [Flag], _ command: Command?) -> [String] {
    guard !flags.isEmpty else { return [] }
    return [title]
        + flags.map { flag in
            let definition = flag.definition(in: command)
            return "  " + definition.label(flag).padded(to: helpColumn - 2) + definition.line
        }
}

/// One section for each flag, the title on top of the first.
private func longFlagSections(_ title: String, _ flags: [Flag], _ command: Command?) -> [[String]] {
    flags.enumerated().map { index, flag in
        let definition = flag.definition(in: command)
        var lines = index == 0 ? [title] : []
        lines.append("  " + definition.label(flag))
        lines += Prose(definition.text).lines(width: width, indent: textIndent)
        if case .choice(let choices) = definition.value?.kind {
            let column = (choices.map(\.name.count).max() ?? 0) + 2
            let margin = String(repeating: " ", count: textIndent)
            lines.append("")
            lines += choices.map { margin + $0.name.padded(to: column) + $0.line }
        }
        return lines
    }
}

private func referenceLines(
    _ title: String, _ entries: [ReferenceEntry], _ command: Command?
) -> [String] {
    let concerning = entries.filter { entry in command.map(entry.commands.contains) ?? true }
    guard !concerning.isEmpty else { return [] }
    return [title]
        + concerning.flatMap { entry in
            ["  " + entry.name] + Prose(entry.text).lines(width: width, indent: textIndent)
        }
}

private func exampleLines(_ examples: [Example]) -> [String] {
    guard !examples.isEmpty else { return [] }
    let margin = String(repeating: " ", count: 6)
    return ["Examples:"]
        + examples.flatMap { example in
            Prose(example.text).lines(width: width, indent: 2)
                + example.typed.split(separator: "\n").map { margin + $0 }
        }
}
