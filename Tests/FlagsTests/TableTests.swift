// What must hold for every entry of the table.
import Testing

@testable import Flags

@Suite struct TableTests {
    /// Every flag of every command.
    static let uses = Command.allCases.flatMap { command in
        command.allFlags.map { Use(flag: $0, command: command) }
    }

    struct Use: Sendable, CustomTestStringConvertible {
        let flag: Flag
        let command: Command
        var definition: FlagDefinition { flag.definition(in: command) }
        var testDescription: String { "\(command.rawValue) \(flag.spelling)" }
    }

    @Test(arguments: Command.allCases)
    func namesAreUniqueInACommand(command: Command) {
        #expect(Set(command.allFlags).count == command.allFlags.count)
        let shorts = command.allFlags.compactMap { $0.definition(in: command).short }
        #expect(Set(shorts).count == shorts.count)
        #expect(shorts.allSatisfy { $0.isASCII && $0.isLetter })
    }

    @Test(arguments: Flag.allCases)
    func everyFlagIsUsed(flag: Flag) {
        #expect(!flag.commands.isEmpty)
        #expect(flag.rawValue.allSatisfy { $0 == "-" || ($0.isASCII && $0.isLowercase) })
    }

    @Test(arguments: uses)
    func formsDoNotDependOnTheCommand(use: Use) {
        // The completion scripts offer the same values everywhere.
        let anywhere = use.flag.definition(in: nil)
        #expect(use.definition.short == anywhere.short)
        guard use.definition.value != nil else { return }
        #expect(use.definition.value?.name == anywhere.value?.name)
        #expect(use.definition.value?.kind == anywhere.value?.kind)
    }

    @Test(arguments: uses)
    func flagLinesAreLines(use: Use) {
        expectLine(use.definition.line)
        #expect(helpColumn + use.definition.line.count <= 80)
        expectText(use.definition.text)
    }

    @Test(arguments: Command.allCases)
    func commandsAreDescribed(command: Command) {
        expectLine(command.definition.line)
        expectText(command.definition.text)
        #expect(17 + command.definition.line.count <= 80)
        for example in command.definition.examples {
            expectText(example.text)
            #expect(example.typed.contains("credtool"))
            #expect(example.typed.split(separator: "\n").allSatisfy { $0.count <= 72 })
        }
    }

    @Test func referenceIsDescribed() {
        for entry in Reference.environment + Reference.files + Reference.exitCodes {
            expectText(entry.text)
            #expect(!entry.commands.isEmpty)
        }
        expectLine(Reference.line)
        expectText(Reference.text)
    }

    @Test func environmentVariablesInTextsAreExplained() {
        let explained = Set(Reference.environment.map(\.name))
        for use in Self.uses {
            let words = use.definition.text.split { !$0.isLetter && $0 != "_" }.map(String.init)
            let variables = words.filter { $0.hasPrefix("CREDTOOL_") || $0.hasSuffix("_TTL") }
            #expect(explained.isSuperset(of: variables), "\(use.testDescription)")
        }
    }

    @Test(arguments: uses)
    func valuesAreSound(use: Use) {
        guard let value = use.definition.value else { return }
        #expect(value.name.allSatisfy { $0.isASCII && $0.isUppercase })
        #expect(!value.kind.accepts(""))
        // What the shells offer is accepted.
        guard case .choices(let choices) = value.completion else { return }
        #expect(!choices.isEmpty)
        #expect(Set(choices.map(\.name)).count == choices.count)
        for choice in choices {
            #expect(value.kind.accepts(choice.name))
            #expect(!choice.line.hasSuffix("."))
        }
    }

    @Test(arguments: uses)
    func excludedFlagsStandBesideIt(use: Use) {
        for other in use.definition.excludes {
            #expect(use.command.allFlags.contains(other))
            #expect(!other.definition(in: use.command).excludes.contains(use.flag))
        }
    }

    @Test func otherNamesMeanOneCommand() {
        let names = Command.allCases.flatMap { $0.definition.otherNames + [$0.rawValue] }
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: Command.allCases)
    func positionalsFitTheScripts(command: Command) {
        // A command line is the last word there is, and comes after PROFILE.
        let kinds = command.definition.positionals.map(\.kind)
        #expect(
            !kinds.contains(.commandLine)
                || [[.profile, .commandLine], [.commandLine]].contains(kinds))
    }

    @Test func sessionsAreMadeByTheSameFlags() {
        let flags = Command.exec.definition.flags.filter { $0 != .server }
        #expect(Command.export.definition.flags == flags + [.format, .unset, .showSecrets])
        #expect(Command.use.definition.flags == flags)
        #expect(Command.plan.definition.flags == Command.exec.definition.flags + [.json])
        #expect(Command.whoami.definition.flags == flags + [.json])
        #expect(Command.sign.definition.flags.suffix(flags.count) == flags[...])
    }

    @Test func whatNobodyTypesIsHidden() {
        let hidden = Command.allCases.filter { !Command.shown.contains($0) }
        #expect(hidden == [.complete, .watch])
        #expect(hidden == Command.allCases.filter(\.isHidden))
    }

    @Test func helpLinesBeginBehindTheLongestLabelAndTheLongestName() {
        let labels = Self.uses.map { $0.definition.label($0.flag) }
        #expect(labels.map(\.count).max() == helpColumn - 4)
        let names = Command.shown.map(\.rawValue.count)
        #expect(names.max() == 13)
    }

    private func expectLine(_ line: String, at place: SourceLocation = #_sourceLocation) {
        // Lower case but for names and abbreviations.
        let first = line.split(separator: " ").first ?? ""
        #expect(first == first.lowercased(), sourceLocation: place)
        #expect(!line.hasSuffix(".") || line.hasSuffix("..."), sourceLocation: place)
        #expect(line.allSatisfy { $0.isASCII }, sourceLocation: place)
    }

    private func expectText(_ text: String, at place: SourceLocation = #_sourceLocation) {
        #expect(text.hasSuffix("."), sourceLocation: place)
        #expect(
            text.first?.isLowercase != true || text.hasPrefix("credtool"), sourceLocation: place)
        #expect(text.allSatisfy { $0.isASCII }, sourceLocation: place)
        #expect(!text.contains("  "), sourceLocation: place)
        #expect(text.count { $0 == "`" } % 2 == 0, sourceLocation: place)
    }
}
