// Durable records in a real file vault: kept, renewed, over, forgotten. The keyring is tried by
// VaultTests, one process a call.
import Crypto
import Glibc
import Model
import Testing
import Vault

@testable import Store

@Suite struct DurableRecordsTests {
    private let path = "/tmp/durable-records-\(UInt64.random(in: 0 ... .max))"

    private var items: SealedFileStore {
        SealedFileStore(
            path: path, cost: ScryptParameters(logN: 10, blockSize: 8, parallelism: 1),
            passphrase: PassphraseSource { _ in Secret("open sesame") })
    }
    private var records: DurableRecords { DurableRecords(items) }

    private func clean() { for name in ["", ".lock"] { unlink(path + name) } }

    private func text(_ name: String, now: Timestamp = .now()) throws -> String? {
        try records.load(name: name, now: now)?.takeBytes()
            .withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func aRecordIsRenewedAndForgotten() throws {
        defer { clean() }
        #expect(try text("token") == nil)
        #expect(try records.summaries().isEmpty)
        let end = Timestamp.now() + .seconds(60)
        for words in ["first", "renewed"] {
            try records.store(
                SecretRecord(
                    name: "token", expiration: end, note: "of \(words)", bytes: Secret(words)))
        }
        try records.store(
            SecretRecord(name: "key", expiration: nil, note: "", bytes: Secret("a\0b\nc")))
        #expect(try text("token") == "renewed")
        #expect(try text("token", now: end) == nil)
        #expect(try text("key", now: end + .seconds(1_000_000)) == "a\0b\nc")
        #expect(
            try records.summaries().sorted { $0.name > $1.name } == [
                RecordSummary(name: "token", expiration: end, note: "of renewed"),
                RecordSummary(name: "key", expiration: nil, note: ""),
            ])
        #expect(try records.remove(name: "token"))
        #expect(try !records.remove(name: "token"))
        #expect(try text("token") == nil)
        #expect(try text("key") == "a\0b\nc")
    }

    /// Records and keys lie in one vault, and neither sees the other.
    @Test func recordsAndKeysAreApart() throws {
        defer { clean() }
        let keys = KeyVault(items)
        let id = try #require(AccessKeyID("AKIAEXAMPLEEXAMPLE01"))
        try keys.store(AccessKey(id: id, secret: Secret("made-up")), profile: "work")
        try records.store(
            SecretRecord(name: "work", expiration: nil, note: "x", bytes: Secret("token")))
        #expect(try keys.remove(profile: "work"))
        #expect(try text("work") == "token")
        #expect(try keys.entries().isEmpty)
    }

    @Test func aNameThatCannotBeKept() {
        #expect(throws: VaultError.unsuitableName("")) {
            try records.store(SecretRecord(name: "", expiration: nil, note: "", bytes: Secret("x")))
        }
    }
}
