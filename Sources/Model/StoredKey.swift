// A long-term key in a vault, seen from outside: whose it is and where it rests. No secret.

/// Where a key is kept.
public enum VaultKind: String, CaseIterable, Sendable {
    /// The desktop's keyring, reached over D-Bus.
    case secretService = "secret-service"
    /// One encrypted file, for machines without a keyring.
    case file
}

/// A long-term key in the vault, as the index knows it.
public struct StoredKey: Hashable, Sendable {
    /// The profile whose key it is.
    public let profile: String
    /// The key's ID.
    public let accessKeyID: AccessKeyID
    /// The vault that holds it.
    public let vault: VaultKind
    /// Who AWS said it belongs to; nil where that was never asked.
    public let callerARN: ARN?

    /// Joins what the index knows.
    public init(profile: String, accessKeyID: AccessKeyID, vault: VaultKind, callerARN: ARN?) {
        self.profile = profile
        self.accessKeyID = accessKeyID
        self.vault = vault
        self.callerARN = callerARN
    }
}
