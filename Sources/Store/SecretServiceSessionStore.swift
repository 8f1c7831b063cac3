// Sessions in the Secret Service, for machines whose kernel keyring is refused or full.
internal import Model
internal import System
internal import Vault

/// Sessions as items of the Secret Service, with a ledger that says which there are.
///
/// The ledger is a file without any secret. It keeps every other command from asking the Secret
/// Service for sessions that are not there, and lets lists be shown without opening the keyring.
final class SecretServiceSessionStore: SessionStore {
    private let ledger: SessionLedger
    private let items = SecretServiceStore(
        schema: SecretServiceStore.sessionSchema, prompting: .forbidden)
    /// Why the Secret Service did not answer. It is not asked again, so that one that hangs costs a
    /// command one time-out and no more.
    private var failure: VaultError?

    init(ledgerPath: String) { ledger = SessionLedger(path: ledgerPath) }

    func load(name: String) throws(SessionStoreError) -> Session? {
        guard try ledger.read().contains(where: { $0.tag.name == name }) else { return nil }
        if let failure { throw .vault(failure) }
        do throws(VaultError) {
            guard let found = try items.load(Self.attributes(name)) else { return nil }
            return SessionCoding.decode(found.secret, name: name)
        } catch { throw failed(error) }
    }

    func store(_ session: borrowing Session) throws(SessionStoreError) {
        guard let bytes = SessionCoding.encode(session),
            let expiration = session.credentials.expiration
        else { throw .notASession }
        if let failure { throw .vault(failure) }
        let tag = session.tag
        do {
            try items.store(
                bytes, attributes: Self.attributes(tag.name),
                label: "AWS session of \(tag.profile): \(tag.subject)")
        } catch { throw failed(error) }
        let summary = SessionSummary(tag: tag, expiration: expiration)
        try ledger.update { entries in
            entries.removeAll { $0.tag.name == tag.name }
            entries.append(summary)
        }
    }

    func remove(names: [String]) throws(SessionStoreError) {
        guard !names.isEmpty else { return }
        // Either is enough for a session not to be found again, so neither failure spares the other.
        var ledgerFailure: SessionStoreError?
        do throws(SessionStoreError) {
            try ledger.update { entries in entries.removeAll { names.contains($0.tag.name) } }
        } catch { ledgerFailure = error }
        if let failure { throw .vault(failure) }
        for name in names {
            do { _ = try items.remove(Self.attributes(name)) } catch { throw failed(error) }
        }
        if let ledgerFailure { throw ledgerFailure }
    }

    func names() throws(SessionStoreError) -> [String] { try ledger.read().map(\.tag.name) }

    func summaries() throws(SessionStoreError) -> [SessionSummary] { try ledger.read() }

    private func failed(_ error: VaultError) -> SessionStoreError {
        failure = error
        return .vault(error)
    }

    private static func attributes(_ name: String) -> [String: String] { ["fingerprint": name] }
}

/// The file that says which sessions the Secret Service holds.
struct SessionLedger {
    let path: String

    /// The entries; none where the file is missing, or of another version.
    func read() throws(SessionStoreError) -> [SessionSummary] {
        do { return Self.parse(try AtomicFile.read(path) ?? []) } catch { throw .system(error) }
    }

    /// Changes the entries, one process at a time. Those whose time is over are dropped.
    func update(_ change: (inout [SessionSummary]) -> Void) throws(SessionStoreError) {
        do {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
            let lock = try FileLock(path: path + ".lock", within: .seconds(10))
            var entries = Self.parse(try AtomicFile.read(path) ?? [])
            change(&entries)
            entries.removeAll { $0.expiration <= .now() }
            try AtomicFile.replace(path, with: Array(Self.text(entries).utf8))
            _ = consume lock
        } catch { throw .system(error) }
    }

    private static let header = "credtool-sessions 1"

    static func text(_ entries: [SessionSummary]) -> String {
        let lines = entries.map { entry in
            [
                entry.tag.name, "\(entry.expiration.secondsSinceEpoch)",
                entry.tag.accessKeyID?.description ?? "", entry.tag.subject, entry.tag.profile,
            ].joined(separator: "\t")
        }
        return ([header] + lines).joined(separator: "\n") + "\n"
    }

    static func parse(_ bytes: [UInt8]) -> [SessionSummary] {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first == header[...] else { return [] }
        return lines.dropFirst().compactMap { line in
            let fields = line.split(
                separator: "\t", maxSplits: 4, omittingEmptySubsequences: false
            ).map(String.init)
            guard fields.count == 5, let expiration = Int(fields[1]) else { return nil }
            let tag = SessionLabel(
                name: fields[0], fingerprint: "", profile: fields[4],
                accessKeyID: AccessKeyID(fields[2]),
                subject: fields[3])
            return SessionSummary(
                tag: tag, expiration: Timestamp(secondsSinceEpoch: expiration))
        }
    }
}
