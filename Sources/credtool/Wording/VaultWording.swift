// The words for vaults and sessions' places.
internal import Glibc
internal import Model
internal import Store
internal import System
internal import Vault

extension VaultError {
    /// The words.
    var wording: Wording {
        switch self {
        case .absent(let profile):
            Wording(
                "the vault has no key of profile \(profile)", hint: "credtool add \(typed(profile))"
            )
        case .unsuitableName(let name):
            Wording("a vault cannot hold the name \(quoted(name))", hint: "choose another name")
        case .damagedEntry(let profile):
            Wording(
                "the vault's entry of profile \(profile) is no access key",
                hint: "credtool add \(typed(profile)) --force")
        case .foreignSecret(let profile):
            Wording(
                "what the vault has for profile \(profile) is no secret access key: another program"
                    + " has put a secret of its own in its place",
                hint: "credtool add \(typed(profile)) --force stores the key again")
        case .timedOut(let limit, let prompting):
            Wording(
                prompting
                    ? "the keyring's question was not answered within \(spoken(limit))"
                    : "the keyring did not answer within \(spoken(limit))",
                hint: prompting
                    ? Self.answerThere
                    : "log out and in again, or keep the key in a file: credtool add PROFILE --vault file"
            )
        case .mayStillStore(let limit):
            Wording(
                "the keyring did not answer within \(spoken(limit)), and may still store the key",
                hint: "credtool add PROFILE --force stores it for certain, credtool remove PROFILE"
                    + " takes away what came late")
        case .library(let error): error.wording
        case .locked:
            Wording(
                "the keyring is locked, and nothing here can ask for its password",
                hint: "credtool unlock")
        case .leftLocked:
            Wording("the keyring was left locked", hint: "credtool unlock")
        case .refused:
            Wording(
                "the keyring was not opened: the question was dismissed, or access denied",
                hint: Self.answerThere)
        case .wrongPassword:
            Wording(
                "that is not the keyring's password",
                hint: "it is most often the one of the login, as it was when the keyring was made;"
                    + " try again: credtool unlock")
        case .foreignKeyring:
            Wording(
                "the keyring here is not GNOME's, and is unlocked in its own window alone",
                hint: "unlock it there (KeePassXC, KDE Wallet), and allow its use")
        case .foreignKeyringWithoutCollection:
            Wording(
                "the keyring here is not GNOME's, and has nothing open to keep keys in",
                hint: "in KeePassXC, open a database that shows a group to the Secret Service; in"
                    + " KDE Wallet, make a wallet",
                "or keep the key in a file: credtool add PROFILE --vault file")
        case .noDaemon:
            Wording(
                "no keyring is running (nothing on the session bus is the Secret Service)",
                hint: "sudo apt install gnome-keyring, then: credtool unlock",
                "or keep the key in a file: credtool add PROFILE --vault file")
        case .noBus(let reason) where isAboutLimits(reason):
            Wording("the keyring cannot be asked: \(reason)", hint: "look at the limits: ulimit -a")
        case .noBus(let reason):
            Wording(
                "there is no D-Bus session bus, and so no keyring: "
                    + (reason.contains("autolaunch")
                        ? "DBUS_SESSION_BUS_ADDRESS is not set" : reason),
                hint: SessionBus(variable: Machine.pathVariable) != nil
                    ? "credtool unlock starts one in a terminal, and the keyring with it"
                    : "open a shell that has one, and the keyring in it: dbus-run-session -- bash,"
                        + " then: credtool unlock",
                "or keep the key in a file: credtool add PROFILE --vault file")
        case .noDefaultCollection:
            Wording(
                "the keyring has no default collection to keep keys in",
                hint: "credtool unlock makes one")
        case .connectionLost:
            Wording("the keyring went away in the middle of the call", hint: "try again")
        case .unencryptedSession:
            Wording(
                "the keyring would send secrets in plain over the session bus",
                hint: "keep the key in a file: credtool add PROFILE --vault file")
        case .serviceFailed("pthread_create", _):
            Wording(
                "the keyring cannot be asked: no thread can be started",
                hint: "look at the limits: ulimit -a")
        case .serviceFailed(_, let message) where message.contains("libqca-ossl"):
            Wording(
                "the wallet of KDE cannot encrypt what it sends: it says \(message)",
                hint: "sudo apt install libqca-qt5-2-plugins, and log in anew")
        case .serviceFailed(let name, let message):
            Wording("the keyring says \(name): \(message)", hint: "try again")
        case .index(let error): error.wording.prefixed("the index of stored keys cannot be used: ")
        case .busyIndex(let path):
            Wording(
                "another program keeps the lock of the index of stored keys, \(path).lock",
                hint: "see which: fuser -v \(path).lock")
        case .busyFile(let path):
            Wording(
                "another program keeps the lock of the file vault, \(path).lock",
                hint: "see which: fuser -v \(path).lock")
        case .outOfMemory(let bytes):
            Wording(
                "there is not enough memory to make the file vault's key of the passphrase, which"
                    + " takes \(bytes >> 20) MiB",
                hint: "end other programs, or raise the limit that ulimit -v shows")
        case .file(let error): error.wording.prefixed("the file vault cannot be used: ")
        case .notRegularFile(let path):
            Wording("the file vault \(path) is no regular file", hint: "move it away")
        case .exposedFile(let path, let mode):
            Wording(
                "the file vault \(path) is open to others (mode \(String(mode, radix: 8)))",
                hint: "chmod 600 \(path)")
        case .foreignFile(let path, let owner):
            Wording(
                "the file vault \(path) belongs to user \(owner)", hint: "chown \"$USER\" \(path)")
        case .truncatedFile(let path):
            Wording(
                "the file vault \(path) is cut short",
                hint: "restore it from a backup, or add the"
                    + " keys again after moving it away")
        case .damagedFile(let path):
            Wording(
                "the file vault \(path) was changed by something else than credtool",
                hint: "restore it from a backup, or add the keys again after moving it away")
        case .laterVersion(let path, let version):
            Wording(
                "the file vault \(path) has format \(version), which a later credtool wrote",
                hint: "use that version")
        case .wrongPassphrase(let path):
            Wording(
                "that is not the passphrase of the file vault \(path)",
                hint: "try again, with the newest where it was changed; CREDTOOL_FILE_PASSPHRASE is"
                    + " used where it is set")
        case .misread(let profile):
            Wording(
                "the vault gives back another key for profile \(profile) than was just stored",
                hint: "credtool list shows where the key is; try again")
        case .changedPassphrase(let path):
            Wording(
                "another credtool changed the passphrase of the file vault \(path) meanwhile, and"
                    + " that one counts",
                hint: "credtool vault passphrase changes it again")
        case .unreadableCopy(let path):
            Wording(
                "what was written does not come back from the disk as it was, so the file vault"
                    + " \(path) stays as it is",
                hint: "look at the disk: journalctl -k")
        case .noPassphrase(.noTerminal):
            Wording(
                "the file vault's passphrase is needed, and there is no terminal to ask on",
                hint: "set CREDTOOL_FILE_PASSPHRASE, or run credtool in a terminal")
        case .noPassphrase(.cancelled): Wording("no passphrase was given", hint: "try again")
        case .noPassphrase(.repeatedDifferently):
            Wording("the two passphrases differ, so nothing was stored", hint: "try again")
        case .noPassphrase(.empty):
            Wording("an empty passphrase protects nothing", hint: "choose one of several words")
        }
    }
}

extension VaultError {
    /// Other programs than gnome-keyring take no password from the terminal.
    private static let answerThere =
        "answer the question that the desktop shows; GNOME's keyring takes its password here, too:"
        + " credtool unlock"
}

extension KeyStore.Refreshed {
    /// Why a list may lack keys; nil where there is no reason to think so. A vault that is not here
    /// is told of once, when the index is found lost.
    var gap: Wording? {
        guard let reason = reasonForUnread, wasLost || !reason.isAbsence else { return nil }
        return reason.wording.prefixed(
            wasLost
                ? "the index of stored keys was lost, so keys may be left out: "
                : "keys may be left out: ")
    }
}

extension RecordStoreError {
    /// The words.
    var wording: Wording {
        switch self {
        case .refused:
            Wording("the kernel keyring is refused here", hint: "credtool exec works all the same")
        case .full:
            Wording(
                "the kernel keyring is full: this user's quota of it is used up",
                hint: "see what takes it: cat /proc/keys; credtool clear forgets all sessions")
        case .malformed: Wording("what AWS gave is no session", hint: "try again")
        case .busy(let path):
            Wording(
                "another program keeps the lock \(path).lock",
                hint: "see which: fuser -v \(path).lock")
        case .system(let error): error.wording
        case .vault(let error): error.wording
        }
    }
}
