// One holder at a time over processes: flock(2) on a file of its own.
internal import Glibc
internal import Model

/// A lock that its holder's end frees, also by SIGKILL.
public struct FileLock: ~Copyable {
    private let file: Int32

    /// Waits for at most `limit` for the lock on the file at `path`, which is made where it is
    /// missing. A holder can be stopped or wait for a person, so nobody waits without a limit.
    /// - Throws: `SystemError` where the file cannot be opened or locked; one that `isHeldLock` where
    ///   another process keeps the lock for that long.
    public init(path: String, within limit: Duration) throws(SystemError) {
        let file = path.withPath { open($0, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600) }
        guard file >= 0 else { throw SystemError("open", path) }
        let end = MonotonicTime.now + limit
        // flock has no time-out, and an alarm would be the whole process's.
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                let error = SystemError("flock", path)
                close(file)
                throw error
            }
            guard MonotonicTime.now < end else {
                close(file)
                throw SystemError("flock", path, code: EWOULDBLOCK)
            }
            usleep(10_000)
        }
        self.file = file
    }

    deinit { close(file) }
}
