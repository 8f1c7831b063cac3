// Where the records of rotations are kept, and how one is found again.
internal import Model
internal import Store
internal import Vault

/// The rotations that are under way, one for each old key, each in the vault of the profile that it
/// was begun for.
///
/// A rotation is found by either of its keys and in every vault that answers: profiles can share a
/// key, and have copies of it in several vaults.
struct RotationRecords {
    /// A record and the vault that has it.
    struct Found: ~Copyable {
        let record: RotationRecord
        let vault: VaultKind
    }

    private let machine: Machine
    private static let start = "rotation:"

    init(_ machine: Machine) { self.machine = machine }

    private static func name(_ old: AccessKeyID) -> String { "\(start)\(old)" }

    private func records(_ vault: VaultKind, mayPrompt: Bool) -> DurableRecords {
        DurableRecords(machine.items(vault, mayPrompt: mayPrompt))
    }

    /// The rotation of a profile's key, or the one that has put it there.
    /// - Throws: `RotationFailure.damagedRecord`; what keeps the key's own vault from looking. Other
    ///   vaults that do not answer are passed over.
    func find(_ key: StoredKey, holding id: AccessKeyID) throws -> Found? {
        let own = Self.name(id)
        for vault in [key.vault] + VaultKind.allCases.filter({ $0 != key.vault }) {
            let isKeys = vault == key.vault
            let names: [String]
            do { names = try self.names(in: vault, mayPrompt: isKeys) } catch {
                if isKeys { throw error }
                continue
            }
            if names.contains(own) {
                guard let bytes = try records(vault, mayPrompt: true).load(name: own)?.takeBytes()
                else { continue }
                guard let record = RotationRecord(encoded: bytes) else {
                    throw RotationFailure.damagedRecord(profile: key.profile)
                }
                return Found(record: record, vault: vault)
            }
            // One that cannot be read may be anybody's: it stands in the way of nobody else.
            for name in names where name != own {
                guard let record = read(name, in: vault, mayPrompt: isKeys) else { continue }
                if record.newID == id { return Found(record: record, vault: vault) }
            }
        }
        return nil
    }

    private func names(in vault: VaultKind, mayPrompt: Bool) throws(VaultError) -> [String] {
        try records(vault, mayPrompt: mayPrompt).summaries().map(\.name)
            .filter { $0.hasPrefix(Self.start) }
    }

    private func read(_ name: String, in vault: VaultKind, mayPrompt: Bool) -> RotationRecord? {
        guard let found = try? records(vault, mayPrompt: mayPrompt).load(name: name) else {
            return nil
        }
        return RotationRecord(encoded: found.takeBytes())
    }

    /// Writes a record in the place of what was written before.
    func store(_ record: borrowing RotationRecord, in vault: VaultKind) throws(VaultError) {
        try records(vault, mayPrompt: true).store(
            SecretRecord(
                name: Self.name(record.old.id), expiration: nil,
                note: "rotation of the access key of \(record.profiles[0])"
                    + " (\(record.old.id.masked))",
                bytes: record.encoded()))
    }

    /// Forgets the rotation of a key.
    func remove(_ old: AccessKeyID, from vault: VaultKind) throws(VaultError) {
        _ = try records(vault, mayPrompt: true).remove(name: Self.name(old))
    }

    // MARK: All of them

    /// What is told of a rotation without its secrets.
    struct Summary: Equatable, Sendable {
        let user: String
        let old: AccessKeyID
        /// Nil where its secret was never stored.
        let new: AccessKeyID?
        let vault: VaultKind

        /// A profile that has one of its keys; nil where none has by now.
        func profile(in index: VaultIndex) -> String? {
            index.entries.first { $0.accessKeyID == old || $0.accessKeyID == new }?.profile
        }
    }

    /// Those that can be read without asking a person for anything.
    func summaries() -> [Summary] {
        var all: [Summary] = []
        for vault in VaultKind.allCases {
            for name in (try? names(in: vault, mayPrompt: false)) ?? [] {
                guard let record = read(name, in: vault, mayPrompt: false) else { continue }
                all.append(
                    Summary(
                        user: record.user, old: record.old.id, new: record.newID, vault: vault))
            }
        }
        return all
    }

    /// Forgets the rotations whose keys no profile has any more, without asking a person for
    /// anything.
    /// - Parameter id: A key that was stored until now, whose rotation goes also where it cannot be
    ///   read; nil for none.
    /// - Returns: What was forgotten.
    @discardableResult
    func removeAbandoned(by index: VaultIndex, without id: AccessKeyID? = nil) -> [Summary] {
        // A vault that could not be asked may have the key to any of them.
        guard index.unread.isEmpty else { return [] }
        let removed = summaries().filter { rotation in
            rotation.profile(in: index) == nil && remove(rotation.old, quietlyFrom: rotation.vault)
        }
        if let id, !index.entries.contains(where: { $0.accessKeyID == id }) {
            for vault in VaultKind.allCases { _ = remove(id, quietlyFrom: vault) }
        }
        return removed
    }

    private func remove(_ old: AccessKeyID, quietlyFrom vault: VaultKind) -> Bool {
        (try? records(vault, mayPrompt: false).remove(name: Self.name(old))) == true
    }
}
