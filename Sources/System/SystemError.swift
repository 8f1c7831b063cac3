// The one error of system calls: which call, on what, and errno.
internal import Glibc

/// A system call that failed.
public struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The call as its manual page names it, such as `open`.
    public let call: String
    /// The file or thing it was made on.
    public let subject: String
    /// errno.
    public let code: Int32

    /// The failure of `call` on `subject`, with errno as it stands unless `code` is given.
    public init(_ call: String, _ subject: String, code: Int32? = nil) {
        let standing = errno
        self.call = call
        self.subject = subject
        self.code = code ?? standing
    }

    /// `path` is neither a regular file nor another kind that can be read or replaced as a whole.
    init(noRegularFile path: String) { self.init("fstat", path, code: EINVAL) }

    /// Whether this is a device, a FIFO or a socket in the place of a file.
    public var isNoRegularFile: Bool { call == "fstat" && code == EINVAL }

    /// Whether this is a lock that another process kept for too long.
    public var isHeldLock: Bool { call == "flock" && code == EWOULDBLOCK }

    /// Whether this is a pipe into which nobody wrote in time.
    public var isSilentPipe: Bool { call == "read" && code == ETIMEDOUT }

    /// The system's own words for errno, such as `Permission denied`.
    public var reason: String {
        if isNoRegularFile { return "is no regular file" }
        if isSilentPipe { return "nothing came out of the pipe in time" }
        return String(cString: strerror(code))
    }

    /// Subject, then reason: `/etc/shadow: Permission denied`.
    public var description: String { "\(subject.pathForDisplay): \(reason)" }
}
