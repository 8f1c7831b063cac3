// The words for backups, restoring, moving and locking.
internal import Flags
internal import Model
internal import Vault

extension VaultCommandFailure {
    /// The words.
    var wording: Wording {
        switch self {
        case .flagOfOtherActions(let flag, let action, let others):
            Wording(
                "\(flag.spelling) does not go with credtool vault \(action.rawValue)",
                hint: "it belongs to "
                    + others.map { "credtool vault \($0.rawValue)" }.joined(separator: " and "))
        case .noDestination:
            Wording(
                "credtool vault move is not told where to move keys",
                hint: "credtool vault move --to file, or --to secret-service")
        case .underRotation(let profile):
            Wording(
                "the key of profile \(profile) is being rotated, and its vault has what is written"
                    + " down of that, so nothing was moved",
                hint: "credtool rotate \(typed(profile)) ends it, then move the key")
        case .nothingStored:
            Wording("there is no stored key to back up", hint: "credtool add NAME stores one")
        case .backupOverVault(let path):
            Wording("\(path) is the file vault itself", hint: "name another file for the backup")
        case .noBackup(let path):
            Wording("there is no file \(path)", hint: "credtool vault restore FILE")
        case .emptyBackup(let path):
            Wording(
                "the backup \(path) holds neither keys nor certificates",
                hint: "look for another one")
        case .otherKeys(let profiles, let path):
            Wording(
                "what is stored for \(profiles.map(quoted).joined(separator: ", ")) is another one"
                    + " than the backup has, and stays",
                hint: "credtool vault restore \(typed(path)) --force replaces it")
        case .newPassphrase(.noPassphrase(.noTerminal)):
            Wording(
                "a new passphrase is needed, and there is no terminal to ask on",
                hint: "set CREDTOOL_NEW_FILE_PASSPHRASE, or run credtool in a terminal")
        case .newPassphrase(.noPassphrase(.repeatedDifferently)):
            Wording("the two passphrases differ, so nothing was changed", hint: "try again")
        case .newPassphrase(let error): error.wording
        case .noFileVault:
            Wording(
                "there is no file vault here",
                hint: "credtool add NAME --vault file makes one, credtool list shows the keys")
        case .keyNotHeld:
            Wording(
                "the passphrase is right, but the kernel keyring does not hold the key here",
                hint: "set CREDTOOL_FILE_PASSPHRASE where nobody is to be asked")
        case .holdingKeyring:
            Wording(
                "--for is about the file vault: how long the keyring stays open is the desktop's"
                    + " matter",
                hint: "credtool unlock --for 8h, or credtool unlock --vault secret-service")
        case .backup(let error, let path): Self.wording(error, path)
        }
    }

    /// What goes wrong with a file that is like the file vault, and is not it.
    private static func wording(_ error: VaultError, _ path: String) -> Wording {
        switch error {
        case .wrongPassphrase:
            Wording(
                "that is not the passphrase of the backup \(path)",
                hint: "try again; CREDTOOL_BACKUP_PASSPHRASE is used where it is set")
        case .truncatedFile:
            Wording("the backup \(path) is cut short", hint: "look for another copy of it")
        case .damagedFile:
            Wording(
                "\(path) is no backup of credtool's, or was changed since",
                hint: "look for another copy of it")
        case .laterVersion(_, let version):
            Wording(
                "the backup \(path) has format \(version), which a later credtool wrote",
                hint: "use that version")
        case .unreadableCopy:
            Wording(
                "what was written to \(path) does not come back from the disk as it was",
                hint: "write the backup to another disk")
        case .noPassphrase(.noTerminal):
            Wording(
                "the backup's passphrase is needed, and there is no terminal to ask on",
                hint: "set CREDTOOL_BACKUP_PASSPHRASE, or run credtool in a terminal")
        case .noPassphrase(.repeatedDifferently):
            Wording("the two passphrases differ, so nothing was written", hint: "try again")
        case .file(let error): error.wording.prefixed("the backup cannot be used: ")
        case .outOfMemory(let bytes):
            Wording(
                "there is not enough memory to make the backup's key of the passphrase, which"
                    + " takes \(bytes >> 20) MiB",
                hint: "end other programs, or raise the limit that ulimit -v shows")
        case .absent, .unsuitableName, .damagedEntry, .foreignSecret, .timedOut, .mayStillStore,
            .library, .locked, .leftLocked, .refused, .noDaemon, .noBus, .noDefaultCollection,
            .connectionLost,
            .unencryptedSession, .wrongPassword, .foreignKeyring, .foreignKeyringWithoutCollection,
            .misread, .serviceFailed, .index,
            .busyIndex, .busyFile, .notRegularFile, .exposedFile, .foreignFile,
            .changedPassphrase, .noPassphrase(.cancelled), .noPassphrase(.empty):
            error.wording
        }
    }
}
