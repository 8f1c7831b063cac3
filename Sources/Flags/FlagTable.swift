// The table of flags: what each is and does. Help, man pages and completions are made of it.

extension Flag {
    /// The commands that take it, the hidden ones left out.
    var commands: [Command] { Command.shown.filter { $0.takes(self) } }

    /// Its entry in the table. A few read otherwise in one command than in the others.
    /// - Parameter command: Nil for credtool as a whole.
    func definition(in command: Command?) -> FlagDefinition {
        switch (self, command) {

        // MARK: Sessions: exec, export, plan, whoami

        case (.role, _):
            FlagDefinition(
                short: "r", value: FlagValue(name: "ROLE", kind: .text(.roles)),
                line: "assume a role: an ARN, a profile, or a role name",
                text: """
                    Assumes ROLE and uses its session. ROLE is one of:

                    - an ARN, `arn:aws:iam::111122223333:role/deploy`;
                    - the name of a profile that has a `role_arn`, whose settings then count;
                    - a bare role name, with its path if it has one (`ci/deploy`), in the key's \
                    own account.

                    Where PROFILE has a role of its own, that one is assumed first and ROLE from \
                    it; AWS allows such a chained session one hour at most.
                    """)
        case (.duration, .console):
            FlagDefinition(
                short: "d", value: FlagValue(name: "DURATION", kind: .duration),
                line: "how long the console stays open: 45m, 8h",
                text: """
                    How long the console stays open: `45m`, `1h30m`, or a number of seconds; 15 \
                    minutes at least. For a role that was assumed with a key, or with a token or a \
                    SAML response, it is 12 hours at most, whatever the role's sessions may last. \
                    For any other session it is how long that lasts, in the same bounds as for \
                    `credtool exec`.
                    """)
        case (.duration, _):
            FlagDefinition(
                short: "d", value: FlagValue(name: "DURATION", kind: .duration),
                line: "how long the session lasts: 45m, 1h30m, 900",
                text: """
                    How long the session lasts: `45m`, `1h30m`, or a number of seconds; 15 minutes \
                    at least. AWS gives a role session at most what the role allows, which is 12 \
                    hours or less, a role assumed from another role one hour, a session without \
                    a role or of a federated user 36 hours, and a root session 15 minutes.

                    The default of a role session is AWS_ASSUME_ROLE_TTL, then the profile's \
                    `duration_seconds`, else an hour; that of a session without a role is \
                    AWS_SESSION_TOKEN_TTL, else an hour, or twelve hours when it is made with an \
                    MFA code. A role asked for longer than an hour cannot share an MFA session, \
                    so it needs a code of its own.
                    """)
        case (.region, .add):
            FlagDefinition(
                value: Self.regionValue, line: "write this region to the AWS config file",
                text: """
                    Writes `region = REGION` to the profile's section of the AWS config file, \
                    where everything else stays as it is, to the byte. The key is checked in \
                    that region too.
                    """)
        case (.region, .sign):
            FlagDefinition(
                value: Self.regionValue, line: "the AWS region to sign for",
                text: """
                    Signs for this region, and asks for the session there. The default is what the \
                    host of URL tells, then AWS_REGION, then the profile's `region`.
                    """)
        case (.region, _):
            FlagDefinition(
                value: Self.regionValue, line: "the AWS region to ask and to pass on",
                text: """
                    The AWS region that credtool asks for the session and that the session's \
                    environment names. The default is AWS_REGION, then the profile's `region`; \
                    where none is known, no region is passed on, and us-east-1 is asked, or in \
                    other partitions what stands for it there.
                    """)
        case (.mfaSerial, .add):
            FlagDefinition(
                value: Self.serialValue, line: "write this MFA device to the AWS config file",
                text: """
                    Writes `mfa_serial = SERIAL` to the profile's section of the AWS config \
                    file, where everything else stays as it is, to the byte. SERIAL is the ARN \
                    of a virtual device or the serial number of a hardware one.
                    """,
                excludes: [.noConfig])
        case (.mfaSerial, _):
            FlagDefinition(
                value: Self.serialValue, line: "the MFA device, instead of the profile's",
                text: """
                    Makes the session with a code of this MFA device: the ARN of a virtual \
                    device or the serial number of a hardware one. The default is \
                    AWS_MFA_SERIAL, then the profile's `mfa_serial`.
                    """)
        case (.mfaToken, _):
            FlagDefinition(
                short: "t", value: FlagValue(name: "CODE", kind: .code),
                line: "the MFA device's six digits, instead of asking",
                text: """
                    Takes CODE, the six digits that the MFA device shows, instead of asking for \
                    them. It is used only where a code is needed. AWS takes no code twice.
                    """)
        case (.mfaPrompt, _):
            FlagDefinition(
                value: FlagValue(
                    name: "METHOD",
                    kind: .choice([
                        Choice("tty", "a line on the terminal"),
                        Choice("pinentry", "the dialog of GnuPG"),
                        Choice("zenity", "the dialog of GNOME"),
                        Choice("kdialog", "the dialog of KDE"),
                        Choice("ykman", "no question: a YubiKey makes the code"),
                        Choice("process", "no question: the command `mfa_process` prints it"),
                    ])),
                line: "how to get MFA codes: tty, pinentry, ykman, ...",
                text: """
                    Gets MFA codes in this way. The default is CREDTOOL_MFA_PROMPT, then the \
                    profile's `mfa_prompt`, then its `mfa_process`; else the terminal, and where \
                    there is none, the first dialog that can be shown.
                    """)
        case (.externalID, _):
            FlagDefinition(
                value: FlagValue(name: "ID", kind: .text(nil)),
                line: "the external ID that the role asks for",
                text: """
                    Sends this external ID when assuming the role; some roles of other accounts \
                    ask for one. The default is the profile's `external_id`. Needs a role.
                    """)
        case (.sessionName, _):
            FlagDefinition(
                value: FlagValue(name: "NAME", kind: .text(nil)),
                line: "the role session's name, which AWS logs",
                text: """
                    Names the role session: 2 to 64 letters, digits and `_=,.@+-`. The name is \
                    part of the session's ARN and stands in AWS's logs. The default is \
                    AWS_ROLE_SESSION_NAME, then the profile's `role_session_name`, else \
                    user@host. Needs a role.
                    """)
        case (.sourceIdentity, _):
            FlagDefinition(
                value: FlagValue(name: "NAME", kind: .text(nil)),
                line: "who is behind the role session, for AWS's logs",
                text: """
                    Sets the source identity: 2 to 64 letters, digits and `_=,.@+-`. AWS's logs \
                    name it beside whatever the session does, through every role that is assumed \
                    from it, and none of these can change it. The default is AWS_SOURCE_IDENTITY, \
                    then the profile's `source_identity`. Needs a role, whose trust policy must \
                    allow sts:SetSourceIdentity; one that is had with a token or a SAML response \
                    takes none.
                    """)
        case (.sessionTags, _):
            FlagDefinition(
                value: FlagValue(name: "TAGS", kind: .text(nil)),
                line: "tags of the role session: Team=Blue,Stage=Test",
                text: """
                    Tags the session: `Team=Blue,Stage=Test`, 50 tags at most. A value can hold \
                    further equals signs, but no comma. Policies can refer to the tags as \
                    `aws:PrincipalTag`. The default is AWS_SESSION_TAGS, then the profile's \
                    `session_tags`. Needs a role whose trust policy allows sts:TagSession, or \
                    `--federation-token`.
                    """)
        case (.transitiveTags, _):
            FlagDefinition(
                value: FlagValue(name: "KEYS", kind: .text(nil)),
                line: "tags that roles assumed from it keep: Team,Stage",
                text: """
                    Passes the session tags with these keys, `Team,Stage`, on to every role that \
                    is assumed from the session; the other tags end with it. The default is \
                    AWS_TRANSITIVE_TAGS, then the profile's `transitive_session_tags`. Needs a \
                    role.
                    """)
        case (.policy, _):
            FlagDefinition(
                value: FlagValue(name: "POLICY", kind: .text(nil), mayBeFile: true),
                line: "session policy: a JSON document, or its file",
                text: """
                    Limits the session to what this policy allows too: a JSON document, which \
                    begins with `{`, or else the path of a file with one; 2048 characters at \
                    most. It never adds to what the role may do. The default is the profile's \
                    `policy`. Needs a role, or `--federation-token`, whose sessions may do \
                    next to nothing without a policy.
                    """)
        case (.policyARNs, _):
            FlagDefinition(
                value: FlagValue(name: "ARNS", kind: .text(nil)),
                line: "session policies: ARNs with commas between",
                text: """
                    Limits the session to what these managed policies allow too: ten ARNs at \
                    most, with commas between. Beside `--policy`, what either of them allows \
                    counts. The default is the profile's `policy_arns`. Needs a role, or \
                    `--federation-token`.
                    """)
        case (.readOnly, _):
            FlagDefinition(
                line: "take the power to change things away",
                text: """
                    Limits the session to what AWS's managed policy ReadOnlyAccess allows too, \
                    so that it can change nothing, whatever the role may do. That policy reads \
                    data as well, such as the objects in S3. Needs a role, or \
                    `--federation-token`.
                    """,
                // The policies of a session add up: another one would give back what this takes.
                excludes: [.policy, .policyARNs])
        case (.reason, _):
            FlagDefinition(
                value: FlagValue(name: "TEXT", kind: .text(nil)),
                line: "why the profile is used, for the logs",
                text: """
                    Why the profile is used: `TICKET-123`. A role's session has it as its source \
                    identity or, where it has one already, as the tag `Reason`; so does the log, \
                    alone where the role is had with a token or a SAML response. \
                    Profiles with `credtool_reason = required` are used with a reason only: without \
                    this flag it is asked for.
                    """)
        case (.federationToken, _):
            FlagDefinition(
                value: FlagValue(name: "NAME", kind: .text(nil)),
                line: "a federated user's session, by this name",
                text: """
                    Uses a session of GetFederationToken, made from PROFILE's long-term key for \
                    a federated user of this name: 2 to 32 letters, digits and `_=,.@+-`. It \
                    may do what both the key's user and the policies of `--policy`, \
                    `--policy-arns` or `--read-only` allow; without any of these, next to \
                    nothing. It is made without an MFA code, and can call neither IAM nor, but \
                    for GetCallerIdentity, STS.

                    The session lasts an hour where neither `--duration` nor \
                    AWS_FEDERATION_TOKEN_TTL says otherwise.
                    """,
                excludes: [
                    .role, .rootOf, .mfaSerial, .externalID, .sessionName, .sourceIdentity,
                    .transitiveTags,
                ])
        case (.rootOf, _):
            FlagDefinition(
                value: FlagValue(name: "ACCOUNT", kind: .text(nil)),
                line: "a root session of this member account",
                text: """
                    Uses a session of AssumeRoot: the root user of a member account of the \
                    organization, by its twelve digits, for the one task that `--task-policy` \
                    names. PROFILE, with its role if it has one, must belong to the \
                    organization's management account or its delegated administrator for IAM, \
                    and central root access must be turned on there. Such a session lasts 15 \
                    minutes, or less with `--duration`.
                    """,
                // These would limit the role before it, not the root session.
                excludes: [.policy, .policyARNs, .readOnly])
        case (.taskPolicy, _):
            FlagDefinition(
                value: FlagValue(
                    name: "TASK",
                    kind: .choice([
                        Choice("IAMAuditRootUserCredentials", "see which credentials it has"),
                        Choice("IAMCreateRootUserPassword", "let its password be set anew"),
                        Choice("IAMDeleteRootUserCredentials", "delete its credentials"),
                        Choice("S3UnlockBucketPolicy", "undo a bucket policy that locks all out"),
                        Choice("SQSUnlockQueuePolicy", "undo a queue policy that locks all out"),
                    ])),
                line: "what the root session is for: see --help",
                text: """
                    Limits the root session to this task. Needs `--root-of`, which in turn \
                    needs this.
                    """)
        case (.noSession, _):
            FlagDefinition(
                short: "n", line: "use the key itself, without GetSessionToken",
                text: """
                    Uses the key itself, without a session of GetSessionToken. A role is then \
                    assumed with the key directly. Without a role the long-term key is handed \
                    out: it does not expire, so prefer a role. This is needed for the IAM calls \
                    that AWS denies to such sessions.
                    """)
        case (.minTTL, _):
            FlagDefinition(
                value: FlagValue(name: "DURATION", kind: .duration),
                line: "least time that a cached session must have left",
                text: """
                    Uses a cached session only if it lasts this much longer, and gets a new one \
                    otherwise: `50m` is good before a long operation. The default is \
                    AWS_MIN_TTL, else `5m`, and `16m` for `credtool export --format process`, \
                    since the SDKs ask for new credentials up to 15 minutes before the old ones \
                    expire; with sessions that do not last 4 minutes longer than this, it is at most \
                    a third of their life. An expired session is never used.
                    """)
        case (.fresh, .console):
            FlagDefinition(
                line: "sign the browser out first",
                text: """
                    Ends what the browser is signed in to the console as before it is signed in \
                    anew, where AWS would ask for that. The session comes from the cache all the \
                    same.
                    """)
        case (.fresh, _):
            FlagDefinition(
                line: "get a new session in place of the cached one",
                text: """
                    Gets a new session and caches it in place of the old one. The MFA session \
                    behind a role's session is kept, so that no new code is asked for.
                    """)
        case (.server, _):
            FlagDefinition(
                line: "keep the session fresh while COMMAND runs",
                text: """
                    Gives COMMAND no keys, but the address of an endpoint on 127.0.0.1 that has \
                    them: AWS_CONTAINER_CREDENTIALS_FULL_URI, with a token of its own for each \
                    run in AWS_CONTAINER_AUTHORIZATION_TOKEN. SDKs ask there by themselves, again \
                    and again, and find a session that does not end: it is renewed beforehand, so \
                    that COMMAND may run for days.

                    A renewal that needs a person asks on the terminal when COMMAND is not \
                    reading it, else in a dialog; where neither can be, a notice on the desktop \
                    and on standard error says so. The session in hand is served for as long as \
                    it lives, and the renewal is tried again.
                    """,
                excludes: [.noSession])
        case (.listen, _):
            FlagDefinition(
                value: FlagValue(name: "PLACE", kind: .text(nil), mayBeFile: true),
                line: "where to listen: a port, an address, a path",
                text: """
                    Listens at PLACE: a port of 127.0.0.1, an IPv4 address and a port, or the path \
                    of a Unix socket, which this user's programs alone can reach. Without it, any \
                    free port of 127.0.0.1 is taken. An address that other machines reach has to be \
                    named in full; nothing is encrypted on the way there.
                    """)
        case (.container, .serve):
            FlagDefinition(
                line: "also print how podman and docker reach it",
                text: """
                    Also prints the arguments with which a container of podman or docker reaches the \
                    server, each behind a `#`: it shares this machine's network, and its program \
                    runs as this user. The variables are named there without their values, so \
                    that the token stands in no list of processes.
                    """,
                excludes: [.imds, .install])
        case (.imds, _):
            FlagDefinition(
                line: "serve as the metadata service of an EC2 instance",
                text: """
                    Serves one PROFILE as the metadata service of an EC2 instance does, version 2 \
                    alone: a token comes first, and proxies are refused. Programs find it by \
                    AWS_EC2_METADATA_SERVICE_ENDPOINT, and need no secret: the check whose \
                    programs ask is all there is.
                    """)
        case (.install, _):
            FlagDefinition(
                line: "write systemd units that start it when asked",
                text: """
                    Serves nothing, but writes the units credtool-serve.socket and \
                    credtool-serve.service for the systemd of this user, and prints the variables by \
                    which programs reach them. The socket's unit makes the token, in the runtime \
                    directory. Port 9911 is taken unless --listen names another place.
                    """)
        case (.format, _):
            FlagDefinition(
                value: FlagValue(
                    name: "FORMAT",
                    kind: .choice([
                        Choice("shell", "export lines for sh, bash and zsh"),
                        Choice("fish", "set lines for fish"),
                        Choice("powershell", "$Env: lines for PowerShell"),
                        Choice("dotenv", "NAME=value lines for .env files"),
                        Choice("docker", "a file for docker run --env-file"),
                        Choice("systemd", "a file for a unit's EnvironmentFile="),
                        Choice("github", "masks, and variables for the steps of a job"),
                        Choice("json", "an object of the variables"),
                        Choice("process", "what a credential_process prints"),
                        Choice("ini", "a section of an AWS credentials file"),
                    ])),
                line: "for whom to print: shell, fish, dotenv, json, ...",
                text: """
                    Prints the credentials for this reader; the default is `shell`. With `github`, \
                    what is printed has the runner mask the secrets in its log, and the variables \
                    are then appended to the file that GITHUB_ENV names, for the steps that follow.
                    """)
        case (.unset, _):
            FlagDefinition(
                line: "print what undoes it: no credentials",
                text: """
                    Prints what takes the variables away again that were set by what is printed \
                    without this, the settings of the profile included where they are as they \
                    were. Env files empty them, which AWS's programs take for the same. Nothing is \
                    asked for, and PROFILE does not matter. The formats `json`, `process` and `ini` \
                    set no variables.
                    """)
        case (.showSecrets, _):
            FlagDefinition(
                line: "print secrets to a terminal too",
                text: """
                    Prints to a terminal too, where everybody can read it who looks over your \
                    shoulder or scrolls back.
                    """)

        // MARK: add

        case (.env, _):
            FlagDefinition(
                line: "take the key from the environment",
                text: """
                    Takes the key from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead of \
                    asking for it.
                    """,
                excludes: [.stdin, .fromFile])
        case (.stdin, .unlock):
            FlagDefinition(
                line: "read the password from standard input",
                text: """
                    Reads the password from standard input instead of asking for it; the end of \
                    its line does not belong to it. Where there is no keyring yet, one is made \
                    with it. For the file vault, it is the passphrase.
                    """)
        case (.stdin, _):
            FlagDefinition(
                line: "read the key from standard input",
                text: """
                    Reads the key from standard input instead of asking for it: two lines, the \
                    key ID and the secret, the file accessKeys.csv of the AWS console, or the JSON \
                    that `aws iam create-access-key` or a `credential_process` prints.

                    Such a key may exist nowhere else. One that AWS does not know yet is asked \
                    about for up to 30 seconds, and is then stored with a note, as after any other \
                    answer but the one that the secret is wrong.
                    """,
                excludes: [.fromFile])
        case (.fromFile, _):
            FlagDefinition(
                line: "take the key that stands in the AWS files",
                text: """
                    Takes the key that stands in plain text in PROFILE's section of the AWS \
                    credentials file, or else of the config file. It is left there: the lines to \
                    delete are named at the end.
                    """)
        case (.from, _):
            FlagDefinition(
                value: FlagValue(
                    name: "SOURCE",
                    kind: .choice([
                        Choice("files", "the AWS files, where keys stand in plain"),
                        Choice("aws-vault", "aws-vault's keyring, or its sealed files"),
                        Choice("envchain", "envchain's namespaces with an AWS key"),
                    ])),
                line: "where the keys are: files, aws-vault or envchain",
                text: """
                    Takes the keys from here: `files`, which is the default, are the AWS \
                    credentials file and the config file. `aws-vault` is its collection in the \
                    Secret Service and its sealed files; sessions and tokens are left out. Of \
                    `envchain`, each namespace with an AWS key is a profile.
                    """,
                excludes: [.csv])
        case (.csv, _):
            FlagDefinition(
                value: FlagValue(name: "FILE", kind: .text(nil), mayBeFile: true),
                line: "take the key from the console's CSV file",
                text: """
                    Takes the key from the file that the AWS console hands out, such as \
                    `alice_accessKeys.csv`, and stores it as PROFILE: without one as AWS_PROFILE, \
                    else as `default`.
                    """)
        case (.remove, _):
            FlagDefinition(
                line: "remove the keys there without asking",
                text: """
                    Takes each key away where it was found, without asking, once the vault has \
                    given it back. Of the AWS files, only the lines of the key go; every other \
                    byte stays. The file of `--csv` is deleted.
                    """)
        case (.endpointURL, _):
            FlagDefinition(
                value: FlagValue(name: "URL", kind: .text(nil)),
                line: "for keys of other makers: their endpoint",
                text: """
                    Takes a key of another maker, such as MinIO, LocalStack or Ceph, whatever its \
                    form: writes `endpoint_url = URL` to the profile's section of the AWS config \
                    file, and checks the key there. Where that endpoint does not say whose the \
                    key is, it is stored with a note. An ID that begins with AKIA must have the \
                    form of AWS's all the same.
                    """)
        case (.certificate, _):
            FlagDefinition(
                value: FlagValue(name: "FILE", kind: .text(nil), mayBeFile: true),
                line: "store a certificate and its key instead",
                text: """
                    Stores the certificate in FILE and its private key: PEM or DER, or a PKCS#12 \
                    file with both. PEM may have the key in it, and the certificates between it \
                    and the trust anchor. Where the key is encrypted, its passphrase is asked for \
                    on the terminal; in the vault it is protected by the vault alone.
                    """,
                excludes: [.env, .stdin, .mfaSerial, .region])
        case (.privateKey, _):
            FlagDefinition(
                value: FlagValue(name: "FILE", kind: .text(nil), mayBeFile: true),
                line: "the private key of --certificate",
                text: """
                    Takes the private key of `--certificate` from FILE: PEM of PKCS#1, SEC1 or \
                    PKCS#8, encrypted or not. The default is the certificate's own file.
                    """)
        case (.certificateChain, _):
            FlagDefinition(
                value: FlagValue(name: "FILE", kind: .text(nil), mayBeFile: true),
                line: "what leads from it to the trust anchor",
                text: """
                    Takes the certificates between that of `--certificate` and the trust anchor \
                    from FILE, in PEM. The default is what stands in the certificate's own file.
                    """)
        case (.vault, .unlock):
            FlagDefinition(
                value: Self.vaultValue, line: "what to unlock: secret-service or file",
                text: """
                    Unlocks this vault. The default is the keyring; the file vault with `--for`, and \
                    where there is a file vault and no Secret Service.
                    """)
        case (.vault, .vault):
            FlagDefinition(
                value: Self.vaultValue, line: "where to restore to: secret-service or file",
                text: """
                    Has `restore` store the keys in this vault. The default is CREDTOOL_VAULT; else \
                    the Secret Service if it answers, else the file vault.
                    """)
        case (.to, _):
            FlagDefinition(
                value: Self.vaultValue, line: "where to move keys: secret-service or file",
                text: "Has `move` move the keys to this vault.")
        case (.holdFor, _):
            FlagDefinition(
                value: FlagValue(name: "DURATION", kind: .duration),
                line: "how long to hold the file vault's key: 8h",
                text: """
                    How long the key of the file vault is held: `45m`, `8h`, or a number of seconds; \
                    8 hours where it is not given. Otherwise the key rests for 15 minutes after the \
                    passphrase was typed.
                    """)
        case (.sessions, _):
            FlagDefinition(
                line: "forget the cached sessions, too",
                text: "Forgets all cached sessions, as `credtool clear` does.")
        case (.vault, _):
            FlagDefinition(
                value: Self.vaultValue,
                line: "where to store the key: secret-service or file",
                text: """
                    Stores the key in this vault. The default is CREDTOOL_VAULT; else the Secret \
                    Service if it answers, else the file vault.
                    """)
        case (.noConfig, _):
            FlagDefinition(
                line: "leave the AWS config file alone",
                text: """
                    Leaves the AWS config file as it is. With `--region` or `--endpoint-url` \
                    beside it, these only serve to check the key.
                    """)
        case (.noVerify, _):
            FlagDefinition(
                line: "store the key without asking AWS",
                text: """
                    Stores the key without asking AWS whose it is. Keys of other makers are taken \
                    too, whatever their form.
                    """)
        case (.allowRoot, _):
            FlagDefinition(
                line: "store even the key of the account's root user",
                text: """
                    Stores the key even if it belongs to the account's root user. Such a key can \
                    do everything, up to closing the account; an IAM user with just the \
                    permissions it needs is the better way.
                    """)
        case (.force, .vault):
            FlagDefinition(
                line: "replace the file, or stored keys",
                text: """
                    Has `backup` replace FILE without asking, and `restore` replace the other keys \
                    that profiles have.
                    """)
        case (.force, .sso):
            FlagDefinition(
                line: "write without asking",
                text: "Writes what `sync` has shown without asking first.")
        case (.force, .remove):
            FlagDefinition(
                line: "delete without asking",
                text: "Deletes the key without asking first.")
        case (.force, .importKeys):
            FlagDefinition(
                line: "replace stored keys of the same names",
                text: """
                    Replaces the stored key of a profile by the one that is found. Without it, a \
                    profile that has another key is left out.
                    """)
        case (.force, _):
            FlagDefinition(
                line: "replace a stored key without asking",
                text: "Replaces a stored key of the same name without asking first.")

        // MARK: IAM Identity Center

        case (.sso, _):
            FlagDefinition(
                value: FlagValue(name: "URL", kind: .text(nil)),
                line: "a role of this access portal, without a profile",
                text: """
                    Takes the role that `--role` names, in the account that `--account` names, of \
                    IAM Identity Center: URL is the address of its access portal. No \
                    profile is needed. Where the address does not tell the region of Identity \
                    Center, `--region` or AWS_REGION does.
                    """)
        case (.session, _):
            FlagDefinition(
                value: FlagValue(name: "NAME", kind: .text(nil)),
                line: "the sso-session section to ask with",
                text: """
                    Asks with the sign-in of the `sso-session` section of this name. It is needed \
                    where the AWS config files name several sign-ins and PROFILE names none.
                    """)
        case (.prefix, _):
            FlagDefinition(
                value: FlagValue(name: "PREFIX", kind: .text(nil)),
                line: "what the names of profiles begin with",
                text: "Puts PREFIX before the name of each profile that `sync` writes.")
        case (.template, _):
            FlagDefinition(
                value: FlagValue(name: "TEMPLATE", kind: .text(nil)),
                line: "how to name profiles: {account_name}-{role_name}",
                text: """
                    Names the profiles that `sync` writes: `{account_name}`, `{account_id}` and \
                    `{role_name}` are filled in, and a dash stands for what no name can have. The \
                    default is `{account_name}-{role_name}`.
                    """)
        case (.prune, _):
            FlagDefinition(
                line: "take profiles out whose role is gone",
                text: "Takes the profiles out of the block whose role you have no more.")
        case (.dryRun, .vault):
            FlagDefinition(
                line: "show what restore would do, and do nothing",
                text: "Shows the table of what `restore` would do, and stores nothing.")
        case (.dryRun, .importKeys):
            FlagDefinition(
                line: "show what would be done, and change nothing",
                text: "Shows the table of what would be done, and changes nothing.")
        case (.dryRun, _):
            FlagDefinition(
                line: "show the difference, and change nothing",
                text: "Shows what `sync` would change, and changes nothing.")
        case (.account, .sso):
            FlagDefinition(
                value: FlagValue(name: "ACCOUNT", kind: .text(nil)),
                line: "the roles of this account alone",
                text: "Lists the roles of this account, by its twelve digits, and of no other.")
        case (.account, _):
            FlagDefinition(
                value: FlagValue(name: "ACCOUNT", kind: .text(nil)),
                line: "the account of the role, beside --sso",
                text: "The twelve digits of the account that `--sso` takes the role of.")

        // MARK: SAML

        case (.samlFile, _):
            FlagDefinition(
                value: FlagValue(name: "FILE", kind: .text(nil)),
                line: "take the SAML response from a file, - for stdin",
                text: """
                    Takes the SAML response from FILE, in base64 as the identity provider posts \
                    it; `-` is standard input. It stands in the place of what the profile says, \
                    and needs no profile.
                    """,
                excludes: [.samlProcess])
        case (.samlProcess, _):
            FlagDefinition(
                value: FlagValue(name: "COMMAND", kind: .text(nil)),
                line: "a command that prints the SAML response",
                text: """
                    Takes the SAML response from what COMMAND prints, in base64. A shell runs it, \
                    and it may ask on the terminal. It stands in the place of what the profile \
                    says, and needs no profile.
                    """)
        case (.samlProvider, _):
            FlagDefinition(
                value: FlagValue(name: "ARN", kind: .text(nil)),
                line: "the SAML identity provider in IAM",
                text: """
                    Leaves only the roles that the SAML response offers by this identity provider \
                    of IAM.
                    """)
        case (.samlRole, _):
            FlagDefinition(
                value: FlagValue(name: "ROLE", kind: .text(nil)),
                line: "the role of the SAML response",
                text: """
                    Chooses the role of the SAML response, by its ARN or its name. `--role` does \
                    the same where this is not given; beside it, `--role` names a further role \
                    that is assumed from there.
                    """)

        // MARK: login, logout

        case (.device, let command):
            FlagDefinition(
                line: "sign in with a code, in a browser anywhere",
                text: """
                    Shows an address and a code, to be opened in a browser on any device. That is \
                    the way by itself over SSH, in containers, and where there is no browser.
                    """,
                excludes: command == .sso ? [.noBrowser] : [.noBrowser, .remote])
        case (.remote, _):
            FlagDefinition(
                line: "sign in with a browser on another machine",
                text: """
                    The same as --device, by the name that `aws login` has for it. The console \
                    gives no code to compare: its page shows a text, which is to be pasted here.
                    """,
                excludes: [.noBrowser])
        case (.console, _):
            FlagDefinition(
                line: "sign in at the console, and write that to PROFILE",
                text: """
                    Signs in with what opens the AWS console: as an IAM user, as the root user, or \
                    as a role through a company's own sign-in. Then writes who it was to PROFILE's \
                    section of the AWS config file, as `login_session`, where everything else \
                    stays as it is; with --region the region, too. No access key is needed. Users \
                    of IAM Identity Center sign in there.
                    """,
                excludes: [.sso, .account, .role])
        case (.noBrowser, _):
            FlagDefinition(
                line: "show the address instead of opening it",
                text: "Shows the address that a browser on this machine is to open.")
        case (.timeout, _):
            FlagDefinition(
                value: FlagValue(name: "DURATION", kind: .duration),
                line: "how long to wait for the sign-in: 5m, 300",
                text: """
                    How long to wait until somebody has signed in; 10 minutes where it is not \
                    given. AWS's own codes work for 10 minutes or so.
                    """)
        case (.all, .setupProcess):
            FlagDefinition(
                line: "for every profile that has credentials",
                text: """
                    Does it for every profile of the AWS config files and the vaults that has \
                    credentials; why others are left out is told.
                    """)
        case (.undo, _):
            FlagDefinition(
                line: "take the profiles out again",
                text: "Takes out again what was written for PROFILE, or with `--all` all of it.")
        case (.all, .rotate):
            FlagDefinition(
                line: "every stored key",
                text: """
                    Rotates every stored key, or those that `--older-than` chooses. Where one \
                    cannot be rotated the others are all the same, and the exit code is 1.
                    """)
        case (.olderThan, _):
            FlagDefinition(
                value: FlagValue(name: "AGE", kind: .age),
                line: "leave keys alone that are younger: 90d",
                text: """
                    Rotates only what AWS made longer ago than AGE: `90d`, or a duration like \
                    `12h`. What an earlier run left unfinished is finished all the same.
                    """)
        case (.all, .each):
            FlagDefinition(
                line: "every profile that can give credentials",
                text: """
                    Chooses every profile and every stored key. Profiles that have no credentials, \
                    as those that only others include, are left out, as are those that draw from \
                    another one by `credtool setup-process`, here and by patterns.
                    """,
                excludes: [.profiles, .tag])
        case (.all, _):
            FlagDefinition(
                line: "end every sign-in",
                text: """
                    Ends every sign-in, those that the AWS config files do not name included, and \
                    forgets all sessions.
                    """)

        // MARK: console

        case (.service, .console):
            FlagDefinition(
                value: FlagValue(name: "SERVICE", kind: .text(nil)),
                line: "where to begin: ec2, s3, or a console address",
                text: """
                    Opens the page of this service, by the name that it has in the console or in \
                    the AWS CLI: `ec2`, `s3`, `logs`; or a page of the console by its address, \
                    which begins with `https://`.
                    """)
        case (.print, _):
            FlagDefinition(
                line: "print the address instead of opening it",
                text: """
                    Prints the address, and opens nothing. For 15 minutes it signs in whoever has \
                    it.
                    """,
                excludes: [.browser, .container])
        case (.browser, _):
            FlagDefinition(
                value: FlagValue(name: "COMMAND", kind: .text(nil)),
                line: "the browser to open it with",
                text: """
                    Opens it with this command, in which `%s` stands for the address; without that \
                    it comes last. The default is BROWSER, else the desktop's own browser.
                    """)
        case (.container, _):
            FlagDefinition(
                value: FlagValue(name: "NAME", kind: .text(nil)),
                line: "a Firefox container, or a Chromium profile",
                text: """
                    Opens it in the container NAME of Firefox, which takes the extension Granted, or \
                    in the profile NAME of Chromium and its relatives: each has cookies of its own, so \
                    that several accounts are open at once. It is made where there is none, with \
                    a colour that follows from the name of PROFILE.
                    """)
        case (.portal, _):
            FlagDefinition(
                line: "by the access portal's own link",
                text: """
                    Opens a role of IAM Identity Center by the link that the access portal has for \
                    it. No session is made: who is not signed in there in that browser signs in \
                    first.
                    """,
                excludes: [.fresh, .duration])
        case (.switchRole, _):
            FlagDefinition(
                line: "print the link that switches to the role",
                text: """
                    Prints the link by which somebody who is signed in to the console switches to \
                    the role of PROFILE or `--role`. It holds no secret, and AWS is not asked.
                    """,
                excludes: [.portal, .print, .browser, .container, .service, .fresh, .duration])

        // MARK: each

        case (.profiles, _):
            FlagDefinition(
                value: FlagValue(name: "GLOBS", kind: .text(.profiles)),
                line: "profiles by their names: prod-*,dev",
                text: """
                    Chooses the profiles whose whole names fit one of these patterns, with commas \
                    between: `*` stands for any text, `?` for one character, and upper and lower \
                    case are the same. Each pattern has to fit a name.
                    """)
        case (.tag, _):
            FlagDefinition(
                value: FlagValue(name: "TAGS", kind: .text(nil)),
                line: "profiles by session_tags: Team=Blue,Stage=*",
                text: """
                    Chooses the profiles whose `session_tags` have all of these, with commas \
                    between; `*` and `?` in a value stand for other characters. With `--profiles` \
                    beside it, a profile has to fit both.
                    """)
        case (.regions, _):
            FlagDefinition(
                value: FlagValue(name: "REGIONS", kind: .text(.regions)),
                line: "run it in each of these: eu-west-1,us-east-1",
                text: """
                    Runs COMMAND once in each of these regions, with commas between, in the place \
                    of a profile's own. All of them are served by one session.
                    """)
        case (.jobs, _):
            FlagDefinition(
                short: "j", value: FlagValue(name: "N", kind: .number(1...256)),
                line: "how many run at the same time",
                text: """
                    Runs up to N commands at the same time, and obtains as many sessions. Where it \
                    is not given, that is four for each processor, 32 at most.
                    """)
        case (.failFast, _):
            FlagDefinition(
                line: "start no more after the first failure",
                text: """
                    Starts no more commands after the first failure. Those that run then go on to \
                    their end.
                    """)
        case (.keepOrder, _):
            FlagDefinition(
                short: "k", line: "show the output in the order of the profiles",
                text: """
                    Shows the output of each command as a whole, in the order of the profiles and \
                    regions, and not as it comes. A command that writes much before its turn waits.
                    """)

        // MARK: sign

        case (.service, _):
            FlagDefinition(
                value: FlagValue(name: "SERVICE", kind: .text(nil)),
                line: "the service to sign for: s3, execute-api, ...",
                text: """
                    Signs for this service, by the name that it has in signatures, such as \
                    `execute-api`, `es`, `ses`. The default is what the host of URL tells. It is \
                    needed for hosts of your own, such as those of an API with its own domain.
                    """)
        case (.header, _):
            FlagDefinition(
                value: FlagValue(name: "FIELD", kind: .text(nil)),
                line: "a header field: 'Content-Type: text/plain'",
                text: """
                    Signs this header field too, `NAME: VALUE`, and sends it with the request. May \
                    stand several times. `Host` takes the place of that of URL, for tunnels. \
                    `X-Amz-Content-Sha256` takes the place of the body's hash: with \
                    `UNSIGNED-PAYLOAD`, S3 takes any body, over https.
                    """)
        case (.data, _):
            FlagDefinition(
                value: FlagValue(name: "DATA", kind: .text(nil)),
                line: "the body; @FILE reads it, @- from stdin",
                text: """
                    Signs this body. `@FILE` reads it from FILE, `@-` from standard input: what \
                    stands on the command line itself, other users of this machine can read. A \
                    POST without a Content-Type gets that of forms, as with curl.
                    """)
        case (.presign, _):
            FlagDefinition(
                line: "print a URL that carries the signature",
                text: """
                    Prints a presigned URL, which makes the request for whoever has it: no \
                    credentials are needed. It works as long as `--expires` says, and never \
                    longer than the session lives. At S3, any body may go with it.
                    """,
                excludes: [.curl, .send])
        case (.expires, _):
            FlagDefinition(
                value: FlagValue(name: "DURATION", kind: .duration),
                line: "how long the presigned URL works: 15m, 1h",
                text: """
                    How long the presigned URL works: an hour where it is not given, and 7 days, \
                    `168h`, at most.
                    """)
        case (.curl, _):
            FlagDefinition(
                line: "print a command for curl",
                text: """
                    Prints a command that makes the request with curl, to be pasted into a shell \
                    or piped into `sh`. The signature and the session token go to curl through a \
                    pipe, not on its command line, where other users could read them.
                    """,
                excludes: [.send])
        case (.send, _):
            FlagDefinition(
                line: "make the request, and print the answer",
                text: """
                    Makes the request, and prints the body of the answer; of HEAD the header \
                    fields. The exit code is 1 where the status is not 200 to 299. Redirects are \
                    not followed, and nothing is tried twice.
                    """)

        // MARK: list, plan, whoami

        case (.follow, _):
            FlagDefinition(
                short: "f",
                line: "go on with what is logged from now on",
                text: """
                    Shows the last ten lines, and then each new one as it is logged, until it is \
                    ended.
                    """)
        case (.profile, _):
            FlagDefinition(
                short: "p", value: FlagValue(name: "PROFILE", kind: .text(.profiles)),
                line: "only what concerns this profile",
                text: "Shows only what concerns PROFILE.")
        case (.json, .log):
            FlagDefinition(
                line: "print the log's JSON lines",
                text: """
                    Prints the lines of the log, a JSON object each. All have `time` \
                    (in UTC), `event`, `user` and `command`, where known also `profile`, `role`, \
                    `account`, `program`, `arguments`, `cached`, `until`, `subject`, `reason` \
                    and `error`. An event is `used`, `session`, `refused`, `signed-in`, \
                    `signed-out`, `keys` or `forgotten`.
                    """)
        case (.json, .each):
            FlagDefinition(
                line: "print a JSON object in a line for each run",
                text: """
                    Prints a line for each run, with a JSON object: `profile`, `region` (null where \
                    none is known), `code` as a shell tells it, and `output`, what COMMAND wrote to \
                    standard output; where it was not run, `code` is 125 and `error` says why. \
                    Of an output of more than 16 MiB the beginning is told, with `truncated`. What \
                    COMMAND writes to standard error goes there.
                    """)
        case (.json, .scan):
            FlagDefinition(
                line: "print JSON",
                text: """
                    Prints one JSON object, for scripts. In its `findings`, each has `kind` (`key`, \
                    `session` or `secret`), `path`, `accessKeyId` and `accountId` where they are \
                    known, `secret` masked, `next`, `more` (places in the same file or repository \
                    that hold the same secret), and `line`, or else `object` and `objectPath` in \
                    git. `files`, `bytes` and `repositories` say how much was read, `leftOut` how \
                    much was not.
                    """)
        case (.json, _):
            FlagDefinition(
                line: "print JSON",
                text: "Prints JSON, for scripts.")

        // MARK: doctor

        case (.fix, _):
            FlagDefinition(
                line: "mend what can be mended safely",
                text: """
                    Mends what takes no decision and loses nothing: other users' right to change your \
                    files, or to read the ones with keys, is taken away; a lost or outdated index of \
                    stored keys is made anew from the vaults; records that are over are forgotten. \
                    The config files are never edited.
                    """)

        // MARK: every command

        case (.verbose, _):
            FlagDefinition(
                short: "v", line: "say what is done and why",
                text: "Says on standard error what is done and why. No secret is ever said.")
        case (.help, _):
            FlagDefinition(
                short: "h", line: "show help: -h in short, --help at length",
                text: """
                    Shows help: `-h` a line for each flag, `--help` all there is, through a pager \
                    on a terminal.
                    """)
        case (.version, _):
            FlagDefinition(
                line: "print the version",
                text: "Prints the version of credtool.")
        }
    }

    private static let vaultValue = FlagValue(
        name: "NAME",
        kind: .choice([
            Choice("secret-service", "the desktop keyring, such as GNOME's"),
            Choice("file", "an encrypted file, for machines without a keyring"),
        ]))
    private static let regionValue = FlagValue(name: "REGION", kind: .text(.regions))
    private static let serialValue = FlagValue(name: "SERIAL", kind: .text(nil))
}
