// Items with their secrets, all of them opened: what a backup holds.
public import Model

/// Secret items, whose secrets stand one behind the other in one piece of locked memory.
public struct OpenItems: ~Copyable, Sendable {
    /// All but the secrets.
    public private(set) var items: [SecretItem]
    /// The secrets as a vault file seals them.
    private(set) var secrets: Secret
    private var ranges: [Range<Int>]

    /// None yet.
    public init() { self.init([], Secret(""), []) }

    /// - Parameter ranges: Where each item's secret stands in `secrets`.
    init(_ items: [SecretItem], _ secrets: consuming Secret, _ ranges: [Range<Int>]) {
        self.items = items
        self.secrets = secrets
        self.ranges = ranges
    }

    /// Puts an item behind the others.
    public mutating func add(_ item: SecretItem, _ secret: borrowing Secret) {
        let start = secrets.count + 4
        let longer = Secret(capacity: start + secret.count) { room in
            var writer = SecretWriter(room)
            secrets.withBytes { writer.write($0) }
            withUnsafeBytes(of: UInt32(secret.count).bigEndian) { writer.write($0) }
            secret.withBytes { writer.write($0) }
            return writer.count
        }
        items.append(item)
        ranges.append(start..<longer.count)
        secrets = longer
    }

    /// The secret of the item at `index`.
    public borrowing func secret(_ index: Int) -> Secret { secrets.part(ranges[index]) }

    /// Whether both are the same, secrets and all.
    public borrowing func equals(_ other: borrowing OpenItems) -> Bool {
        items == other.items && secrets.equals(other.secrets)
    }
}
