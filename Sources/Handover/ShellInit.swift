// The scripts of `credtool shell-init`: sessions for the shell at hand, and what its prompt shows.
public import Model

extension Shell {
    /// What the first line of a script begins with that `credtool use` or `credtool unuse` prints for
    /// the functions of `initScript`: help is none, and is shown.
    public static let mark = "# credtool"

    /// The variable by which those functions say which shell they are of.
    public static let variable = "CREDTOOL_SHELL"

    /// The format in which the shell is given a session.
    public var format: ExportFormat {
        switch self {
        case .bash, .zsh: .shell
        case .fish: .fish
        }
    }

    /// The script for the file that the shell reads when it starts.
    ///
    /// Its functions set the variable CREDTOOL_PROMPT before each prompt, out of CREDTOOL_PROFILE and
    /// AWS_CREDENTIAL_EXPIRATION: no process is started for that. The days since 1970 are counted in
    /// years that begin with March, so that the leap day is the last of them.
    ///
    /// Source of what stands before the prompt of others: starship, its module `env_var`;
    /// powerlevel10k, "How do I add my own segment?": the function prompt_NAME calls `p10k segment`.
    public var initScript: String {
        switch self {
        case .bash: bashScript
        case .zsh: zshScript
        case .fish: fishScript
        }
    }
}

private let bashScript = #"""
    # credtool for bash 4.4 or later; in ~/.bashrc: eval "$(credtool shell-init bash)"

    # Runs credtool; `use` and `unuse` change this shell.
    credtool() {
        local word
        for word; do
            case $word in
                -*) ;;
                use | unuse)
                    _credtool_change "$word" "$@"
                    return
                    ;;
                *) break ;;
            esac
        done
        command credtool "$@"
    }

    # Does what `credtool use` or `credtool unuse` prints; $1 says which of them it is.
    _credtool_change() {
        local action=$1 text name
        shift
        text=$(CREDTOOL_SHELL=bash command credtool "$@") || return
        if [[ $text != '# credtool'* ]]; then
            printf '%s\n' "$text"
            return
        fi
        if [[ $action == use && -z ${CREDTOOL_PROFILE-} ]]; then
            _credtool_before=()
            for name in AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION; do
                [[ -v $name ]] && _credtool_before+=("$name=${!name}")
            done
        fi
        eval "$text"
        if [[ $action == use ]]; then
            printf -v _credtool_words ' %q' "$@"
            return
        fi
        for name in "${_credtool_before[@]}"; do
            [[ -v ${name%%=*} ]] || export "$name"
        done
        unset _credtool_before _credtool_words
    }

    # Sets CREDTOOL_PROMPT before each prompt, and warns once of a session that ends.
    _credtool_prompt() {
        local last=$? end=${AWS_CREDENTIAL_EXPIRATION-} now name left words
        if [[ -z ${CREDTOOL_PROFILE-} ]]; then
            unset CREDTOOL_PROMPT
            return "$last"
        fi
        name=${CREDTOOL_PROFILE//[[:cntrl:]]/?}
        export CREDTOOL_PROMPT=$name
        if [[ $end == [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z ]]
        then
            local -i year=10#${end:0:4} month=10#${end:5:2} day=10#${end:8:2} seconds
            ((month > 2 || (year -= 1, month += 12)))
            printf -v now '%(%s)T' -1
            ((seconds = ((365 * year + year / 4 - year / 100 + year / 400 + (153 * month - 457) / 5
                + day - 719469) * 24 + 10#${end:11:2}) * 3600
                + 10#${end:14:2} * 60 + 10#${end:17:2} - now, 1))
            if ((seconds <= 0)); then
                left=expired
            elif ((seconds < 60)); then
                left='<1m'
            elif ((seconds < 3600)); then
                left=$((seconds / 60))m
            else
                printf -v left '%dh%02dm' $((seconds / 3600)) $((seconds / 60 % 60))
            fi
            CREDTOOL_PROMPT+=" $left"
            if ((seconds > 0 && seconds <= 300)) && [[ ${_credtool_warned-} != "$end" ]]; then
                _credtool_warned=$end
                printf -v words ' use %q' "$CREDTOOL_PROFILE"
                printf 'credtool: the session of %s ends in %s\nhint: credtool%s\n' \
                    "$name" "$left" "${_credtool_words-$words}" >&2
            fi
        fi
        return "$last"
    }

    # Others put their prompt together anew each time, of this variable too if they are told to.
    if [[ ${STARSHIP_SHELL-} != bash && ${PS1-} != *CREDTOOL_PROMPT* ]]; then
        PS1='${CREDTOOL_PROMPT:+[$CREDTOOL_PROMPT] }'${PS1-}
    fi
    if [[ ${PROMPT_COMMAND-} != *_credtool_prompt* ]]; then
        PROMPT_COMMAND=_credtool_prompt${PROMPT_COMMAND:+$'\n'$PROMPT_COMMAND}
    fi

    """#

private let zshScript = #"""
    # credtool for zsh 5.3 or later; in ~/.zshrc: eval "$(credtool shell-init zsh)"

    zmodload zsh/datetime

    # Runs credtool; `use` and `unuse` change this shell.
    credtool() {
        local word
        for word; do
            case $word in
                (-*) ;;
                (use|unuse)
                    _credtool_change $word "$@"
                    return
                    ;;
                (*) break ;;
            esac
        done
        command credtool "$@"
    }

    # Does what `credtool use` or `credtool unuse` prints; $1 says which of them it is.
    _credtool_change() {
        emulate -L zsh
        local action=$1 text name
        shift
        text=$(CREDTOOL_SHELL=zsh command credtool "$@") || return
        if [[ $text != '# credtool'* ]]; then
            print -r -- $text
            return
        fi
        if [[ $action == use && -z $CREDTOOL_PROFILE ]]; then
            typeset -ga _credtool_before=()
            for name in AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION; do
                [[ -v $name ]] && _credtool_before+=("$name=${(P)name}")
            done
        fi
        eval $text
        if [[ $action == use ]]; then
            typeset -g _credtool_words=" ${(j: :)${(q)@}}"
            return
        fi
        for name in "${_credtool_before[@]}"; do
            [[ -v ${name%%=*} ]] || export $name
        done
        unset _credtool_before _credtool_words
    }

    # Sets CREDTOOL_PROMPT before each prompt, and warns once of a session that ends.
    _credtool_prompt() {
        emulate -L zsh
        if [[ -z $CREDTOOL_PROFILE ]]; then
            unset CREDTOOL_PROMPT
            psvar[9]=
            return
        fi
        local end=$AWS_CREDENTIAL_EXPIRATION name=${CREDTOOL_PROFILE//[[:cntrl:]]/?} left
        export CREDTOOL_PROMPT=$name
        if [[ $end == [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z ]]
        then
            local -i year=10#${end:0:4} month=10#${end:5:2} day=10#${end:8:2} seconds
            (( month > 2 || (year -= 1, month += 12) ))
            (( seconds = ((365 * year + year / 4 - year / 100 + year / 400 + (153 * month - 457) / 5
                + day - 719469) * 24 + 10#${end:11:2}) * 3600
                + 10#${end:14:2} * 60 + 10#${end:17:2} - EPOCHSECONDS ))
            if (( seconds <= 0 )); then
                left=expired
            elif (( seconds < 60 )); then
                left='<1m'
            elif (( seconds < 3600 )); then
                left=$(( seconds / 60 ))m
            else
                printf -v left '%dh%02dm' $(( seconds / 3600 )) $(( seconds / 60 % 60 ))
            fi
            CREDTOOL_PROMPT+=" $left"
            if (( seconds > 0 && seconds <= 300 )) && [[ $_credtool_warned != $end ]]; then
                typeset -g _credtool_warned=$end
                print -ru2 -- "credtool: the session of $name ends in $left"
                print -ru2 -- "hint: credtool${_credtool_words- use ${(q)CREDTOOL_PROFILE}}"
            fi
        fi
        psvar[9]=$CREDTOOL_PROMPT
    }

    # A segment of powerlevel10k: `credtool` in POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS.
    prompt_credtool() {
        [[ -z $CREDTOOL_PROMPT ]] || p10k segment -t "${CREDTOOL_PROMPT//\%/%%}"
    }

    () {
        emulate -L zsh
        # Others put their prompt together anew each time, of this variable too if they are told to.
        if [[ $STARSHIP_SHELL != zsh && $PROMPT != *(CREDTOOL_PROMPT|%9v)* ]] &&
            (( ! $+functions[p10k] ))
        then
            typeset -g PROMPT='%(9V.[%9v] .)'$PROMPT
        fi
        typeset -ga precmd_functions=(_credtool_prompt ${precmd_functions:#_credtool_prompt})
    }

    """#

private let fishScript = #"""
    # credtool for fish 3.4 or later; in ~/.config/fish/config.fish: credtool shell-init fish | source

    # Runs credtool; `use` and `unuse` change this shell.
    function credtool
        for word in $argv
            switch $word
                case '-*'
                case use unuse
                    _credtool_change $word $argv
                    return
                case '*'
                    break
            end
        end
        command credtool $argv
    end

    # Does what `credtool use` or `credtool unuse` prints; the first word says which of them it is.
    function _credtool_change
        set -l action $argv[1]
        set -e argv[1]
        set -lx CREDTOOL_SHELL fish
        set -l text (command credtool $argv)
        or return
        if not string match -q '# credtool*' -- "$text[1]"
            printf '%s\n' $text
            return
        end
        if test $action = use -a -z "$CREDTOOL_PROFILE"
            set -g _credtool_before
            for name in AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION
                set -q $name
                and set -a _credtool_before "$name=$$name"
            end
        end
        string join \n -- $text | source
        if test $action = use
            set -g _credtool_words (string escape -- $argv)
            return
        end
        for pair in $_credtool_before
            set -l parts (string split -m 1 = -- $pair)
            set -q $parts[1]
            or set -gx $parts[1] $parts[2]
        end
        set -e _credtool_before
        set -e _credtool_words
        return 0
    end

    # Sets CREDTOOL_PROMPT before each prompt, and warns once of a session that ends. The clock is that
    # of the kernel since the machine's start: fish has none, and asks a program.
    function _credtool_prompt --on-event fish_prompt
        if test -z "$CREDTOOL_PROFILE"
            set -e CREDTOOL_PROMPT
            return
        end
        set -l name (string replace -ra '[[:cntrl:]]' '?' -- $CREDTOOL_PROFILE)
        set -gx CREDTOOL_PROMPT "$name"
        set -l parts (string match -r '^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z$' \
            -- "$AWS_CREDENTIAL_EXPIRATION")
        or return
        set -l year $parts[2]
        set -l month $parts[3]
        if test $month -le 2
            set year (math $year - 1)
            set month (math $month + 12)
        end
        read -l up rest </proc/uptime
        set -l days (math "365 * $year + floor($year / 4) - floor($year / 100) + floor($year / 400)" \
            "+ floor((153 * $month - 457) / 5) + $parts[4] - 719469")
        set -l seconds (math "floor($days * 86400 + $parts[5] * 3600 + $parts[6] * 60 + $parts[7]" \
            "- $_credtool_start - $up)")
        set -l left expired
        if test $seconds -ge 3600
            set left (printf '%dh%02dm' (math "floor($seconds / 3600)") \
                (math "floor($seconds / 60) % 60"))
        else if test $seconds -ge 60
            set left (math "floor($seconds / 60)")m
        else if test $seconds -gt 0
            set left '<1m'
        end
        set -gx CREDTOOL_PROMPT "$name $left"
        if test $seconds -gt 0 -a $seconds -le 300 -a "$_credtool_warned" != $parts[1]
            set -g _credtool_warned $parts[1]
            set -l words $_credtool_words
            test -n "$words"
            or set words use (string escape -- $CREDTOOL_PROFILE)
            printf '%s\n' "credtool: the session of $name ends in $left" "hint: credtool $words" >&2
        end
    end

    # Ends with the status that the prompt is to see.
    function _credtool_status
        return $argv[1]
    end

    # When the machine was started, in seconds since 1970.
    begin
        read -l up rest </proc/uptime
        set -g _credtool_start (math (date +%s) - $up)
    end

    # Others put their prompt together anew each time, of this variable too if they are told to.
    if test "$STARSHIP_SHELL" != fish; and not functions -q _credtool_prompt_before
        and not functions fish_prompt | string match -q '*CREDTOOL_PROMPT*'
        functions -c fish_prompt _credtool_prompt_before
        function fish_prompt
            set -l last $status
            test -n "$CREDTOOL_PROMPT"
            and printf '[%s] ' $CREDTOOL_PROMPT
            _credtool_status $last
            _credtool_prompt_before
        end
    end

    """#
