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
                    if contains -- "$command" exec each
                        set child (math $i + 1)
                        break
                    end
                case '*:-r' '*:--role' '*:-d' '*:--duration' '*:--region' '*:--mfa-serial' '*:-t' '*:--mfa-token' '*:--mfa-prompt' '*:--external-id' '*:--session-name' '*:--source-identity' '*:--session-tags' '*:--transitive-tags' '*:--policy' '*:--policy-arns' '*:--reason' '*:--federation-token' '*:--root-of' '*:--task-policy' '*:--min-ttl' '*:--format' '*:--listen' 'console:--container' '*:--sso' '*:--account' '*:--session' '*:--saml-file' '*:--saml-process' '*:--saml-provider' '*:--saml-role' '*:--timeout' '*:--browser' '*:--prefix' '*:--template' '*:--from' '*:--csv' '*:--vault' '*:--certificate' '*:--private-key' '*:--chain' '*:--endpoint-url' '*:--service' '*:--header' '*:--data' '*:--expires' '*:--profiles' '*:--tag' '*:--regions' '*:-j' '*:--jobs' '*:-p' '*:--profile' '*:--older-than'
                    set waiting 1
            end
        else if test -z "$command"
            set command $word
        else if contains -- $command$number exec1 each0
            set child $i
            break
        else
            set number (math $number + 1)
        end
        set i (math $i + 1)
    end
    if test $child -eq 0 -a $waiting -eq 0
        and contains -- "$command$number" exec1 each0
        and not string match -q -- '-*' (commandline -ct)
        set child $last
    end
    printf '%s\n' "$command" $number $child
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
complete -c credtool -n '__credtool_word "" 0' -a add -d 'store an access key'
complete -c credtool -n '__credtool_word "" 0' -a import -d 'take keys over from files and other programs'
complete -c credtool -n '__credtool_word "" 0' -a list -d 'show profiles, stored keys and live sessions'
complete -c credtool -n '__credtool_word "" 0' -a rotate -d 'replace a stored key by a new one'
complete -c credtool -n '__credtool_word "" 0' -a remove -d 'delete a stored key and its sessions'
complete -c credtool -n '__credtool_word "" 0' -a login -d 'make sure that a profile can be used'
complete -c credtool -n '__credtool_word "" 0' -a logout -d 'end a sign-in, at AWS too'
complete -c credtool -n '__credtool_word "" 0' -a sso -d 'list your roles at IAM Identity Center, write their profiles'
complete -c credtool -n '__credtool_word "" 0' -a exec -d 'run a command with temporary credentials'
complete -c credtool -n '__credtool_word "" 0' -a each -d 'run a command in many accounts'
complete -c credtool -n '__credtool_word "" 0' -a export -d 'print temporary credentials for shells and programs'
complete -c credtool -n '__credtool_word "" 0' -a serve -d 'serve sessions to programs that run long'
complete -c credtool -n '__credtool_word "" 0' -a console -d 'open the AWS console in the browser'
complete -c credtool -n '__credtool_word "" 0' -a use -d 'give the shell at hand the credentials'
complete -c credtool -n '__credtool_word "" 0' -a unuse -d 'take the credentials of use away again'
complete -c credtool -n '__credtool_word "" 0' -a shell-init -d 'print what makes use, unuse and a prompt for a shell'
complete -c credtool -n '__credtool_word "" 0' -a setup-process -d 'let every AWS program draw from credtool'
complete -c credtool -n '__credtool_word "" 0' -a plan -d 'show what exec would do, without doing it'
complete -c credtool -n '__credtool_word "" 0' -a whoami -d 'show who AWS says you are'
complete -c credtool -n '__credtool_word "" 0' -a sign -d 'sign any request to AWS: headers, curl, URL, answer'
complete -c credtool -n '__credtool_word "" 0' -a scan -d 'find AWS keys in plain in files and git history'
complete -c credtool -n '__credtool_word "" 0' -a log -d 'show who used which profile for what'
complete -c credtool -n '__credtool_word "" 0' -a clear -d 'forget cached sessions'
complete -c credtool -n '__credtool_word "" 0' -a unlock -d 'unlock the desktop\'s keyring from the terminal'
complete -c credtool -n '__credtool_word "" 0' -a doctor -d 'look for what is wrong, and say how to mend it'
complete -c credtool -n '__credtool_word "" 0' -a version -d 'print the version'
complete -c credtool -n '__credtool_word "" 0' -a help -d 'explain credtool or one of its commands'

complete -c credtool -n '__credtool_flags ""' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags ""' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags ""' -l version -d 'print the version'

complete -c credtool -n '__credtool_word add 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags add' -l env -d 'take the key from the environment'
complete -c credtool -n '__credtool_flags add' -l stdin -d 'read the key from standard input'
complete -c credtool -n '__credtool_flags add' -l from-file -d 'take the key that stands in the AWS files'
complete -c credtool -n '__credtool_flags add' -l certificate -d 'store a certificate and its key instead' -rF
complete -c credtool -n '__credtool_flags add' -l private-key -d 'the private key of --certificate' -rF
complete -c credtool -n '__credtool_flags add' -l chain -d 'what leads from it to the trust anchor' -rF
complete -c credtool -n '__credtool_flags add' -l vault -d 'where to store the key: secret-service or file' -xa 'secret-service\\t\'the desktop keyring, such as GNOME\\\'s\' file\\t\'an encrypted file, for machines without a keyring\''
complete -c credtool -n '__credtool_flags add' -l mfa-serial -d 'write this MFA device to the AWS config file' -x
complete -c credtool -n '__credtool_flags add' -l region -d 'write this region to the AWS config file' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags add' -l endpoint-url -d 'for keys of other makers: their endpoint' -x
complete -c credtool -n '__credtool_flags add' -l no-config -d 'leave the AWS config file alone'
complete -c credtool -n '__credtool_flags add' -l no-verify -d 'store the key without asking AWS'
complete -c credtool -n '__credtool_flags add' -l allow-root -d 'store even the key of the account\'s root user'
complete -c credtool -n '__credtool_flags add' -l force -d 'replace a stored key without asking'
complete -c credtool -n '__credtool_flags add' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags add' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags add' -l version -d 'print the version'

complete -c credtool -n '__credtool_word import' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags import' -l from -d 'where the keys are: files, aws-vault or envchain' -xa 'files\\t\'the AWS files, where keys stand in plain\' aws-vault\\t\'aws-vault\\\'s keyring, or its sealed files\' envchain\\t\'envchain\\\'s namespaces with an AWS key\''
complete -c credtool -n '__credtool_flags import' -l csv -d 'take the key from the console\'s CSV file' -rF
complete -c credtool -n '__credtool_flags import' -l vault -d 'where to store the key: secret-service or file' -xa 'secret-service\\t\'the desktop keyring, such as GNOME\\\'s\' file\\t\'an encrypted file, for machines without a keyring\''
complete -c credtool -n '__credtool_flags import' -l dry-run -d 'show what would be done, and change nothing'
complete -c credtool -n '__credtool_flags import' -l remove -d 'remove the keys there without asking'
complete -c credtool -n '__credtool_flags import' -l no-verify -d 'store the key without asking AWS'
complete -c credtool -n '__credtool_flags import' -l allow-root -d 'store even the key of the account\'s root user'
complete -c credtool -n '__credtool_flags import' -l force -d 'replace stored keys of the same names'
complete -c credtool -n '__credtool_flags import' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags import' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags import' -l version -d 'print the version'

complete -c credtool -n '__credtool_word list 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'pattern'
complete -c credtool -n '__credtool_flags list' -l json -d 'print JSON'
complete -c credtool -n '__credtool_flags list' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags list' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags list' -l version -d 'print the version'

complete -c credtool -n '__credtool_word rotate 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags rotate' -l all -d 'every stored key'
complete -c credtool -n '__credtool_flags rotate' -l older-than -d 'leave keys alone that are younger: 90d' -xa '30d\\t\'30 days\' 90d\\t\'90 days\' 365d\\t\'a year\''
complete -c credtool -n '__credtool_flags rotate' -l region -d 'the AWS region to ask and to pass on' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags rotate' -l mfa-serial -d 'the MFA device, instead of the profile\'s' -x
complete -c credtool -n '__credtool_flags rotate' -l mfa-prompt -d 'how to get MFA codes: tty, pinentry, ykman, ...' -xa 'tty\\t\'a line on the terminal\' pinentry\\t\'the dialog of GnuPG\' zenity\\t\'the dialog of GNOME\' kdialog\\t\'the dialog of KDE\' ykman\\t\'no question: a YubiKey makes the code\' process\\t\'no question: the command `mfa_process` prints it\''
complete -c credtool -n '__credtool_flags rotate' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags rotate' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags rotate' -l version -d 'print the version'

complete -c credtool -n '__credtool_word remove 0' -a '(command credtool __complete keys 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags remove' -l force -d 'delete without asking'
complete -c credtool -n '__credtool_flags remove' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags remove' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags remove' -l version -d 'print the version'

complete -c credtool -n '__credtool_word login 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags login' -l console -d 'sign in at the console, and write that to PROFILE'
complete -c credtool -n '__credtool_flags login' -l device -d 'sign in with a code, in a browser anywhere'
complete -c credtool -n '__credtool_flags login' -l remote -d 'sign in with a browser on another machine'
complete -c credtool -n '__credtool_flags login' -l no-browser -d 'show the address instead of opening it'
complete -c credtool -n '__credtool_flags login' -l timeout -d 'how long to wait for the sign-in: 5m, 300' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags login' -l region -d 'the AWS region to ask and to pass on' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags login' -l sso -d 'a role of this access portal, without a profile' -x
complete -c credtool -n '__credtool_flags login' -l account -d 'the account of the role, beside --sso' -x
complete -c credtool -n '__credtool_flags login' -s r -l role -d 'assume a role: an ARN, a profile, or a role name' -xa '(command credtool __complete roles 2>/dev/null)'
complete -c credtool -n '__credtool_flags login' -l saml-file -d 'take the SAML response from a file, - for stdin' -x
complete -c credtool -n '__credtool_flags login' -l saml-process -d 'a command that prints the SAML response' -x
complete -c credtool -n '__credtool_flags login' -l saml-provider -d 'the SAML identity provider in IAM' -x
complete -c credtool -n '__credtool_flags login' -l saml-role -d 'the role of the SAML response' -x
complete -c credtool -n '__credtool_flags login' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags login' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags login' -l version -d 'print the version'

complete -c credtool -n '__credtool_word logout 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags logout' -l all -d 'end every sign-in'
complete -c credtool -n '__credtool_flags logout' -l region -d 'the AWS region to ask and to pass on' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags logout' -l sso -d 'a role of this access portal, without a profile' -x
complete -c credtool -n '__credtool_flags logout' -l account -d 'the account of the role, beside --sso' -x
complete -c credtool -n '__credtool_flags logout' -s r -l role -d 'assume a role: an ARN, a profile, or a role name' -xa '(command credtool __complete roles 2>/dev/null)'
complete -c credtool -n '__credtool_flags logout' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags logout' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags logout' -l version -d 'print the version'

complete -c credtool -n '__credtool_word sso 0' -a 'accounts roles sync' -d 'action'
complete -c credtool -n '__credtool_word sso 1' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags sso' -l session -d 'the sso-session section to ask with' -x
complete -c credtool -n '__credtool_flags sso' -l account -d 'the roles of this account alone' -x
complete -c credtool -n '__credtool_flags sso' -l json -d 'print JSON'
complete -c credtool -n '__credtool_flags sso' -l prefix -d 'what the names of profiles begin with' -x
complete -c credtool -n '__credtool_flags sso' -l template -d 'how to name profiles: {account_name}-{role_name}' -x
complete -c credtool -n '__credtool_flags sso' -l prune -d 'take profiles out whose role is gone'
complete -c credtool -n '__credtool_flags sso' -l dry-run -d 'show the difference, and change nothing'
complete -c credtool -n '__credtool_flags sso' -l force -d 'write without asking'
complete -c credtool -n '__credtool_flags sso' -l device -d 'sign in with a code, in a browser anywhere'
complete -c credtool -n '__credtool_flags sso' -l no-browser -d 'show the address instead of opening it'
complete -c credtool -n '__credtool_flags sso' -l timeout -d 'how long to wait for the sign-in: 5m, 300' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags sso' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags sso' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags sso' -l version -d 'print the version'

complete -c credtool -n '__credtool_word exec 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags exec' -s r -l role -d 'assume a role: an ARN, a profile, or a role name' -xa '(command credtool __complete roles 2>/dev/null)'
complete -c credtool -n '__credtool_flags exec' -s d -l duration -d 'how long the session lasts: 45m, 1h30m, 900' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags exec' -l region -d 'the AWS region to ask and to pass on' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags exec' -l mfa-serial -d 'the MFA device, instead of the profile\'s' -x
complete -c credtool -n '__credtool_flags exec' -s t -l mfa-token -d 'the MFA device\'s six digits, instead of asking' -x
complete -c credtool -n '__credtool_flags exec' -l mfa-prompt -d 'how to get MFA codes: tty, pinentry, ykman, ...' -xa 'tty\\t\'a line on the terminal\' pinentry\\t\'the dialog of GnuPG\' zenity\\t\'the dialog of GNOME\' kdialog\\t\'the dialog of KDE\' ykman\\t\'no question: a YubiKey makes the code\' process\\t\'no question: the command `mfa_process` prints it\''
complete -c credtool -n '__credtool_flags exec' -l external-id -d 'the external ID that the role asks for' -x
complete -c credtool -n '__credtool_flags exec' -l session-name -d 'the role session\'s name, which AWS logs' -x
complete -c credtool -n '__credtool_flags exec' -l source-identity -d 'who is behind the role session, for AWS\'s logs' -x
complete -c credtool -n '__credtool_flags exec' -l session-tags -d 'tags of the role session: Team=Blue,Stage=Test' -x
complete -c credtool -n '__credtool_flags exec' -l transitive-tags -d 'tags that roles assumed from it keep: Team,Stage' -x
complete -c credtool -n '__credtool_flags exec' -l policy -d 'session policy: a JSON document, or its file' -rF
complete -c credtool -n '__credtool_flags exec' -l policy-arns -d 'session policies: ARNs with commas between' -x
complete -c credtool -n '__credtool_flags exec' -l read-only -d 'take the power to change things away'
complete -c credtool -n '__credtool_flags exec' -l reason -d 'why the profile is used, for the logs' -x
complete -c credtool -n '__credtool_flags exec' -l federation-token -d 'a federated user\'s session, by this name' -x
complete -c credtool -n '__credtool_flags exec' -l root-of -d 'a root session of this member account' -x
complete -c credtool -n '__credtool_flags exec' -l task-policy -d 'what the root session is for: see --help' -xa 'IAMAuditRootUserCredentials\\t\'see which credentials it has\' IAMCreateRootUserPassword\\t\'let its password be set anew\' IAMDeleteRootUserCredentials\\t\'delete its credentials\' S3UnlockBucketPolicy\\t\'undo a bucket policy that locks all out\' SQSUnlockQueuePolicy\\t\'undo a queue policy that locks all out\''
complete -c credtool -n '__credtool_flags exec' -s n -l no-session -d 'use the key itself, without GetSessionToken'
complete -c credtool -n '__credtool_flags exec' -l min-ttl -d 'least time that a cached session must have left' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags exec' -l fresh -d 'get a new session in place of the cached one'
complete -c credtool -n '__credtool_flags exec' -l sso -d 'a role of this access portal, without a profile' -x
complete -c credtool -n '__credtool_flags exec' -l account -d 'the account of the role, beside --sso' -x
complete -c credtool -n '__credtool_flags exec' -l saml-file -d 'take the SAML response from a file, - for stdin' -x
complete -c credtool -n '__credtool_flags exec' -l saml-process -d 'a command that prints the SAML response' -x
complete -c credtool -n '__credtool_flags exec' -l saml-provider -d 'the SAML identity provider in IAM' -x
complete -c credtool -n '__credtool_flags exec' -l saml-role -d 'the role of the SAML response' -x
complete -c credtool -n '__credtool_flags exec' -l server -d 'keep the session fresh while COMMAND runs'
complete -c credtool -n '__credtool_flags exec' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags exec' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags exec' -l version -d 'print the version'

complete -c credtool -n '__credtool_flags each' -l profiles -d 'profiles by their names: prod-*,dev' -xa '(command credtool __complete profiles 2>/dev/null)'
complete -c credtool -n '__credtool_flags each' -l tag -d 'profiles by session_tags: Team=Blue,Stage=*' -x
complete -c credtool -n '__credtool_flags each' -l all -d 'every profile that can give credentials'
complete -c credtool -n '__credtool_flags each' -l regions -d 'run it in each of these: eu-west-1,us-east-1' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags each' -s j -l jobs -d 'how many run at the same time' -x
complete -c credtool -n '__credtool_flags each' -l fail-fast -d 'start no more after the first failure'
complete -c credtool -n '__credtool_flags each' -s k -l keep-order -d 'show the output in the order of the profiles'
complete -c credtool -n '__credtool_flags each' -l json -d 'print a JSON object in a line for each run'
complete -c credtool -n '__credtool_flags each' -s r -l role -d 'assume a role: an ARN, a profile, or a role name' -xa '(command credtool __complete roles 2>/dev/null)'
complete -c credtool -n '__credtool_flags each' -s d -l duration -d 'how long the session lasts: 45m, 1h30m, 900' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags each' -l mfa-serial -d 'the MFA device, instead of the profile\'s' -x
complete -c credtool -n '__credtool_flags each' -s t -l mfa-token -d 'the MFA device\'s six digits, instead of asking' -x
complete -c credtool -n '__credtool_flags each' -l mfa-prompt -d 'how to get MFA codes: tty, pinentry, ykman, ...' -xa 'tty\\t\'a line on the terminal\' pinentry\\t\'the dialog of GnuPG\' zenity\\t\'the dialog of GNOME\' kdialog\\t\'the dialog of KDE\' ykman\\t\'no question: a YubiKey makes the code\' process\\t\'no question: the command `mfa_process` prints it\''
complete -c credtool -n '__credtool_flags each' -l external-id -d 'the external ID that the role asks for' -x
complete -c credtool -n '__credtool_flags each' -l session-name -d 'the role session\'s name, which AWS logs' -x
complete -c credtool -n '__credtool_flags each' -l source-identity -d 'who is behind the role session, for AWS\'s logs' -x
complete -c credtool -n '__credtool_flags each' -l session-tags -d 'tags of the role session: Team=Blue,Stage=Test' -x
complete -c credtool -n '__credtool_flags each' -l transitive-tags -d 'tags that roles assumed from it keep: Team,Stage' -x
complete -c credtool -n '__credtool_flags each' -l policy -d 'session policy: a JSON document, or its file' -rF
complete -c credtool -n '__credtool_flags each' -l policy-arns -d 'session policies: ARNs with commas between' -x
complete -c credtool -n '__credtool_flags each' -l read-only -d 'take the power to change things away'
complete -c credtool -n '__credtool_flags each' -l reason -d 'why the profile is used, for the logs' -x
complete -c credtool -n '__credtool_flags each' -s n -l no-session -d 'use the key itself, without GetSessionToken'
complete -c credtool -n '__credtool_flags each' -l min-ttl -d 'least time that a cached session must have left' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags each' -l fresh -d 'get a new session in place of the cached one'
complete -c credtool -n '__credtool_flags each' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags each' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags each' -l version -d 'print the version'

complete -c credtool -n '__credtool_word export 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags export' -s r -l role -d 'assume a role: an ARN, a profile, or a role name' -xa '(command credtool __complete roles 2>/dev/null)'
complete -c credtool -n '__credtool_flags export' -s d -l duration -d 'how long the session lasts: 45m, 1h30m, 900' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags export' -l region -d 'the AWS region to ask and to pass on' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags export' -l mfa-serial -d 'the MFA device, instead of the profile\'s' -x
complete -c credtool -n '__credtool_flags export' -s t -l mfa-token -d 'the MFA device\'s six digits, instead of asking' -x
complete -c credtool -n '__credtool_flags export' -l mfa-prompt -d 'how to get MFA codes: tty, pinentry, ykman, ...' -xa 'tty\\t\'a line on the terminal\' pinentry\\t\'the dialog of GnuPG\' zenity\\t\'the dialog of GNOME\' kdialog\\t\'the dialog of KDE\' ykman\\t\'no question: a YubiKey makes the code\' process\\t\'no question: the command `mfa_process` prints it\''
complete -c credtool -n '__credtool_flags export' -l external-id -d 'the external ID that the role asks for' -x
complete -c credtool -n '__credtool_flags export' -l session-name -d 'the role session\'s name, which AWS logs' -x
complete -c credtool -n '__credtool_flags export' -l source-identity -d 'who is behind the role session, for AWS\'s logs' -x
complete -c credtool -n '__credtool_flags export' -l session-tags -d 'tags of the role session: Team=Blue,Stage=Test' -x
complete -c credtool -n '__credtool_flags export' -l transitive-tags -d 'tags that roles assumed from it keep: Team,Stage' -x
complete -c credtool -n '__credtool_flags export' -l policy -d 'session policy: a JSON document, or its file' -rF
complete -c credtool -n '__credtool_flags export' -l policy-arns -d 'session policies: ARNs with commas between' -x
complete -c credtool -n '__credtool_flags export' -l read-only -d 'take the power to change things away'
complete -c credtool -n '__credtool_flags export' -l reason -d 'why the profile is used, for the logs' -x
complete -c credtool -n '__credtool_flags export' -l federation-token -d 'a federated user\'s session, by this name' -x
complete -c credtool -n '__credtool_flags export' -l root-of -d 'a root session of this member account' -x
complete -c credtool -n '__credtool_flags export' -l task-policy -d 'what the root session is for: see --help' -xa 'IAMAuditRootUserCredentials\\t\'see which credentials it has\' IAMCreateRootUserPassword\\t\'let its password be set anew\' IAMDeleteRootUserCredentials\\t\'delete its credentials\' S3UnlockBucketPolicy\\t\'undo a bucket policy that locks all out\' SQSUnlockQueuePolicy\\t\'undo a queue policy that locks all out\''
complete -c credtool -n '__credtool_flags export' -s n -l no-session -d 'use the key itself, without GetSessionToken'
complete -c credtool -n '__credtool_flags export' -l min-ttl -d 'least time that a cached session must have left' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags export' -l fresh -d 'get a new session in place of the cached one'
complete -c credtool -n '__credtool_flags export' -l sso -d 'a role of this access portal, without a profile' -x
complete -c credtool -n '__credtool_flags export' -l account -d 'the account of the role, beside --sso' -x
complete -c credtool -n '__credtool_flags export' -l saml-file -d 'take the SAML response from a file, - for stdin' -x
complete -c credtool -n '__credtool_flags export' -l saml-process -d 'a command that prints the SAML response' -x
complete -c credtool -n '__credtool_flags export' -l saml-provider -d 'the SAML identity provider in IAM' -x
complete -c credtool -n '__credtool_flags export' -l saml-role -d 'the role of the SAML response' -x
complete -c credtool -n '__credtool_flags export' -l format -d 'for whom to print: shell, fish, dotenv, json, ...' -xa 'shell\\t\'export lines for sh, bash and zsh\' fish\\t\'set lines for fish\' powershell\\t\'$Env: lines for PowerShell\' dotenv\\t\'NAME=value lines for .env files\' docker\\t\'a file for docker run --env-file\' systemd\\t\'a file for a unit\\\'s EnvironmentFile=\' github\\t\'masks, and variables for the steps of a job\' json\\t\'an object of the variables\' process\\t\'what a credential_process prints\' ini\\t\'a section of an AWS credentials file\''
complete -c credtool -n '__credtool_flags export' -l unset -d 'print what undoes it: no credentials'
complete -c credtool -n '__credtool_flags export' -l show-secrets -d 'print secrets to a terminal too'
complete -c credtool -n '__credtool_flags export' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags export' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags export' -l version -d 'print the version'

complete -c credtool -n '__credtool_word serve' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags serve' -l listen -d 'where to listen: a port, an address, a path' -rF
complete -c credtool -n '__credtool_flags serve' -l container -d 'also print how podman and docker reach it'
complete -c credtool -n '__credtool_flags serve' -l imds -d 'serve as the metadata service of an EC2 instance'
complete -c credtool -n '__credtool_flags serve' -l install -d 'write systemd units that start it when asked'
complete -c credtool -n '__credtool_flags serve' -s d -l duration -d 'how long the session lasts: 45m, 1h30m, 900' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags serve' -l region -d 'the AWS region to ask and to pass on' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags serve' -l mfa-prompt -d 'how to get MFA codes: tty, pinentry, ykman, ...' -xa 'tty\\t\'a line on the terminal\' pinentry\\t\'the dialog of GnuPG\' zenity\\t\'the dialog of GNOME\' kdialog\\t\'the dialog of KDE\' ykman\\t\'no question: a YubiKey makes the code\' process\\t\'no question: the command `mfa_process` prints it\''
complete -c credtool -n '__credtool_flags serve' -l min-ttl -d 'least time that a cached session must have left' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags serve' -l reason -d 'why the profile is used, for the logs' -x
complete -c credtool -n '__credtool_flags serve' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags serve' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags serve' -l version -d 'print the version'

complete -c credtool -n '__credtool_word console 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags console' -l service -d 'where to begin: ec2, s3, or a console address' -x
complete -c credtool -n '__credtool_flags console' -l print -d 'print the address instead of opening it'
complete -c credtool -n '__credtool_flags console' -l browser -d 'the browser to open it with' -x
complete -c credtool -n '__credtool_flags console' -l container -d 'a Firefox container, or a Chromium profile' -x
complete -c credtool -n '__credtool_flags console' -l portal -d 'by the access portal\'s own link'
complete -c credtool -n '__credtool_flags console' -l switch-role -d 'print the link that switches to the role'
complete -c credtool -n '__credtool_flags console' -s r -l role -d 'assume a role: an ARN, a profile, or a role name' -xa '(command credtool __complete roles 2>/dev/null)'
complete -c credtool -n '__credtool_flags console' -s d -l duration -d 'how long the console stays open: 45m, 8h' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags console' -l region -d 'the AWS region to ask and to pass on' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags console' -l mfa-serial -d 'the MFA device, instead of the profile\'s' -x
complete -c credtool -n '__credtool_flags console' -s t -l mfa-token -d 'the MFA device\'s six digits, instead of asking' -x
complete -c credtool -n '__credtool_flags console' -l mfa-prompt -d 'how to get MFA codes: tty, pinentry, ykman, ...' -xa 'tty\\t\'a line on the terminal\' pinentry\\t\'the dialog of GnuPG\' zenity\\t\'the dialog of GNOME\' kdialog\\t\'the dialog of KDE\' ykman\\t\'no question: a YubiKey makes the code\' process\\t\'no question: the command `mfa_process` prints it\''
complete -c credtool -n '__credtool_flags console' -l external-id -d 'the external ID that the role asks for' -x
complete -c credtool -n '__credtool_flags console' -l session-name -d 'the role session\'s name, which AWS logs' -x
complete -c credtool -n '__credtool_flags console' -l source-identity -d 'who is behind the role session, for AWS\'s logs' -x
complete -c credtool -n '__credtool_flags console' -l session-tags -d 'tags of the role session: Team=Blue,Stage=Test' -x
complete -c credtool -n '__credtool_flags console' -l transitive-tags -d 'tags that roles assumed from it keep: Team,Stage' -x
complete -c credtool -n '__credtool_flags console' -l policy -d 'session policy: a JSON document, or its file' -rF
complete -c credtool -n '__credtool_flags console' -l policy-arns -d 'session policies: ARNs with commas between' -x
complete -c credtool -n '__credtool_flags console' -l read-only -d 'take the power to change things away'
complete -c credtool -n '__credtool_flags console' -l reason -d 'why the profile is used, for the logs' -x
complete -c credtool -n '__credtool_flags console' -l federation-token -d 'a federated user\'s session, by this name' -x
complete -c credtool -n '__credtool_flags console' -l root-of -d 'a root session of this member account' -x
complete -c credtool -n '__credtool_flags console' -l task-policy -d 'what the root session is for: see --help' -xa 'IAMAuditRootUserCredentials\\t\'see which credentials it has\' IAMCreateRootUserPassword\\t\'let its password be set anew\' IAMDeleteRootUserCredentials\\t\'delete its credentials\' S3UnlockBucketPolicy\\t\'undo a bucket policy that locks all out\' SQSUnlockQueuePolicy\\t\'undo a queue policy that locks all out\''
complete -c credtool -n '__credtool_flags console' -s n -l no-session -d 'use the key itself, without GetSessionToken'
complete -c credtool -n '__credtool_flags console' -l min-ttl -d 'least time that a cached session must have left' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags console' -l fresh -d 'sign the browser out first'
complete -c credtool -n '__credtool_flags console' -l sso -d 'a role of this access portal, without a profile' -x
complete -c credtool -n '__credtool_flags console' -l account -d 'the account of the role, beside --sso' -x
complete -c credtool -n '__credtool_flags console' -l saml-file -d 'take the SAML response from a file, - for stdin' -x
complete -c credtool -n '__credtool_flags console' -l saml-process -d 'a command that prints the SAML response' -x
complete -c credtool -n '__credtool_flags console' -l saml-provider -d 'the SAML identity provider in IAM' -x
complete -c credtool -n '__credtool_flags console' -l saml-role -d 'the role of the SAML response' -x
complete -c credtool -n '__credtool_flags console' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags console' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags console' -l version -d 'print the version'

complete -c credtool -n '__credtool_word use 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags use' -s r -l role -d 'assume a role: an ARN, a profile, or a role name' -xa '(command credtool __complete roles 2>/dev/null)'
complete -c credtool -n '__credtool_flags use' -s d -l duration -d 'how long the session lasts: 45m, 1h30m, 900' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags use' -l region -d 'the AWS region to ask and to pass on' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags use' -l mfa-serial -d 'the MFA device, instead of the profile\'s' -x
complete -c credtool -n '__credtool_flags use' -s t -l mfa-token -d 'the MFA device\'s six digits, instead of asking' -x
complete -c credtool -n '__credtool_flags use' -l mfa-prompt -d 'how to get MFA codes: tty, pinentry, ykman, ...' -xa 'tty\\t\'a line on the terminal\' pinentry\\t\'the dialog of GnuPG\' zenity\\t\'the dialog of GNOME\' kdialog\\t\'the dialog of KDE\' ykman\\t\'no question: a YubiKey makes the code\' process\\t\'no question: the command `mfa_process` prints it\''
complete -c credtool -n '__credtool_flags use' -l external-id -d 'the external ID that the role asks for' -x
complete -c credtool -n '__credtool_flags use' -l session-name -d 'the role session\'s name, which AWS logs' -x
complete -c credtool -n '__credtool_flags use' -l source-identity -d 'who is behind the role session, for AWS\'s logs' -x
complete -c credtool -n '__credtool_flags use' -l session-tags -d 'tags of the role session: Team=Blue,Stage=Test' -x
complete -c credtool -n '__credtool_flags use' -l transitive-tags -d 'tags that roles assumed from it keep: Team,Stage' -x
complete -c credtool -n '__credtool_flags use' -l policy -d 'session policy: a JSON document, or its file' -rF
complete -c credtool -n '__credtool_flags use' -l policy-arns -d 'session policies: ARNs with commas between' -x
complete -c credtool -n '__credtool_flags use' -l read-only -d 'take the power to change things away'
complete -c credtool -n '__credtool_flags use' -l reason -d 'why the profile is used, for the logs' -x
complete -c credtool -n '__credtool_flags use' -l federation-token -d 'a federated user\'s session, by this name' -x
complete -c credtool -n '__credtool_flags use' -l root-of -d 'a root session of this member account' -x
complete -c credtool -n '__credtool_flags use' -l task-policy -d 'what the root session is for: see --help' -xa 'IAMAuditRootUserCredentials\\t\'see which credentials it has\' IAMCreateRootUserPassword\\t\'let its password be set anew\' IAMDeleteRootUserCredentials\\t\'delete its credentials\' S3UnlockBucketPolicy\\t\'undo a bucket policy that locks all out\' SQSUnlockQueuePolicy\\t\'undo a queue policy that locks all out\''
complete -c credtool -n '__credtool_flags use' -s n -l no-session -d 'use the key itself, without GetSessionToken'
complete -c credtool -n '__credtool_flags use' -l min-ttl -d 'least time that a cached session must have left' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags use' -l fresh -d 'get a new session in place of the cached one'
complete -c credtool -n '__credtool_flags use' -l sso -d 'a role of this access portal, without a profile' -x
complete -c credtool -n '__credtool_flags use' -l account -d 'the account of the role, beside --sso' -x
complete -c credtool -n '__credtool_flags use' -l saml-file -d 'take the SAML response from a file, - for stdin' -x
complete -c credtool -n '__credtool_flags use' -l saml-process -d 'a command that prints the SAML response' -x
complete -c credtool -n '__credtool_flags use' -l saml-provider -d 'the SAML identity provider in IAM' -x
complete -c credtool -n '__credtool_flags use' -l saml-role -d 'the role of the SAML response' -x
complete -c credtool -n '__credtool_flags use' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags use' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags use' -l version -d 'print the version'

complete -c credtool -n '__credtool_flags unuse' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags unuse' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags unuse' -l version -d 'print the version'

complete -c credtool -n '__credtool_word shell-init 0' -a 'bash zsh fish' -d 'shell'
complete -c credtool -n '__credtool_flags shell-init' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags shell-init' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags shell-init' -l version -d 'print the version'

complete -c credtool -n '__credtool_word setup-process' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags setup-process' -l all -d 'for every profile that has credentials'
complete -c credtool -n '__credtool_flags setup-process' -l undo -d 'take the profiles out again'
complete -c credtool -n '__credtool_flags setup-process' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags setup-process' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags setup-process' -l version -d 'print the version'

complete -c credtool -n '__credtool_word plan 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags plan' -s r -l role -d 'assume a role: an ARN, a profile, or a role name' -xa '(command credtool __complete roles 2>/dev/null)'
complete -c credtool -n '__credtool_flags plan' -s d -l duration -d 'how long the session lasts: 45m, 1h30m, 900' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags plan' -l region -d 'the AWS region to ask and to pass on' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags plan' -l mfa-serial -d 'the MFA device, instead of the profile\'s' -x
complete -c credtool -n '__credtool_flags plan' -s t -l mfa-token -d 'the MFA device\'s six digits, instead of asking' -x
complete -c credtool -n '__credtool_flags plan' -l mfa-prompt -d 'how to get MFA codes: tty, pinentry, ykman, ...' -xa 'tty\\t\'a line on the terminal\' pinentry\\t\'the dialog of GnuPG\' zenity\\t\'the dialog of GNOME\' kdialog\\t\'the dialog of KDE\' ykman\\t\'no question: a YubiKey makes the code\' process\\t\'no question: the command `mfa_process` prints it\''
complete -c credtool -n '__credtool_flags plan' -l external-id -d 'the external ID that the role asks for' -x
complete -c credtool -n '__credtool_flags plan' -l session-name -d 'the role session\'s name, which AWS logs' -x
complete -c credtool -n '__credtool_flags plan' -l source-identity -d 'who is behind the role session, for AWS\'s logs' -x
complete -c credtool -n '__credtool_flags plan' -l session-tags -d 'tags of the role session: Team=Blue,Stage=Test' -x
complete -c credtool -n '__credtool_flags plan' -l transitive-tags -d 'tags that roles assumed from it keep: Team,Stage' -x
complete -c credtool -n '__credtool_flags plan' -l policy -d 'session policy: a JSON document, or its file' -rF
complete -c credtool -n '__credtool_flags plan' -l policy-arns -d 'session policies: ARNs with commas between' -x
complete -c credtool -n '__credtool_flags plan' -l read-only -d 'take the power to change things away'
complete -c credtool -n '__credtool_flags plan' -l reason -d 'why the profile is used, for the logs' -x
complete -c credtool -n '__credtool_flags plan' -l federation-token -d 'a federated user\'s session, by this name' -x
complete -c credtool -n '__credtool_flags plan' -l root-of -d 'a root session of this member account' -x
complete -c credtool -n '__credtool_flags plan' -l task-policy -d 'what the root session is for: see --help' -xa 'IAMAuditRootUserCredentials\\t\'see which credentials it has\' IAMCreateRootUserPassword\\t\'let its password be set anew\' IAMDeleteRootUserCredentials\\t\'delete its credentials\' S3UnlockBucketPolicy\\t\'undo a bucket policy that locks all out\' SQSUnlockQueuePolicy\\t\'undo a queue policy that locks all out\''
complete -c credtool -n '__credtool_flags plan' -s n -l no-session -d 'use the key itself, without GetSessionToken'
complete -c credtool -n '__credtool_flags plan' -l min-ttl -d 'least time that a cached session must have left' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags plan' -l fresh -d 'get a new session in place of the cached one'
complete -c credtool -n '__credtool_flags plan' -l sso -d 'a role of this access portal, without a profile' -x
complete -c credtool -n '__credtool_flags plan' -l account -d 'the account of the role, beside --sso' -x
complete -c credtool -n '__credtool_flags plan' -l saml-file -d 'take the SAML response from a file, - for stdin' -x
complete -c credtool -n '__credtool_flags plan' -l saml-process -d 'a command that prints the SAML response' -x
complete -c credtool -n '__credtool_flags plan' -l saml-provider -d 'the SAML identity provider in IAM' -x
complete -c credtool -n '__credtool_flags plan' -l saml-role -d 'the role of the SAML response' -x
complete -c credtool -n '__credtool_flags plan' -l server -d 'keep the session fresh while COMMAND runs'
complete -c credtool -n '__credtool_flags plan' -l json -d 'print JSON'
complete -c credtool -n '__credtool_flags plan' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags plan' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags plan' -l version -d 'print the version'

complete -c credtool -n '__credtool_word whoami 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags whoami' -s r -l role -d 'assume a role: an ARN, a profile, or a role name' -xa '(command credtool __complete roles 2>/dev/null)'
complete -c credtool -n '__credtool_flags whoami' -s d -l duration -d 'how long the session lasts: 45m, 1h30m, 900' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags whoami' -l region -d 'the AWS region to ask and to pass on' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags whoami' -l mfa-serial -d 'the MFA device, instead of the profile\'s' -x
complete -c credtool -n '__credtool_flags whoami' -s t -l mfa-token -d 'the MFA device\'s six digits, instead of asking' -x
complete -c credtool -n '__credtool_flags whoami' -l mfa-prompt -d 'how to get MFA codes: tty, pinentry, ykman, ...' -xa 'tty\\t\'a line on the terminal\' pinentry\\t\'the dialog of GnuPG\' zenity\\t\'the dialog of GNOME\' kdialog\\t\'the dialog of KDE\' ykman\\t\'no question: a YubiKey makes the code\' process\\t\'no question: the command `mfa_process` prints it\''
complete -c credtool -n '__credtool_flags whoami' -l external-id -d 'the external ID that the role asks for' -x
complete -c credtool -n '__credtool_flags whoami' -l session-name -d 'the role session\'s name, which AWS logs' -x
complete -c credtool -n '__credtool_flags whoami' -l source-identity -d 'who is behind the role session, for AWS\'s logs' -x
complete -c credtool -n '__credtool_flags whoami' -l session-tags -d 'tags of the role session: Team=Blue,Stage=Test' -x
complete -c credtool -n '__credtool_flags whoami' -l transitive-tags -d 'tags that roles assumed from it keep: Team,Stage' -x
complete -c credtool -n '__credtool_flags whoami' -l policy -d 'session policy: a JSON document, or its file' -rF
complete -c credtool -n '__credtool_flags whoami' -l policy-arns -d 'session policies: ARNs with commas between' -x
complete -c credtool -n '__credtool_flags whoami' -l read-only -d 'take the power to change things away'
complete -c credtool -n '__credtool_flags whoami' -l reason -d 'why the profile is used, for the logs' -x
complete -c credtool -n '__credtool_flags whoami' -l federation-token -d 'a federated user\'s session, by this name' -x
complete -c credtool -n '__credtool_flags whoami' -l root-of -d 'a root session of this member account' -x
complete -c credtool -n '__credtool_flags whoami' -l task-policy -d 'what the root session is for: see --help' -xa 'IAMAuditRootUserCredentials\\t\'see which credentials it has\' IAMCreateRootUserPassword\\t\'let its password be set anew\' IAMDeleteRootUserCredentials\\t\'delete its credentials\' S3UnlockBucketPolicy\\t\'undo a bucket policy that locks all out\' SQSUnlockQueuePolicy\\t\'undo a queue policy that locks all out\''
complete -c credtool -n '__credtool_flags whoami' -s n -l no-session -d 'use the key itself, without GetSessionToken'
complete -c credtool -n '__credtool_flags whoami' -l min-ttl -d 'least time that a cached session must have left' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags whoami' -l fresh -d 'get a new session in place of the cached one'
complete -c credtool -n '__credtool_flags whoami' -l sso -d 'a role of this access portal, without a profile' -x
complete -c credtool -n '__credtool_flags whoami' -l account -d 'the account of the role, beside --sso' -x
complete -c credtool -n '__credtool_flags whoami' -l saml-file -d 'take the SAML response from a file, - for stdin' -x
complete -c credtool -n '__credtool_flags whoami' -l saml-process -d 'a command that prints the SAML response' -x
complete -c credtool -n '__credtool_flags whoami' -l saml-provider -d 'the SAML identity provider in IAM' -x
complete -c credtool -n '__credtool_flags whoami' -l saml-role -d 'the role of the SAML response' -x
complete -c credtool -n '__credtool_flags whoami' -l json -d 'print JSON'
complete -c credtool -n '__credtool_flags whoami' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags whoami' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags whoami' -l version -d 'print the version'

complete -c credtool -n '__credtool_word sign 0' -a 'GET HEAD POST PUT PATCH DELETE' -d 'method'
complete -c credtool -n '__credtool_word sign 2' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags sign' -l service -d 'the service to sign for: s3, execute-api, ...' -x
complete -c credtool -n '__credtool_flags sign' -l header -d 'a header field: \'Content-Type: text/plain\'' -x
complete -c credtool -n '__credtool_flags sign' -l data -d 'the body; @FILE reads it, @- from stdin' -x
complete -c credtool -n '__credtool_flags sign' -l presign -d 'print a URL that carries the signature'
complete -c credtool -n '__credtool_flags sign' -l expires -d 'how long the presigned URL works: 15m, 1h' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags sign' -l curl -d 'print a command for curl'
complete -c credtool -n '__credtool_flags sign' -l send -d 'make the request, and print the answer'
complete -c credtool -n '__credtool_flags sign' -s r -l role -d 'assume a role: an ARN, a profile, or a role name' -xa '(command credtool __complete roles 2>/dev/null)'
complete -c credtool -n '__credtool_flags sign' -s d -l duration -d 'how long the session lasts: 45m, 1h30m, 900' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags sign' -l region -d 'the AWS region to sign for' -xa '(command credtool __complete regions 2>/dev/null)'
complete -c credtool -n '__credtool_flags sign' -l mfa-serial -d 'the MFA device, instead of the profile\'s' -x
complete -c credtool -n '__credtool_flags sign' -s t -l mfa-token -d 'the MFA device\'s six digits, instead of asking' -x
complete -c credtool -n '__credtool_flags sign' -l mfa-prompt -d 'how to get MFA codes: tty, pinentry, ykman, ...' -xa 'tty\\t\'a line on the terminal\' pinentry\\t\'the dialog of GnuPG\' zenity\\t\'the dialog of GNOME\' kdialog\\t\'the dialog of KDE\' ykman\\t\'no question: a YubiKey makes the code\' process\\t\'no question: the command `mfa_process` prints it\''
complete -c credtool -n '__credtool_flags sign' -l external-id -d 'the external ID that the role asks for' -x
complete -c credtool -n '__credtool_flags sign' -l session-name -d 'the role session\'s name, which AWS logs' -x
complete -c credtool -n '__credtool_flags sign' -l source-identity -d 'who is behind the role session, for AWS\'s logs' -x
complete -c credtool -n '__credtool_flags sign' -l session-tags -d 'tags of the role session: Team=Blue,Stage=Test' -x
complete -c credtool -n '__credtool_flags sign' -l transitive-tags -d 'tags that roles assumed from it keep: Team,Stage' -x
complete -c credtool -n '__credtool_flags sign' -l policy -d 'session policy: a JSON document, or its file' -rF
complete -c credtool -n '__credtool_flags sign' -l policy-arns -d 'session policies: ARNs with commas between' -x
complete -c credtool -n '__credtool_flags sign' -l read-only -d 'take the power to change things away'
complete -c credtool -n '__credtool_flags sign' -l reason -d 'why the profile is used, for the logs' -x
complete -c credtool -n '__credtool_flags sign' -l federation-token -d 'a federated user\'s session, by this name' -x
complete -c credtool -n '__credtool_flags sign' -l root-of -d 'a root session of this member account' -x
complete -c credtool -n '__credtool_flags sign' -l task-policy -d 'what the root session is for: see --help' -xa 'IAMAuditRootUserCredentials\\t\'see which credentials it has\' IAMCreateRootUserPassword\\t\'let its password be set anew\' IAMDeleteRootUserCredentials\\t\'delete its credentials\' S3UnlockBucketPolicy\\t\'undo a bucket policy that locks all out\' SQSUnlockQueuePolicy\\t\'undo a queue policy that locks all out\''
complete -c credtool -n '__credtool_flags sign' -s n -l no-session -d 'use the key itself, without GetSessionToken'
complete -c credtool -n '__credtool_flags sign' -l min-ttl -d 'least time that a cached session must have left' -xa '15m\\t\'15 minutes\' 1h\\t\'an hour\' 12h\\t\'12 hours\''
complete -c credtool -n '__credtool_flags sign' -l fresh -d 'get a new session in place of the cached one'
complete -c credtool -n '__credtool_flags sign' -l sso -d 'a role of this access portal, without a profile' -x
complete -c credtool -n '__credtool_flags sign' -l account -d 'the account of the role, beside --sso' -x
complete -c credtool -n '__credtool_flags sign' -l saml-file -d 'take the SAML response from a file, - for stdin' -x
complete -c credtool -n '__credtool_flags sign' -l saml-process -d 'a command that prints the SAML response' -x
complete -c credtool -n '__credtool_flags sign' -l saml-provider -d 'the SAML identity provider in IAM' -x
complete -c credtool -n '__credtool_flags sign' -l saml-role -d 'the role of the SAML response' -x
complete -c credtool -n '__credtool_flags sign' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags sign' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags sign' -l version -d 'print the version'

complete -c credtool -n '__credtool_word scan' -F
complete -c credtool -n '__credtool_flags scan' -l json -d 'print JSON'
complete -c credtool -n '__credtool_flags scan' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags scan' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags scan' -l version -d 'print the version'

complete -c credtool -n '__credtool_flags log' -s f -l follow -d 'go on with what is logged from now on'
complete -c credtool -n '__credtool_flags log' -s p -l profile -d 'only what concerns this profile' -xa '(command credtool __complete profiles 2>/dev/null)'
complete -c credtool -n '__credtool_flags log' -l json -d 'print the log\'s JSON lines'
complete -c credtool -n '__credtool_flags log' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags log' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags log' -l version -d 'print the version'

complete -c credtool -n '__credtool_word clear 0' -a '(command credtool __complete profiles 2>/dev/null)' -d 'profile'
complete -c credtool -n '__credtool_flags clear' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags clear' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags clear' -l version -d 'print the version'

complete -c credtool -n '__credtool_flags unlock' -l stdin -d 'read the password from standard input'
complete -c credtool -n '__credtool_flags unlock' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags unlock' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags unlock' -l version -d 'print the version'

complete -c credtool -n '__credtool_flags doctor' -l json -d 'print JSON'
complete -c credtool -n '__credtool_flags doctor' -l fix -d 'mend what can be mended safely'
complete -c credtool -n '__credtool_flags doctor' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags doctor' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags doctor' -l version -d 'print the version'

complete -c credtool -n '__credtool_flags version' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags version' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags version' -l version -d 'print the version'

complete -c credtool -n '__credtool_word help 0' -a 'add import list rotate remove login logout sso exec each export serve console use unuse shell-init setup-process plan whoami sign scan log clear unlock doctor version help' -d 'command'
complete -c credtool -n '__credtool_flags help' -s v -l verbose -d 'say what is done and why'
complete -c credtool -n '__credtool_flags help' -s h -l help -d 'show help: -h in short, --help at length'
complete -c credtool -n '__credtool_flags help' -l version -d 'print the version'
