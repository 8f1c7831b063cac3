// The items of envchain: a variable each, gathered to the keys that they are halves of.
internal import Model

/// What envchain keeps for one namespace of variables.
///
/// Source: envchain 1.1, envchain_linux.c.
public struct EnvchainNamespace: Sendable {
    /// The schema of its items, which have the attributes `name` (the namespace) and `key` (the
    /// variable).
    public static let schema = "envchain.EnvironmentVariable"

    /// Its name.
    public let name: String
    /// The item of AWS_ACCESS_KEY_ID.
    public let id: ForeignItem
    /// The item of AWS_SECRET_ACCESS_KEY.
    public let secret: ForeignItem
    /// Whether a session token stands beside them.
    public let isTemporary: Bool

    /// The namespaces that have both halves of a key, in the order of their names. Of several items
    /// for one variable, the first counts.
    public static func all(in items: [ForeignItem]) -> [EnvchainNamespace] {
        var variables: [String: [String: ForeignItem]] = [:]
        for item in items {
            guard let name = item.attributes["name"], let variable = item.attributes["key"] else {
                continue
            }
            if variables[name]?[variable] == nil {
                variables[name, default: [:]][variable] = item
            }
        }
        return variables.sorted { $0.key < $1.key }.compactMap { name, items in
            guard let id = items["AWS_ACCESS_KEY_ID"], let secret = items["AWS_SECRET_ACCESS_KEY"]
            else { return nil }
            let token = items["AWS_SESSION_TOKEN"] ?? items["AWS_SECURITY_TOKEN"]
            return EnvchainNamespace(
                name: name, id: id, secret: secret, isTemporary: (token?.secret.count ?? 0) > 0)
        }
    }

    /// The key.
    public func key() -> ForeignKey {
        ForeignKey(id: id.secret.copy(), secret: secret.secret.copy(), isTemporary: isTemporary)
    }
}
