// The words for vaults, sessions' places, the terminal and programs that do not start.
internal import Glibc
internal import Model
internal import SessionCache
internal import System
internal import Vault

extension VaultError {
    /// The words.
    var words: Words {
        switch self {
        case .absent(let profile):
            Words(
                "the vault has no key of profile \(profile)", hint: "credtool add \(profile)")
        case .unsuitableName(let name):
            Words("a vault cannot hold the name \(quoted(name))", hint: "choose another name")
        case .damagedEntry(let profile):
            Words(
                "the vault's entry of profile \(profile) is no access key",
                hint: "credtool add \(profile) --force")
        case .timedOut(let limit, let prompting):
            Words(
                prompting
                    ? "the keyring's question was not answered within \(spoken(limit))"
                    : "the keyring did not answer within \(spoken(limit))",
                hint: prompting
                    ? "try again, and answer the question that the desktop shows"
                    : "log out and in again, or keep the key in a file: credtool add PROFILE --vault file"
            )
        case .library(let error): error.words
        case .locked:
            Words(
                "the keyring is locked, and nothing here can ask for its password",
                hint: "unlock it on the desktop, or: gnome-keyring-daemon --unlock")
        case .refused:
            Words(
                "the keyring was not opened: the question was dismissed, or access denied",
                hint: "try again, and answer the question that the desktop shows")
        case .noDaemon:
            Words(
                "no keyring is running (nothing on the session bus is the Secret Service)",
                hint: "sudo apt install gnome-keyring and log in again, or keep the key in a file:"
                    + " credtool add PROFILE --vault file")
        case .noBus(let reason):
            Words(
                "there is no D-Bus session bus, and so no keyring: "
                    + (reason.contains("autolaunch")
                        ? "DBUS_SESSION_BUS_ADDRESS is not set" : reason),
                hint: "run credtool in a desktop session or under dbus-run-session, or keep the"
                    + " key in a file: credtool add PROFILE --vault file")
        case .noDefaultCollection:
            Words(
                "the keyring has no default collection to keep keys in",
                hint: "make one named login in Passwords and Keys (seahorse) and set it as default")
        case .connectionLost:
            Words("the keyring went away in the middle of the call", hint: "try again")
        case .unencryptedSession:
            Words(
                "the keyring would send secrets in plain over the session bus",
                hint: "keep the key in a file: credtool add PROFILE --vault file")
        case .serviceFailed(let name, let message):
            Words("the keyring says \(name): \(message)", hint: "try again")
        default: fileWords
        }
    }

    private var fileWords: Words {
        switch self {
        case .file(let error): error.words.prefixed("the file vault cannot be used: ")
        case .notRegularFile(let path):
            Words("the file vault \(path) is no regular file", hint: "move it away")
        case .exposedFile(let path, let mode):
            Words(
                "the file vault \(path) is open to others (mode \(String(mode, radix: 8)))",
                hint: "chmod 600 \(path)")
        case .foreignFile(let path, let owner):
            Words(
                "the file vault \(path) belongs to user \(owner)", hint: "chown \"$USER\" \(path)")
        case .truncatedFile(let path):
            Words(
                "the file vault \(path) is cut short",
                hint: "restore it from a backup, or add the"
                    + " keys again after moving it away")
        case .damagedFile(let path):
            Words(
                "the file vault \(path) was changed by something else than credtool",
                hint: "restore it from a backup, or add the keys again after moving it away")
        case .laterVersion(let path, let version):
            Words(
                "the file vault \(path) has format \(version), which a later credtool wrote",
                hint: "use that version")
        case .wrongPassphrase(let path):
            Words(
                "that is not the passphrase of the file vault \(path)",
                hint: "try again; CREDTOOL_FILE_PASSPHRASE is used where it is set")
        case .noPassphrase(.noTerminal):
            Words(
                "the file vault's passphrase is needed, and there is no terminal to ask on",
                hint: "set CREDTOOL_FILE_PASSPHRASE, or run credtool in a terminal")
        case .noPassphrase(.cancelled): Words("no passphrase was given", hint: "try again")
        case .noPassphrase(.repeatedDifferently):
            Words("the two passphrases differ, so nothing was stored", hint: "try again")
        case .noPassphrase(.empty):
            Words("an empty passphrase protects nothing", hint: "choose one of several words")
        default: Words("an error without words")
        }
    }
}

extension SessionStoreError {
    /// The words.
    var words: Words {
        switch self {
        case .refused:
            Words("the kernel keyring is refused here", hint: "credtool exec works all the same")
        case .full: Words("the kernel keyring is full", hint: "credtool clear")
        case .notASession: Words("what AWS gave is no session", hint: "try again")
        case .system(let error): error.words
        case .vault(let error): error.words
        }
    }
}

extension TerminalError {
    /// The words.
    var words: Words {
        switch self {
        case .noTerminal:
            Words("there is no terminal to ask on", hint: "run credtool in a terminal")
        case .ended: Words("no answer was given", hint: "try again")
        case .library(let error): error.words
        }
    }
}

extension ExecuteError {
    /// The words.
    var words: Words {
        if isDirectory {
            return Words("\(program) is a directory", hint: "name a program in it")
        }
        return isNotFound
            ? Words(
                "\(program): there is no such program",
                hint:
                    "is it installed, and in PATH? PROFILE comes before the command: credtool exec"
                    + " PROFILE -- COMMAND")
            : Words(
                "\(program) cannot be run: \(reason)",
                hint: "a program needs the right to be run: chmod +x \(program)")
    }
}

extension SystemError {
    /// The words.
    var words: Words {
        switch code {
        case EACCES, EPERM, EROFS:
            Words("\(self)", hint: "look at whose it is, and who may write: ls -ld \(subject)")
        case ENOSPC, EDQUOT: Words("\(self)", hint: "make room, and try again: df -h")
        case EISDIR: Words("\(self)", hint: "a file is expected there: ls -ld \(subject)")
        default: Words("\(self)", hint: "try again with --verbose")
        }
    }
}
