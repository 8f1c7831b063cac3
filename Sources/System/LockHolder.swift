// Who holds a lock: so that whoever waits can say for whom.
internal import Glibc

/// A process that holds a lock of `FileLock`.
public struct LockHolder: Equatable, Sendable {
    /// Its process ID, as this process sees it.
    public let id: Int32
    /// Whether it was stopped (SIGSTOP, Ctrl-Z) and so will not go on by itself.
    public let isStopped: Bool

    /// States both.
    public init(id: Int32, isStopped: Bool) {
        self.id = id
        self.isStopped = isStopped
    }

    /// The holder of the lock on the file at `path`; nil where nobody holds it, or it cannot be seen.
    ///
    /// Source: proc_locks(5); proc_pid_stat(5).
    public static func find(path: String) -> LockHolder? {
        var status = stat()
        guard stat(path, &status) == 0, let list = text("/proc/locks") else { return nil }
        // 1: FLOCK  ADVISORY  WRITE 2634 fe:01:5381 0 EOF
        for line in list.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "FLOCK", let id = Int32(fields[4]), id > 0,
                fields[5].split(separator: ":").last.map(String.init) == "\(status.st_ino)"
            else { continue }
            // The name may hold anything; behind its last parenthesis comes the state.
            let state = text("/proc/\(id)/stat").flatMap { text in
                text.lastIndex(of: ")").map { text[$0...].dropFirst(2).prefix(1) }
            }
            return LockHolder(id: id, isStopped: state == "T" || state == "t")
        }
        return nil
    }

    private static func text(_ path: String) -> String? {
        guard let bytes = try? AtomicFile.read(path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
