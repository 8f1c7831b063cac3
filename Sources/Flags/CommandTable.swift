// The table of commands: what each takes and does. Help, man pages and completions are made of it.

extension Command {
    /// The flags that make a session: those of every command that gets one.
    private static let sessionFlags: [Flag] = [
        .role, .duration, .region, .mfaSerial, .mfaToken, .externalID, .sessionName, .noSession,
        .minTTL, .fresh,
    ]

    /// Its own flags and the global ones.
    var allFlags: [Flag] { definition.flags + Flag.global }

    /// What PROFILE falls back to, where a session is made.
    private static let profileText = """
        PROFILE is a profile of the AWS config files, a key added with `credtool add`, or both. \
        Without it, AWS_PROFILE names the profile, else `default` is taken; where there is no such \
        thing as `default` anywhere, the only stored key is.
        """

    private static let sessionText = """
        Without a role, the session comes from GetSessionToken and lasts an hour, or twelve hours \
        when it is made with an MFA code. With a role, from `--role` or from the profile's \
        `role_arn`, the session is that role's and lasts an hour. Sessions rest in the kernel \
        keyring, in memory, and are used again until they are about to expire. An MFA session \
        serves every role behind the same key and device, so that one code does for all.
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
                    echo; `--env` and `--stdin` take them from elsewhere. They are never taken \
                    from the command line, where other users could read them.

                    The key is checked with GetCallerIdentity before it is stored. A key that AWS \
                    refuses is not stored unless `--no-verify` is given; one that could not be \
                    checked within three seconds is stored, with a note. A root user's key is \
                    refused unless `--allow-root` is given, and a temporary one (ASIA...) always.

                    A stored key of the same name is replaced only after a yes on the terminal \
                    or with `--force`, and every session made from it is forgotten.
                    """,
                positionals: [.profile],
                flags: [
                    .env, .stdin, .vault, .mfaSerial, .region, .noConfig, .noVerify, .allowRoot,
                    .force,
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
                ],
                otherNames: ["login", "set", "new", "store", "configure"])
        case .list:
            CommandDefinition(
                line: "show profiles, stored keys and live sessions",
                text: """
                    Shows every profile of the AWS config files and every stored key: the kind \
                    of each (key, role, ...), the key ID in part, the vault that holds it, and \
                    the live sessions with the time they have left.

                    The keyring is neither opened nor unlocked for this, and no secret is shown.
                    """,
                flags: [.json],
                examples: [
                    Example("Show everything.", "credtool list"),
                    Example("Show it to a program.", "credtool list --json | jq ."),
                ],
                otherNames: ["ls", "show", "profiles", "status"])
        case .remove:
            CommandDefinition(
                line: "delete a stored key and its sessions",
                text: """
                    Deletes the key stored as PROFILE and every session made from it, after a \
                    yes on the terminal or with `--force`.

                    The AWS config files are left as they are, and the key itself stays valid: \
                    to make it worthless, delete it in IAM too.
                    """,
                positionals: [.requiredProfile],
                flags: [.force],
                examples: [Example("Delete the key stored as `work`.", "credtool remove work")],
                otherNames: ["rm", "delete", "del", "forget"])
        case .exec:
            CommandDefinition(
                line: "run a command with temporary credentials",
                text: """
                    Runs COMMAND with the credentials of a session in its environment. Without \
                    COMMAND, runs the shell that SHELL names.

                    \(Self.profileText) The second word that is no flag begins COMMAND, and from \
                    there on every word is COMMAND's own; so is every word after `--`.

                    \(Self.sessionText)

                    COMMAND takes credtool's place (execve): nothing stays behind that could \
                    swallow a signal. It gets AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, \
                    AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION, AWS_REGION and \
                    AWS_DEFAULT_REGION where the region is known, and the profile's name as \
                    CREDTOOL_PROFILE and AWS_VAULT. Every other variable that AWS programs take \
                    credentials from is removed, AWS_PROFILE included.
                    """,
                positionals: [.profile, .commandLine],
                flags: Self.sessionFlags,
                examples: [
                    Example("Run one command.", "credtool exec work aws s3 ls"),
                    Example(
                        "Run it as a role in the key's own account, for half an hour.",
                        "credtool exec work --role deploy --duration 30m -- terraform apply"),
                    Example(
                        "Start a shell with the credentials of the default profile.",
                        "credtool exec"),
                ],
                otherNames: ["run", "shell", "session"])
        case .export:
            CommandDefinition(
                line: "print temporary credentials for shells and programs",
                text: """
                    Prints the credentials of the session that `credtool exec` would use with the \
                    same flags, quoted right for the reader that `--format` names.

                    \(Self.profileText)

                    \(Self.sessionText)

                    What is printed is secret. Prefer `credtool exec`, which shows it to one \
                    command only.
                    """,
                positionals: [.profile],
                flags: Self.sessionFlags + [.format],
                examples: [
                    Example(
                        "Give the shell at hand the credentials.",
                        #"eval "$(credtool export work)""#),
                    Example("The same in fish.", "credtool export work --format fish | source"),
                    Example(
                        """
                        Let every AWS program get its credentials from credtool, by a profile of \
                        another name in `~/.aws/config`.
                        """,
                        """
                        [profile work-auto]
                        credential_process = credtool export work --format process
                        """),
                ])
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
                otherNames: ["logout", "lock", "flush"])
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
                positionals: [.names],
                isHidden: true)
        }
    }
}
