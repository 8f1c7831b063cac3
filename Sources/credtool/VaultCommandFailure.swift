// What can stand in the way of a backup, a restore, a move, or of a lock.
internal import Flags
internal import Vault

/// Why `vault`, `lock` or `unlock` did not do what was asked.
enum VaultCommandFailure: Error, Equatable {
    /// The flag belongs to other actions than this.
    case flagOfOtherActions(Flag, Action, [Action])
    /// `move` is not told where to.
    case noDestination
    /// The profile's key is being rotated: what is written down of that is in its vault.
    case underRotation(profile: String)
    /// There is nothing stored that a backup could hold.
    case nothingStored
    /// FILE is the file vault itself.
    case backupOverVault(path: String)
    /// There is no such file to restore.
    case noBackup(path: String)
    /// The backup cannot be written or read.
    case backup(VaultError, path: String)
    /// The backup holds neither keys nor certificates.
    case emptyBackup(path: String)
    /// These profiles have other keys, which stay.
    case otherKeys([String], path: String)
    /// The new passphrase will not do.
    case newPassphrase(VaultError)
    /// There is no file vault.
    case noFileVault
    /// The kernel keyring does not hold the file vault's key.
    case keyNotHeld
    /// `--for` does not go with the keyring.
    case holdingKeyring
}
