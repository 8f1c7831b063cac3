// Records that outlive a login: where the user's keys are.
public import Model
public import Vault

/// The records of a vault. They last until they are removed; one that has an end is not given out
/// after it.
public struct DurableRecords: Sendable {
    private let items: any ItemStore

    /// The records among the items of a vault.
    public init(_ items: any ItemStore) { self.items = items }

    /// The newest record under `name`; nil where there is none, or it is over.
    /// - Throws: What keeps the vault from looking.
    public func load(
        name: String, now: Timestamp = .now()
    ) throws(VaultError) -> SecretRecord? {
        let found = try items.load(.record, [ItemAttribute.record: name]) { _ in true }
        guard let found else { return nil }
        let expiration = Self.expiration(found.item)
        if let expiration, expiration <= now { return nil }
        return SecretRecord(
            name: name, expiration: expiration,
            note: found.item.attributes[ItemAttribute.note] ?? "", bytes: found.takeSecret())
    }

    /// Keeps a record in place of an older one of its name. The new one stands before the old one
    /// goes, so that of a token that was renewed the old or the new is always there.
    /// - Throws: What keeps the vault from storing it; then the old one is still there.
    public func store(_ record: borrowing SecretRecord) throws(VaultError) {
        guard !record.name.isEmpty else { throw .unsuitableName(record.name) }
        let mine = [ItemAttribute.record: record.name]
        var attributes = mine
        attributes[ItemAttribute.note] = record.note
        if let expiration = record.expiration {
            attributes[ItemAttribute.expires] = String(expiration.secondsSinceEpoch)
        }
        try items.store(
            record.bytes, schema: .record, attributes: attributes, replacing: mine,
            label: "credtool: \(record.note)")
    }

    /// Forgets the record under `name`. Returns whether there was one.
    /// - Parameter limit: Leaves what has a later stamp; nil for none.
    public func remove(name: String, upTo limit: Int? = nil) throws(VaultError) -> Bool {
        try items.remove(.record, [ItemAttribute.record: name]) { item in
            limit.map { item.stamp <= $0 } ?? true
        } > 0
    }

    /// When the newest record under `name` was stored, in nanoseconds since the epoch; nil where there
    /// is none. No record is opened.
    public func stamp(name: String) throws(VaultError) -> Int? {
        try items.search(.record, [ItemAttribute.record: name]).first?.stamp
    }

    /// The records that are kept, without opening one; those that are over among them.
    public func summaries() throws(VaultError) -> [RecordSummary] {
        var names: Set<String> = []
        return try items.search(.record, [:]).compactMap { item in
            guard let name = item.attributes[ItemAttribute.record],
                names.insert(name).inserted
            else { return nil }
            return RecordSummary(
                name: name, expiration: Self.expiration(item),
                note: item.attributes[ItemAttribute.note] ?? "")
        }
    }

    private static func expiration(_ item: SecretItem) -> Timestamp? {
        item.attributes[ItemAttribute.expires].flatMap { Int($0) }
            .map { Timestamp(secondsSinceEpoch: $0) }
    }
}
