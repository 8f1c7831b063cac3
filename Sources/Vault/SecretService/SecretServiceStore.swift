// Items of one schema in the Secret Service: found by their attributes, kept in the default collection.
public import Model

/// A kind of item in the Secret Service, by the name of its schema.
///
/// Source: Secret Service API draft 0.2 (freedesktop.org), libsecret reference 0.20.
public struct SecretServiceStore: Sendable {
    /// The schema's name, which every item carries in the attribute `xdg:schema`.
    public let schema: String
    /// How long calls may take.
    public let patience: VaultPatience
    /// Whether the person may be asked to unlock the keyring.
    public let prompting: Prompting

    /// Whether the person may be asked to unlock the keyring.
    public enum Prompting: Equatable, Sendable {
        /// A locked keyring is an error.
        case forbidden
        /// The service may raise its prompt. Processes that name the same `lock`, a file that is
        /// made where it is missing, do so one after the other: gnome-keyring 42 shows one prompt
        /// and leaves whoever asked meanwhile without an answer.
        case allowed(lock: String?)
    }

    /// The schema of long-term keys; attributes `profile` and `access-key-id`.
    public static let accessKeySchema = "io.github.credtool.AccessKey"
    /// The schema of sessions, where the kernel keeps none; attribute `fingerprint` and others.
    public static let sessionSchema = "io.github.credtool.Session"

    /// The items of `schema`.
    public init(
        schema: String, patience: VaultPatience = .standard,
        prompting: Prompting = .allowed(lock: nil)
    ) {
        self.schema = schema
        self.patience = patience
        self.prompting = prompting
    }

    /// An item without its secret.
    public struct Item: Equatable, Sendable {
        /// All of its attributes, the schema's name among them.
        public let attributes: [String: String]
        /// When it was made.
        public let created: Timestamp
        /// When it was last changed.
        public let modified: Timestamp
    }

    /// An item with its secret.
    public struct OpenItem: ~Copyable, Sendable {
        /// All but the secret.
        public let item: Item
        /// The secret.
        public let secret: Secret
    }

    /// Keeps `secret` under `attributes`.
    ///
    /// - Parameters:
    ///   - attributes: What the item can be found by. Neither names nor values may have a NUL.
    ///   - outdated: Items with all of these attributes are deleted once the new one stands; where
    ///     it is left out, those with all of `attributes`.
    ///   - label: What a person reads in the keyring's own program.
    public func store(
        _ secret: borrowing Secret, attributes: [String: String],
        replacing outdated: [String: String]? = nil, label: String
    ) throws(VaultError) {
        let marked = try mark(attributes)
        let outdated = try mark(outdated ?? attributes)
        try Self.check(label)
        try SecretServiceConnection.load()
        let value = SecretValueReference(secret)
        try connect { (service) throws(VaultError) in
            let collection = try service.openDefaultCollection()
            // Looked for before the new item is made: of two who store at once, at most one finds
            // the other's new item, so that at least one of the two stays.
            let before = try service.search(outdated)
            try service.create(in: collection, attributes: marked, label: label, value: value)
            for item in before { _ = try service.delete(item) }
        }
    }

    /// The item with all of these attributes, the one changed last where there are several; nil
    /// where there is none.
    public func load(_ attributes: [String: String]) throws(VaultError) -> OpenItem? {
        let marked = try mark(attributes)
        try SecretServiceConnection.load()
        return try connect { (service) throws(VaultError) in
            // What was found may be replaced before it is opened; then there is another.
            for _ in 0..<10 {
                let found = try service.find(marked)
                for item in Self.newestFirst(found) {
                    guard let secret = try service.secret(of: item) else { continue }
                    return OpenItem(item: item.description, secret: secret)
                }
                if found.isEmpty { break }
            }
            return nil
        }
    }

    /// Orders items so that every reader takes the same one of several. Dates are whole seconds;
    /// within one, gnome-keyring's later item has the higher number at the end of its path.
    private static func newestFirst(_ items: [SecretServiceItem]) -> [SecretServiceItem] {
        items.map { ($0, $0.description.modified, $0.path) }
            .sorted { ($0.1, $0.2.utf8.count, $0.2) > ($1.1, $1.2.utf8.count, $1.2) }
            .map(\.0)
    }

    /// Deletes every item with all of these attributes. Returns their number.
    public func remove(_ attributes: [String: String]) throws(VaultError) -> Int {
        let marked = try mark(attributes)
        try SecretServiceConnection.load()
        return try connect { (service) throws(VaultError) in
            var count = 0
            for item in try service.find(marked) where try service.delete(item) { count += 1 }
            return count
        }
    }

    /// The items with all of these attributes, the latest first; no secret is opened. The keyring is
    /// unlocked for it, because it hides attributes while it is locked.
    public func search(_ attributes: [String: String]) throws(VaultError) -> [Item] {
        let marked = try mark(attributes)
        try SecretServiceConnection.load()
        return try connect { (service) throws(VaultError) in
            Self.newestFirst(try service.find(marked)).map(\.description)
        }
    }

    private func connect<Output: ~Copyable & Sendable>(
        _ body: @escaping @Sendable (SecretServiceConnection) throws(VaultError) -> Output
    ) throws(VaultError) -> Output {
        let prompting = prompting
        return try withDeadline(patience) { (deadline) throws(VaultError) in
            try body(SecretServiceConnection(within: deadline, prompting: prompting))
        }
    }

    private func mark(_ attributes: [String: String]) throws(VaultError) -> [String: String] {
        for (name, value) in attributes {
            try Self.check(name)
            try Self.check(value)
        }
        var marked = attributes
        marked["xdg:schema"] = schema
        return marked
    }

    /// A NUL would end the text on its way through C, and one name would pass for another.
    private static func check(_ text: String) throws(VaultError) {
        if text.utf8.contains(0) { throw .unsuitableName(text) }
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
            let locked = try withDeadline(VaultPatience(call: limit, prompt: limit)) {
                (deadline) throws(VaultError) in
                let service = try SecretServiceConnection(within: deadline, prompting: .forbidden)
                return SecretServiceConnection.isLocked(try service.defaultCollection())
            }
            return .answers(locked: locked)
        } catch {
            return .unavailable(error)
        }
    }
}
