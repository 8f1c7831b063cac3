// The index on disk, changed by one process at a time.
internal import Glibc
internal import Model
internal import System

/// The file of the vault index, with a lock file beside it.
struct IndexFile: Sendable {
    let path: String
    /// How long to wait for others who change it.
    var patience: Duration = .seconds(10)

    /// What is found in its place.
    enum State {
        case missing
        case damaged
        case whole(VaultIndex)

        var index: VaultIndex? {
            if case .whole(let index) = self { return index }
            return nil
        }
    }

    /// The file's bytes; nil where there is none.
    func bytes() throws(VaultError) -> [UInt8]? {
        do throws(SystemError) { return try AtomicFile.read(path) } catch { throw .index(error) }
    }

    func read() throws(VaultError) -> State {
        guard let bytes = try bytes() else { return .missing }
        return VaultIndex(parsing: bytes).map { .whole($0) } ?? .damaged
    }

    /// Whether an index was ever begun here: its lock file stays.
    var wasEverWritten: Bool { access(path + ".lock", F_OK) == 0 }

    /// Changes the index, one process at a time; a lost one is begun anew.
    func update(_ change: (inout VaultIndex) -> Void) throws(VaultError) {
        do throws(SystemError) {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
            // The first index of all has nothing to have lost.
            let mayBeLost = wasEverWritten
            let lock = try FileLock(path: path + ".lock", within: patience)
            defer { extendLifetime(lock) }
            let bytes = try AtomicFile.read(path)
            let old = bytes.flatMap { VaultIndex(parsing: $0) }
            var index = old ?? VaultIndex()
            if old == nil, mayBeLost || bytes != nil { index.unread = Set(VaultKind.allCases) }
            change(&index)
            if index != old { try AtomicFile.replace(path, with: index.bytes) }
        } catch {
            throw error.isHeldLock ? .busyIndex(path: path) : .index(error)
        }
    }
}
