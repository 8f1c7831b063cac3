// Whether one session was forgotten, for who asks that again and again.
internal import Glibc
internal import Model
internal import System

/// The question whether a session that somebody holds was forgotten, by whom it is to be dropped then.
///
/// The log of what was forgotten is read where it has changed; else an answer costs one stat(2).
public struct ForgottenSince: Sendable {
    private let label: SessionLabel
    private let begun: Uptime
    private let path: String
    var log: ForgottenSessions
    private var seen: Mark?
    private var wasForgotten = false

    /// - Parameters:
    ///   - label: The session's.
    ///   - begun: When it began to be obtained.
    ///   - path: The log of what was forgotten.
    public init(_ label: SessionLabel, begun: Uptime, path: String) {
        self.label = label
        self.begun = begun
        self.path = path
        log = ForgottenSessions(path: { path })
    }

    /// Whether it was forgotten by now.
    public mutating func isTrue() -> Bool {
        // The mark first: what is written after it is seen the next time.
        let mark = Mark(path)
        guard !wasForgotten, mark != seen else { return wasForgotten }
        // Where it cannot be read now, as without a free descriptor, it is tried the next time.
        guard let isIncluded = log.include(label, since: begun) else { return false }
        seen = mark
        wasForgotten = isIncluded
        return isIncluded
    }

    /// What tells one state of a file that is replaced as a whole from another.
    private struct Mark: Equatable {
        let inode: ino_t
        let size: off_t
        let seconds: Int
        let nanoseconds: Int

        /// Nil where there is no such file.
        init?(_ path: String) {
            var status = stat()
            guard path.withPath({ stat($0, &status) }) == 0 else { return nil }
            inode = status.st_ino
            size = status.st_size
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }
}
