// The record of one rotation while it goes on: every change of it is in the vault first.
internal import Model
internal import Vault

/// What is written down of a rotation, if one is under way.
struct RotationLog: ~Copyable {
    private let records: RotationRecords
    private let vault: VaultKind
    private var record: RotationRecord?

    /// What an earlier run has left of the rotation of a profile's key.
    /// - Parameter id: The key that the profile has.
    init(_ records: RotationRecords, of key: StoredKey, holding id: AccessKeyID) throws {
        self.records = records
        switch try records.find(key, holding: id) {
        case .some(let found):
            vault = found.vault
            record = consume found.record
        case .none:
            vault = key.vault
            record = nil
        }
    }

    /// The step that was written down last; nil where no rotation is under way.
    var step: RotationRecord.Step? {
        switch record {
        case .some(let record): record.step
        case .none: nil
        }
    }

    /// What the next move is decided by.
    var written: RotationFacts.Written? {
        switch record {
        case .some(let record): .init(old: record.old.id, new: record.newID, asked: record.asked)
        case .none: nil
        }
    }

    /// The profiles that had the old key when it was begun.
    var profiles: [String] {
        switch record {
        case .some(let record): record.profiles
        case .none: []
        }
    }

    /// The new key, once there is one.
    func newKey() -> AccessKey? {
        switch record {
        case .some(let record): record.newKey()
        case .none: nil
        }
    }

    /// Writes down that a key is about to be made in the place of `old`.
    mutating func begin(
        _ old: borrowing AccessKey, of user: String, profiles: [String]
    ) throws(VaultError) {
        let new = RotationRecord(
            step: .create, user: user, profiles: profiles, asked: .now(), old: old.copy(),
            new: nil)
        try records.store(new, in: vault)
        record = consume new
    }

    /// Writes the new key down. It is held here also where that fails.
    mutating func keep(_ new: borrowing AccessKey) throws(VaultError) {
        record?.new = new.copy()
        try write(.verify)
    }

    /// Writes down what is done next.
    mutating func write(_ step: RotationRecord.Step) throws(VaultError) {
        record?.step = step
        switch record {
        case .some(let record): try records.store(record, in: vault)
        case .none: break
        }
    }

    /// Forgets it.
    mutating func forget() throws(VaultError) {
        guard let old = written?.old else { return }
        try records.remove(old, from: vault)
        record = nil
    }
}
