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

    /// The system's own words for errno, such as `Permission denied`.
    public var reason: String { String(cString: strerror(code)) }

    /// Subject, then reason: `/etc/shadow: Permission denied`.
    public var description: String { "\(subject): \(reason)" }
}
