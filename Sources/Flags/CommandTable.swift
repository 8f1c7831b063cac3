// The table of commands: what each takes and does. Help, man pages and completions are made of it.

extension Command {
    /// The flags that make a session: those of every command that gets one.
    private static let sessionFlags: [Flag] = [
        .role, .duration, .region, .mfaSerial, .mfaToken, .mfaPrompt, .externalID, .sessionName,
        .sourceIdentity, .sessionTags, .transitiveTags, .policy, .policyARNs, .readOnly, .reason,
        .federationToken, .rootOf, .taskPolicy, .noSession, .minTTL, .fresh, .sso, .account,
        .samlFile, .samlProcess, .samlProvider, .samlRole,
    ]

    /// Those of them that make sense for many profiles at once.
    private static let sharedSessionFlags: [Flag] = [
        .role, .duration, .mfaSerial, .mfaToken, .mfaPrompt, .externalID, .sessionName,
        .sourceIdentity, .sessionTags, .transitiveTags, .policy, .policyARNs, .readOnly, .reason,
        .noSession, .minTTL, .fresh,
    ]

    /// Its own flags and the global ones.
    var allFlags: [Flag] { definition.flags + Flag.global }

    /// Whether it takes a flag.
    func takes(_ flag: Flag) -> Bool {
        Flag.global.contains(flag) || definition.flags.contains(flag)
    }

    /// What PROFILE falls back to, where a session is made.
    private static let profileText = """
        PROFILE is a profile of the AWS config files, a key added with `credtool add`, or both. \
        Without it, AWS_PROFILE names the profile. Where that is not set either, the credentials \
        in the environment are taken (AWS_ACCESS_KEY_ID, then AWS_WEB_IDENTITY_TOKEN_FILE): in a \
        shell of `credtool exec`, or after `credtool export`, those of that session. Else it is \
        `default`; where there is no such thing as `default` anywhere, the container's \
        credentials, else the only stored key.
        """

    /// The same where a person may be asked.
    private static let chosenProfileText = """
        \(profileText) Where all of that names none, a person on a terminal chooses from a list: \
        what is typed narrows it, the most used come first. CREDTOOL_PICKER names another program \
        for it.
        """

    /// Where credentials come from, and which settings count.
    private static let sourcesText = """
        The profiles are those that the AWS CLI, the SDKs and aws-vault read. The credentials of \
        one come from:

        - a key added with `credtool add` under its name;
        - `source_profile`: another profile, with a role of its own or without;
        - `credential_source`: the environment, the EC2 instance or the container;
        - `web_identity_token_file` or `web_identity_token_process`: another provider's token, \
        traded for the role;
        - `web_identity_token_source`: the token of this CI job, traded for the role: \
        `github-actions`, `gitlab`, `circleci`, `bitbucket`, `terraform-cloud` or `buildkite`; it is \
        found by itself where a role and nothing else is named;
        - `oidc_issuer` and `oidc_client_id`: a person's sign-in at an OpenID provider, in the browser \
        where nobody is signed in, traded for the role;
        - `sso_session`, `sso_account_id` and `sso_role_name`: a role of IAM Identity Center, with \
        a sign-in in the browser where nobody is signed in;
        - `login_session`: a sign-in at the console;
        - `saml_idp_url`, `saml_process` or `saml_file`: a role that the response of a SAML \
        identity provider offers; `saml_role` or `--role` chooses it, else a list does;
        - `credential_process`: a command that prints credentials, run without a shell;
        - `aws_access_key_id` and `aws_secret_access_key` in plain: a last resort, with a warning \
        that says how to move them into the vault.

        A `role_arn` beside it is assumed from there, through as many profiles as there are. \
        `include_profile` completes a profile with the settings of another one; nothing is taken \
        over from `[default]`. A flag comes before a variable, a variable before the profile's \
        own setting. The variables count for PROFILE, not for the profiles that it is built from.
        """

    private static let sessionText = """
        Without a role, the session comes from GetSessionToken and lasts an hour, or twelve hours \
        when it is made with an MFA code. With a role, from `--role` or from the profile's \
        `role_arn`, the session is that role's and lasts an hour. Sessions rest in the kernel \
        keyring, in memory, and are used again until they are about to expire. An MFA session \
        serves every role behind the same key and device, so that one code does for all. \
        `mfa_prompt` says how codes are asked for; the command `mfa_process` prints them instead.
        """

    /// Its entry in the table.
    var definition: CommandDefinition {
        switch self {
        case .add:
            CommandDefinition(
                line: "store an access key",
                text: """
                    Stores a long-term access key under the name PROFILE (default: AWS_PROFILE, else `default`) in \
                    the desktop keyring, or on machines without one in an encrypted file.

                    The key ID and the secret are asked for on the terminal, the secret without \
                    echo; what AWS finds mistyped is asked for again. `--env`, `--stdin` and \
                    `--from-file` take them from elsewhere. They are never taken from the command \
                    line, where other users could read them.

                    The key is checked with GetCallerIdentity before it is stored. A key that AWS \
                    refuses is not stored unless `--no-verify` is given; one that could not be \
                    checked within three seconds is stored, with a note. A root user's key is \
                    refused unless `--allow-root` is given, and a temporary one (ASIA...) always.

                    A stored key of the same name is replaced only after a yes on the terminal \
                    or with `--force`, and every session made from it is forgotten.

                    `--certificate` stores a certificate and its private key instead, with which \
                    the profile gets the sessions of a role from IAM Roles Anywhere. They are \
                    looked at as AWS will look at them, but AWS is not asked. The profile names \
                    the role with `roles_anywhere_trust_anchor_arn`, `roles_anywhere_profile_arn` \
                    and `roles_anywhere_role_arn`; a certificate that rests in files is named by \
                    `roles_anywhere_certificate`, `roles_anywhere_private_key` and \
                    `roles_anywhere_certificate_chain` in the place of a stored one. \
                    `credtool-rolesanywhere(7)` shows the whole way there.
                    """,
                positionals: [.profile],
                flags: [
                    .env, .stdin, .fromFile, .certificate, .privateKey, .certificateChain, .vault,
                    .mfaSerial, .region, .endpointURL, .noConfig, .noVerify, .allowRoot, .force,
                ],
                examples: [
                    Example("Ask for a key and store it as `work`.", "credtool add work"),
                    Example(
                        "Store a key with the MFA device and region that go with it.",
                        """
                        credtool add work --region eu-west-1 \\
                            --mfa-serial arn:aws:iam::111122223333:mfa/alice
                        """),
                    Example(
                        "Make a new key and store it without showing it.",
                        "aws iam create-access-key | credtool add work --stdin"),
                    Example(
                        "Store the key that stands in plain in `~/.aws/credentials`.",
                        "credtool add work --from-file"),
                    Example(
                        "Store a key of a MinIO server.",
                        "credtool add minio --endpoint-url http://localhost:9000"),
                    Example(
                        "Store a certificate and its key for IAM Roles Anywhere.",
                        "credtool add build --certificate host.pem --private-key host.key"),
                ],
                otherNames: ["set", "new", "store", "configure"])
        case .importKeys:
            CommandDefinition(
                line: "take keys over from files and other programs",
                text: """
                    Takes access keys over from the plain AWS files, or from where other programs \
                    keep them, and stores each under the name of its profile. PROFILE chooses \
                    some; without it, all are taken.

                    Each key is checked with GetCallerIdentity, as `credtool add` does it. A table \
                    shows first what will be done; `--dry-run` stops there. Each key is read back \
                    from the vault once it is stored. Only then, and only after a yes on the \
                    terminal or with `--remove`, it is taken away where it was found, if it is \
                    still the same there. A run that was broken off is completed by the next one.

                    Left out are temporary keys, a key whose profile has another one in the vault \
                    (unless `--force` is given), and one that AWS refuses (unless `--no-verify` \
                    is). The exit code is 1 where a key is left out that could be meant.

                    aws-vault's files are opened with AWS_VAULT_FILE_PASSPHRASE, else the \
                    passphrase is asked for. AWS_VAULT_BACKEND chooses between the keyring \
                    (`secret-service`) and the files (`file`); AWS_VAULT_FILE_DIR and \
                    AWS_VAULT_SECRET_SERVICE_COLLECTION_NAME name other places, as for aws-vault.
                    """,
                positionals: [.profiles],
                flags: [
                    .from, .csv, .vault, .dryRun, .remove, .noVerify, .allowRoot, .force,
                ],
                examples: [
                    Example(
                        "See which keys stand in plain in the AWS files.",
                        "credtool import --dry-run"),
                    Example(
                        "Take one of them over, and out of its file.",
                        "credtool import work --remove"),
                    Example(
                        "Take all keys over from aws-vault.", "credtool import --from aws-vault"),
                    Example(
                        "Store a key that the console has made.",
                        "credtool import --csv ~/Downloads/alice_accessKeys.csv work"),
                ],
                otherNames: ["migrate", "adopt", "take-over"])
        case .list:
            CommandDefinition(
                line: "show profiles, stored keys and live sessions",
                text: """
                    Shows the profiles of the AWS config files and the stored keys: the kind of \
                    each (key, role, ...), its account and role, where its credentials come from, \
                    region and MFA device, since how many days a key is stored and whether it is \
                    due to be rotated, and the live sessions with the time they have left. A \
                    session stands under the profile that it was made for and under those that \
                    would use it too.

                    PATTERN chooses profiles by their names: those that contain it, or with `*` \
                    or `?` in it those that it fits as a whole, in upper or lower case. Where \
                    there is none, the exit code is 1.

                    A terminal that is too narrow gets shortened columns, and the least needed \
                    ones not at all; a pipe gets everything. Sections that AWS skips, such as \
                    `[work]` in place of `[profile work]`, and settings whose names are nearly \
                    known ones are told on standard error, with file and line.

                    `--json` has each known setting of a profile under its own name in lower \
                    camel case (`roleArn` for `role_arn`); `kind`, `origin`, `accountId`, \
                    `accountName` (the `sso_account_name` of any profile of that account), \
                    `roleName`; of a stored key `accessKeyId` in part, `vault`, `added`, \
                    `callerArn`, `keyAgeDays`, and where `credtool_rotate_after` says when it is \
                    due `rotationDue`; `sessions` with `subject`, `name`, `accountId`, `askedProfile`, \
                    `sourceProfile`, `expiration` and `secondsLeft`; and where somebody signs in \
                    for it `signIn` with `portal`, `state` (`signed-in`, `renewable` or \
                    `needed`), `expiration` and `secondsLeft`. Beside `profiles` it has `skippedSections` and `misspeltSettings`.

                    The keyring is neither opened nor unlocked for this, and no secret is shown.
                    """,
                positionals: [.pattern],
                flags: [.json],
                examples: [
                    Example("Show everything.", "credtool list"),
                    Example("Show the profiles that begin with `prod`.", "credtool list 'prod*'"),
                    Example(
                        "Pick the profiles of an account, for a script.",
                        """
                        credtool list --json | jq -r '.profiles[]
                            | select(.accountId == "111122223333").profile'
                        """),
                ],
                otherNames: ["ls", "show", "profiles", "status"])
        case .rotate:
            CommandDefinition(
                line: "replace a stored key by a new one",
                text: """
                    Has IAM make a new access key for the user of the key stored as PROFILE, stores \
                    it, waits until AWS knows it, puts it in the old one's place, deactivates the \
                    old one, looks once more whether the new one works, and deletes the old one. \
                    Whoever else has a copy of the old key cannot use it any more.

                    Each step is written down in the vault before it is done. Ended at any point, \
                    by a failure or the power switch, the vault has a key that works, and the same \
                    command goes on from there or takes back what cannot be finished.

                    A user can have two keys. Where there are two already, they are shown with the \
                    times when they were made and last used, and nothing is done.

                    IAM is asked with the key itself. Where a policy wants MFA and the profile has \
                    an `mfa_serial`, it is asked with a session that was made with a code: one for \
                    the old key, unless it is cached, and one for the new key. Sessions made from \
                    the old key are forgotten.

                    The user needs the permissions iam:ListAccessKeys, iam:CreateAccessKey, \
                    iam:UpdateAccessKey and iam:DeleteAccessKey for itself; with \
                    iam:GetAccessKeyLastUsed more can be told and taken back.

                    A profile's `credtool_rotate_after` has `credtool list` show when its key is \
                    due. Without PROFILE, AWS_PROFILE names the profile, else it is `default`, \
                    else the only stored key.
                    """,
                positionals: [.profile],
                flags: [.all, .olderThan, .region, .mfaSerial, .mfaPrompt],
                examples: [
                    Example("Replace the key stored as `work`.", "credtool rotate work"),
                    Example(
                        "Replace all that are older than 90 days.",
                        "credtool rotate --all --older-than 90d"),
                ],
                otherNames: ["roll", "rekey", "renew-key"])
        case .remove:
            CommandDefinition(
                line: "delete a stored key and its sessions",
                text: """
                    Deletes the key stored as PROFILE, or the certificate with its key, and every \
                    session made from it, after a yes on the terminal or with `--force`.

                    The AWS config files are left as they are, and the key itself stays valid: \
                    to make it worthless, delete it in IAM too.
                    """,
                positionals: [.storedProfile],
                flags: [.force],
                examples: [Example("Delete the key stored as `work`.", "credtool remove work")],
                otherNames: ["rm", "delete", "del", "forget"])
        case .login:
            CommandDefinition(
                line: "make sure that a profile can be used",
                text: """
                    Makes sure that PROFILE can be used, whatever its kind, and says for how long. \
                    For a role of IAM Identity Center, or of an OpenID provider's tokens, somebody \
                    signs in, in the browser or with a code that works on any device; for a role \
                    of a SAML response it comes from a browser, a program, a file or standard \
                    input; for a stored key its session is made, with an MFA code where one is \
                    needed. Of any other kind of profile, the credentials are obtained.

                    A sign-in is kept in the vault and renewed without a person for as long as \
                    Identity Center or the provider allows. Who is signed in with `aws sso login` \
                    is signed in here, too, and a token that is renewed is written back there; with \
                    `sso_share_cli_cache = true` in the `sso-session` section every sign-in is.

                    For a profile with `login_session` somebody signs in at the console, and AWS \
                    gives credentials for that; --console makes such a profile. They are renewed \
                    for twelve hours. Who is signed in with `aws login` is signed in here, too, \
                    and what is renewed is written back there.

                    The other commands sign in by themselves where a person is there to be asked.

                    \(Self.chosenProfileText)
                    """,
                positionals: [.profile],
                flags: [
                    .console, .device, .remote, .noBrowser, .timeout, .region, .sso, .account,
                    .role, .samlFile, .samlProcess, .samlProvider, .samlRole,
                ],
                examples: [
                    Example("Sign in for the profile `dev`.", "credtool login dev"),
                    Example(
                        "Sign in from a machine without a browser.", "credtool login dev --device"),
                    Example(
                        "Use the console's password in place of an access key.",
                        "credtool login --console personal"),
                    Example(
                        "Hand in a SAML response that was saved.",
                        "credtool login corp --saml-file response.txt"),
                ],
                otherNames: ["signin", "sign-in", "auth", "authenticate"])
        case .logout:
            CommandDefinition(
                line: "end a sign-in, at AWS too",
                text: """
                    Ends the sign-in that PROFILE uses: at IAM Identity Center, here, and in the \
                    AWS CLI's cache, where it would be found again. A sign-in at the console is \
                    forgotten here and there. That at an OpenID provider is forgotten, and its \
                    refresh token given back where the provider takes it. The sessions made of it \
                    are \
                    forgotten, those of other profiles with the same sign-in included. Of a \
                    profile of another kind the sessions are forgotten.

                    Programs that were given a session before may keep it until it expires.
                    """,
                positionals: [.profile],
                flags: [.all, .region, .sso, .account, .role],
                examples: [
                    Example("Sign out where `dev` is signed in.", "credtool logout dev"),
                    Example("Sign out everywhere.", "credtool logout --all"),
                ],
                otherNames: ["signout", "sign-out"])
        case .sso:
            CommandDefinition(
                line: "list your roles at IAM Identity Center, write their profiles",
                text: """
                    Asks the access portal of IAM Identity Center, with a sign-in where nobody is \
                    signed in. ACTION is one of:

                    - `accounts`: the accounts that you may enter;
                    - `roles`: the roles that you have there, in every account or in that of \
                    `--account`;
                    - `sync`: writes a profile for each of them to the AWS config file, after it \
                    has shown the difference and asked. The profiles stand between two comment \
                    lines that mark them, and every other byte of the file stays as it is; what \
                    you add to one of them, such as a region, stays too. Two of a name get their \
                    account's number, and a renamed account renames its profiles.

                    PROFILE or `--session` say whose sign-in is meant, where the AWS config files \
                    name several.
                    """,
                positionals: [.action(Action.ofSSO), .profile],
                flags: [
                    .session, .account, .json, .prefix, .template, .prune, .dryRun, .force,
                    .device, .noBrowser, .timeout,
                ],
                examples: [
                    Example("List your accounts.", "credtool sso accounts"),
                    Example(
                        "List your roles in one of them, for a script.",
                        "credtool sso roles --account 111122223333 --json"),
                    Example(
                        "Have a profile for each role that you have.",
                        "credtool sso sync --prefix acme-"),
                ],
                otherNames: ["accounts", "roles", "identity-center"])
        case .exec:
            CommandDefinition(
                line: "run a command with temporary credentials",
                text: """
                    Runs COMMAND with the credentials of a session in its environment. Without \
                    COMMAND, runs the shell that SHELL names; on a terminal, a line says first \
                    which profile, role and account it has, and for how long.

                    \(Self.chosenProfileText) The second word that is no flag begins COMMAND, \
                    and from there on every word is COMMAND's own; so is every word after `--`.

                    \(Self.sourcesText)

                    \(Self.sessionText)

                    COMMAND takes credtool's place (execve): nothing stays behind that could \
                    swallow a signal. It gets AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, \
                    AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION, AWS_REGION and \
                    AWS_DEFAULT_REGION where the region is known, and the profile's name as \
                    CREDTOOL_PROFILE and AWS_VAULT; of a role's session, CREDTOOL_ROLE is the \
                    role's ARN, or its name at IAM Identity Center, and CREDTOOL_SESSION the \
                    session's name, which AWS logs. Every other variable that AWS programs take \
                    credentials from is removed, AWS_PROFILE included.

                    With `--server`, COMMAND takes credtool's place all the same, so that \
                    signals, Ctrl-C, Ctrl-Z and the exit code are COMMAND's own. The server is \
                    another process, which ends with COMMAND; it is no child of COMMAND.
                    """,
                positionals: [.profile, .commandLine],
                flags: Self.sessionFlags + [.server],
                examples: [
                    Example("Run one command.", "credtool exec work aws s3 ls"),
                    Example(
                        "Run it as a role in the key's own account, for half an hour.",
                        "credtool exec work --role deploy --duration 30m -- terraform apply"),
                    Example(
                        "Look around as a powerful role without the power to change things.",
                        "credtool exec prod-admin --read-only aws ec2 describe-instances"),
                    Example(
                        "Tag the session, and let every role that is assumed from it keep one tag.",
                        """
                        credtool exec work --role deploy --session-tags Team=Blue,Stage=Test \\
                            --transitive-tags Team -- ./deploy
                        """),
                    Example(
                        "See which MFA devices the root user of a member account has.",
                        """
                        credtool exec org-admin --root-of 111122223333 \\
                            --task-policy IAMAuditRootUserCredentials \\
                            -- aws iam list-mfa-devices
                        """),
                    Example(
                        "Give the session to a container, by the names of the variables.",
                        """
                        credtool exec work --role deploy -- docker run -e AWS_ACCESS_KEY_ID \\
                            -e AWS_SECRET_ACCESS_KEY -e AWS_SESSION_TOKEN -e AWS_REGION app
                        """),
                    Example(
                        "Run for days, with sessions that are renewed on the way.",
                        "credtool exec --server work --role deploy -- ./migrate"),
                    Example(
                        "Start a shell with the credentials of the default profile.",
                        "credtool exec"),
                ],
                otherNames: ["run", "shell", "session"])
        case .each:
            CommandDefinition(
                line: "run a command in many accounts",
                text: """
                    Runs COMMAND once for each profile that `--profiles`, `--tag` or `--all` \
                    chooses, and with `--regions` once in each region, several at a time. COMMAND \
                    gets the same environment as from `credtool exec`, and nothing to read.

                    Whoever has to be asked for something, an MFA code or a sign-in, is asked \
                    first, and once for all profiles that it serves. Then the sessions are \
                    obtained, several at a time, and each of them once.

                    Each line of output begins with the profile, and with the region where \
                    `--regions` names them; `--json` prints an object for each run instead. On a \
                    terminal a line shows how far it is. At the end it is said what failed.

                    Ctrl-C stops all of it: commands that do not end within five seconds are \
                    ended, and at once when it is pressed again.

                    The exit code is 0 where all runs ended with 0, else 1.
                    """,
                positionals: [.neededCommandLine],
                flags: [.profiles, .tag, .all, .regions, .jobs, .failFast, .keepOrder, .json]
                    + Self.sharedSessionFlags,
                examples: [
                    Example(
                        "List the buckets of all production accounts.",
                        "credtool each --profiles 'prod-*' -- aws s3 ls"),
                    Example(
                        "Count the instances of every account in two regions.",
                        """
                        credtool each --all --regions eu-west-1,us-east-1 --json -- \\
                            aws ec2 describe-instances --query 'length(Reservations)'
                        """),
                    Example(
                        "Look into the accounts of a team without the power to change things.",
                        "credtool each --tag Team=Blue --read-only -- ./audit"),
                ],
                otherNames: ["all", "foreach", "for-each", "parallel", "map"])
        case .export:
            CommandDefinition(
                line: "print temporary credentials for shells and programs",
                text: """
                    Prints the credentials of the session that `credtool exec` would use with the \
                    same flags, quoted right for the reader that `--format` names.

                    \(Self.profileText)

                    \(Self.sessionText)

                    `credtool help exec` tells where a profile's credentials come from. The formats \
                    `shell`, `fish`, `powershell` and `github` also unset the credentials of others \
                    that the environment has. What is printed is secret: prefer `credtool exec`, \
                    which shows it to one command only. A terminal gets it with `--show-secrets` \
                    alone.
                    """,
                positionals: [.profile],
                flags: Self.sessionFlags + [.format, .unset, .showSecrets],
                examples: [
                    Example(
                        "Give the shell at hand the credentials.",
                        #"eval "$(credtool export work)""#),
                    Example("The same in fish.", "credtool export work --format fish | source"),
                    Example(
                        "The same in PowerShell.",
                        """
                        credtool export work --format powershell |
                            Out-String | Invoke-Expression
                        """),
                    Example("Take them away again.", #"eval "$(credtool export --unset)""#),
                    Example(
                        "Give them to a container.",
                        """
                        docker run --env-file <(credtool export work --format docker) app
                        """),
                    Example(
                        "Give them to the steps that follow in a job of GitHub Actions.",
                        "credtool export ci --format github"),
                ])
        case .console:
            CommandDefinition(
                line: "open the AWS console in the browser",
                text: """
                    Opens the console of AWS in the browser, signed in with the session that \
                    `credtool exec` would use with the same flags.

                    \(Self.profileText) `credtool help exec` tells where its credentials come from.

                    Where the session would be that of an IAM user's key, AWS opens no console with \
                    it. The console is then that of a federated user of the same name, by \
                    GetFederationToken, who may do what the user may, but for what asks for an MFA \
                    code; `--policy`, `--policy-arns` and `--read-only` leave less.

                    The console of a role that was assumed with a key, or with a token or a SAML \
                    response, stays open for as long as the role's session lasts when it is new, or \
                    for `--duration`, 12 hours at most. Any other console closes when its session \
                    ends: `--duration` is then how long that lasts.

                    The address that signs in is a secret for the 15 minutes that it works. The \
                    browser is not given it on its command line, which others could read: it is \
                    sent there by credtool, which waits for it on 127.0.0.1 and refuses processes of \
                    other users. Over SSH, in containers and without a display the address is \
                    printed, with a QR code where one fits on the terminal.

                    In the partitions aws-iso, aws-iso-b, aws-iso-e and aws-iso-f, `--service` has \
                    to be an address.
                    """,
                positionals: [.profile],
                flags: [.service, .print, .browser, .container, .portal, .switchRole]
                    + Self.sessionFlags,
                examples: [
                    Example("Open the console of `work`.", "credtool console work"),
                    Example(
                        "Open the instances of a region, as a role that can change nothing.",
                        "credtool console prod --service ec2 --region eu-west-1 --read-only"),
                    Example(
                        "Have two accounts open beside each other in Firefox.",
                        """
                        credtool console dev --browser firefox --container dev
                        credtool console prod --browser firefox --container prod
                        """),
                    Example(
                        "Copy the address, for the browser of another machine.",
                        "credtool console work --print | wl-copy"),
                    Example(
                        "Print the link by which colleagues switch to a role.",
                        "credtool console prod --switch-role"),
                ],
                otherNames: ["web", "browser", "open-console", "federate"])
        case .use:
            CommandDefinition(
                line: "give the shell at hand the credentials",
                text: """
                    Sets the variables in the current shell that `credtool exec` would give a \
                    command, in the place of those that are there. It takes the functions of \
                    `credtool shell-init`; the shell's prompt then shows the profile and the time \
                    left. Used again, it renews the session or changes the profile.

                    \(Self.profileText)

                    \(Self.sessionText)
                    """,
                positionals: [.profile],
                flags: Self.sessionFlags,
                examples: [
                    Example("Work as `prod` from here on.", "credtool use prod --read-only"),
                    Example("Stop that.", "credtool unuse"),
                ],
                otherNames: ["activate", "switch", "assume"])
        case .unuse:
            CommandDefinition(
                line: "take the credentials of use away again",
                text: """
                    Takes the variables away again that `credtool use` has set in the current \
                    shell. AWS_PROFILE and the region get the values that they had before. It takes \
                    the functions of `credtool shell-init`. The session stays cached: `credtool \
                    clear` forgets it.
                    """,
                examples: [Example("Have the shell as it was.", "credtool unuse")],
                otherNames: ["deactivate", "unset"])
        case .shellInit:
            CommandDefinition(
                line: "print what makes use, unuse and a prompt for a shell",
                text: """
                    Prints a script for SHELL: `bash`, `zsh` or `fish`. It belongs into the file \
                    that the shell reads when it starts, and makes `credtool use` and `credtool \
                    unuse` work there.

                    Under a session, the prompt begins with the profile and the time left, \
                    `[work 42m]`; five minutes before the end a line says so once. That costs no \
                    process: the shell reads CREDTOOL_PROFILE and AWS_CREDENTIAL_EXPIRATION, and \
                    keeps the text in CREDTOOL_PROMPT. A prompt that has this variable in it \
                    already stays as it is.

                    starship shows both by itself, in its module `aws`; or `[env_var.\
                    CREDTOOL_PROMPT]` in its config file shows the text. In powerlevel10k, \
                    `credtool` is a segment for POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS.
                    """,
                positionals: [.shell],
                examples: [
                    Example(
                        "In bash: a line for `~/.bashrc`.", #"eval "$(credtool shell-init bash)""#),
                    Example(
                        "In zsh: a line for `~/.zshrc`.", #"eval "$(credtool shell-init zsh)""#),
                    Example(
                        "In fish: a line for `~/.config/fish/config.fish`.",
                        "credtool shell-init fish | source"),
                ],
                otherNames: ["init", "hook", "prompt"])
        case .setupProcess:
            CommandDefinition(
                line: "let every AWS program draw from credtool",
                text: """
                    Writes a profile PROFILE-auto to the AWS config file for each PROFILE, with a \
                    `credential_process` that is credtool. Whatever takes its name, an SDK, \
                    Terraform or an editor, gets PROFILE's sessions without a wrapper. The region \
                    and other settings that are no credentials are copied from PROFILE.

                    The name is another one, so that credtool never calls itself: PROFILE stays as \
                    it is, and so does every other byte of the file. What is written stands between \
                    two comment lines that mark it; lines that you add to one of these profiles \
                    stay.

                    Who has to answer is asked on the terminal of the program, or in a dialog; of \
                    many programs at a time, one asks. Programs in Go, Terraform among them, wait \
                    a minute at most: `credtool login` asks beforehand. No session is given with \
                    less than 16 minutes to live, since SDKs ask for new ones up to 15 minutes \
                    before the end, but for sessions that are so short themselves.
                    """,
                positionals: [.profiles],
                flags: [.all, .undo],
                examples: [
                    Example("Set up two profiles.", "credtool setup-process work prod"),
                    Example(
                        "Use one, with credtool nowhere in sight.",
                        """
                        credtool setup-process work
                        AWS_PROFILE=work-auto terraform plan
                        """),
                    Example("Take all of it out again.", "credtool setup-process --all --undo"),
                ],
                otherNames: ["setup", "install", "credential-process"])
        case .plan:
            CommandDefinition(
                line: "show what exec would do, without doing it",
                text: """
                    Shows what `credtool exec` would do with the same flags, and does nothing of \
                    it: it asks neither AWS nor the keyring, and runs no program.

                    The steps from the first credentials to the last stand in their order, each \
                    with its settings and where each of them came from: a line of a file, a \
                    variable, a flag or a default. Then come the calls to AWS, whether an MFA \
                    code will be asked for, which sessions are cached and how long they live, and \
                    why each decision fell as it did. No secret is shown.

                    The JSON has `profile`, `steps` (each with its `kind`, its parameters and \
                    their `origins`), `settings`, `cache`, `calls`, `needsMfaCode` and `reasons`.

                    \(Self.profileText)

                    \(Self.sourcesText)
                    """,
                positionals: [.profile],
                flags: Self.sessionFlags + [.server, .json],
                examples: [
                    Example("See where the credentials of `work` come from.", "credtool plan work"),
                    Example(
                        "See whether a role can be had for four hours.",
                        "credtool plan work --role deploy --duration 4h"),
                    Example(
                        "Pick the ARN of the last role out.",
                        "credtool plan work --json | jq -r '.steps[-1].roleArn'"),
                ],
                otherNames: ["explain", "why", "trace", "dry-run", "inspect"])
        case .whoami:
            CommandDefinition(
                line: "show who AWS says you are",
                text: """
                    Asks AWS whose session it is that `credtool exec` would use with the same \
                    flags, and tells it in AWS's own kinds: root user, IAM user, assumed role, \
                    permission set of IAM Identity Center, federated user or instance profile; \
                    with the account, its alias, the partition and the time left.

                    An IAM user is shown with its groups, its MFA devices and the age of its \
                    keys, an assumed role with the session's name and what it was assumed from. \
                    What the session may not ask is left out.

                    \(Self.profileText) `credtool help exec` tells where its credentials come from.
                    """,
                positionals: [.profile],
                flags: Self.sessionFlags + [.json],
                examples: [
                    Example("See who `work` is.", "credtool whoami work"),
                    Example(
                        "Find out the account's number, for a script.",
                        "credtool whoami work --json | jq -r .accountId"),
                ],
                otherNames: ["id", "who", "identity", "caller"])
        case .serve:
            CommandDefinition(
                line: "serve sessions to programs that run long",
                text: """
                    Serves the sessions of each PROFILE to programs of this user until it is \
                    ended, as the agent of ECS serves them to containers, and renews them before \
                    they end. Each profile has a path of its own. The variables by which SDKs \
                    find it are printed: AWS_CONTAINER_CREDENTIALS_FULL_URI for each profile, and \
                    AWS_CONTAINER_AUTHORIZATION_TOKEN.

                    The first sessions are obtained before anything is printed, so that \
                    questions come at once. For one program alone, `credtool exec --server` does \
                    the same. A session that is forgotten meanwhile, as by `credtool clear`, is \
                    dropped here too; who asks next gets a new one.

                    Refused, and told on standard error, are programs of other users, requests \
                    that are meant for another host, that a web page sends, or that have no token.
                    """,
                positionals: [.profiles],
                flags: [
                    .listen, .container, .imds, .install, .duration, .region, .mfaPrompt, .minTTL,
                    .reason,
                ],
                examples: [
                    Example("Serve two profiles.", "credtool serve work prod"),
                    Example(
                        "Serve one to containers.", "credtool serve --container work"),
                    Example(
                        "Be the metadata service of an EC2 instance, at a port that stays.",
                        "credtool serve --imds --listen 9911 work"),
                    Example(
                        "Start it when a program asks.", "credtool serve --install work prod"),
                ],
                otherNames: ["server", "daemon", "ecs-server", "ec2-server", "imds"])
        case .sign:
            CommandDefinition(
                line: "sign any request to AWS: headers, curl, URL, answer",
                text: """
                    Signs a request with Signature Version 4, for any service of AWS, with the \
                    session that `credtool exec` would use with the same flags. METHOD is that of \
                    HTTP; what no URL can hold is percent-encoded in URL.

                    Prints the header fields that make it a signed request: one a line, as \
                    `curl --header @-` reads them. `--curl` prints a whole command, `--presign` a \
                    URL that carries the signature, and `--send` makes the request.

                    The service and the region are those of the host: \
                    `sqs.eu-west-1.amazonaws.com`, `BUCKET.s3.eu-west-1.amazonaws.com`, and \
                    likewise for API Gateway, function URLs of Lambda, OpenSearch and VPC \
                    endpoints. `--service` and `--region` name them for other hosts. For S3, the \
                    path is signed as S3 wants it, and the body's hash goes along.

                    What is printed holds no secret key, but is a secret all the same: whoever has \
                    it can make this one request, within five minutes (fifteen at S3), and with a \
                    presigned URL until that ends. The session token in it is worth nothing \
                    without the secret key.

                    \(Self.profileText)
                    """,
                positionals: [.method, .url, .profile],
                flags: [.service, .header, .data, .presign, .expires, .curl, .send]
                    + Self.sessionFlags,
                examples: [
                    Example(
                        "Call an API behind API Gateway.",
                        """
                        credtool sign GET \\
                            https://abc123.execute-api.eu-west-1.amazonaws.com/prod/items \\
                            work --send
                        """),
                    Example(
                        "Let somebody fetch an object for a day.",
                        """
                        credtool sign GET \\
                            https://my-bucket.s3.eu-west-1.amazonaws.com/report.pdf \\
                            work --presign --expires 24h
                        """),
                    Example(
                        "Let curl upload a large file, whose hash is not computed.",
                        """
                        url=https://my-bucket.s3.eu-west-1.amazonaws.com/big.iso
                        credtool sign PUT "$url" work \\
                            --header 'X-Amz-Content-Sha256: UNSIGNED-PAYLOAD' |
                            curl --upload-file big.iso --header @- "$url"
                        """),
                ],
                otherNames: ["sigv4", "curl", "presign", "request", "signature"])
        case .scan:
            CommandDefinition(
                line: "find AWS keys in plain in files and git history",
                text: """
                    Looks for AWS keys that stand in plain below each PATH, or in the home and the \
                    AWS config files without PATH: in `~/.aws`, histories of shells, dotfiles, `.env` \
                    files and all others. Each is shown with its place and with what to do, its \
                    secret but for four characters left out. The exit code is 1 where there is one. \
                    Nobody is asked, nothing is written, and no network is used.

                    A key is a secret of 40 random characters near an access key ID (AKIA... or \
                    ASIA...), or behind a name such as `aws_secret_access_key`. An ID alone is no \
                    secret, and not told. The account is read from the ID, which tells it since 2019 \
                    or so. Keys of sessions (ASIA...) are told apart; one beside which stands that it \
                    has ended is left out, and so are the examples of AWS's manuals.

                    Of git repositories every object is read by git, packed or not, in a commit or in \
                    none: what was once committed is still there, and with all who have a copy. Of a \
                    linked worktree and a submodule that is the repository they belong to, wherever it \
                    is; and links are followed that stand in place of git's own files.

                    Other links are not followed, but for PATH itself, and no other file system is entered \
                    that is mounted below PATH, such as `/proc`. Only files are read, no devices, \
                    sockets or pipes; of those larger than 16 MiB only texts. Archives and other \
                    compressed or encrypted files are not opened. What could not be read is counted \
                    on standard error.
                    """,
                positionals: [.paths],
                flags: [.json],
                examples: [
                    Example("Look through the home.", "credtool scan"),
                    Example(
                        "Look through a project, with its git history.", "credtool scan ~/src/app"),
                    Example(
                        "List the IDs of the keys that were found.",
                        "credtool scan --json | jq -r '.findings[].accessKeyId | values'"),
                ],
                otherNames: ["find", "search", "leaks", "detect"])
        case .log:
            CommandDefinition(
                line: "show who used which profile for what",
                text: """
                    Shows what was done with profiles: who used which profile and role, by which \
                    command and for which program; the sessions that were made and how long they \
                    live; what was refused and why; who signed in and out where; what was done with \
                    stored keys: stored, rotated, moved, backed up, removed, locked, unlocked; and \
                    what was forgotten by `credtool_forget_on`. The oldest comes first, and times \
                    are in UTC.

                    The arguments of a program are logged only where the profile has \
                    `credtool_log_arguments = true`, and secrets never.

                    The log is `$XDG_STATE_HOME/credtool/log.jsonl`, a JSON object on each line, \
                    which its owner alone can read. A file of 4 MiB is put aside as `log.jsonl.1` when \
                    the next session is made, in place of the one before. Where systemd's journal \
                    runs, it is told the same, except of uses whose session was in the cache: \
                    `journalctl -t credtool`. A log that cannot be written stops nothing; with \
                    `--verbose`, the command that should have says so.
                    """,
                flags: [.follow, .profile, .json],
                examples: [
                    Example("See what `prod` was used for.", "credtool log --profile prod"),
                    Example("Watch what is used.", "credtool log --follow"),
                    Example(
                        "Count the programs that sessions went to.",
                        "credtool log --json | jq -r .program | sort | uniq -c"),
                ],
                otherNames: ["audit", "history", "journal", "logs"])
        case .clear:
            CommandDefinition(
                line: "forget cached sessions",
                text: """
                    Forgets the cached sessions of PROFILE, or all of them without PROFILE. The \
                    stored keys stay.

                    Programs that were given a session before keep it: AWS honours it until it \
                    expires.
                    """,
                positionals: [.profile],
                examples: [
                    Example("Forget the sessions of `work`.", "credtool clear work"),
                    Example("Forget all sessions.", "credtool clear"),
                ],
                otherNames: ["flush"])
        case .vault:
            CommandDefinition(
                line: "back up, restore and move keys, change a passphrase",
                text: """
                    Looks after the stored keys as a whole. ACTION is one of:

                    - `backup FILE`: writes every stored key, and every certificate with its key, to \
                    FILE, sealed under a passphrase that is asked for twice. FILE is read back and \
                    compared before it takes its place; one that is there already is replaced only \
                    after a yes, or with `--force`.
                    - `restore FILE`: stores what FILE holds, after a table of what will be done. \
                    Where a profile has another key, that one stays, unless there is `--force`. \
                    What is stored is read back and compared.
                    - `passphrase`: changes the passphrase of the file vault, after the present one. \
                    The vault is under the old passphrase or the new one, at whatever point this \
                    ends.
                    - `move --to NAME [PROFILE...]`: moves the keys and certificates of these \
                    profiles, or all, to that vault. Each is read back there before the old one goes.

                    A backup has the format of the file vault: profiles, key IDs and dates can be \
                    read without the passphrase, the secrets cannot, and no byte can be changed \
                    unnoticed. It holds neither sessions nor sign-ins, which end or are renewed: who \
                    restores it signs in again; nor the AWS config files.
                    """,
                positionals: [.action(Action.ofVault), .ofAction],
                flags: [.to, .vault, .dryRun, .force],
                examples: [
                    Example("Back up all keys.", "credtool vault backup keys.credtool"),
                    Example(
                        "See what restoring would do.",
                        "credtool vault restore keys.credtool --dry-run"),
                    Example(
                        "Move one key out of the keyring.",
                        "credtool vault move --to file work"),
                ],
                otherNames: ["backup", "restore", "move", "passphrase", "passwd"])
        case .unlock:
            CommandDefinition(
                line: "unlock the keyring, or hold the file vault's key",
                text: """
                    Unlocks GNOME's keyring where no desktop asks for its password: over SSH, on \
                    a server, in a container. The password is asked for on the terminal, without \
                    echo, or read with `--stdin`, and is sent to the keyring encrypted. It is \
                    most often the one of the login.

                    Where no session bus runs, one is started in XDG_RUNTIME_DIR: by `systemd \
                    --user` where that runs, which ends it after the last logout, else as a process \
                    that stays until it is ended. The bus starts the keyring's daemon. Where there \
                    is no keyring, the first one is made, with a new password that is asked for \
                    twice. A keyring that is unlocked already is left as it is.

                    Every command that needs a stored key offers the same where it meets a locked \
                    keyring: on its terminal, where there is no display on which the keyring could \
                    ask. Without a terminal it fails at once.

                    The keyring stays unlocked until it is locked on the desktop or with `credtool \
                    lock`, or the session bus ends.

                    With `--vault file` or `--for`, and where there is no Secret Service but a file \
                    vault, the passphrase of the file vault is asked for instead, once: its key \
                    rests in the kernel keyring for the time of `--for`.
                    """,
                flags: [.vault, .holdFor, .stdin],
                examples: [
                    Example("Unlock the keyring over SSH.", "credtool unlock"),
                    Example(
                        "Unlock it with a password that another program keeps.",
                        "pass show login | credtool unlock --stdin"),
                    Example(
                        "Use the file vault for a working day without its passphrase.",
                        "credtool unlock --for 8h"),
                ],
                otherNames: ["open", "unseal"])
        case .lock:
            CommandDefinition(
                line: "lock the keyring, forget the file vault's key",
                text: """
                    Locks the default keyring of the Secret Service, for every program that uses it, \
                    and forgets the key of the file vault that the kernel keyring holds. From then \
                    on a stored key is used only after the keyring's password, or the file vault's \
                    passphrase.

                    Sessions that are cached stay, and serve until they expire; with `--sessions` \
                    they are forgotten, too. Programs that were given one before keep it.
                    """,
                flags: [.sessions],
                examples: [
                    Example("Lock what holds the keys.", "credtool lock"),
                    Example("Forget the sessions as well.", "credtool lock --sessions"),
                ],
                otherNames: ["seal", "close"])
        case .doctor:
            CommandDefinition(
                line: "look for what is wrong, and say how to mend it",
                text: """
                    Looks at everything that credtool depends on, and says what is wrong, what is worth \
                    knowing, and what is fine; below each fault stands what to type next:

                    - the session bus and the Secret Service: which program it is, whether its default \
                    collection is there and unlocked; the kernel keyring and its quota;
                    - the AWS config files: lines out of the grammar, profiles that go round in a \
                    circle or cannot be used, sections that AWS skips, misspelt settings with the \
                    nearest that is known, settings that nothing uses, keys in plain;
                    - variables that come before what the profiles say, keys in the environment, \
                    libraries that are loaded into every program (LD_PRELOAD);
                    - files that other users may change, or keys that they may read;
                    - the addresses that the profiles ask: whether they answer, the proxy on the way, \
                    the certificates, and this machine's clock against AWS's;
                    - the index of stored keys against the vaults; sign-ins, certificates and records \
                    that are over or that no profile names.

                    Nobody is asked for anything, no keyring is unlocked, no secret is shown, and AWS \
                    is sent no credentials. Each look has a limit of its own, so that nothing that \
                    hangs keeps the others from ending; offline, it says so and goes on.

                    The exit code is 1 where something is wrong. What is only worth knowing, as that \
                    this machine has no keyring and no key needs one, leaves it at 0.

                    `--json` has `findings`, each with `severity` (`problem`, `note` or `ok`), `area`, \
                    `place` where there is one, `message`, `hints`, `isFixable`, and with `--fix` \
                    `fixed`: what was done; and the number of `problems` that are left.
                    """,
                flags: [.json, .fix],
                examples: [
                    Example("Look for what is wrong.", "credtool doctor"),
                    Example("Mend what can be mended safely.", "credtool doctor --fix"),
                    Example(
                        "Show the problems alone, for a script.",
                        """
                        credtool doctor --json | jq -r '.findings[]
                            | select(.severity == "problem").message'
                        """),
                ],
                otherNames: ["check", "diagnose", "verify"])
        case .version:
            CommandDefinition(
                line: "print the version",
                text: "Prints the version of credtool.")
        case .help:
            CommandDefinition(
                line: "explain credtool or one of its commands",
                text: """
                    Explains COMMAND, or credtool as a whole without COMMAND; the same as \
                    `credtool COMMAND --help`. The short form `-h` shows a line for each flag.
                    """,
                positionals: [.topic],
                examples: [Example("Explain `credtool exec`.", "credtool help exec")])
        case .complete:
            CommandDefinition(
                line: "print names for the completion scripts",
                text: "Prints the names of a kind, one a line, without touching the keyring.",
                positionals: [.names])
        case .watch:
            CommandDefinition(
                line: "wait for occasions on which sessions are forgotten",
                text: "Is started by credtool itself, where `credtool_forget_on` asks for it.")
        }
    }
}
