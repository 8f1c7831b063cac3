// A secret item: what can be known of a kept secret without opening it, and the secret itself.
public import Model

/// What an item is found by and told apart by. None of it is secret.
public struct SecretItem: Equatable, Sendable {
    /// Which kind of secret it is.
    public let schema: ItemSchema
    /// What it is found by, by the names of its schema.
    public let attributes: [String: String]
    /// What a person reads in the vault's own program.
    public let label: String
    /// When it was made.
    public let created: Timestamp
    /// When it was last changed.
    public let modified: Timestamp

    /// Joins the parts.
    public init(
        schema: ItemSchema, attributes: [String: String], label: String, created: Timestamp,
        modified: Timestamp
    ) {
        self.schema = schema
        self.attributes = attributes
        self.label = label
        self.created = created
        self.modified = modified
    }

    /// When it was stored, in nanoseconds since the epoch: of two items the one with more is newer,
    /// also where they stand in two vaults. An item without the attribute goes by its whole seconds.
    public var stamp: Int {
        attributes[ItemAttribute.stamp].flatMap { Int($0) } ?? modified.nanosecondsSinceEpoch
    }
}

/// An item with its secret.
public struct OpenItem: ~Copyable, Sendable {
    /// All but the secret.
    public let item: SecretItem
    /// The secret.
    public let secret: Secret

    /// Joins the two.
    public init(item: SecretItem, secret: consuming Secret) {
        self.item = item
        self.secret = secret
    }

    /// Gives up the item for its secret.
    public consuming func takeSecret() -> Secret { secret }
}

/// A kind of secret item.
public struct ItemSchema: Hashable, Sendable {
    /// The name that the Secret Service knows it by, in the attribute `xdg:schema`.
    public let name: String
    /// What version 0.1 called an attribute, by its name of today.
    let formerNames: [String: String]

    /// Long-term access keys; attributes `profile` and `accessKeyID`.
    public static let accessKey = ItemSchema(
        name: "io.github.credtool.AccessKey",
        formerNames: [
            ItemAttribute.profile: "profile", ItemAttribute.accessKeyID: "access-key-id",
        ])
    /// Secret records that end by themselves, where the kernel keeps none; attributes `record`,
    /// `expires` and `note`.
    public static let session = ItemSchema(
        name: "io.github.credtool.Session", formerNames: [ItemAttribute.record: "fingerprint"])
    /// Secret records that last until they are removed; attributes as those of `session`.
    public static let record = ItemSchema(name: "io.github.credtool.Record", formerNames: [:])

    /// The kind of this name; one of a later version has no former names.
    init(named name: String) {
        let known = [ItemSchema.accessKey, .session, .record].first { $0.name == name }
        self = known ?? ItemSchema(name: name, formerNames: [:])
    }

    private init(name: String, formerNames: [String: String]) {
        self.name = name
        self.formerNames = formerNames
    }
}

/// The names of attributes. They carry the program's own, because the Secret Service lets every
/// program replace an item whose attributes include those of a new one: version 0.1 had `profile`,
/// which aws-vault has as well.
public enum ItemAttribute {
    /// The profile that a key belongs to.
    public static let profile = "credtool:profile"
    /// The public half of a key.
    public static let accessKeyID = "credtool:access-key-id"
    /// The name of a record.
    public static let record = "credtool:record"
    /// When a record is over, in seconds since the epoch; left out where it never is.
    public static let expires = "credtool:expires"
    /// What a record is, in words that lists show.
    public static let note = "credtool:note"
    /// Since when a key is kept, in seconds since the epoch, where that is longer than its item: one
    /// that was moved or restored. Its age goes by this, and which of two items counts never does.
    public static let added = "credtool:added"
    /// When an item was stored, in nanoseconds since the epoch.
    public static let stamp = "credtool:stored"
}

/// A place that keeps secret items. Every call has a deadline.
public protocol ItemStore: Sendable {
    /// Which kind of vault this is.
    var kind: VaultKind { get }

    /// Keeps `secret` under `attributes`, in place of all items that have the attributes of
    /// `replaced`. The new item stands before an old one goes; of several that are stored at once,
    /// the newest stays.
    /// - Parameter label: What a person reads in the vault's own program.
    func store(
        _ secret: borrowing Secret, schema: ItemSchema, attributes: [String: String],
        replacing replaced: [String: String], label: String
    ) throws(VaultError)

    /// The newest item with all of these attributes that `isUsable`; where none is, the newest.
    /// Nil where there is no item.
    func load(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isUsable: @escaping @Sendable (borrowing OpenItem) -> Bool
    ) throws(VaultError) -> OpenItem?

    /// The items with all of these attributes, the newest first; no secret is opened.
    func search(
        _ schema: ItemSchema, _ attributes: [String: String]
    ) throws(VaultError) -> [SecretItem]

    /// Deletes the items with all of these attributes that `isChosen`. Returns their number.
    func remove(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isChosen: @escaping @Sendable (SecretItem) -> Bool
    ) throws(VaultError) -> Int
}

extension ItemStore {
    /// Deletes every item with all of these attributes. Returns their number.
    public func remove(
        _ schema: ItemSchema, _ attributes: [String: String]
    ) throws(VaultError) -> Int {
        try remove(schema, attributes) { _ in true }
    }
}

extension [String: String] {
    /// Whether all of `others` are among these.
    func include(_ others: [String: String]) -> Bool {
        others.allSatisfy { self[$0.key] == $0.value }
    }
}

/// The stamp of a new item: the time, but later than every one of `older`.
func nextStamp(after older: some Sequence<SecretItem>, now: Int = wallNanoseconds()) -> Int {
    older.reduce(now) { Swift.max($0, $1.stamp + 1) }
}
