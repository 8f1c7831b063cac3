// Records in the kernel keyring: in memory alone, gone when they are over.
internal import Model
internal import System

/// Records of one kind as keys of this user, with the kernel's own time-out.
struct KernelRecords: RecordPlace {
    private let keyring: KernelKeyring

    /// - Parameter kind: What the names of the keys begin with, such as `credtool:session:`.
    init(kind: String) { keyring = KernelKeyring(prefix: kind) }

    var endsWithBoot: Bool { true }

    /// Whether the kernel lets this process have no keys.
    var isRefused: Bool {
        do {
            _ = try keyring.names()
            return false
        } catch { return error == .refused }
    }

    func load(name: String) throws(RecordStoreError) -> Secret? {
        do { return try keyring.load(name: name) } catch { throw RecordStoreError(error) }
    }

    func store(_ record: borrowing SecretRecord) throws(RecordStoreError) {
        guard let expiration = record.expiration else { throw .malformed }
        do {
            try keyring.store(
                record.bytes, name: record.name, lifetime: expiration - Timestamp.now())
        } catch { throw RecordStoreError(error) }
    }

    func remove(names: [String]) throws(RecordStoreError) {
        var failure: KernelKeyringError?
        for name in names {
            // One that stays is no reason to keep the others.
            do { try keyring.remove(name: name) } catch { failure = failure ?? error }
        }
        if let failure { throw RecordStoreError(failure) }
    }

    func summaries(isThorough: Bool) throws(RecordStoreError) -> [RecordSummary] {
        let names: [String]
        do { names = try keyring.names() } catch { throw RecordStoreError(error) }
        return names.map { RecordSummary(name: $0, expiration: nil, note: "") }
    }

    func removeAll() throws(RecordStoreError) {
        try remove(names: try summaries(isThorough: false).map(\.name))
    }
}
