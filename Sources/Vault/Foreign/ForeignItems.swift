// Secret items of other programs in the desktop's keyring: found, opened, and taken away.
public import Model

/// The items of another program.
public struct ForeignItems: Sendable {
    /// Where a program keeps its items.
    public enum Place: Equatable, Sendable {
        /// In a collection of its own.
        case collection(String)
        /// In any collection, marked with the name of a schema.
        case schema(String)
    }

    private let place: Place
    private let patience: VaultPatience
    private let prompting: SecretServiceStore.Prompting

    /// The items in a place.
    /// - Parameters:
    ///   - patience: How long calls may take.
    ///   - prompting: Whether the person may be asked to unlock the keyring.
    public init(
        _ place: Place, patience: VaultPatience = .standard,
        prompting: SecretServiceStore.Prompting
    ) {
        self.place = place
        self.patience = patience
        self.prompting = prompting
    }

    /// All of them with their secrets, in the order of the keyring; none where there is no such
    /// place.
    /// - Throws: What keeps the keyring from giving them.
    public func open() throws(VaultError) -> [ForeignItem] {
        try connect { (service) throws(VaultError) in
            var opened: [ForeignItem] = []
            for item in try found(service) {
                guard let secret = try service.secret(of: item) else { continue }
                opened.append(ForeignItem(item, secret))
            }
            return opened
        }
    }

    /// Deletes an item that was opened before, where it has the same secret still. Returns whether
    /// it had.
    public func remove(_ item: ForeignItem) throws(VaultError) -> Bool {
        try connect { (service) throws(VaultError) in
            for found in try found(service) where found.path == item.path {
                guard let secret = try service.secret(of: found), secret.equals(item.secret) else {
                    return false
                }
                return try service.delete(found)
            }
            return false
        }
    }

    private func found(
        _ service: SecretServiceConnection
    ) throws(VaultError) -> [SecretServiceItem] {
        switch place {
        case .collection(let name): try service.items(ofCollection: name) ?? []
        case .schema(let name): try service.find(["xdg:schema": name])
        }
    }

    private func connect<Output: Sendable>(
        _ body: @escaping @Sendable (SecretServiceConnection) throws(VaultError) -> Output
    ) throws(VaultError) -> Output {
        try SecretServiceConnection.load()
        return try SecretServiceConnection.open(patience, prompting, body)
    }
}

/// An item of another program, with its secret.
public final class ForeignItem: Sendable {
    /// Its place on the bus, which no other item gets.
    let path: String
    /// What it is found by.
    public let attributes: [String: String]
    /// What a person reads in the keyring's own program.
    public let label: String
    /// The secret.
    public let secret: Secret

    init(_ item: SecretServiceItem, _ secret: consuming Secret) {
        path = item.path
        attributes = item.description(ItemSchema(named: "")).attributes
        label = item.label
        self.secret = secret
    }
}
