// What restoring a backup would do, decided before anything is stored.
internal import Model
internal import SignIn
internal import Vault

/// What a backup has for a profile, and what becomes of it.
struct RestoreRow: Equatable {
    /// What it is.
    enum Thing: Equatable {
        case key(AccessKeyID)
        case certificate(serial: String)

        var text: String {
            switch self {
            case .key(let id): "key \(id.masked)"
            case .certificate(let serial): "certificate \(serial)"
            }
        }
    }

    /// What stands in its place now.
    enum Standing: Equatable {
        case nothing
        /// The very same, there.
        case same(VaultKind)
        case another(Thing, VaultKind)
    }

    /// What is done.
    enum Step: Equatable {
        case store
        case keep
        case replace
        case leaveOut
    }

    /// Its place among the items of the backup.
    let index: Int
    let profile: String
    let thing: Thing
    let standing: Standing

    func step(replacing mayReplace: Bool) -> Step {
        switch standing {
        case .nothing: .store
        case .same: .keep
        case .another: mayReplace ? .replace : .leaveOut
        }
    }

    /// The row of the table.
    func cells(to kind: VaultKind, replacing mayReplace: Bool) -> [String] {
        let what =
            switch (standing, step(replacing: mayReplace)) {
            case (.same(let vault), _): "is in the \(vault.rawValue) vault already"
            case (.another(let other, let vault), .replace):
                "replaces \(other.text) of the \(vault.rawValue) vault, in the \(kind.rawValue) vault"
            case (.another(let other, let vault), _):
                "is left out: \(other.text) is in the \(vault.rawValue) vault"
            case (.nothing, _): "goes into the \(kind.rawValue) vault"
            }
        return [profile, thing.text, what]
    }

    static func table(
        _ rows: [RestoreRow], to kind: VaultKind, replacing mayReplace: Bool
    ) -> String {
        inColumns(
            [["PROFILE", "BACKUP HAS", "WHICH"]]
                + rows.map { $0.cells(to: kind, replacing: mayReplace) })
    }

    /// The places of the items that count, by profile: of several of a kind for one, the newest. What
    /// else a copy of a file vault may hold, such as sign-ins, is left alone.
    static func chosen(_ items: [SecretItem]) -> [(index: Int, profile: String)] {
        var newest: [String: Int] = [:]
        for (index, item) in items.enumerated() {
            guard let name = Self.name(item) else { continue }
            if let other = newest[name], items[other].stamp > item.stamp { continue }
            newest[name] = index
        }
        return newest.values.compactMap { index in
            Self.profile(items[index]).map { (index, $0) }
        }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    }

    private static func name(_ item: SecretItem) -> String? {
        profile(item).map { "\(item.schema.name) \($0)" }
    }

    private static func profile(_ item: SecretItem) -> String? {
        switch item.schema {
        case .accessKey:
            guard item.attributes[ItemAttribute.accessKeyID].flatMap(AccessKeyID.init) != nil,
                let profile = item.attributes[ItemAttribute.profile], !profile.isEmpty
            else { return nil }
            return profile
        case .record:
            return item.attributes[ItemAttribute.record].flatMap {
                CertificateStore.profile(recordName: $0)
            }
        default: return nil
        }
    }
}
