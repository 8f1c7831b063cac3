// The completion script for zsh, made of the table.
internal import Model

/// A script for a folder of zsh's `fpath`.
func zshCompletion() -> String {
    """
    #compdef credtool
    # zsh completion for credtool. Made from the flag table by `make generate`; changes here are lost.

    # Offers profiles or roles.
    _credtool_names() {
        local expl
        local -a names
        names=(${(f)"$(_call_program $1 credtool __complete $1 2>/dev/null)"})
        _wanted $1 expl $2 compadd -a names
    }

    _credtool_commands() {
        local -a commands
        commands=(
    \(Command.shown.map { "        " + shellQuoted("\($0.rawValue):\($0.definition.line)") }
        .joined(separator: "\n"))
        )
        _describe -t commands command commands
    }

    _credtool() {
        local curcontext=$curcontext word flag='' ended=''
        local -i i command=0 count=0 child=0

        # Where the cursor is: the command, how many words it has so far, where another program begins.
        for (( i = 2; i < CURRENT; i++ )); do
            word=$words[i]
            if [[ -n $flag ]]; then
                flag=''
            elif [[ -z $ended && $word == -?* ]]; then
                case ${words[command]}:$word in
                    (*:--)
                        ended=1
                        if (( command )) && [[ $words[command] == \(runners) ]]; then
                            child=i+1
                            break
                        fi
                        ;;
                    (\(Flag.valuePatterns.joined(separator: "|"))) flag=$word ;;
                esac
            elif (( ! command )); then
                command=i
            elif [[ $words[command]$count == \(runnersAtCommand) ]]; then
                child=i
                break
            else
                count+=1
            fi
        done
        if (( command && ! child )) && [[ -z $flag && $words[CURRENT] != -* ]] &&
            [[ $words[command]$count == \(runnersAtCommand) ]]
        then
            child=CURRENT
        fi

        if (( child )); then
            words=("${(@)words[child,-1]}")
            CURRENT+=1-child
            _normal
            return
        fi
        if (( ! command )); then
            _arguments -s -S : \\
    \(zshFlags(Flag.global, nil))
                '1:command:_credtool_commands'
            return
        fi
        words=("${(@)words[command,-1]}")
        CURRENT+=1-command
        curcontext=${curcontext%:*:*}:credtool-$words[1]:
        case $words[1] in
    \(Command.shown.map(zshCommand).joined(separator: "\n"))
        esac
    }

    _credtool "$@"

    """
}

/// The commands that run another program, as a pattern.
private var runners: String { "(" + Command.runners.joined(separator: "|") + ")" }

/// The same with the number of words before that program.
private var runnersAtCommand: String {
    "(" + Command.runnersAtCommand.joined(separator: "|") + ")"
}

private func zshCommand(_ command: Command) -> String {
    let positionals = command.definition.positionals.enumerated().compactMap {
        index, positional -> String? in
        let action: String
        switch positional.kind {
        case .profile, .profiles, .pattern:
            action = " _credtool_names \(Names.profiles.rawValue) profile"
        case .storedProfile: action = " _credtool_names \(Names.keys.rawValue) profile"
        case .command: action = "_credtool_commands"
        case .action: action = "(\(SSOAction.names))"
        case .shell: action = "(\(Shell.names))"
        case .method: action = "(\(HTTPMethods.names))"
        case .paths: action = "_files"
        case .commandLine, .names, .url: return nil
        }
        let optional = positional.isRequired ? "" : ":"
        if positional.isRepeated { return shellQuoted("*:\(positional.name):\(action)") }
        return shellQuoted("\(index + 1):\(optional)\(positional.name):\(action)")
    }
    let lines = ["        (\(command.rawValue))", "            _arguments -s -S : \\"]
    let specs = zshFlags(command.allFlags, command).split(separator: "\n").map(String.init)
    let rest = (specs + positionals.map { "            " + $0 }).map {
        $0.hasSuffix(" \\") ? String($0.dropLast(2)) : $0
    }.map { "    " + $0 }.joined(separator: " \\\n")
    return (lines + [rest, "            ;;"]).joined(separator: "\n")
}

/// One line of `_arguments` for each flag, with a backslash behind.
private func zshFlags(_ flags: [Flag], _ command: Command?) -> String {
    flags.map { flag in
        let definition = flag.definition(in: command)
        let partners = flags.filter {
            $0 != flag
                && ($0.definition(in: command).excludes.contains(flag)
                    || definition.excludes.contains($0))
        }
        let forms = (flag.isRepeatable ? [] : flag.forms) + partners.flatMap(\.forms)
        let barred = forms.joined(separator: " ")
        let start = flag.isRepeatable ? "*" : "(\(barred))"
        let line = definition.line.map { "[]:\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        let tail = "[\(line)]" + (definition.value.map(zshValue) ?? "")
        let hasValue = definition.value != nil
        return flag.forms.map { form in
            let isLong = form.hasPrefix("--")
            let marked = form + (hasValue ? (isLong ? "=" : "+") : "")
            return "            " + shellQuoted("\(start)\(marked)\(tail)") + " \\"
        }.joined(separator: "\n")
    }.joined(separator: "\n")
}

private func zshValue(_ value: FlagValue) -> String {
    switch value.completion {
    case .nothing: return ":\(value.name): "
    case .files: return ":\(value.name):_files"
    case .names(let names): return ":\(value.name): _credtool_names \(names.rawValue) \(value.name)"
    case .choices(let choices):
        let words = choices.map { choice in
            let line = choice.line.map { " ,():\\".contains($0) ? "\\\($0)" : String($0) }
            return "\(choice.name)\\:" + shellInner(line.joined())
        }
        return ":\(value.name):((\(words.joined(separator: " "))))"
    }
}

/// A description inside `((…))`: an apostrophe there would open a quotation.
private func shellInner(_ text: String) -> String {
    text.map { $0 == "'" ? "\\'" : String($0) }.joined()
}
