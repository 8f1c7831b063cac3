// What a vault is: the keeper of long-term access keys, one for each profile.
public import Model

/// What a vault tells of a key without opening it.
public struct VaultEntry: Equatable, Sendable {
    /// The profile that the key belongs to.
    public let profile: String
    /// The public half of the key.
    public let accessKeyID: AccessKeyID
    /// When the entry was made.
    public let created: Timestamp
    /// When it was last replaced.
    public let modified: Timestamp

    /// Joins the parts.
    public init(
        profile: String, accessKeyID: AccessKeyID, created: Timestamp, modified: Timestamp
    ) {
        self.profile = profile
        self.accessKeyID = accessKeyID
        self.created = created
        self.modified = modified
    }
}

/// A keeper of long-term access keys. Every call has a deadline.
public protocol Vault: Sendable {
    /// Which kind of vault this is.
    var kind: VaultKind { get }

    /// Keeps `key` for `profile`, in place of whatever was kept for it, whichever its key ID.
    func store(_ key: borrowing AccessKey, profile: String) throws(VaultError)

    /// The key of `profile`.
    /// - Throws: `VaultError.absent` where there is none, and what keeps the vault from looking.
    func load(profile: String) throws(VaultError) -> AccessKey

    /// Forgets the key of `profile`. Returns whether there was one.
    func remove(profile: String) throws(VaultError) -> Bool

    /// All that is kept, without opening any secret; for making the index anew.
    func entries() throws(VaultError) -> [VaultEntry]
}
