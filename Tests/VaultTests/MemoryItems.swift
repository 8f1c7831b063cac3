// A vault in memory that can be told to be out of order.
import Model
import Synchronization

@testable import Vault

final class MemoryItems: ItemStore {
    private struct State {
        var items: [(item: SecretItem, secret: [UInt8])] = []
        var failure: VaultError?
        var calls = 0
        /// Whether it keeps something else than it is given.
        var garbles = false
        /// Is told of each change, before it.
        var beforeChange: (@Sendable () throws(VaultError) -> Void)?
    }

    let kind: VaultKind
    private let state = Mutex(State())

    init(_ kind: VaultKind) { self.kind = kind }

    /// Why it does not answer; nil where it does.
    var failure: VaultError? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }

    var beforeChange: (@Sendable () throws(VaultError) -> Void)? {
        get { state.withLock { $0.beforeChange } }
        set { state.withLock { $0.beforeChange = newValue } }
    }

    var garbles: Bool {
        get { state.withLock { $0.garbles } }
        set { state.withLock { $0.garbles = newValue } }
    }

    /// How often it was asked for anything.
    var calls: Int { state.withLock { $0.calls } }

    /// The secrets that it holds, whether they count or not.
    var secrets: [String] {
        state.withLock { $0.items.map { String(decoding: $0.secret, as: UTF8.self) } }.sorted()
    }

    private func check() throws(VaultError) {
        state.withLock { $0.calls += 1 }
        if let failure { throw failure }
    }

    private func change() throws(VaultError) {
        try check()
        if let beforeChange { try beforeChange() }
    }

    /// Puts an item in as another program, or an older version, would.
    func plant(
        _ secret: String, profile: String, id: String?, stamp: Int? = nil, second: Int = 1
    ) {
        var attributes = [ItemAttribute.profile: profile]
        attributes[ItemAttribute.accessKeyID] = id
        attributes[ItemAttribute.stamp] = stamp.map { String($0) }
        let date = Timestamp(secondsSinceEpoch: second)
        let item = SecretItem(
            schema: .accessKey, attributes: attributes, label: "", created: date, modified: date)
        state.withLock { $0.items.append((item, Array(secret.utf8))) }
    }

    func store(
        _ secret: borrowing Secret, schema: ItemSchema, attributes: [String: String],
        replacing replaced: [String: String], label: String
    ) throws(VaultError) {
        try change()
        let bytes = garbles ? Array("else".utf8) : secret.withBytes { Array($0) }
        state.withLock { state in
            let old = state.items.filter {
                $0.item.schema == schema && $0.item.attributes.include(replaced)
            }
            var attributes = attributes
            attributes[ItemAttribute.stamp] = String(nextStamp(after: old.map(\.item)))
            state.items.removeAll {
                $0.item.schema == schema && $0.item.attributes.include(replaced)
            }
            state.items.append(
                (
                    SecretItem(
                        schema: schema, attributes: attributes, label: label, created: .now(),
                        modified: .now()), bytes
                ))
        }
    }

    func load(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isUsable: @escaping @Sendable (borrowing OpenItem) -> Bool
    ) throws(VaultError) -> OpenItem? {
        let found = try search(schema, attributes)
        func open(_ item: SecretItem) -> OpenItem {
            let bytes = state.withLock { $0.items.first { $0.item == item }?.secret ?? [] }
            return OpenItem(item: item, secret: Secret(String(decoding: bytes, as: UTF8.self)))
        }
        for item in found {
            let opened = open(item)
            if isUsable(opened) { return opened }
        }
        return found.first.map { open($0) }
    }

    func search(
        _ schema: ItemSchema, _ attributes: [String: String]
    ) throws(VaultError) -> [SecretItem] {
        try check()
        return state.withLock { $0.items.map(\.item) }
            .filter { $0.schema == schema && $0.attributes.include(attributes) }
            .sorted { $0.stamp > $1.stamp }
    }

    func remove(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isChosen: @escaping @Sendable (SecretItem) -> Bool
    ) throws(VaultError) -> Int {
        try change()
        return state.withLock { state in
            let before = state.items.count
            state.items.removeAll {
                $0.item.schema == schema && $0.item.attributes.include(attributes)
                    && isChosen($0.item)
            }
            return before - state.items.count
        }
    }
}
