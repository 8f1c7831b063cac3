// Records in the Secret Service, for machines whose kernel keyring is refused or full.
internal import Model
internal import Synchronization
internal import System
internal import Vault

/// Records as items of the Secret Service, with a ledger that says which there are.
///
/// The ledger is a file without any secret. It keeps every other command from asking the Secret
/// Service for records that are not there, and lets lists be shown without opening the keyring.
final class OverflowRecords: RecordPlace {
    private let ledger: RecordLedger
    private let items: any ItemStore
    /// Whether records are nowhere else, so that some are likely here also where the ledger, which
    /// may be lost, says nothing.
    private let isOnlyPlace: @Sendable () -> Bool
    /// Why the Secret Service did not answer, and when.
    private struct Failure {
        let reason: VaultError
        let time: Uptime
    }

    /// The Secret Service is not asked again for a while, so that one that hangs costs a command one
    /// time-out and no more.
    private let failure = Mutex<Failure?>(nil)
    private static let pause = 30

    init(
        ledgerPath: String, items: any ItemStore = SecretServiceStore(prompting: .forbidden),
        isOnlyPlace: @escaping @Sendable () -> Bool
    ) {
        self.isOnlyPlace = isOnlyPlace
        ledger = RecordLedger(path: ledgerPath)
        self.items = items
    }

    var endsWithBoot: Bool { false }

    func load(name: String) throws(RecordStoreError) -> Secret? {
        guard try ledger.read().contains(where: { $0.name == name }) else { return nil }
        return try asking { (items) throws(VaultError) in
            try items.load(.session, [ItemAttribute.record: name]) { _ in true }?.takeSecret()
        }
    }

    func store(_ record: borrowing SecretRecord) throws(RecordStoreError) {
        guard let expiration = record.expiration else { throw .malformed }
        let mine = [ItemAttribute.record: record.name]
        let attributes = mine.merging([
            ItemAttribute.expires: String(expiration.secondsSinceEpoch),
            ItemAttribute.note: record.note,
        ]) { $1 }
        let summary = RecordSummary(
            name: record.name, expiration: expiration, note: record.note)
        let label = "credtool: \(record.note.replacing("\t", with: " "))"
        try asking { (items) throws(VaultError) in
            try items.store(
                record.bytes, schema: .session, attributes: attributes, replacing: mine,
                label: label)
        }
        try ledger.update { entries in
            entries.removeAll { $0.name == summary.name }
            entries.append(summary)
        }
        // Nobody else would: what is over is not looked for by its name again.
        _ = try? asking { (items) throws(VaultError) in try Self.removeExpired(items) }
    }

    /// Items that are over; those of version 0.1, which do not say when, are so after the longest
    /// time that AWS gives a session.
    private static func removeExpired(_ items: any ItemStore) throws(VaultError) -> Int {
        let now = Timestamp.now()
        let isOver = { @Sendable (item: SecretItem) in
            let end = item.attributes[ItemAttribute.expires].flatMap { Int($0) }
            return end.map { $0 <= now.secondsSinceEpoch }
                ?? (item.modified + .seconds(36 * 3600) < now)
        }
        guard try items.search(.session, [:]).contains(where: isOver) else { return 0 }
        return try items.remove(.session, [:], where: isOver)
    }

    func remove(names: [String]) throws(RecordStoreError) {
        guard !names.isEmpty else { return }
        // Either is enough for a record not to be found again, so neither failure spares the other.
        var ledgerFailure: RecordStoreError?
        do throws(RecordStoreError) {
            try ledger.update { entries in entries.removeAll { names.contains($0.name) } }
        } catch { ledgerFailure = error }
        _ = try asking { (items) throws(VaultError) in
            try items.remove(.session, [:]) { item in
                item.attributes[ItemAttribute.record].map { names.contains($0) } ?? false
            } + Self.removeExpired(items)
        }
        if let ledgerFailure { throw ledgerFailure }
    }

    func summaries(isThorough: Bool) throws(RecordStoreError) -> [RecordSummary] {
        let known = try ledger.read()
        guard isThorough else { return known }
        let found: [RecordSummary]
        do throws(RecordStoreError) { found = try self.found() } catch {
            // Those can be forgotten all the same, and whoever does so is told.
            guard !known.isEmpty || isHarmless(error, known) else { throw error }
            return known
        }
        return known + found.filter { item in !known.contains { $0.name == item.name } }
    }

    /// What the Secret Service itself says that it keeps, whatever the ledger says.
    private func found() throws(RecordStoreError) -> [RecordSummary] {
        try asking { (items) throws(VaultError) in
            try items.search(.session, [:]).compactMap { item in
                guard let name = item.attributes[ItemAttribute.record] else { return nil }
                let end = item.attributes[ItemAttribute.expires].flatMap { Int($0) }
                return RecordSummary(
                    name: name, expiration: end.map { Timestamp(secondsSinceEpoch: $0) },
                    note: item.attributes[ItemAttribute.note] ?? "")
            }
        }
    }

    func removeAll() throws(RecordStoreError) {
        let known = try ledger.read()
        var failure: RecordStoreError?
        do throws(RecordStoreError) {
            _ = try asking { (items) throws(VaultError) in try items.remove(.session, [:]) }
        } catch {
            if !isHarmless(error, known) { failure = error }
        }
        // What stays in a vault that does not answer is not to be found again, either.
        if !known.isEmpty { try ledger.update { $0 = [] } }
        if let failure { throw failure }
    }

    /// Whether nothing was likely to be found. A keyring that is locked or out of order is then no
    /// reason to alarm a person who never had a session there.
    private func isHarmless(_ error: RecordStoreError, _ known: [RecordSummary]) -> Bool {
        known.isEmpty && (error.isAbsence || !isOnlyPlace())
    }

    private func asking<Output: ~Copyable>(
        _ body: (any ItemStore) throws(VaultError) -> Output
    ) throws(RecordStoreError) -> Output {
        if let failure = failure.withLock({ $0 }),
            Uptime.now().seconds - failure.time.seconds < Self.pause
        {
            throw .vault(failure.reason)
        }
        do throws(VaultError) { return try body(items) } catch {
            failure.withLock { $0 = Failure(reason: error, time: .now()) }
            throw .vault(error)
        }
    }
}
