// The completion script for fish, made of the table.
internal import Model

/// A script for fish 3.4 or later.
func fishCompletion() -> String {
    """
    # fish completion for credtool. Made from the flag table by `make generate`; changes here are lost.

    # Prints where the cursor is, in three lines: the command, how many words it has so far, and the index
    # among the words before the cursor at which another program's command line begins (0: it does not).
    function __credtool_where
        set -l words (commandline -opc)
        set -l last (math (count $words) + 1)
        set -l command ''
        set -l number 0
        set -l child 0
        set -l waiting 0
        set -l ended 0
        set -l i 2
        while test $i -lt $last
            set -l word $words[$i]
            if test $waiting -eq 1
                set waiting 0
            else if test $ended -eq 0; and string match -q -- '-?*' $word
                switch "$command:$word"
                    case '*:--'
                        set ended 1
                        if contains -- "$command" \(runners)
                            set child (math $i + 1)
                            break
                        end
                    case \(Flag.valuePatterns.map(fishQuoted).joined(separator: " "))
                        set waiting 1
                end
            else if test -z "$command"
                set command $word
            else if contains -- $command$number \(runnersAtCommand)
                set child $i
                break
            else
                set number (math $number + 1)
            end
            set i (math $i + 1)
        end
        if test $child -eq 0 -a $waiting -eq 0
            and contains -- "$command$number" \(runnersAtCommand)
            and not string match -q -- '-*' (commandline -ct)
            set child $last
        end
        printf '%s\\n' "$command" $number $child
    end

    # Whether the cursor is at the flags of a command (none: before the command).
    function __credtool_flags
        set -l where (__credtool_where)
        test "$where[1]" = "$argv[1]" -a $where[3] -eq 0
    end

    # Whether the cursor is at the word of a command that has this many words before it; at any word
    # of it where no number is given.
    function __credtool_word
        set -l where (__credtool_where)
        set -q argv[2]
        or set argv[2] $where[2]
        test "$where[1]" = "$argv[1]" -a $where[2] -eq $argv[2] -a $where[3] -eq 0
    end

    # Whether the cursor is in another program's command line.
    function __credtool_in_child
        test (__credtool_where)[3] -gt 0
    end

    # Offers what that program offers.
    function __credtool_child
        set -l child (__credtool_where)[3]
        set -l words (commandline -opc)
        set -l line
        if test $child -le (count $words)
            set line (string escape -- $words[$child..-1])
        end
        complete -C (string join ' ' -- $line (commandline -ct))
    end

    complete -c credtool -f
    complete -c credtool -n __credtool_in_child -a '(__credtool_child)'
    \(fishCommands)

    \(fishFlags(Flag.global, nil))
    \(Command.shown.map(fishCommand).joined(separator: "\n"))

    """
}

/// The commands that run another program.
private var runners: String { Command.runners.joined(separator: " ") }

/// The same, each with the number of words before that program.
private var runnersAtCommand: String { Command.runnersAtCommand.joined(separator: " ") }

private var fishCommands: String {
    Command.shown.map {
        "complete -c credtool -n '__credtool_word \"\" 0' -a \($0.rawValue) -d "
            + fishQuoted($0.definition.line)
    }.joined(separator: "\n")
}

private func fishCommand(_ command: Command) -> String {
    let positionals = command.definition.positionals.enumerated().compactMap {
        index, positional -> String? in
        let names: String
        switch positional.kind {
        case .profile, .profiles, .pattern: names = fishNames(.profiles)
        case .storedProfile: names = fishNames(.keys)
        case .command: names = Command.shown.map(\.rawValue).joined(separator: " ")
        case .action: names = SSOAction.names
        case .shell: names = Shell.names
        case .method: names = HTTPMethods.names
        case .paths:
            return "complete -c credtool -n '__credtool_word \(command.rawValue)' -F"
        case .commandLine, .names, .url: return nil
        }
        let place = positional.isRepeated ? "" : " \(index)"
        return "complete -c credtool -n '__credtool_word \(command.rawValue)\(place)' -a "
            + fishQuoted(names) + " -d " + fishQuoted(positional.name.lowercased())
    }
    let blocks = ["", positionals.joined(separator: "\n"), fishFlags(command.allFlags, command)]
    return blocks.enumerated().filter { $0.offset == 0 || !$0.element.isEmpty }.map(\.element)
        .joined(separator: "\n")
}

private func fishFlags(_ flags: [Flag], _ command: Command?) -> String {
    flags.map { flag in
        let definition = flag.definition(in: command)
        var words = ["complete -c credtool -n '__credtool_flags \(command?.rawValue ?? "\"\"")'"]
        if let short = definition.short { words.append("-s \(short)") }
        words.append("-l \(flag.rawValue)")
        words.append("-d " + fishQuoted(definition.line))
        switch definition.completion {
        case nil: break
        case .nothing: words.append("-x")
        case .files: words.append("-rF")
        case .names(let names):
            words.append("-xa " + fishQuoted(fishNames(names)))
        case .choices(let choices):
            // A tab parts a value from its description.
            let values = choices.map { "\($0.name)\\t\(fishQuoted($0.line))" }
            words.append("-xa " + fishQuoted(values.joined(separator: " ")))
        }
        return words.joined(separator: " ")
    }.joined(separator: "\n")
}

/// What prints the names that credtool knows.
private func fishNames(_ names: Names) -> String {
    "(command credtool __complete \(names.rawValue) 2>/dev/null)"
}

/// In single quotes, where fish knows `\\'` and `\\\\` only.
private func fishQuoted(_ text: String) -> String {
    "'" + text.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "'"
}
