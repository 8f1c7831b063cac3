// What credtool(1) says of error messages that need more words than they have room for.

/// Error messages, and what to do.
enum Diagnostics {
    static let text = """
        Every error says what stood in the way, and most give a `hint:` with what to type next. \
        `-v` tells every step, and `credtool plan PROFILE` every value with the place that it came \
        from. A session that is cached already is handed out whatever state the keyring is in.
        """

    static let messages = ofKeyrings + ofProfiles + ofAWS

    private static let ofKeyrings = [
        ReferenceEntry(
            "the keyring is locked, and nothing here can ask for its password",
            """
            You came in over SSH or through automatic login, or locked it: unlock it on the \
            desktop.
            """),
        ReferenceEntry(
            "the keyring was not opened: the question was dismissed, or access denied",
            "Its prompt was closed. Try again, and answer it."),
        ReferenceEntry(
            "the vault has no key of profile ...",
            "The item was deleted in another program: `credtool add PROFILE`."),
        ReferenceEntry(
            "no keyring is running",
            """
            There is no Secret Service on the session bus. Install gnome-keyring and log in again, \
            or use the file vault: `credtool add PROFILE --vault file`.
            """),
        ReferenceEntry(
            "there is no D-Bus session bus, and so no keyring",
            """
            A bare SSH login, cron or a container. Run credtool in a desktop session or under \
            `dbus-run-session`, or use the file vault. A key that is in the keyring does not move \
            by itself: add it again.
            """),
    ]

    private static let ofProfiles = [
        ReferenceEntry(
            "there is no profile ...",
            """
            `credtool list` shows the names. The profile comes first, then the command: \
            `credtool exec PROFILE -- COMMAND`.
            """),
        ReferenceEntry(
            "nobody is signed in at ...",
            """
            The profile's credentials need somebody to sign in, and there was neither a terminal nor \
            a desktop to ask on: `credtool login PROFILE`, over SSH too. Scripts then go on until \
            AWS ends the sign-in.
            """),
        ReferenceEntry(
            "the key of profile ... stands in plain text",
            "`credtool add PROFILE` stores it in the vault; then take it out of the file."),
        ReferenceEntry(
            "there is no program ..., the command ended with code ...",
            """
            A `credential_process` is run without a shell. Name the program by its whole path; \
            where it needs a pipe or `~`, write `sh -c "..."`. The other commands that are \
            settings are run by `/bin/sh`; its code 127 says that it found no such program.
            """),
        ReferenceEntry(
            "the command runs itself again through credtool, without end",
            """
            Give the profile with `credential_process = credtool export NAME ...` another name \
            than NAME.
            """),
        ReferenceEntry(
            "there is no terminal to ask on, and no dialog can be shown",
            """
            Set `mfa_prompt` or `mfa_process`, or run `credtool exec` once in a terminal: the \
            session is then used everywhere.
            """),
    ]

    private static let ofAWS = [
        ReferenceEntry(
            "that code ... was used already", "Wait for the next one; AWS takes each once."),
        ReferenceEntry(
            "role ... was not assumed by ...",
            """
            AWS says AccessDenied, too, when the role does not exist. Look at the name and the account, then \
            at the trust policy, which may want an external ID or MFA. `credtool plan PROFILE` says \
            which caller and which ARN it is. Service-linked roles and those of IAM Identity Center \
            can't be assumed by people.

            Where AWS speaks of MaxSessionDuration, the role's own maximum is shorter; \
            `--duration 1h` always fits.
            """),
        ReferenceEntry(
            "no session for ...",
            """
            With AccessDenied, the user may not call GetSessionToken as it is: use a role, or \
            `--no-session`. Where a program then hears InvalidClientTokenId of IAM: AWS denies most \
            IAM calls to sessions that were made without MFA, so use MFA, a role or `--no-session`.
            """),
        ReferenceEntry(
            "this machine's clock is ...",
            "Set the clock: AWS refuses signatures that are five minutes out."),
        ReferenceEntry(
            "the certificate of ... comes from an authority that is not trusted here",
            """
            Behind a proxy that opens TLS, AWS_CA_BUNDLE or `ca_bundle` names its certificates. \
            HTTPS_PROXY and NO_PROXY are honoured.
            """),
    ]
}
