// The Secret Service as one connection sees it: bus, session, collections, items.
internal import CSecret
internal import Model
internal import System

/// A session with the Secret Service, used on one thread within one deadline.
struct SecretServiceConnection {
    private let prompting: SecretServiceStore.Prompting
    let deadline: Deadline
    let bus: ObjectReference
    let service: ObjectReference
    /// The service's unique name, which it cannot come back under.
    private let owner: String
    let isGNOMEKeyring: Bool

    private static let busName = "org.freedesktop.secrets"
    private static let gnomeKeyring = "org.gnome.keyring"
    private static let prompters = [
        "org.gnome.keyring.SystemPrompter", "org.gnome.keyring.PrivatePrompter",
    ]

    /// Loads the libraries, which has to happen before there is a `Deadline`.
    static func load() throws(VaultError) {
        var library: UnsafePointer<CChar>?
        guard let reason = csecret_load(&library) else { return }
        // Whichever of the four is missing: libsecret's package brings all of them.
        throw .library(
            LibraryUnavailable(
                library: library.map { String(cString: $0) } ?? "", package: "libsecret-1-0",
                reason: String(cString: reason)))
    }

    /// Does `body` with a connection of its own, on a thread of its own.
    ///
    /// KDE's wallet 5.103 and libsecret disagree on one session in 120, where a number of the key
    /// exchange begins with a zero byte. What failed of that is done again with another session.
    static func open<Output: ~Copyable & Sendable>(
        _ patience: VaultPatience, _ prompting: SecretServiceStore.Prompting,
        _ body: @escaping @Sendable (SecretServiceConnection) throws(VaultError) -> Output
    ) throws(VaultError) -> Output {
        var attempts = 1
        while true {
            do throws(VaultError) {
                return try withDeadline(patience) { (deadline) throws(VaultError) in
                    try body(SecretServiceConnection(within: deadline, prompting: prompting))
                }
            } catch {
                guard error.isOfOneSession, attempts < 6 else { throw error }
                attempts += 1
                csecret_service_forget()
            }
        }
    }

    /// Connects to the bus, has the service started if need be, and opens an encrypted session.
    init(
        within deadline: Deadline, prompting: SecretServiceStore.Prompting
    ) throws(VaultError) {
        self.deadline = deadline
        self.prompting = prompting
        var error: OpaquePointer?
        guard let bus = csecret_bus(deadline.cancellable, &error) else {
            throw .noBus(reason: ServiceFailure(taking: error).message)
        }
        self.bus = ObjectReference(bus)

        // Asked for by name, because libsecret builds its objects for a service that is not there.
        if try !Self.isOwned(Self.busName, on: bus, deadline),
            csecret_start(bus, Self.busName, deadline.cancellable, &error) == 0
        {
            throw ServiceFailure(taking: error).vaultError
        }
        guard let service = csecret_service(deadline.cancellable, &error) else {
            throw Self.reason(error)
        }
        self.service = ObjectReference(service)
        var name = [CChar](repeating: 0, count: 256)
        guard csecret_service_owner(service, &name, name.count) == 1 else { throw .connectionLost }
        owner = String(nulTerminated: name)
        isGNOMEKeyring = try Self.isOwned(Self.gnomeKeyring, on: bus, deadline)

        // libsecret falls back to "plain" without a word where the service knows no better.
        guard let algorithms = csecret_service_algorithms(service),
            String(cString: algorithms) != "plain"
        else { throw .unencryptedSession }
    }

    /// The service's process; nil where the bus does not tell.
    var process: Int? {
        var error: OpaquePointer?
        let process = csecret_owner_process(bus.pointer, owner, deadline.cancellable, &error)
        guard process > 0 else {
            if process < 0 { _ = ServiceFailure(taking: error) }
            return nil
        }
        return Int(process)
    }

    static func reason(_ error: OpaquePointer?) -> VaultError {
        ServiceFailure(taking: error).vaultErrorOnceConnected
    }

    private static func isOwned(
        _ name: String, on bus: OpaquePointer, _ deadline: Deadline
    ) throws(VaultError) -> Bool {
        var error: OpaquePointer?
        let owned = csecret_has_owner(bus, name, .max, deadline.cancellable, &error)
        guard owned >= 0 else { throw Self.reason(error) }
        return owned == 1
    }

    /// The items that have all of these attributes, locked ones too.
    func search(_ attributes: [String: String]) throws(VaultError) -> [SecretServiceItem] {
        try whileThingsVanish { () throws(ServiceFailure) in try searchOnce(attributes) }
    }

    /// libsecret looks at every object that it was told of, and fails where another program has
    /// deleted one meanwhile.
    private func whileThingsVanish<Output>(
        _ body: () throws(ServiceFailure) -> Output
    ) throws(VaultError) -> Output {
        var attempts = 1
        while true {
            do throws(ServiceFailure) {
                return try body()
            } catch {
                guard error.isVanishedObject, attempts < 10 else {
                    throw error.vaultErrorOnceConnected
                }
                attempts += 1
            }
        }
    }

    private func searchOnce(
        _ attributes: [String: String]
    ) throws(ServiceFailure) -> [SecretServiceItem] {
        var items: UnsafeMutablePointer<OpaquePointer?>?
        var error: OpaquePointer?
        let count = withAttributes(attributes) { list, count in
            csecret_search(service.pointer, list, count, &items, deadline.cancellable, &error)
        }
        guard count >= 0 else { throw ServiceFailure(taking: error) }
        return Self.taking(items, count)
    }

    /// The items of an array that came from the library.
    private static func taking(
        _ items: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
    ) -> [SecretServiceItem] {
        defer { csecret_items_free(items) }
        return UnsafeBufferPointer(start: items, count: count)
            .compactMap { $0.map { SecretServiceItem(ObjectReference($0)) } }
    }

    /// All items of the collection of that name, unlocked; nil where there is no such collection.
    func items(ofCollection name: String) throws(VaultError) -> [SecretServiceItem]? {
        guard let collection = try collection(named: name) else { return nil }
        if Self.isLocked(collection) { try unlock(collection) }
        return try whileThingsVanish { () throws(ServiceFailure) in
            var items: UnsafeMutablePointer<OpaquePointer?>?
            var error: OpaquePointer?
            let count = csecret_collection_items(
                collection.pointer, &items, deadline.cancellable, &error)
            guard count >= 0 else { throw ServiceFailure(taking: error) }
            return Self.taking(items, count)
        }
    }

    /// The collection whose path ends in the name, each byte but letters and digits written as `_2d`.
    ///
    /// Source: gnome-keyring, daemon/dbus/gkd-secret-util.c.
    func collection(named name: String) throws(VaultError) -> ObjectReference? {
        let letters = name.utf8.map { byte in
            byte.isUnreserved && !"-._~".utf8.contains(byte)
                ? String(decoding: [byte], as: UTF8.self) : "_\([byte].hex)"
        }
        var error: OpaquePointer?
        if let collection = csecret_collection_at(
            service.pointer, "/org/freedesktop/secrets/collection/\(letters.joined())",
            deadline.cancellable, &error)
        {
            return ObjectReference(collection)
        }
        let failure = ServiceFailure(taking: error)
        guard failure.isVanishedObject || failure.isAbsentObject else {
            throw failure.vaultErrorOnceConnected
        }
        return nil
    }

    /// The items that have all of these attributes, to be read without another question where it is
    /// gnome-keyring's.
    ///
    /// A locked collection may hide what it holds. Nothing found therefore means nothing there only
    /// when the default collection is open.
    func find(_ attributes: [String: String]) throws(VaultError) -> [SecretServiceItem] {
        guard isGNOMEKeyring else {
            // Opened first: KeePassXC would not answer the search before somebody has typed the
            // password. Each of its items stays locked until its use is allowed, and is found so.
            _ = try openDefaultCollection()
            return try search(attributes)
        }
        let found = try search(attributes)
        if found.isEmpty {
            let collection = try defaultCollection()
            guard Self.isLocked(collection) else { return [] }
            try unlock(collection)
        } else {
            let locked = found.filter(\.isLocked)
            guard !locked.isEmpty else { return found }
            // One prompt opens the whole collection and with it most often all of them.
            for item in locked { try unlock(item.reference) }
        }
        return try search(attributes)
    }

    /// The collection that an item is in, which its path begins with.
    private func collection(of item: SecretServiceItem) throws(VaultError) -> ObjectReference {
        let path = item.path
        let name = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        var error: OpaquePointer?
        guard
            let collection = csecret_collection_at(
                service.pointer, name, deadline.cancellable, &error)
        else { throw Self.reason(error) }
        return ObjectReference(collection)
    }

    /// The collection that the alias `default` names.
    func defaultCollection() throws(VaultError) -> ObjectReference {
        if let collection = try collection("default") { return collection }
        throw isGNOMEKeyring ? .noDefaultCollection : .foreignKeyringWithoutCollection
    }

    /// The collection that an alias names; nil where there is none.
    func collection(_ alias: String) throws(VaultError) -> ObjectReference? {
        var error: OpaquePointer?
        if let collection = csecret_collection(
            service.pointer, alias, deadline.cancellable, &error)
        {
            return ObjectReference(collection)
        }
        guard error != nil else { return nil }
        let failure = ServiceFailure(taking: error)
        // The alias may name a collection that no longer exists.
        guard failure.isVanishedObject else { throw failure.vaultErrorOnceConnected }
        return nil
    }

    /// Whether a collection is locked, by its own property.
    static func isLocked(_ collection: ObjectReference) -> Bool {
        csecret_collection_locked(collection.pointer) != 0
    }

    /// The default collection, unlocked.
    func openDefaultCollection() throws(VaultError) -> ObjectReference {
        let collection = try defaultCollection()
        if Self.isLocked(collection) { try unlock(collection) }
        return collection
    }

    /// Unlocks a collection or an item, for which the person may be asked.
    private func unlock(_ object: ObjectReference) throws(VaultError) {
        guard case .allowed(let lockPath, let byGNOME) = prompting, byGNOME || !isGNOMEKeyring
        else { throw isGNOMEKeyring ? .locked : .foreignKeyring }
        var error: OpaquePointer?
        let count = try whilePrompting { () throws(VaultError) in
            // Without a place for the lock, the prompt comes all the same.
            var lock: FileLock?
            if let lockPath { lock = try? FileLock(path: lockPath, within: .seconds(120)) }
            defer { extendLifetime(lock) }
            return csecret_unlock(
                service.pointer, UnsafeMutableRawPointer(object.pointer), deadline.cancellable,
                &error)
        }
        guard count >= 0 else { throw Self.reason(error) }
        guard count == 0 else { return }
        var prompterRuns = false
        for name in Self.prompters where try Self.isOwned(name, on: bus.pointer, deadline) {
            prompterRuns = true
        }
        throw reasonForDismissal(
            daemonRuns: try Self.isOwned(owner, on: bus.pointer, deadline),
            isGNOMEKeyring: isGNOMEKeyring, prompterRuns: prompterRuns)
    }

    /// Locks a collection.
    func lock(_ collection: ObjectReference) throws(VaultError) {
        var error: OpaquePointer?
        let count = csecret_lock(
            service.pointer, UnsafeMutableRawPointer(collection.pointer), deadline.cancellable,
            &error)
        guard count >= 0 else { throw Self.reason(error) }
        // Without an error, a person was asked and said no.
        guard count > 0 else { throw .refused }
    }

    /// gnome-keyring asks only when it unlocks. Other services may ask at any use of an item.
    private func attended<Output>(
        _ body: () throws(VaultError) -> Output
    ) throws(VaultError) -> Output {
        isGNOMEKeyring || prompting == .forbidden ? try body() : try whilePrompting(body)
    }

    private func whilePrompting<Output>(
        _ body: () throws(VaultError) -> Output
    ) throws(VaultError) -> Output {
        let bus = bus
        let owner = owner
        let isAlive = { @Sendable in
            var error: OpaquePointer?
            let owned = csecret_has_owner(bus.pointer, owner, 1000, nil, &error)
            return owned == 1 || owned < 0 && Self.reason(error) != .connectionLost
        }
        return try deadline.whilePrompting(isAlive: isAlive, body)
    }

    /// The item's secret; nil where the item vanished or has none.
    func secret(of item: SecretServiceItem) throws(VaultError) -> Secret? {
        if item.isLocked { try unlock(item.reference) }
        var error: OpaquePointer?
        let value = try attended { () throws(VaultError) in
            csecret_item_secret(item.reference.pointer, deadline.cancellable, &error)
        }
        guard let value else {
            guard error != nil else { return nil }
            let failure = ServiceFailure(taking: error)
            guard failure.isVanishedObject else { throw failure.vaultErrorOnceConnected }
            return nil
        }
        defer { csecret_value_unref(value) }
        var size = 0
        let bytes = csecret_value_bytes(value, &size)
        return Secret(copying: UnsafeRawBufferPointer(start: bytes, count: size))
    }

    /// Makes an item, also where there is one with the very same attributes.
    ///
    /// The service's own replacing would keep that item's path, and somebody who is about to delete
    /// the item found under this path would delete the new secret.
    func create(
        in collection: ObjectReference, attributes: [String: String], label: String,
        value: SecretValueReference
    ) throws(VaultError) -> SecretServiceItem {
        let item = try attended { () throws(VaultError) in
            try whileThingsVanish { () throws(ServiceFailure) in
                var error: OpaquePointer?
                let item = withAttributes(attributes) { list, count in
                    csecret_create(
                        collection.pointer, list, count, label, value.pointer,
                        deadline.cancellable, &error)
                }
                guard let item else { throw ServiceFailure(taking: error) }
                return item
            }
        }
        return SecretServiceItem(ObjectReference(item))
    }

    /// Deletes an item; returns whether it was still there.
    func delete(_ item: SecretServiceItem) throws(VaultError) -> Bool {
        // KeePassXC asks before it deletes, and needs no leave to read for that.
        if item.isLocked { try unlock(isGNOMEKeyring ? item.reference : collection(of: item)) }
        var error: OpaquePointer?
        let deleted = try attended { () throws(VaultError) in
            csecret_item_delete(item.reference.pointer, deadline.cancellable, &error)
        }
        if deleted != 0 {
            // KeePassXC calls its question answered where the answer was no.
            if !isGNOMEKeyring, try isStillThere(item) { throw .refused }
            return true
        }
        // Without an error, the person was asked and said no.
        guard error != nil else { throw .refused }
        let failure = ServiceFailure(taking: error)
        guard failure.isVanishedObject else { throw failure.vaultErrorOnceConnected }
        return false
    }

    /// Looked for by its schema: KeePassXC 2.7.4 crashes where an attribute of its own names an item
    /// that is in the recycle bin now.
    private func isStillThere(_ item: SecretServiceItem) throws(VaultError) -> Bool {
        guard let schema = item.attributes["xdg:schema"] else { return false }
        let path = item.path
        return try search(["xdg:schema": schema]).contains { $0.path == path }
    }
}
