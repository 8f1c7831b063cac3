// The texts of `-h` and `--help`, made of the table.
internal import Model

/// What help prints: lines of at most 80 columns, in ASCII.
///
/// - Parameters:
///   - command: The command to explain; nil for credtool as a whole.
///   - long: Everything there is to say, not a line for each command and flag.
public func help(for command: Command?, long: Bool) -> String {
    let sections = long ? longSections(command) : shortSections(command)
    var text = ""
    for section in sections where !section.isEmpty {
        if !text.isEmpty { text += "\n" }
        for line in section {
            text += line
            text += "\n"
        }
    }
    return text
}

private let width = 80
private let textIndent = 10

extension Command {
    /// How it is typed: `credtool exec [PROFILE] [FLAGS] [--] [COMMAND ARGS...]`.
    var usage: String {
        let definition = definition
        var words = ["credtool", rawValue]
        for word in definition.positionals where word.kind != .commandLine {
            words.append(word.usage)
        }
        if !definition.flags.isEmpty { words.append("[FLAGS]") }
        for word in definition.positionals where word.kind == .commandLine {
            words.append(word.usage)
        }
        return words.joined(by: " ")
    }
}

let overallUsage = "credtool [FLAGS] COMMAND ..."

extension FlagDefinition {
    /// Its forms in a column: `-r, --role ROLE`.
    func label(_ flag: Flag) -> String {
        (short.map { "-\($0), " } ?? "    ") + flag.spelling + (value.map { " \($0.name)" } ?? "")
    }
}

/// The column where help lines begin: the same for every command, behind the longest label. A
/// number, since to find it costs more than to print the help.
let helpColumn = 31

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
    ]
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
    return sections
}

private var commandLines: [String] {
    var lines = ["Commands:"]
    for command in Command.shown {
        lines.append("  " + command.rawValue.padded(to: 15) + command.definition.line)
    }
    return lines
}

private func flagLines(_ title: String, _ flags: [Flag], _ command: Command?) -> [String] {
    guard !flags.isEmpty else { return [] }
    var lines = [title]
    for flag in flags {
        let definition = flag.definition(in: command)
        lines.append(
            "  " + definition.label(flag).padded(to: helpColumn - 2) + definition.line)
    }
    return lines
}

/// One section for each flag, the title on top of the first.
private func longFlagSections(_ title: String, _ flags: [Flag], _ command: Command?) -> [[String]] {
    var sections: [[String]] = []
    for flag in flags {
        let definition = flag.definition(in: command)
        var lines = sections.isEmpty ? [title] : []
        lines.append("  " + definition.label(flag))
        lines += Prose(definition.text).lines(width: width, indent: textIndent)
        if case .choice(let choices) = definition.value?.kind {
            var column = 0
            for choice in choices { column = max(column, choice.name.utf8.count + 2) }
            let margin = String(repeating: " ", count: textIndent)
            lines.append("")
            for choice in choices {
                lines.append(margin + choice.name.padded(to: column) + choice.line)
            }
        }
        sections.append(lines)
    }
    return sections
}

private func referenceLines(
    _ title: String, _ entries: [ReferenceEntry], _ command: Command?
) -> [String] {
    var lines: [String] = []
    for entry in entries {
        if let command, !entry.commands.contains(command) { continue }
        if lines.isEmpty { lines.append(title) }
        lines.append("  " + entry.name)
        lines += Prose(entry.text).lines(width: width, indent: textIndent)
    }
    return lines
}

private func exampleLines(_ examples: [Example]) -> [String] {
    guard !examples.isEmpty else { return [] }
    let margin = String(repeating: " ", count: 6)
    var lines = ["Examples:"]
    for example in examples {
        lines += Prose(example.text).lines(width: width, indent: 2)
        for line in example.typed.lines where !line.isEmpty { lines.append(margin + line) }
    }
    return lines
}
