// Long-term keys in the desktop's keyring.
public import Model

/// Keys as items of the Secret Service: attributes `profile` and `access-key-id`; the secret access
/// key alone, as text, is the secret.
public struct SecretServiceVault: Vault {
    private let store: SecretServiceStore

    /// A vault in the default collection.
    public init(
        patience: VaultPatience = .standard,
        prompting: SecretServiceStore.Prompting = .allowed(lock: nil)
    ) {
        store = SecretServiceStore(
            schema: SecretServiceStore.accessKeySchema, patience: patience, prompting: prompting)
    }

    /// The desktop's keyring.
    public var kind: VaultKind { .secretService }

    /// Whether the Secret Service answers, for choosing a vault; never raises a prompt.
    public static func answers(within limit: Duration) -> SecretServiceStore.Availability {
        SecretServiceStore.availability(within: limit)
    }

    /// Keeps `key` for `profile`. A key that was kept for it before is deleted after that.
    public func store(_ key: borrowing AccessKey, profile: String) throws(VaultError) {
        guard !profile.isEmpty else { throw .unsuitableName(profile) }
        try store.store(
            key.secret, attributes: ["profile": profile, "access-key-id": key.id.description],
            replacing: ["profile": profile],
            label: "AWS access key of \(profile) (\(key.id.masked))")
    }

    /// The key of `profile`.
    public func load(profile: String) throws(VaultError) -> AccessKey {
        guard let found = try store.load(["profile": profile]) else {
            throw .absent(profile: profile)
        }
        guard let text = found.item.attributes["access-key-id"], let id = AccessKeyID(text),
            found.secret.count > 0
        else { throw .damagedEntry(profile: profile) }
        return AccessKey(id: id, secret: found.secret.copy())
    }

    /// Forgets the key of `profile`.
    public func remove(profile: String) throws(VaultError) -> Bool {
        try store.remove(["profile": profile]) > 0
    }

    /// All keys, by the attributes of their items; of several for one profile, the latest.
    public func entries() throws(VaultError) -> [VaultEntry] {
        var latest: [String: VaultEntry] = [:]
        for item in try store.search([:]) {
            guard let profile = item.attributes["profile"],
                let id = item.attributes["access-key-id"].flatMap(AccessKeyID.init)
            else { continue }
            guard latest[profile] == nil else { continue }
            latest[profile] = VaultEntry(
                profile: profile, accessKeyID: id, created: item.created, modified: item.modified)
        }
        return latest.values.sorted { $0.profile < $1.profile }
    }
}
