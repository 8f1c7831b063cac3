// The file that says which records the Secret Service holds.
internal import Model
internal import System

/// The ledger: a line for each record, without any secret.
///
///     credtool-sessions 1
///     NAME <tab> END IN SECONDS SINCE THE EPOCH <tab> NOTE
struct RecordLedger: Sendable {
    let path: String
    /// How long to wait for others who change it.
    var patience: Duration = .seconds(10)

    /// The entries; none where the file is missing, or of another version.
    func read() throws(RecordStoreError) -> [RecordSummary] {
        do throws(SystemError) {
            return Self.parse(try AtomicFile.read(path) ?? [])
        } catch { throw .system(error) }
    }

    /// Changes the entries, one process at a time. Those whose time is over are dropped.
    func update(_ change: (inout [RecordSummary]) -> Void) throws(RecordStoreError) {
        do throws(SystemError) {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
            let lock = try FileLock(path: path + ".lock", within: patience)
            defer { extendLifetime(lock) }
            var entries = Self.parse(try AtomicFile.read(path) ?? [])
            change(&entries)
            let now = Timestamp.now()
            entries.removeAll { entry in entry.expiration.map { $0 <= now } ?? false }
            try AtomicFile.replace(path, with: Array(Self.text(entries).utf8))
        } catch { throw error.isHeldLock ? .busy(path: path) : .system(error) }
    }

    private static let header = "credtool-sessions 1"

    static func text(_ entries: [RecordSummary]) -> String {
        let lines = entries.map { entry in
            "\(entry.name)\t\(entry.expiration?.secondsSinceEpoch ?? 0)\t\(entry.note)"
        }
        return ([header] + lines).joined(separator: "\n") + "\n"
    }

    static func parse(_ bytes: [UInt8]) -> [RecordSummary] {
        // As bytes: in a text, a carriage return at the end of a note would be one with the line feed.
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard lines.first?.elementsEqual(header.utf8) == true else { return [] }
        return lines.dropFirst().compactMap { line in
            let fields = String(decoding: line, as: UTF8.self).split(
                separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, let expiration = Int(fields[1]) else { return nil }
            return RecordSummary(
                name: String(fields[0]),
                expiration: Timestamp(secondsSinceEpoch: expiration), note: String(fields[2]))
        }
    }
}
