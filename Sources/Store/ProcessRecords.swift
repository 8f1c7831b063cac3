// Records in the memory of this process, for a run that makes many sessions where no other place is.
internal import Model
internal import Synchronization

/// Records that end with the process.
final class ProcessRecords: RecordPlace {
    private final class Record: Sendable {
        let summary: RecordSummary
        let bytes: Secret

        init(_ record: borrowing SecretRecord) {
            summary = RecordSummary(
                name: record.name, expiration: record.expiration, note: record.note)
            bytes = record.bytes.copy()
        }
    }

    private let records = Mutex<[String: Record]>([:])

    var endsWithBoot: Bool { true }

    func load(name: String) throws(RecordStoreError) -> Secret? {
        let record = records.withLock { $0[name] }
        return record?.bytes.copy()
    }

    func store(_ record: borrowing SecretRecord) throws(RecordStoreError) {
        let kept = Record(record)
        records.withLock { $0[kept.summary.name] = kept }
    }

    func remove(names: [String]) throws(RecordStoreError) {
        records.withLock { records in for name in names { records[name] = nil } }
    }

    func summaries(isThorough: Bool) throws(RecordStoreError) -> [RecordSummary] {
        records.withLock { $0.values.map(\.summary) }
    }

    func removeAll() throws(RecordStoreError) { records.withLock { $0 = [:] } }
}
