// credtool-security(7): what credtool protects against, what it can't, and where things are kept.
internal import Flags

/// The page's source in roff.
func securityPage() -> String {
    var page = Roff()
    page.title("credtool-security", section: .overviews)
    page.section("NAME")
    page.line("credtool\\-security \\- the security model of credtool")
    page.section("SYNOPSIS")
    page.line("What credtool protects keys and sessions against, what it can't protect them")
    page.line("against, and where it keeps what.")
    page.section("DESCRIPTION")
    page.prose(SecurityProse.description)
    page.section("WHO IS KEPT OUT")
    for (who, what) in ThreatModel.all {
        page.entry(Roff.text(who))
        page.prose(what, isIndented: true)
    }
    for (title, claims) in SecurityClaims.all {
        page.section(title)
        for claim in claims {
            page.line(".IP \\(bu 2")
            page.prose(claim.text, isIndented: true)
            page.line(".IP")
            page.prose(
                "Tests: "
                    + claim.tests.map { "\($0.function) (\($0.place))" }.joined(separator: ", ")
                    + ".")
        }
    }
    page.section("WHAT IT CAN'T PROTECT AGAINST")
    page.prose(SecurityProse.limits)
    page.section("WHERE THINGS ARE KEPT")
    for (what, place) in SecurityProse.places {
        page.entry(Roff.text(what))
        page.prose(place, isIndented: true)
    }
    page.section("THE FILE VAULT")
    page.prose(SecurityProse.fileVault)
    page.section("SEE ALSO")
    page.seeAlso(["credtool(1)", "credtool-add(1)", "credtool-exec(1)", "credtool-config(5)"])
    return page.source
}

/// The page's prose.
private enum SecurityProse {
    static let description = """
        credtool is for people who work with AWS on a Linux machine of theirs. It keeps long-term \
        keys out of files in plain, gives programs sessions that end by themselves, and keeps both \
        from the other users of the machine, from whoever gets hold of its disk, and from those \
        who listen on the network. It doesn't try to part the programs of one user from each other.

        Each statement names the tests of credtool's source tree that fail where it isn't so. \
        Besides, every test of `Tests/EndToEnd` ends with a search for its secrets, plain and in \
        base64, in all that was printed and in every file that was written.
        """

    static let limits = """
        - Programs that run as you. While the keyring is unlocked, any of them can ask it for the \
        key, read the sessions in the kernel keyring, run credtool, or read the environment of the \
        programs that credtool starts. A tool of this kind can't prevent that; short sessions, \
        roles and MFA limit what it is worth to them.
        - Root, and whoever controls the kernel or the hardware.
        - The program that is given a session, and everything that this program starts: they \
        inherit it.
        - Sessions that are out. `credtool clear`, `credtool remove` and `credtool logout` only \
        forget them, and so does `credtool_forget_on`; AWS honours a session until it expires.
        - The AWS CLI's own caches of sign-ins: they are files in plain.
        - A page that posts another identity provider's SAML response while a browser signs in \
        for `saml_idp_url`, where only a role's name is set: responses answer no question that \
        credtool could know again. `saml_provider`, or a `saml_role` that is an ARN, refuses it.
        - A certificate's key in a file that `roles_anywhere_private_key` names: it is as safe as \
        that file.
        - The key with `--no-session` and no role: the program then gets the long-term key.
        - What becomes of the output of `credtool export`: it prints secrets. In a clipboard, \
        every program of the desktop can read them, and its history keeps them. That of `credtool \
        sign` makes one request for whoever has it: for minutes, as a presigned URL for as long as \
        that works, which is 7 days at most, or as long as the session lives.
        - A weak passphrase of the file vault, or a weak password of the login keyring.
        - The names of profiles, key IDs, account numbers and roles: they aren't secrets, and stand \
        in files in plain.
        - A `credential_process`, an `mfa_process` or a pinentry that is not to be trusted: they run \
        as you.
        """

    static let places = [
        (
            "Keys, in the keyring",
            """
            The default collection of the Secret Service (in GNOME the login keyring), as items of \
            the schema `io.github.credtool.AccessKey` with the attributes `credtool:profile` and \
            `credtool:access-key-id`, which no other program uses. "Passwords and Keys" shows them \
            as "AWS access key of work (AKIA...MPLE)". Items of version 0.1 are moved over.
            """
        ),
        (
            "Keys, in KeePassXC or KDE Wallet",
            """
            The same items, where one of these two is the Secret Service. Each asks for its password \
            in its own window, and `credtool unlock` can't give it. KeePassXC keeps them in the group \
            that a database's settings show to the Secret Service; it asks for leave at each use of \
            a key, unless its settings say otherwise, and a key that is removed goes to the \
            database's recycle bin, where it has one.
            """
        ),
        (
            "Keys, in the file vault",
            """
            `$XDG_DATA_HOME/credtool/vault`, mode 0600. Profiles, key IDs and dates are readable in \
            it, secrets are not. The first change to a file of version 0.1 makes one of the new \
            format of it.
            """
        ),
        (
            "Sessions",
            """
            The kernel's user keyring `@u`, as keys named `credtool:session:...` that time out with \
            the session, for this user alone, also where `su` shares the login session.
            """
        ),
        (
            "Sessions, where keyctl is refused or full, as in containers",
            """
            The Secret Service, schema `io.github.credtool.Session`; \
            `$XDG_DATA_HOME/credtool/sessions.tsv` says which there are. Where there is neither, \
            nothing is cached: credtool says so, and asks AWS each time.
            """
        ),
        (
            "Sign-ins",
            """
            In the vault, as items of the schema `io.github.credtool.Record`, or in the vault's \
            file; a new token for a day in the kernel keyring as well, as `credtool:sign-in:...`. \
            `$XDG_DATA_HOME/credtool/sign-ins.tsv` says, without secrets, how long they last. What \
            came from the AWS CLI, in `~/.aws/sso/cache` and `~/.aws/login/cache`, stays there.
            """
        ),
        (
            "Certificates of IAM Roles Anywhere, with their keys",
            """
            Those of `credtool add --certificate`, as sign-ins: in the vault, or in the vault's \
            file. `$XDG_DATA_HOME/credtool/certificates.tsv` says, without secrets, whose they \
            are and until when they count; it is made anew from the vaults when it is lost.
            """
        ),
        (
            "The file vault's derived key",
            "The kernel keyring, `credtool:file-vault:...`, for 15 minutes."
        ),
        (
            "What the vaults hold, without secrets",
            """
            `$XDG_DATA_HOME/credtool/index.tsv`: profile, key ID, vault, date and the key's ARN; and \
            which old copies in a vault out of reach don't count any more. It is made anew from the \
            vaults when it is lost.
            """
        ),
        (
            "Locks, digests of spent MFA codes, what was and what is to be forgotten",
            """
            `$XDG_RUNTIME_DIR/credtool/`, else `/run/user/UID/credtool/`, else \
            `$XDG_DATA_HOME/credtool-run/`.
            """
        ),
        (
            "The log",
            """
            `$XDG_STATE_HOME/credtool/log.jsonl` and, before it, `log.jsonl.1`, mode 0600; where             systemd's journal runs, there as well. Profiles, roles, accounts, programs and reasons,             no secrets: `credtool-log(1)`.
            """
        ),
        (
            "How often which profile was picked",
            "`$XDG_DATA_HOME/credtool/uses`, for the order of the picker."
        ),
        (
            "Settings",
            "The AWS config files: `credtool-config(5)`. XDG_DATA_HOME is `~/.local/share` unless set."
        ),
    ]

    static let fileVault = """
        On a machine without a keyring, such as a server, `credtool add` puts keys into one \
        encrypted file. The passphrase is asked for on the terminal, twice for a new vault, or taken \
        from CREDTOOL_FILE_PASSPHRASE. The key derived from it rests in the kernel keyring for 15 \
        minutes, so that it isn't asked for again in that time. The file is sealed with AES-256-GCM \
        under a scrypt key (N = 2^17, r = 8, p = 1), authenticated as a whole, and replaced \
        atomically.

        `credtool add` takes the vault that `--vault` names, else CREDTOOL_VAULT, else the Secret \
        Service if it answers, else the file. Afterwards a key is looked for where it was put; \
        `credtool list` says where that is. `credtool vault move` moves keys to the other vault.

        `credtool unlock --for 8h` holds the derived key for longer, `credtool lock` forgets it. \
        `credtool vault passphrase` changes the passphrase: the whole file is sealed under a new \
        salt and key. Whoever has a copy of the old file still opens that with the old passphrase.
        """
}
