// The list of what is watched: a file in the runtime directory, and who it is that watches.
internal import Glibc
public import Model
public import System

/// The list, a line an entry. Those who make sessions add to it, the one who watches takes away.
public struct WatchList: Sendable {
    /// The directory that it stands in; a file that takes the place of another there is news.
    public let directory: String

    /// The list in a directory of this user's.
    public init(directory: String) { self.directory = directory }

    private var path: String { "\(directory)/watch" }

    /// The entries about which something is left to be done.
    public func entries(now: Timestamp = .now()) -> [WatchEntry] {
        guard let bytes = try? AtomicFile.read(path) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .compactMap(WatchEntry.init(line:)).filter { !$0.isDone(at: now) }
    }

    /// Adds entries, each in the place of an older one of its kind and name; `start` begins to watch
    /// where nobody does.
    /// - Throws: `SystemError` where the list cannot be written.
    public func add(_ new: [WatchEntry], start: () -> Void) throws(SystemError) {
        let lock = try lock()
        defer { extendLifetime(lock) }
        let old = entries().filter { entry in
            !new.contains { $0.kind == entry.kind && $0.name == entry.name }
        }
        try write(old + new)
        if try !isWatched() { start() }
    }

    /// Puts entries in the place of what they were.
    /// - Parameter done: Those that need no more attention, as they are in the list.
    public func remove(_ done: [WatchEntry]) throws(SystemError) {
        guard !done.isEmpty else { return }
        let lock = try lock()
        defer { extendLifetime(lock) }
        try write(entries().filter { !done.contains($0) })
    }

    /// Notes that a person was told of the ends of entries.
    public func settleNotices(of told: [WatchEntry]) throws(SystemError) {
        guard !told.isEmpty else { return }
        let lock = try lock()
        defer { extendLifetime(lock) }
        try write(
            entries().map { entry in
                guard told.contains(entry) else { return entry }
                var entry = entry
                entry.notice = nil
                return entry
            })
    }

    // MARK: Who watches

    private func isWatched() throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try FileLock(path: watcherPath, within: .zero)
            return false
        } catch {
            guard error.isHeldLock else { throw error }
            return true
        }
    }

    /// Waits until somebody watches, for so long at most.
    public func waitForWatcher(within limit: Duration) {
        let end = MonotonicTime.now + limit
        while (try? isWatched()) == false, .now < end { usleep(5_000) }
    }

    /// Makes this process the one that watches; nil where another one is.
    public func watch() -> FileLock? {
        // Whoever adds to the list looks for a moment.
        try? FileLock(path: watcherPath, within: .seconds(1))
    }

    /// Ends watching, unless something was added meanwhile: then it goes on, and the lock is given
    /// back.
    public func unlessAddedTo(_ watcher: consuming FileLock) -> FileLock? {
        guard let lock = try? lock() else { return nil }
        defer { extendLifetime(lock) }
        guard entries().isEmpty else { return watcher }
        unlink(path)
        _ = consume watcher
        return nil
    }

    private var watcherPath: String { "\(directory)/watcher.lock" }

    private func lock() throws(SystemError) -> FileLock {
        try FileLock(path: "\(path).lock", within: .seconds(5))
    }

    /// Replaces the file without waiting for a disk: nothing of it outlives the machine's run.
    private func write(_ entries: [WatchEntry]) throws(SystemError) {
        let name = "\(path).new"
        let file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        var text = entries.filter { !$0.isDone(at: .now()) }.map(\.line).joined()
        let isWritten = text.withUTF8 {
            $0.isEmpty || Glibc.write(file, $0.baseAddress, $0.count) == $0.count
        }
        guard isWritten, rename(name, path) == 0 else {
            let error = SystemError("write", path)
            unlink(name)
            throw error
        }
    }
}
