// The files of man/ and completions/, made of the table.

/// A file that is made of the tables and kept in the tree.
public struct GeneratedFile: Sendable {
    /// The path from the root of the tree.
    public let path: String
    /// The whole content.
    public let text: String

    /// A file of that content.
    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}

/// Every man page and completion script.
public func generatedFiles() -> [GeneratedFile] {
    let commands: [Command?] = [nil] + Command.shown
    return commands.map {
        GeneratedFile(path: "man/\(pageName($0)).1", text: manPage(for: $0))
    } + [
        GeneratedFile(path: "completions/credtool.bash", text: bashCompletion()),
        GeneratedFile(path: "completions/_credtool", text: zshCompletion()),
        GeneratedFile(path: "completions/credtool.fish", text: fishCompletion()),
    ]
}

extension FlagDefinition {
    /// What the shells offer for its value; nil for a switch.
    var completion: Completion? { value?.completion }
}

extension Flag {
    /// Its forms, the short one first: `-r`, `--role`.
    var forms: [String] { (definition(in: nil).short.map { ["-\($0)"] } ?? []) + [spelling] }

    /// The flags whose next word is their value, in some command at least.
    static var withValue: [Flag] { allCases.filter { $0.definition(in: nil).value != nil } }

    /// What a command and a flag, with a colon between them, look like where the flag's value comes
    /// next: `*:--role`; the command is named for a flag that is a switch in another.
    static var valuePatterns: [String] {
        withValue.flatMap { flag -> [String] in
            let taking = flag.commands.filter { flag.definition(in: $0).value != nil }
            let isAlways = taking.count == flag.commands.count
            return (isAlways ? ["*"] : taking.map(\.rawValue)).flatMap { command in
                flag.forms.map { "\(command):\($0)" }
            }
        }
    }
}

/// A word for the shells that is one whatever it holds: in single quotes.
func shellQuoted(_ text: String) -> String {
    "'" + text.map { $0 == "'" ? #"'\''"# : String($0) }.joined() + "'"
}
