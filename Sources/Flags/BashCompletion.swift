// The completion script for bash, made of the table.
internal import Model

/// A script for bash 4.4 or later; the package bash-completion is used where it is loaded, not needed.
func bashCompletion() -> String {
    """
    # bash completion for credtool. Made from the flag table by `make generate`; changes here are lost.

    # Offers the lines of standard input that begin as the current word does, quoted as that is. $prefix
    # stands before them in that word (`--role=`); $kept is the part of the word that readline leaves
    # alone, up to the last of the characters in $breaks.
    _credtool_offer() {
        local name rest typed=${cur#"$prefix"} quote=''
        case $typed in
            \\"* | \\'*) quote=${typed:0:1} typed=${typed:1} ;;
        esac
        [[ $quote == \\' ]] || typed=${typed//\\\\/}
        while IFS= read -r name; do
            [[ $name == "$typed"* ]] || continue
            case $quote in
                # Behind an open quote, readline takes the rest of the word and closes it.
                \\') name=${name//\\'/\\'\\\\\\'\\'} ;;
                \\")
                    name=${name//\\"/\\\\\\"}
                    name=${name//\\$/\\\\\\$}
                    name=${name//\\`/\\\\\\`}
                    ;;
                '')
                    printf -v name %q "$name"
                    name=$prefix$name
                    rest=$kept
                    while [[ -n $rest ]]; do
                        rest=${rest#*["$breaks"]}
                        name=${name#*["$breaks"]}
                    done
                    ;;
            esac
            COMPREPLY+=("$name")
        done
    }

    # Offers profiles, roles or regions.
    _credtool_names() { _credtool_offer < <(command credtool __complete "$1" 2>/dev/null); }

    # Offers files; readline quotes their names itself.
    _credtool_files() {
        local name
        compopt -o filenames
        while IFS= read -r name; do
            name=$prefix$name
            COMPREPLY+=("${name:${#kept}}")
        done < <(compgen -f -- "${cur#"$prefix"}")
    }

    # Offers what the value of a flag can be.
    _credtool_value() {
        case $1 in
    \(bashValues)
        esac
    }

    # Prints how the words of a program are completed, as `complete` takes it.
    _credtool_spec() {
        complete -p -- "$1" 2>/dev/null || complete -p -- "${1##*/}" 2>/dev/null
    }

    # Offers what the command offers that `complete -C` names for the program at COMP_WORDS[$1]; fails
    # where there is none. bash-completion would ask it by compgen, which tells it nothing of the line.
    _credtool_asked() {
        local first=$1 program=${COMP_WORDS[$1]} spec asked='' line=$COMP_LINE i
        spec=$(_credtool_spec "$program")
        if [[ -z $spec ]]; then
            if declare -F _comp_load >/dev/null; then
                _comp_load -- "${program##*/}"
            elif declare -F __load_completion >/dev/null; then
                __load_completion "${program##*/}"
            fi
            spec=$(_credtool_spec "$program")
        fi
        [[ $spec == *' -C '* ]] || return
        eval "set -- $spec"
        while (($# > 1)); do
            case $1 in
                -C) asked=$2 && shift ;;
                -F) return 1 ;;
                -o) compopt -o "$2" && shift ;;
                -[AGWPSX]) shift ;;
            esac
            shift
        done
        [[ -n $asked ]] || return
        for ((i = 0; i < first; i++)); do
            line=${line#"${line%%[![:space:]]*}"}
            line=${line#"${COMP_WORDS[i]}"}
        done
        line=${line#"${line%%[![:space:]]*}"}
        mapfile -t COMPREPLY < <(
            export COMP_LINE=$line COMP_POINT=$((COMP_POINT - ${#COMP_LINE} + ${#line}))
            export COMP_KEY COMP_TYPE
            set -- "$program" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            eval "$asked"' "$@"' 2>/dev/null
        )
    }

    # Offers what the program that credtool is to run offers; $1 is where it begins in COMP_WORDS.
    _credtool_child() {
        if (($1 < COMP_CWORD)) && _credtool_asked "$1"; then
            return
        elif declare -F _comp_command_offset >/dev/null; then
            _comp_command_offset "$1"
        elif declare -F _command_offset >/dev/null; then
            _command_offset "$1"
        elif (($1 < COMP_CWORD)); then
            compopt -o bashdefault -o default
        else
            [[ $cur == */* ]] && compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -c -- "$cur")
        fi
    }

    _credtool() {
        local cur prefix='' kept='' breaks='' words=() starts=() i word blank rest=$COMP_LINE
        COMPREPLY=()

        # readline parts words at : and = too; glue them together again.
        for ((i = 0; i <= COMP_CWORD; i++)); do
            word=${COMP_WORDS[i]}
            blank=${rest%%[![:space:]]*}
            rest=${rest#"$blank"}
            rest=${rest#"$word"}
            if ((i > 0)) && [[ -z $blank ]]; then
                words[-1]+=$word
            else
                words+=("$word")
                starts+=("$i")
            fi
        done
        cur=${words[-1]}
        [[ $COMP_WORDBREAKS == *:* ]] && breaks+=:
        [[ $COMP_WORDBREAKS == *=* ]] && breaks+==
        [[ -n $breaks ]] && kept=${cur%"${cur##*[$breaks]}"}

        # Where the cursor is: the command, how many words it has so far, the flag that waits for a value.
        local command='' count=0 flag='' ended=''
        for ((i = 1; i < ${#words[@]} - 1; i++)); do
            word=${words[i]}
            if [[ -n $flag ]]; then
                flag=''
                continue
            fi
            if [[ -z $ended && $word == -?* ]]; then
                case $command:$word in
                    *:--)
                        ended=1
                        case $command in \(Command.runners.joined(separator: "|"))) _credtool_child "${starts[i + 1]}"; return ;; esac
                        ;;
                    \(Flag.valuePatterns.joined(separator: "|"))) flag=$word ;;
                esac
            elif [[ -z $command ]]; then
                command=$word
            else
                case $command$count in \(Command.runnersAtCommand.joined(separator: "|"))) _credtool_child "${starts[i]}"; return ;; esac
                ((count += 1))
            fi
        done

        if [[ -n $flag ]]; then
            _credtool_value "$flag"
        elif [[ -z $ended && $cur == --*=* ]]; then
            prefix=${cur%%=*}=
            _credtool_value "${cur%%=*}"
        elif [[ -z $ended && $cur == -* ]]; then
            case $command in
    \(bashFlags)
            esac
        else
            case $command$count in
    \(bashPositionals)
            esac
        fi
    }

    complete -F _credtool credtool

    """
}

private var bashValues: String {
    Flag.withValue.compactMap { flag -> String? in
        let forms = flag.forms.joined(separator: "|")
        switch flag.definition(in: nil).completion {
        case .names(let names): return "        \(forms)) _credtool_names \(names.rawValue) ;;"
        case .choices(let choices):
            let words = choices.map(\.name).joined(separator: " ")
            return "        \(forms)) _credtool_offer < <(printf '%s\\n' \(words)) ;;"
        case .files: return "        \(forms)) _credtool_files ;;"
        case .nothing, nil: return nil
        }
    }.joined(separator: "\n")
}

private var bashFlags: String {
    let rows: [(String, [Flag])] =
        [("''", Flag.global)] + Command.shown.map { ($0.rawValue, $0.allFlags) }
    return rows.map { command, flags in
        let words = flags.map(\.spelling).joined(separator: " ")
        return "            \(command)) _credtool_offer < <(printf '%s\\n' \(words)) ;;"
    }.joined(separator: "\n")
}

private var bashPositionals: String {
    let commands = Command.shown.map(\.rawValue).joined(separator: " ")
    let offerCommands = "_credtool_offer < <(printf '%s\\n' \(commands))"
    let rows = Command.shown.flatMap { command in
        command.definition.positionals.enumerated().compactMap { index, positional -> String? in
            let offer: String
            switch positional.kind {
            case .profile, .profiles, .pattern:
                offer = "_credtool_names \(Names.profiles.rawValue)"
            case .storedProfile: offer = "_credtool_names \(Names.keys.rawValue)"
            case .command: offer = offerCommands
            case .commandLine: offer = "_credtool_child \"${starts[-1]}\""
            case .action:
                offer = "_credtool_offer < <(printf '%s\\n' \(SSOAction.names))"
            case .shell: offer = "_credtool_offer < <(printf '%s\\n' \(Shell.names))"
            case .method:
                offer = "_credtool_offer < <(printf '%s\\n' \(HTTPMethods.names))"
            case .paths: offer = "_credtool_files"
            case .names, .url: return nil
            }
            let place = positional.isRepeated ? "*" : "\(index)"
            return "            \(command.rawValue)\(place)) \(offer) ;;"
        }
    }
    return (["            0) \(offerCommands) ;;"] + rows).joined(separator: "\n")
}
