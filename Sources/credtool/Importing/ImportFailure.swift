// Why keys could not be taken over from elsewhere.
internal import Model

/// What can stand in the way of `import`.
enum ImportFailure: Error, Equatable {
    /// There is no key in the source.
    case nothingFound(ImportSource)
    /// The source has no key of this profile.
    case notFound(profile: String, ImportSource, nearest: String?)
    /// A file has one key, and several profiles are named.
    case oneProfile
    /// There is no such file.
    case noFile(String)
    /// The file is none of the console's.
    case noKeyInFile(String)
    /// aws-vault keeps its keys in a way that is not read.
    case awsVaultBackend(String)
    /// The keyring of aws-vault is locked, and there is nobody to ask.
    case lockedKeyring(String)
    /// Nobody can be asked for the passphrase of aws-vault's files.
    case noPassphrase
    /// The passphrase is not that of aws-vault's files.
    case wrongPassphrase(directory: String)
    /// A file or an item of aws-vault is none, or is sealed with another passphrase.
    case unreadableItem(String)
    /// Two places have different keys of this profile, and this is the second.
    case secondKey(profile: String)
    /// The profile has another key in the vault.
    case otherKey(AccessKeyID, old: AccessKeyID, profile: String)
    /// The vault gave another key than the one that was stored.
    case notReadBack(profile: String, VaultKind)
}
