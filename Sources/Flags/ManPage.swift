// The man pages, made of the table.

/// The man page of a command, or of credtool as a whole, in the man macros of roff.
///
/// Source: man(7), groff_man(7), groff_char(7).
func manPage(for command: Command?) -> String {
    let definition = command?.definition
    var page = Roff()
    page.title(pageName(command))
    page.section("NAME")
    page.line(
        "\(Roff.literal(pageName(command))) \\- \(Roff.text(definition?.line ?? Reference.line))")
    page.section("SYNOPSIS")
    page.line(Roff.usage(command?.usage ?? overallUsage))
    page.section("DESCRIPTION")
    page.prose(definition?.text ?? Reference.text)
    if command == nil {
        page.section("COMMANDS")
        for command in Command.shown {
            page.entry(Roff.bold("credtool-\(command.rawValue)") + "(1)")
            page.line(Roff.text(command.definition.line.sentence))
        }
    }
    page.section("OPTIONS")
    for flag in (definition?.flags ?? []) + Flag.global { page.flag(flag, in: command) }
    page.reference("ENVIRONMENT", Reference.environment, command)
    page.reference("FILES", Reference.files, command)
    page.reference("EXIT STATUS", Reference.exitCodes, command)
    if command == nil {
        page.section("DIAGNOSTICS")
        page.prose(Diagnostics.text)
        for message in Diagnostics.messages {
            page.entry(Roff.text(message.name))
            page.prose(message.text, isIndented: true)
        }
    }
    page.examples(definition?.examples ?? Reference.examples)
    page.section("SEE ALSO")
    page.seeAlso(from: command)
    return page.source
}

/// The name of a page without its section: `credtool-exec`.
func pageName(_ command: Command?) -> String {
    command.map { "credtool-\($0.rawValue)" } ?? "credtool"
}

extension Roff {
    fileprivate mutating func flag(_ flag: Flag, in command: Command?) {
        let definition = flag.definition(in: command)
        let value = definition.value.map { " " + Roff.italic($0.name) } ?? ""
        var forms = definition.short.map { [Roff.bold("-\($0)") + value] } ?? []
        forms.append(Roff.bold(flag.spelling) + value)
        entry(forms.joined(separator: ", "))
        prose(definition.text, isIndented: true)
        guard case .choice(let choices) = definition.value?.kind else { return }
        line(".RS")
        for choice in choices {
            entry(Roff.bold(choice.name))
            line(Roff.text(choice.line.sentence))
        }
        line(".RE")
    }

    fileprivate mutating func reference(
        _ title: String, _ entries: [ReferenceEntry], _ command: Command?
    ) {
        let concerning = entries.filter { entry in command.map(entry.commands.contains) ?? true }
        guard !concerning.isEmpty else { return }
        section(title)
        for item in concerning {
            entry(Roff.bold(item.name))
            prose(item.text, isIndented: true)
        }
    }

    fileprivate mutating func examples(_ examples: [Example]) {
        guard !examples.isEmpty else { return }
        section("EXAMPLES")
        for (index, example) in examples.enumerated() {
            if index > 0 { line(".PP") }
            prose(example.text)
            typed(example.typed)
        }
    }

    fileprivate mutating func seeAlso(from command: Command?) {
        let others: [Command?] = [nil] + Command.shown
        seeAlso(
            others.filter { $0 != command }.map { "\(pageName($0))(1)" }
                + [
                    "credtool-config(5)", "credtool-oidc(7)", "credtool-rolesanywhere(7)",
                    "credtool-saml(7)",
                    "credtool-security(7)",
                ])
    }
}
