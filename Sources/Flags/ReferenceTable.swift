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

    private static let session: [Command] = [.exec, .export]
    private static let network: [Command] = [.add, .exec, .export]
    private static let config: [Command] = [.add, .list, .exec, .export]
    private static let vault: [Command] = [.add, .list, .remove, .exec, .export]

    static let environment = [
        ReferenceEntry(
            "CREDTOOL_VAULT", "The vault that new keys go to: `secret-service` or `file`.",
            [.add, .list]),
        ReferenceEntry(
            "CREDTOOL_FILE_PASSPHRASE",
            "The passphrase of the file vault, instead of asking on the terminal.",
            [.add, .remove, .exec, .export]),
        ReferenceEntry(
            "AWS_PROFILE", "The profile to use where the command line names none.", session),
        ReferenceEntry(
            "AWS_CONFIG_FILE", "The AWS config file, instead of `~/.aws/config`.", config),
        ReferenceEntry(
            "AWS_SHARED_CREDENTIALS_FILE",
            "The AWS credentials file, instead of `~/.aws/credentials`.", config),
        ReferenceEntry(
            "AWS_REGION", "The region where `--region` names none; it comes before the profile's.",
            network),
        ReferenceEntry(
            "AWS_ENDPOINT_URL_STS", "The URL to ask instead of the region's own STS.", network),
        ReferenceEntry(
            "AWS_ENDPOINT_URL", "The same where AWS_ENDPOINT_URL_STS is not set.", network),
        ReferenceEntry("HTTPS_PROXY", "The proxy for calls to AWS.", network),
        ReferenceEntry("NO_PROXY", "Hosts that are reached without the proxy.", network),
        ReferenceEntry(
            "AWS_CA_BUNDLE", "A file of certificates to trust instead of the system's.", network),
        ReferenceEntry("SHELL", "The shell that runs where no COMMAND is given.", [.exec]),
        ReferenceEntry("NO_COLOR", "Where set and not empty, nothing is printed in colour."),
    ]

    static let files = [
        ReferenceEntry(
            "~/.aws/config",
            """
            Profiles: `role_arn`, `source_profile`, `mfa_serial`, `region`, `duration_seconds`, \
            `external_id`, `role_session_name`.
            """, config),
        ReferenceEntry(
            "~/.aws/credentials", "More settings of profiles; read, never written.", config),
        ReferenceEntry(
            "$XDG_DATA_HOME/credtool/",
            """
            An index of what the vaults hold, without secrets, and the encrypted file vault \
            where it is in use. XDG_DATA_HOME defaults to `~/.local/share`.
            """, vault + [.clear]),
    ]

    static let exitCodes = [
        ReferenceEntry("0", "All went well.", Command.shown.filter { $0 != .exec }),
        ReferenceEntry(
            "1", "The command failed; standard error says why.",
            Command.shown.filter { $0 != .exec }),
        ReferenceEntry(
            "2", "The command line was not understood.", Command.shown.filter { $0 != .exec }),
        ReferenceEntry("125", "credtool failed before COMMAND was started.", [.exec]),
        ReferenceEntry("126", "COMMAND was found but can't be executed.", [.exec]),
        ReferenceEntry("127", "COMMAND was not found.", [.exec]),
        ReferenceEntry("any other", "COMMAND's own.", [.exec]),
    ]

    /// The date of the man pages: that of the last change to what they say.
    static let date = "2026-11-20"
}
