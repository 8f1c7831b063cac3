// A vault of long-term access keys, one for each profile, over any place that keeps secret items.
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
    /// The same in nanoseconds since the epoch: of two entries of a profile the one with more counts.
    public let stamp: Int
    /// Since when the key is kept, in this vault or another; an entry that does not say so goes by
    /// `modified`.
    public let added: Timestamp

    /// Joins the parts.
    /// - Parameters:
    ///   - stamp: Nanoseconds since the epoch; nil for those of `modified`.
    ///   - added: Since when the key is kept; nil for `modified`, also where this is later.
    public init(
        profile: String, accessKeyID: AccessKeyID, created: Timestamp, modified: Timestamp,
        stamp: Int? = nil, added: Timestamp? = nil
    ) {
        self.profile = profile
        self.accessKeyID = accessKeyID
        self.created = created
        self.modified = modified
        self.stamp = stamp ?? modified.nanosecondsSinceEpoch
        // A key is at least as old as its item; another program may have written anything.
        self.added = added.map { min($0, modified) } ?? modified
    }

    /// The key that `item` is; nil where it lacks a part.
    public init?(_ item: SecretItem) {
        guard let profile = item.attributes[ItemAttribute.profile], !profile.isEmpty,
            let id = item.attributes[ItemAttribute.accessKeyID].flatMap(AccessKeyID.init)
        else { return nil }
        self.init(
            profile: profile, accessKeyID: id, created: item.created, modified: item.modified,
            stamp: item.stamp,
            added: item.attributes[ItemAttribute.added].flatMap { Int($0) }
                .flatMap { $0 < 0 ? nil : Timestamp(secondsSinceEpoch: $0) })
    }
}

/// A keeper of long-term access keys. Every call has a deadline.
///
/// The secret access key alone, as text, is an item's secret.
public struct KeyVault: Sendable {
    private let items: any ItemStore

    /// The keys among `items`.
    public init(_ items: any ItemStore) { self.items = items }

    /// Which kind of vault this is.
    public var kind: VaultKind { items.kind }

    /// Keeps `key` for `profile`, in place of whatever was kept for it, whichever its key ID.
    /// - Parameter added: Since when it is kept elsewhere; nil for a new one.
    public func store(
        _ key: borrowing AccessKey, profile: String, added: Timestamp? = nil
    ) throws(VaultError) {
        guard !profile.isEmpty, !profile.utf8.contains(0) else { throw .unsuitableName(profile) }
        let mine = [ItemAttribute.profile: profile]
        var attributes = mine
        attributes[ItemAttribute.accessKeyID] = key.id.description
        attributes[ItemAttribute.added] = added.map { String($0.secondsSinceEpoch) }
        try items.store(
            key.secret, schema: .accessKey, attributes: attributes, replacing: mine,
            label: Self.label(of: key.id, profile: profile))
    }

    /// What a person reads in the vault's own program.
    static func label(of id: AccessKeyID, profile: String) -> String {
        "AWS access key of \(profile) (\(id.masked))"
    }

    /// The key of `profile`: the newest that is one.
    /// - Throws: `VaultError.absent` where there is none, `damagedEntry` or `foreignSecret` where
    ///   what there is is none, and what keeps the vault from looking.
    public func load(profile: String) throws(VaultError) -> AccessKey {
        let found = try items.load(.accessKey, [ItemAttribute.profile: profile]) { item in
            VaultEntry(item.item) != nil && Self.isSecretKey(item.secret)
        }
        guard let found else { throw .absent(profile: profile) }
        guard let entry = VaultEntry(found.item), found.secret.count > 0 else {
            throw .damagedEntry(profile: profile)
        }
        guard Self.isSecretKey(found.secret) else { throw .foreignSecret(profile: profile) }
        return AccessKey(id: entry.accessKeyID, secret: found.takeSecret())
    }

    /// Forgets the key of `profile`, and what may be kept beside it. Returns whether there was one.
    /// - Parameter limit: Leaves what has a later stamp; nil for none.
    public func remove(profile: String, upTo limit: Int? = nil) throws(VaultError) -> Bool {
        try items.remove(.accessKey, [ItemAttribute.profile: profile]) { item in
            limit.map { item.stamp <= $0 } ?? true
        } > 0
    }

    /// All that is kept, without opening any secret; of several keys of a profile, the newest.
    public func entries() throws(VaultError) -> [VaultEntry] {
        var profiles: Set<String> = []
        return try items.search(.accessKey, [:]).compactMap { VaultEntry($0) }
            .filter { profiles.insert($0.profile).inserted }.sorted { $0.profile < $1.profile }
    }

    /// Whether a secret can be a secret access key. Another program that puts its own in the place
    /// of ours writes a document: aws-vault's begins with a brace.
    private static func isSecretKey(_ secret: borrowing Secret) -> Bool {
        secret.withBytes { bytes in
            bytes.first != UInt8(ascii: "{") && !bytes.isEmpty
                && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        }
    }
}
