// The provider of keys in plain text: a last resort, and never in silence.
internal import Model
internal import Planning

extension PlanRunner {
    /// The key that stands in one of the files.
    func staticKey(_ key: StaticKey) throws(EngineError) -> Credentials {
        effects.report(.plainKey(key))
        do { return try effects.loadPlainKey(key) } catch { throw .plainKey(error, key: key) }
    }
}
