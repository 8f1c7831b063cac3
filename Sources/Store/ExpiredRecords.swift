// Records of a vault that are over, and that nobody has taken away yet.
public import Model
public import Vault

/// What a vault holds that is never given out again.
public struct ExpiredRecords: Sendable {
    private let items: any ItemStore
    private static let schemas = [ItemSchema.record, .session]

    /// Those among the items of a vault.
    public init(_ items: any ItemStore) { self.items = items }

    /// How many there are; no secret is opened.
    /// - Throws: What keeps the vault from telling.
    public func count(now: Timestamp = .now()) throws(VaultError) -> Int {
        var count = 0
        for schema in Self.schemas {
            for item in try items.search(schema, [:]) where Self.isOver(item, now) { count += 1 }
        }
        return count
    }

    /// Deletes them. Returns how many there were.
    /// - Throws: What keeps the vault from deleting them.
    public func remove(now: Timestamp = .now()) throws(VaultError) -> Int {
        var count = 0
        for schema in Self.schemas {
            count += try items.remove(schema, [:]) { Self.isOver($0, now) }
        }
        return count
    }

    private static func isOver(_ item: SecretItem, _ now: Timestamp) -> Bool {
        item.attributes[ItemAttribute.expires].flatMap { Int($0) }
            .map { $0 <= now.secondsSinceEpoch } ?? false
    }
}
