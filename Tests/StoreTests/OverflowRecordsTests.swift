// Records in a vault with a ledger: what is looked for, what is deleted, and how often a vault that
// does not answer is asked.
import Glibc
import Model
import Synchronization
import System
import Testing
import Vault

@testable import Store

/// A vault that counts how often it is asked, and can be out of order.
private final class Items: ItemStore {
    let kind = VaultKind.secretService
    let failure = Mutex<VaultError?>(nil)
    let calls = Mutex(0)
    private let kept = Mutex<[(item: SecretItem, secret: String)]>([])

    var names: [String] {
        kept.withLock { $0.compactMap { $0.item.attributes[ItemAttribute.record] } }.sorted()
    }

    private func check() throws(VaultError) {
        calls.withLock { $0 += 1 }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    func plant(_ name: String, expires: Int?, stored: Timestamp = .now()) {
        var attributes = [ItemAttribute.record: name, ItemAttribute.note: "\tsession\twork"]
        attributes[ItemAttribute.expires] = expires.map { String($0) }
        let item = SecretItem(
            schema: .session, attributes: attributes, label: "", created: stored, modified: stored)
        kept.withLock { $0.append((item, name)) }
    }

    func store(
        _ secret: borrowing Secret, schema: ItemSchema, attributes: [String: String],
        replacing replaced: [String: String], label: String
    ) throws(VaultError) {
        try check()
        plant(
            attributes[ItemAttribute.record] ?? "",
            expires: attributes[ItemAttribute.expires].flatMap { Int($0) })
    }

    func load(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isUsable: @escaping @Sendable (borrowing OpenItem) -> Bool
    ) throws(VaultError) -> OpenItem? {
        try check()
        let found = kept.withLock { kept in
            kept.first { $0.item.attributes[ItemAttribute.record] == attributes.values.first }
        }
        return found.map { OpenItem(item: $0.item, secret: Secret($0.secret)) }
    }

    func search(
        _ schema: ItemSchema, _ attributes: [String: String]
    ) throws(VaultError) -> [SecretItem] {
        try check()
        return kept.withLock { $0.map(\.item) }
    }

    func remove(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isChosen: @escaping @Sendable (SecretItem) -> Bool
    ) throws(VaultError) -> Int {
        try check()
        return kept.withLock { kept in
            let before = kept.count
            kept.removeAll { isChosen($0.item) }
            return before - kept.count
        }
    }
}

@Suite struct OverflowRecordsTests {
    private let items = Items()
    private let path = "/tmp/overflow-\(UInt64.random(in: 0 ... .max))"
    /// Where the kernel has no keys for this process.
    private var onlyPlace: OverflowRecords {
        OverflowRecords(ledgerPath: path, items: items, isOnlyPlace: { true })
    }
    private var place: OverflowRecords {
        OverflowRecords(
            ledgerPath: path, items: items, isOnlyPlace: { false })
    }

    private func clean() { for name in ["", ".lock"] { unlink(path + name) } }

    private func record(_ name: String) -> SecretRecord {
        SecretRecord(
            name: name, expiration: .now() + .seconds(600), note: "\tsession\twork",
            bytes: Secret("x"))
    }

    @Test func nobodyIsAskedForWhatTheLedgerDoesNotKnow() throws {
        defer { clean() }
        items.plant("a", expires: 4_000_000_000)
        let isMissing = try place.load(name: "a") == nil
        #expect(isMissing)
        #expect(try place.summaries(isThorough: false).isEmpty)
        try place.remove(names: [])
        #expect(items.calls.withLock { $0 } == 0)
        #expect(try place.summaries(isThorough: true).map(\.name) == ["a"])
    }

    @Test func whatIsOverIsDeletedWhenSomethingIsStored() throws {
        defer { clean() }
        items.plant("over", expires: 1_700_000_000)
        items.plant("lives", expires: 4_000_000_000)
        // Version 0.1 did not say when.
        items.plant("old", expires: nil, stored: .now() + .seconds(-37 * 3600))
        items.plant("recent", expires: nil, stored: .now() + .seconds(-3600))
        try place.store(record("new"))
        #expect(items.names == ["lives", "new", "recent"])
    }

    @Test func allIsForgottenWhateverTheLedgerSays() throws {
        defer { clean() }
        items.plant("unknown", expires: 4_000_000_000)
        try place.store(record("known"))
        try place.removeAll()
        #expect(items.names.isEmpty)
        #expect(try place.summaries(isThorough: true).isEmpty)
    }

    /// A keyring that is out of order matters only to those who have something there.
    @Test(arguments: [(false, false), (true, false), (false, true)])
    func aVaultThatDoesNotAnswerIsToldWhereItMatters(_ isKnown: Bool, _ isOnly: Bool) throws {
        defer { clean() }
        if isKnown { try place.store(record("known")) }
        items.failure.withLock { $0 = .locked }
        let place = isOnly ? onlyPlace : place
        if isOnly {
            #expect(throws: RecordStoreError.vault(.locked)) {
                try place.summaries(isThorough: true)
            }
        } else {
            #expect(
                try place.summaries(isThorough: true).map(\.name) == (isKnown ? ["known"] : []))
        }
        if isKnown || isOnly {
            #expect(throws: RecordStoreError.vault(.locked)) { try place.removeAll() }
        } else {
            try place.removeAll()
        }
        // It is not asked again at once.
        let calls = items.calls.withLock { $0 }
        #expect(throws: RecordStoreError.vault(.locked)) { try place.store(record("b")) }
        #expect(items.calls.withLock { $0 } == calls)
    }

    @Test(arguments: [true, false])
    func whatWasForgottenIsNotFoundOnceTheVaultOpens(_ all: Bool) throws {
        defer { clean() }
        try place.store(record("known"))
        items.failure.withLock { $0 = .locked }
        #expect(throws: RecordStoreError.vault(.locked)) {
            if all {
                try place.removeAll()
            } else {
                let names = try place.summaries(isThorough: true).map(\.name)
                try place.remove(names: names)
            }
        }
        items.failure.withLock { $0 = nil }
        let isGone = try place.load(name: "known") == nil
        #expect(isGone)
        // Once more, as the hint says, and it is out of the vault too.
        let again = place
        try again.removeAll()
        #expect(items.names.isEmpty)
    }

    @Test func aHeldLockIsToldAsThat() throws {
        defer { clean() }
        let lock = try FileLock(path: path + ".lock", within: .seconds(1))
        var ledger = RecordLedger(path: path)
        ledger.patience = .milliseconds(50)
        #expect(throws: RecordStoreError.busy(path: path)) { try ledger.update { _ in } }
        extendLifetime(lock)
    }
}
