# bash completion for credtool. Made from the flag table by `make generate`; changes here are lost.

# Offers the lines of standard input that begin as the current word does, quoted as that is. $prefix
# stands before them in that word (`--role=`); $kept is the part of the word that readline leaves
# alone, up to the last of the characters in $breaks.
_credtool_offer() {
    local name rest typed=${cur#"$prefix"} quote=''
    case $typed in
        \"* | \'*) quote=${typed:0:1} typed=${typed:1} ;;
    esac
    [[ $quote == \' ]] || typed=${typed//\\/}
    while IFS= read -r name; do
        [[ $name == "$typed"* ]] || continue
        case $quote in
            # Behind an open quote, readline takes the rest of the word and closes it.
            \') name=${name//\'/\'\\\'\'} ;;
            \")
                name=${name//\"/\\\"}
                name=${name//\$/\\\$}
                name=${name//\`/\\\`}
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
        -r|--role) _credtool_names roles ;;
        -d|--duration) _credtool_offer < <(printf '%s\n' 15m 1h 12h) ;;
        --region) _credtool_names regions ;;
        --mfa-prompt) _credtool_offer < <(printf '%s\n' tty pinentry zenity kdialog ykman process) ;;
        --policy) _credtool_files ;;
        --task-policy) _credtool_offer < <(printf '%s\n' IAMAuditRootUserCredentials IAMCreateRootUserPassword IAMDeleteRootUserCredentials S3UnlockBucketPolicy SQSUnlockQueuePolicy) ;;
        --min-ttl) _credtool_offer < <(printf '%s\n' 15m 1h 12h) ;;
        --format) _credtool_offer < <(printf '%s\n' shell fish powershell dotenv docker systemd github json process ini) ;;
        --listen) _credtool_files ;;
        --timeout) _credtool_offer < <(printf '%s\n' 15m 1h 12h) ;;
        --from) _credtool_offer < <(printf '%s\n' files aws-vault envchain) ;;
        --csv) _credtool_files ;;
        --vault) _credtool_offer < <(printf '%s\n' secret-service file) ;;
        --certificate) _credtool_files ;;
        --private-key) _credtool_files ;;
        --chain) _credtool_files ;;
        --expires) _credtool_offer < <(printf '%s\n' 15m 1h 12h) ;;
        --profiles) _credtool_names profiles ;;
        --regions) _credtool_names regions ;;
        -p|--profile) _credtool_names profiles ;;
        --older-than) _credtool_offer < <(printf '%s\n' 30d 90d 365d) ;;
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
                    case $command in exec|each) _credtool_child "${starts[i + 1]}"; return ;; esac
                    ;;
                *:-r|*:--role|*:-d|*:--duration|*:--region|*:--mfa-serial|*:-t|*:--mfa-token|*:--mfa-prompt|*:--external-id|*:--session-name|*:--source-identity|*:--session-tags|*:--transitive-tags|*:--policy|*:--policy-arns|*:--reason|*:--federation-token|*:--root-of|*:--task-policy|*:--min-ttl|*:--format|*:--listen|console:--container|*:--sso|*:--account|*:--session|*:--saml-file|*:--saml-process|*:--saml-provider|*:--saml-role|*:--timeout|*:--browser|*:--prefix|*:--template|*:--from|*:--csv|*:--vault|*:--certificate|*:--private-key|*:--chain|*:--endpoint-url|*:--service|*:--header|*:--data|*:--expires|*:--profiles|*:--tag|*:--regions|*:-j|*:--jobs|*:-p|*:--profile|*:--older-than) flag=$word ;;
            esac
        elif [[ -z $command ]]; then
            command=$word
        else
            case $command$count in exec1|each0) _credtool_child "${starts[i]}"; return ;; esac
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
            '') _credtool_offer < <(printf '%s\n' --verbose --help --version) ;;
            add) _credtool_offer < <(printf '%s\n' --env --stdin --from-file --certificate --private-key --chain --vault --mfa-serial --region --endpoint-url --no-config --no-verify --allow-root --force --verbose --help --version) ;;
            import) _credtool_offer < <(printf '%s\n' --from --csv --vault --dry-run --remove --no-verify --allow-root --force --verbose --help --version) ;;
            list) _credtool_offer < <(printf '%s\n' --json --verbose --help --version) ;;
            rotate) _credtool_offer < <(printf '%s\n' --all --older-than --region --mfa-serial --mfa-prompt --verbose --help --version) ;;
            remove) _credtool_offer < <(printf '%s\n' --force --verbose --help --version) ;;
            login) _credtool_offer < <(printf '%s\n' --console --device --remote --no-browser --timeout --region --sso --account --role --saml-file --saml-process --saml-provider --saml-role --verbose --help --version) ;;
            logout) _credtool_offer < <(printf '%s\n' --all --region --sso --account --role --verbose --help --version) ;;
            sso) _credtool_offer < <(printf '%s\n' --session --account --json --prefix --template --prune --dry-run --force --device --no-browser --timeout --verbose --help --version) ;;
            exec) _credtool_offer < <(printf '%s\n' --role --duration --region --mfa-serial --mfa-token --mfa-prompt --external-id --session-name --source-identity --session-tags --transitive-tags --policy --policy-arns --read-only --reason --federation-token --root-of --task-policy --no-session --min-ttl --fresh --sso --account --saml-file --saml-process --saml-provider --saml-role --server --verbose --help --version) ;;
            each) _credtool_offer < <(printf '%s\n' --profiles --tag --all --regions --jobs --fail-fast --keep-order --json --role --duration --mfa-serial --mfa-token --mfa-prompt --external-id --session-name --source-identity --session-tags --transitive-tags --policy --policy-arns --read-only --reason --no-session --min-ttl --fresh --verbose --help --version) ;;
            export) _credtool_offer < <(printf '%s\n' --role --duration --region --mfa-serial --mfa-token --mfa-prompt --external-id --session-name --source-identity --session-tags --transitive-tags --policy --policy-arns --read-only --reason --federation-token --root-of --task-policy --no-session --min-ttl --fresh --sso --account --saml-file --saml-process --saml-provider --saml-role --format --unset --show-secrets --verbose --help --version) ;;
            serve) _credtool_offer < <(printf '%s\n' --listen --container --imds --install --duration --region --mfa-prompt --min-ttl --reason --verbose --help --version) ;;
            console) _credtool_offer < <(printf '%s\n' --service --print --browser --container --portal --switch-role --role --duration --region --mfa-serial --mfa-token --mfa-prompt --external-id --session-name --source-identity --session-tags --transitive-tags --policy --policy-arns --read-only --reason --federation-token --root-of --task-policy --no-session --min-ttl --fresh --sso --account --saml-file --saml-process --saml-provider --saml-role --verbose --help --version) ;;
            use) _credtool_offer < <(printf '%s\n' --role --duration --region --mfa-serial --mfa-token --mfa-prompt --external-id --session-name --source-identity --session-tags --transitive-tags --policy --policy-arns --read-only --reason --federation-token --root-of --task-policy --no-session --min-ttl --fresh --sso --account --saml-file --saml-process --saml-provider --saml-role --verbose --help --version) ;;
            unuse) _credtool_offer < <(printf '%s\n' --verbose --help --version) ;;
            shell-init) _credtool_offer < <(printf '%s\n' --verbose --help --version) ;;
            setup-process) _credtool_offer < <(printf '%s\n' --all --undo --verbose --help --version) ;;
            plan) _credtool_offer < <(printf '%s\n' --role --duration --region --mfa-serial --mfa-token --mfa-prompt --external-id --session-name --source-identity --session-tags --transitive-tags --policy --policy-arns --read-only --reason --federation-token --root-of --task-policy --no-session --min-ttl --fresh --sso --account --saml-file --saml-process --saml-provider --saml-role --server --json --verbose --help --version) ;;
            whoami) _credtool_offer < <(printf '%s\n' --role --duration --region --mfa-serial --mfa-token --mfa-prompt --external-id --session-name --source-identity --session-tags --transitive-tags --policy --policy-arns --read-only --reason --federation-token --root-of --task-policy --no-session --min-ttl --fresh --sso --account --saml-file --saml-process --saml-provider --saml-role --json --verbose --help --version) ;;
            sign) _credtool_offer < <(printf '%s\n' --service --header --data --presign --expires --curl --send --role --duration --region --mfa-serial --mfa-token --mfa-prompt --external-id --session-name --source-identity --session-tags --transitive-tags --policy --policy-arns --read-only --reason --federation-token --root-of --task-policy --no-session --min-ttl --fresh --sso --account --saml-file --saml-process --saml-provider --saml-role --verbose --help --version) ;;
            scan) _credtool_offer < <(printf '%s\n' --json --verbose --help --version) ;;
            log) _credtool_offer < <(printf '%s\n' --follow --profile --json --verbose --help --version) ;;
            clear) _credtool_offer < <(printf '%s\n' --verbose --help --version) ;;
            unlock) _credtool_offer < <(printf '%s\n' --stdin --verbose --help --version) ;;
            doctor) _credtool_offer < <(printf '%s\n' --json --fix --verbose --help --version) ;;
            version) _credtool_offer < <(printf '%s\n' --verbose --help --version) ;;
            help) _credtool_offer < <(printf '%s\n' --verbose --help --version) ;;
        esac
    else
        case $command$count in
            0) _credtool_offer < <(printf '%s\n' add import list rotate remove login logout sso exec each export serve console use unuse shell-init setup-process plan whoami sign scan log clear unlock doctor version help) ;;
            add0) _credtool_names profiles ;;
            import*) _credtool_names profiles ;;
            list0) _credtool_names profiles ;;
            rotate0) _credtool_names profiles ;;
            remove0) _credtool_names keys ;;
            login0) _credtool_names profiles ;;
            logout0) _credtool_names profiles ;;
            sso0) _credtool_offer < <(printf '%s\n' accounts roles sync) ;;
            sso1) _credtool_names profiles ;;
            exec0) _credtool_names profiles ;;
            exec1) _credtool_child "${starts[-1]}" ;;
            each0) _credtool_child "${starts[-1]}" ;;
            export0) _credtool_names profiles ;;
            serve*) _credtool_names profiles ;;
            console0) _credtool_names profiles ;;
            use0) _credtool_names profiles ;;
            shell-init0) _credtool_offer < <(printf '%s\n' bash zsh fish) ;;
            setup-process*) _credtool_names profiles ;;
            plan0) _credtool_names profiles ;;
            whoami0) _credtool_names profiles ;;
            sign0) _credtool_offer < <(printf '%s\n' GET HEAD POST PUT PATCH DELETE) ;;
            sign2) _credtool_names profiles ;;
            scan*) _credtool_files ;;
            clear0) _credtool_names profiles ;;
            help0) _credtool_offer < <(printf '%s\n' add import list rotate remove login logout sso exec each export serve console use unuse shell-init setup-process plan whoami sign scan log clear unlock doctor version help) ;;
        esac
    fi
}

complete -F _credtool credtool
