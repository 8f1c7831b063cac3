// Secret items in the desktop's keyring: found by their attributes, kept in the default collection.
public import Model
internal import Synchronization
internal import System

/// Items of the Secret Service.
///
/// Source: Secret Service API draft 0.2 (freedesktop.org), libsecret reference 0.20.
public struct SecretServiceStore: ItemStore {
    /// How long calls may take.
    public let patience: VaultPatience
    /// Whether the person may be asked to unlock the keyring.
    public let prompting: Prompting
    /// The file that is locked while items of version 0.1 are moved over, and while any are removed:
    /// one that is removed must not be on its way to another place. Nil for none.
    let movingLock: String?
    /// How a locked keyring is opened where its own program asks nobody; nil for not at all.
    let offer: KeyringOffer?

    /// Whether the person may be asked to unlock the keyring.
    public enum Prompting: Equatable, Sendable {
        /// A locked keyring is an error.
        case forbidden
        /// The service may raise its prompt. Processes that name the same `lock`, a file that is
        /// made where it is missing, do so one after the other: gnome-keyring 42 shows one prompt
        /// and leaves whoever asked meanwhile without an answer.
        /// - Parameter byGNOME: Whether somebody would see GNOME's prompt. Where nobody would, a
        ///   locked keyring of GNOME's is an error at once.
        case allowed(lock: String?, byGNOME: Bool = true)
    }

    /// The items in the default collection.
    /// - Parameters:
    ///   - patience: How long calls may take.
    ///   - prompting: Whether the person may be asked to unlock the keyring.
    ///   - movingLock: The file, made where it is missing, that is locked while items of version 0.1
    ///     are moved over or any are removed; nil for none.
    ///   - offer: How a locked keyring is opened where its own program asks nobody, unless prompting
    ///     is forbidden; nil for not at all.
    public init(
        patience: VaultPatience = .standard, prompting: Prompting = .allowed(lock: nil),
        movingLock: String? = nil, offer: KeyringOffer? = nil
    ) {
        self.patience = patience
        self.prompting = prompting
        self.movingLock = movingLock
        self.offer = offer
    }

    /// The right to move or to remove.
    /// - Throws: `SystemError` where another process has it for longer than `limit`.
    private func lock(within limit: Duration) throws(SystemError) -> FileLock? {
        guard let movingLock else { return nil }
        return try FileLock(path: movingLock, within: limit)
    }

    /// Moves items of version 0.1 over, where nobody else does so or removes any now. What fails, or
    /// takes too long, is done another time.
    private func moveOver(
        _ schema: ItemSchema, where isUsable: @escaping @Sendable (borrowing OpenItem) -> Bool
    ) {
        do throws(SystemError) {
            let lock = try lock(within: .zero)
            defer { extendLifetime(lock) }
            try? connect { (service) throws(VaultError) in
                try service.moveOver(schema, where: isUsable)
            }
        } catch {}
    }

    /// The desktop's keyring.
    public var kind: VaultKind { .secretService }

    // MARK: ItemStore

    /// Keeps `secret`.
    ///
    /// Of several who store at once each deletes all but the newest, by the one order that all of
    /// them see, so that one item stays. Where the call takes too long, the item is looked for: the
    /// service may have made it all the same.
    /// - Throws: `VaultError.mayStillStore` where it may yet come.
    public func store(
        _ secret: borrowing Secret, schema: ItemSchema, attributes: [String: String],
        replacing replaced: [String: String], label: String
    ) throws(VaultError) {
        let marked = try schema.marked(attributes)
        _ = try schema.marked(replaced)
        try Self.check(label)
        try SecretServiceConnection.load()
        let value = SecretValueReference(secret)
        let token = String(UInt64.random(in: 0 ... .max), radix: 36)
        let request = Request()
        do throws(VaultError) {
            try connect { (service) throws(VaultError) in
                let collection = try service.openDefaultCollection()
                let before = try service.items(schema, replaced)
                var attributes = marked
                attributes[ItemAttribute.stamp] =
                    String(nextStamp(after: before.map(\.item)))
                attributes[Self.token] = token
                request.isSent.withLock { $0 = true }
                _ = try service.create(
                    in: collection, attributes: attributes, label: label, value: value)
                let standing = try service.items(schema, replaced).newestFirst
                // What a person would rather keep hides nothing: the newest counts.
                do throws(VaultError) {
                    for older in standing.dropFirst() { _ = try service.delete(older.found) }
                } catch .refused {}
            }
        } catch {
            guard case .timedOut(let limit, _) = error, request.isSent.withLock({ $0 }) else {
                throw error
            }
            guard has(schema, token) else { throw .mayStillStore(after: limit) }
        }
    }

    /// Whether the service was asked to make the item.
    private final class Request: Sendable {
        let isSent = Mutex(false)
    }

    /// What an item can be found by that may or may not have come.
    private static let token = "credtool:token"

    private func has(_ schema: ItemSchema, _ token: String) -> Bool {
        let quick = SecretServiceStore(
            patience: VaultPatience(call: .seconds(1), prompt: .seconds(1)), prompting: .forbidden)
        do throws(VaultError) {
            return try !quick.search(schema, [Self.token: token]).isEmpty
        } catch { return false }
    }

    /// An item that was loaded.
    private struct Loaded: ~Copyable, Sendable {
        let item: OpenItem
        /// Whether it was found as version 0.1 left it.
        let isFormer: Bool

        consuming func takeItem() -> OpenItem { item }
    }

    /// The newest item that is usable. One that version 0.1 stored is moved over.
    public func load(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isUsable: @escaping @Sendable (borrowing OpenItem) -> Bool
    ) throws(VaultError) -> OpenItem? {
        _ = try schema.marked(attributes)
        try SecretServiceConnection.load()
        let loaded = try connect { (service) throws(VaultError) -> Loaded? in
            // What was found may be replaced before it is opened; then there is another.
            for _ in 0..<10 {
                let found = try service.find(schema, attributes).newestFirst
                var newest: OpenItem?
                for place in found {
                    guard let secret = try service.secret(of: place.found) else { continue }
                    let item = OpenItem(item: place.item, secret: secret)
                    if isUsable(item) { return Loaded(item: item, isFormer: place.isFormer) }
                    if newest == nil { newest = consume item }
                }
                if let newest { return Loaded(item: newest, isFormer: false) }
                if found.isEmpty { break }
            }
            return nil
        }
        guard let loaded = consume loaded else { return nil }
        // Once the item is in hand: how long moving takes is no reason to be without it.
        if loaded.isFormer { moveOver(schema, where: isUsable) }
        return loaded.takeItem()
    }

    /// Deletes items, those of version 0.1 among them.
    public func remove(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isChosen: @escaping @Sendable (SecretItem) -> Bool
    ) throws(VaultError) -> Int {
        _ = try schema.marked(attributes)
        try SecretServiceConnection.load()
        // Whoever holds it for longer hangs, and what is to go goes all the same.
        let lock = try? lock(within: .seconds(5))
        defer { extendLifetime(lock) }
        return try connect { (service) throws(VaultError) in
            var count = 0
            for place in try service.find(schema, attributes, alsoFormer: true)
            where isChosen(place.item) {
                if try service.delete(place.found) { count += 1 }
            }
            return count
        }
    }

    /// The items with all of these attributes. The keyring is unlocked for it, because it hides
    /// attributes while it is locked.
    public func search(
        _ schema: ItemSchema, _ attributes: [String: String]
    ) throws(VaultError) -> [SecretItem] {
        _ = try schema.marked(attributes)
        try SecretServiceConnection.load()
        return try connect { (service) throws(VaultError) in
            try service.find(schema, attributes).newestFirst.map(\.item)
        }
    }

    private func connect<Output: ~Copyable & Sendable>(
        _ body: @escaping @Sendable (SecretServiceConnection) throws(VaultError) -> Output
    ) throws(VaultError) -> Output {
        try KeyringAccess(patience: patience, prompting: prompting, offer: offer).connect(body)
    }

    /// A NUL would end the text on its way through C, and one name would pass for another.
    fileprivate static func check(_ text: String) throws(VaultError) {
        if text.utf8.contains(0) { throw .unsuitableName(text) }
    }
}

extension ItemSchema {
    /// The attributes with the schema's name among them.
    func marked(_ attributes: [String: String]) throws(VaultError) -> [String: String] {
        for (name, value) in attributes {
            try SecretServiceStore.check(name)
            try SecretServiceStore.check(value)
        }
        return mark(attributes)
    }

    fileprivate func mark(_ attributes: [String: String]) -> [String: String] {
        var marked = attributes
        marked["xdg:schema"] = name
        return marked
    }

    /// The same attributes by the names that version 0.1 had for them; nil where it had none.
    fileprivate func former(_ attributes: [String: String]) -> [String: String]? {
        var former: [String: String] = [:]
        for (name, value) in attributes {
            guard let old = formerNames[name] else { return nil }
            former[old] = value
        }
        return former
    }
}

/// An item where it was found.
struct FoundItem {
    let found: SecretServiceItem
    let item: SecretItem
    /// Whether it has the attributes of version 0.1.
    let isFormer: Bool

    init(_ found: SecretServiceItem, _ schema: ItemSchema) {
        self.found = found
        let described = found.description(schema)
        isFormer =
            !schema.formerNames.isEmpty
            && schema.formerNames.allSatisfy { described.attributes[$0.key] == nil }
            && schema.formerNames.contains { described.attributes[$0.value] != nil }
        guard isFormer else {
            item = described
            return
        }
        var attributes = described.attributes
        for (name, old) in schema.formerNames {
            attributes[name] = attributes.removeValue(forKey: old)
        }
        item = SecretItem(
            schema: schema, attributes: attributes, label: described.label,
            created: described.created, modified: described.modified)
    }
}

extension [FoundItem] {
    /// Puts items in the one order that every reader sees. Items of one stamp, as those of version
    /// 0.1 within a second, go by their paths, whose number at the end grows.
    fileprivate var newestFirst: [FoundItem] {
        map { ($0, $0.item.stamp, $0.found.path) }
            .sorted { ($0.1, $0.2.utf8.count, $0.2) > ($1.1, $1.2.utf8.count, $1.2) }
            .map(\.0)
    }
}

extension SecretServiceConnection {
    /// The items with these attributes, by today's names or by those of version 0.1; locked ones too.
    fileprivate func items(
        _ schema: ItemSchema, _ attributes: [String: String]
    ) throws(VaultError) -> [FoundItem] {
        var found = try search(schema.mark(attributes))
        // Without attributes, the schema alone finds both.
        if !attributes.isEmpty, let former = schema.former(attributes) {
            found += try search(schema.mark(former))
        }
        return found.map { FoundItem($0, schema) }
    }

    /// The same, unlocked. What version 0.1 stored is looked for where there is nothing else.
    fileprivate func find(
        _ schema: ItemSchema, _ attributes: [String: String], alsoFormer: Bool = false
    ) throws(VaultError) -> [FoundItem] {
        var found = try find(schema.mark(attributes))
        if !attributes.isEmpty, found.isEmpty || alsoFormer,
            let former = schema.former(attributes)
        {
            found += try find(schema.mark(former))
        }
        return found.map { FoundItem($0, schema) }
    }

    /// Gives the items of version 0.1 the attributes of today, so that no other program replaces
    /// them. Each new item stands before the old one goes, and is as old as that.
    fileprivate func moveOver(
        _ schema: ItemSchema, where isUsable: (borrowing OpenItem) -> Bool
    ) throws(VaultError) {
        let collection = try openDefaultCollection()
        for place in try items(schema, [:]) where place.isFormer {
            guard let secret = try secret(of: place.found) else { continue }
            let value = SecretValueReference(secret)
            guard isUsable(OpenItem(item: place.item, secret: secret)) else { continue }
            var attributes = schema.mark(place.item.attributes)
            attributes[ItemAttribute.stamp] = String(place.item.stamp)
            let new = try create(
                in: collection, attributes: attributes, label: place.item.label, value: value)
            // Where there is no lock: who deletes the old item keeps the new one.
            if try !delete(place.found) { _ = try delete(new) }
        }
    }
}

extension SecretServiceStore {
    /// What a first question to the Secret Service showed.
    public enum Availability: Equatable, Sendable {
        /// It answers and has a default collection, which may be locked.
        case answers(locked: Bool)
        /// It cannot be used.
        case unavailable(VaultError)
    }

    /// Asks for the Secret Service without ever raising a prompt.
    public static func availability(within limit: Duration) -> Availability {
        do throws(VaultError) {
            try SecretServiceConnection.load()
            let locked = try SecretServiceConnection.open(
                VaultPatience(call: limit, prompt: limit), .forbidden
            ) { (service) throws(VaultError) in
                SecretServiceConnection.isLocked(try service.defaultCollection())
            }
            return .answers(locked: locked)
        } catch {
            return .unavailable(error)
        }
    }
}
