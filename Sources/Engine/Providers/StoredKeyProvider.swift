// The provider of long-term keys: the vault.
internal import Model
internal import Planning
internal import Vault

extension PlanRunner {
    /// The key itself, checked against what the plan was made for.
    func storedKey(_ stored: StoredKey) throws(EngineError) -> Credentials {
        let key: AccessKey
        do { key = try effects.keys.load(stored) } catch { throw .vault(error, key: stored) }
        guard key.id == stored.accessKeyID else { throw .otherKey(key.id, key: stored) }
        return Credentials(key)
    }
}
