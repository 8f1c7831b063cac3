// The tables of environment variables, files and exit codes, and what help says of credtool as a whole.

/// An environment variable, a file or an exit code, and what it means.
struct ReferenceEntry: Sendable {
    let name: String
    let text: String
    /// The commands that it concerns.
    let commands: [Command]

    init(_ name: String, _ text: String, _ commands: [Command] = Command.shown) {
        self.name = name
        self.text = text
        self.commands = commands
    }
}

/// What is to be said besides commands and flags.
enum Reference {
    static let line = "keep AWS keys in the keyring, hand out short-lived sessions"

    static let text = """
        credtool keeps long-term AWS access keys in the desktop keyring, turns them into \
        short-lived sessions, and hands those to the programs that need them.

        Without a command, credtool shows the short help, and ends with 0.

        `credtool add` stores a key, `credtool exec` runs any program with a session made from \
        it. Sessions are cached in the kernel keyring, in memory: they are shared between \
        terminals, expire by themselves and are never written to disk in plain.
        """

    static let examples = [
        Example("Store a key as `work`.", "credtool add work"),
        Example("Run a command with a session made from it.", "credtool exec work aws s3 ls"),
        Example(
            "Run a command as a role.", "credtool exec work --role deploy -- terraform apply"),
    ]

    private static let session: [Command] = [
        .exec, .each, .export, .serve, .console, .use, .plan, .whoami, .sign,
    ]
    private static let endpoints: [Command] = [.add, .importKeys, .rotate] + session
    private static let network: [Command] = [
        .add, .importKeys, .rotate, .exec, .each, .export, .serve, .console, .use, .whoami, .sign,
    ]
    private static let config: [Command] =
        [.add, .importKeys, .list, .rotate, .setupProcess, .scan, .doctor] + session
    private static let vault: [Command] =
        [.add, .importKeys, .list, .rotate, .remove, .setupProcess] + session

    static let environment =
        ofCredtool + ofProfiles + ofSources + ofCalls + [
            ReferenceEntry(
                "BROWSER",
                """
                The browser: commands with a colon between them, in which `%s` stands for the \
                address, else it comes last.
                """, [.login, .console]),
            ReferenceEntry("SHELL", "The shell that runs where no COMMAND is given.", [.exec]),
            ReferenceEntry(
                "GITHUB_ENV",
                "The file that `--format github` appends to; the runner of GitHub Actions sets it.",
                [.export]),
            ReferenceEntry(
                "CREDTOOL_PROMPT",
                "What the functions of `credtool shell-init` put before the prompt.", [.shellInit]),
            ReferenceEntry("NO_COLOR", "Where set and not empty, nothing is printed in colour."),
            ReferenceEntry(
                "TERM", "With `dumb`, nothing is printed in colour, and help without a pager."),
            ReferenceEntry(
                "PAGER",
                """
                What shows the long help on a terminal, instead of `less`; `cat` or an empty value \
                for none.
                """, [.help]),
        ]

    private static let ofCredtool = [
        ReferenceEntry(
            "CREDTOOL_VAULT", "The vault that new keys go to: `secret-service` or `file`.",
            [.add, .importKeys, .list, .vault]),
        ReferenceEntry(
            "CREDTOOL_FILE_PASSPHRASE",
            "The passphrase of the file vault, instead of asking on the terminal.",
            [.add, .importKeys, .rotate, .remove, .vault, .unlock]
                + session.filter { $0 != .plan }),
        ReferenceEntry(
            "CREDTOOL_NEW_FILE_PASSPHRASE",
            "The new passphrase for `credtool vault passphrase`, instead of asking.", [.vault]),
        ReferenceEntry(
            "CREDTOOL_BACKUP_PASSPHRASE",
            "The passphrase of a backup, instead of asking on the terminal.", [.vault]),
        ReferenceEntry(
            "AWS_VAULT_FILE_PASSPHRASE",
            "The passphrase of aws-vault's files, instead of asking on the terminal.",
            [.importKeys]),
        ReferenceEntry(
            "AWS_VAULT_BACKEND",
            "Where aws-vault keeps its keys: `secret-service` or `file`; both where it is not set.",
            [.importKeys]),
        ReferenceEntry(
            "AWS_VAULT_FILE_DIR",
            "The directory of aws-vault's files, instead of `~/.awsvault/keys`.", [.importKeys]),
        ReferenceEntry(
            "AWS_VAULT_SECRET_SERVICE_COLLECTION_NAME",
            "The keyring collection of aws-vault, instead of `awsvault`.", [.importKeys]),
        ReferenceEntry(
            "CREDTOOL_MFA_PROMPT",
            "How to get MFA codes, as `--mfa-prompt` says it, in place of `mfa_prompt`.",
            session + [.rotate]),
        ReferenceEntry(
            "CREDTOOL_PICKER",
            """
            What shows the list to choose a profile from: `fzf`, or any other program that reads \
            lines and prints one of them, with its flags; `list` for a numbered list.
            """, [.exec, .login]),
        ReferenceEntry(
            "PINENTRY_PROGRAM", "The program for the method `pinentry`, instead of `pinentry`.",
            session),
        ReferenceEntry(
            "YKMAN_OATH_CREDENTIAL_NAME",
            "The account on the YubiKey for the method `ykman`, instead of the MFA device's serial.",
            session),
        ReferenceEntry(
            "YKMAN_OATH_DEVICE_SERIAL",
            "The serial number of the YubiKey, where more than one is plugged in.", session),
    ]

    /// What stands in place of a profile's settings.
    private static let ofProfiles = [
        ReferenceEntry(
            "AWS_PROFILE", "The profile to use where the command line names none.",
            session + [.rotate]),
        ReferenceEntry(
            "AWS_DEFAULT_PROFILE", "The same where AWS_PROFILE is not set.", session + [.rotate]),
        ReferenceEntry(
            "AWS_CONFIG_FILE", "The AWS config file, instead of `~/.aws/config`.", config),
        ReferenceEntry(
            "AWS_SHARED_CREDENTIALS_FILE",
            "The AWS credentials file, instead of `~/.aws/credentials`.", config),
        ReferenceEntry(
            "AWS_REGION", "The region where `--region` names none; it comes before the profile's.",
            endpoints),
        ReferenceEntry(
            "AWS_DEFAULT_REGION", "The same where AWS_REGION is not set.", endpoints),
        ReferenceEntry(
            "AWS_ROLE_ARN",
            """
            The role to assume, in place of `role_arn`; beside AWS_WEB_IDENTITY_TOKEN_FILE, the \
            role that the token is traded for, and no other.
            """, session),
        ReferenceEntry(
            "AWS_ROLE_SESSION_NAME", "The role session's name, in place of `role_session_name`.",
            session),
        ReferenceEntry(
            "AWS_MFA_SERIAL", "The MFA device, in place of `mfa_serial`.", session + [.rotate]),
        ReferenceEntry(
            "AWS_SOURCE_IDENTITY", "The source identity, in place of `source_identity`.", session),
        ReferenceEntry(
            "AWS_SESSION_TAGS", "The session's tags, in place of `session_tags`.", session),
        ReferenceEntry(
            "AWS_TRANSITIVE_TAGS",
            "The keys of the tags that are passed on, in place of `transitive_session_tags`.",
            session),
        ReferenceEntry(
            "AWS_ASSUME_ROLE_TTL",
            "How long a role session lasts, such as `45m`, in place of `duration_seconds`.",
            session),
        ReferenceEntry(
            "AWS_SESSION_TOKEN_TTL", "How long a session of GetSessionToken lasts.", session),
        ReferenceEntry(
            "AWS_CHAINED_SESSION_TOKEN_TTL",
            "The same where roles are assumed from it: how long one MFA code does.", session),
        ReferenceEntry(
            "AWS_FEDERATION_TOKEN_TTL", "How long a session of `--federation-token` lasts.",
            session),
        ReferenceEntry(
            "AWS_MIN_TTL", "The least time left, where `--min-ttl` does not say.", session),
    ]

    /// Where credentials come from.
    private static let ofSources = [
        ReferenceEntry(
            "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN",
            """
            The credentials to use where no profile is named, or where the profile says \
            `credential_source = Environment`. Inside another `credtool exec` they are that one's \
            session.
            """, session),
        ReferenceEntry(
            "CREDTOOL_PROFILE, CREDTOOL_ROLE, CREDTOOL_SESSION",
            """
            Set beside those by `credtool exec` and `credtool export`, for prompts and scripts: \
            the profile, and of a role's session the role's ARN, or its name at IAM Identity Center, \
            and the session's name. Where \
            CREDTOOL_PROFILE is set, AWS_REGION and AWS_DEFAULT_REGION belong to that session: \
            for another profile they count last.
            """, session),
        ReferenceEntry(
            "AWS_SECURITY_TOKEN", "The token beside them where AWS_SESSION_TOKEN is not set.",
            session),
        ReferenceEntry(
            "AWS_CREDENTIAL_EXPIRATION, AWS_ACCOUNT_ID",
            "When they end, such as `2027-01-15T08:00:00Z`, and the account they belong to.",
            session),
        ReferenceEntry(
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            """
            A file with a token to trade for the role in AWS_ROLE_ARN, where no profile is named.
            """, session),
        ReferenceEntry(
            "ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "Where a job of GitHub Actions gets its token, and what it shows for it.", session),
        ReferenceEntry(
            "GITLAB_OIDC_TOKEN, CIRCLE_OIDC_TOKEN_V2",
            "The token of a job of GitLab, and of CircleCI.", session),
        ReferenceEntry(
            "BITBUCKET_STEP_OIDC_TOKEN, TFC_WORKLOAD_IDENTITY_TOKEN",
            "The token of a job of Bitbucket, and of HCP Terraform.", session),
        ReferenceEntry(
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI",
            """
            Where a container gets credentials; the relative one comes first. They count for \
            `credential_source = EcsContainer`, and where no profile is named and `default` has no \
            credentials. What they give is cached, except where a token goes with it.
            """, session),
        ReferenceEntry(
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, AWS_CONTAINER_AUTHORIZATION_TOKEN",
            "What a container shows to get them; the file comes first.", session),
        ReferenceEntry(
            "AWS_EC2_METADATA_DISABLED",
            """
            With `true`, in any case of its letters, the EC2 instance is not asked for credentials. Else it is asked for \
            `credential_source = Ec2InstanceMetadata`, and where no profile is named, nothing else \
            gives credentials, and this is an EC2 instance or the service's URL or address is set.
            """, session),
        ReferenceEntry(
            "AWS_EC2_METADATA_V1_DISABLED",
            "With `true`, it is asked by version 2 of its metadata service only.", session),
        ReferenceEntry(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT", "The URL of that service.", session),
        ReferenceEntry(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            "Its standard address, `IPv4` or `IPv6`, where no URL is set.", session),
        ReferenceEntry(
            "AWS_METADATA_SERVICE_TIMEOUT, AWS_METADATA_SERVICE_NUM_ATTEMPTS",
            """
            How many seconds it has for an answer (default: 1), and how often it is asked for each \
            (default: three times, and once where nothing answers).
            """, session),
    ]

    /// How AWS is called.
    private static let ofCalls = [
        ReferenceEntry(
            "AWS_ENDPOINT_URL_STS", "The URL to ask instead of the region's own STS.", endpoints),
        ReferenceEntry(
            "AWS_ENDPOINT_URL_IAM", "The URL to ask instead of the partition's own IAM.",
            [.rotate, .whoami]),
        ReferenceEntry(
            "AWS_ENDPOINT_URL_ROLESANYWHERE",
            "The URL to ask instead of the trust anchor's region's own IAM Roles Anywhere.",
            session),
        ReferenceEntry(
            "AWS_ENDPOINT_URL", "The URL for each service that has no such variable of its own.",
            endpoints),
        ReferenceEntry(
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "With `true`, neither these variables nor the `endpoint_url` of the config count.",
            endpoints),
        ReferenceEntry(
            "AWS_STS_REGIONAL_ENDPOINTS",
            "With `legacy`, the oldest regions share the global STS, as they once did.", endpoints),
        ReferenceEntry(
            "AWS_USE_FIPS_ENDPOINT", "With `true`, endpoints validated to FIPS 140 are asked.",
            endpoints),
        ReferenceEntry(
            "AWS_USE_DUALSTACK_ENDPOINT", "With `true`, endpoints that have IPv6 too are asked.",
            endpoints),
        ReferenceEntry("HTTPS_PROXY", "The proxy for calls to AWS.", network),
        ReferenceEntry("NO_PROXY", "Hosts that are reached without the proxy.", network),
        ReferenceEntry(
            "AWS_CA_BUNDLE", "A file of certificates to trust instead of the system's.", network),
    ]

    static let files = [
        ReferenceEntry(
            "~/.aws/config",
            "Profiles, as the AWS CLI, the SDKs and aws-vault read them: `credtool-config(5)`.",
            config),
        ReferenceEntry(
            "~/.aws/credentials",
            "More settings of profiles, and keys in plain; read, never written.", config),
        ReferenceEntry(
            "$XDG_DATA_HOME/credtool/",
            """
            An index of what the vaults hold and a list of the profiles that were used, both \
            without secrets, and the encrypted file vault where it is in use: `credtool-security(7)`. XDG_DATA_HOME defaults to `~/.local/share`.
            """, vault + [.clear]),
        ReferenceEntry(
            "$XDG_STATE_HOME/credtool/log.jsonl",
            "The log, which `credtool log` shows. XDG_STATE_HOME defaults to `~/.local/state`.",
            network.filter { $0 != .add } + [.login, .logout, .log]),
    ]

    static let exitCodes = [
        ReferenceEntry("0", "All went well.", Command.shown.filter { $0 != .exec }),
        ReferenceEntry(
            "1", "The command failed; standard error says why.",
            Command.shown.filter { ![.exec, .plan, .scan, .doctor].contains($0) }),
        ReferenceEntry(
            "1", "`credtool scan` found a key, or failed; standard error says which.", [.scan]),
        ReferenceEntry(
            "1",
            "`credtool doctor` found that something is wrong, or failed; standard error says which.",
            [.doctor]),
        ReferenceEntry(
            "2", "The command line was not understood.", Command.shown.filter { $0 != .exec }),
        ReferenceEntry(
            "125",
            """
            `credtool exec` failed before COMMAND was started, or its own part of the command line \
            was not understood; `credtool plan` ends so where that `exec` would.
            """, [.exec, .plan]),
        ReferenceEntry("126", "COMMAND was found but can't be executed.", [.exec]),
        ReferenceEntry("127", "COMMAND was not found.", [.exec]),
        ReferenceEntry("any other", "COMMAND's own.", [.exec]),
    ]

    /// The date of the man pages: that of the last change to what they say.
    static let date = "2026-11-21"
}
