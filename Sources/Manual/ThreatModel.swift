// Whom credtool keeps out, and whom it can't: the threat model of credtool-security(7).

/// Those who may want somebody's credentials, what credtool does about each, and what it can't do.
enum ThreatModel {
    static let all = [
        (
            "Who has the disk, a backup, or the home directory of a machine that is off",
            """
            Kept out, as long as the login password or the passphrase of the file vault is a good \
            one: keys and sign-ins are encrypted, and sessions were never on the disk (KEYS AT REST, \
            SESSIONS). Swap is the system's to encrypt: secrets lie in memory that is locked where \
            the limits allow it, but those of the programs that are given a session don't.
            """
        ),
        (
            "Who listens on the network, or answers in the place of AWS",
            """
            Kept out by TLS. An endpoint, a proxy or a CA bundle is used only where a setting or a \
            variable of yours names it (IN MEMORY AND ON THE WAY).
            """
        ),
        (
            "Other users of the machine",
            "Kept out, unless they are root (OTHER USERS)."
        ),
        (
            "Web pages, and machines that reach this one",
            """
            Kept out: what listens, listens on 127.0.0.1 or a Unix socket, and wants a token, a state \
            or the right user (SIGN-INS, HOSTILE INPUT).
            """
        ),
        (
            "Whoever wrote what lies in a directory that you work in",
            """
            Kept out: credtool reads no settings there, and what it runs for itself reads none \
            (HOSTILE INPUT). What you run with a session there is another matter: a `terraform \
            apply` gives the session to whatever that directory names.
            """
        ),
        (
            "The program that is given a session",
            """
            Trusted with that session, and with no more: not with the key, not with another profile's \
            session (SESSIONS). Under `--read-only`, with a policy or with a short `--duration` it \
            gets less. It is not parted from what else runs as you: it could call credtool itself.
            """
        ),
        (
            "Other programs that run as you",
            """
            Not kept out, once the keyring is unlocked: see WHAT IT CAN'T PROTECT AGAINST. They find \
            no key in a file, though, which is what most of them look for, and the log says what \
            credtool was asked for.
            """
        ),
        (
            "Root, the kernel, the hardware",
            "Not kept out."
        ),
        (
            "You, in a hurry",
            """
            Stopped by the guard rails of a profile, by locks and confirmations (MISTAKES). They are \
            no fence for others: whoever can edit your config file can take them away.
            """
        ),
    ]
}
