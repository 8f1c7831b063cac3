// Reading whole files: regular ones of bounded size, so that no path can hang or fill memory.
internal import Glibc
public import Model

extension AtomicFile {
    /// The bytes of the file at `path`; nil where there is none.
    ///
    /// It is a regular file, `/dev/null`, or a pipe that a shell names below `/dev/fd`, which has
    /// five seconds to end.
    /// - Parameter limit: The most bytes that it may have; more is EFBIG.
    /// - Throws: `SystemError` where it stands but cannot be read; `isNoRegularFile` for any other
    ///   kind of file.
    public static func read(_ path: String, limit: Int = 64 << 20) throws(SystemError) -> [UInt8]? {
        guard var file = try ReadableFile(path) else { return nil }
        guard file.size <= limit else { throw SystemError("read", path, code: EFBIG) }
        var bytes: [UInt8] = []
        repeat {
            // One byte more than its size, and its end needs no call of its own to be seen.
            let room = bytes.isEmpty ? max(file.size + 1, 4096) : bytes.count
            var failure: SystemError?
            let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                do throws(SystemError) {
                    count = try file.fill(UnsafeMutableRawBufferPointer(buffer))
                } catch { failure = error }
            }
            if let failure { throw failure }
            if bytes.isEmpty { bytes = part } else { bytes += part }
            guard bytes.count <= limit else { throw SystemError("read", path, code: EFBIG) }
        } while !file.isAtEnd
        return bytes
    }

    /// The bytes of a file that holds a secret, such as a token; nil where there is none. The same
    /// kinds of files can be read.
    /// - Parameter limit: The most bytes that it may have; more is EFBIG.
    /// - Throws: `SystemError` where it stands but cannot be read.
    public static func readSecret(_ path: String, limit: Int) throws(SystemError) -> Secret? {
        guard var file = try ReadableFile(path) else { return nil }
        return try file.secret(limit: limit)
    }
}

/// A file that is read from its start to its end.
struct ReadableFile: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private let isOwned: Bool
    /// Its size as far as that is known before it is read.
    let size: Int
    /// When a pipe that says nothing is given up.
    private let end: MonotonicTime?
    private var taken = 0
    /// Whether all of it was read.
    private(set) var isAtEnd = false

    /// How long whoever writes into a pipe may take.
    private static let patience: Duration = .seconds(60)

    /// Opens the file at `path`; nil where there is none.
    init?(_ path: String) throws(SystemError) {
        // Without waiting for the other end of a FIFO.
        let file = path.withPath { open($0, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) }
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SystemError("open", path)
        }
        var status = stat()
        guard fstat(file, &status) == 0 else {
            let error = SystemError("fstat", path)
            close(file)
            throw error
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            size = status.st_size
            end = nil
        case S_IFIFO where Self.isNamedByShell(path):
            size = 0
            end = .now + Self.patience
        case S_IFCHR where status.st_rdev == Self.null:
            size = 0
            end = nil
        case let kind:
            close(file)
            throw kind == S_IFDIR
                ? SystemError("read", path, code: EISDIR) : SystemError(noRegularFile: path)
        }
        self.path = path
        descriptor = file
        isOwned = true
    }

    /// A descriptor that stays open, and is waited for without a limit.
    init(standard descriptor: Int32, _ name: String) {
        self.descriptor = descriptor
        path = name
        isOwned = false
        size = 0
        end = nil
    }

    deinit { if isOwned { close(descriptor) } }

    /// Source: linux/major.h, Documentation/admin-guide/devices.txt.
    private static let null: dev_t = 1 << 8 | 3

    /// Whether `path` is how a shell passes on a pipe of its own, as for `<(command)`.
    private static func isNamedByShell(_ path: String) -> Bool {
        path == "/dev/stdin" || path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
    }

    /// Reads into `room` until it is full or the file at its end; the number of bytes.
    mutating func fill(_ room: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        var count = 0
        while count < room.count {
            let part = Glibc.read(
                descriptor, room.baseAddress.map { $0 + count }, room.count - count)
            if part < 0, errno == EINTR { continue }
            if part < 0, errno == EAGAIN {
                try wait()
                continue
            }
            guard part >= 0 else { throw SystemError("read", path) }
            count += part
            // Files of /proc have no size.
            taken += part
            isAtEnd = part == 0 || size > 0 && taken == size && count < room.count
            if isAtEnd { break }
        }
        return count
    }

    /// Waits until there is something to read.
    private func wait() throws(SystemError) {
        let left = end.map { $0 - .now }
        guard left ?? .zero >= .zero else { throw SystemError("read", path, code: ETIMEDOUT) }
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&polled, 1, left.map { Int32($0 / .milliseconds(1)) + 1 } ?? -1)
    }

    /// All of it, straight into secret memory, of which it takes no more than it has to: all of it
    /// is locked.
    mutating func secret(limit: Int) throws(SystemError) -> Secret {
        guard size <= limit else { throw SystemError("read", path, code: EFBIG) }
        // One byte more than its size, and its end needs no call of its own to be seen.
        var secret = try Secret(capacity: max(size + 1, 4096)) { (room) throws(SystemError) in
            try fill(room)
        }
        while !isAtEnd, secret.count <= limit {
            let start = secret
            secret = try Secret(capacity: 2 * start.count) { (room) throws(SystemError) in
                start.withBytes { room.copyMemory(from: $0) }
                return start.count
                    + (try fill(UnsafeMutableRawBufferPointer(rebasing: room[start.count...])))
            }
        }
        guard secret.count <= limit else { throw SystemError("read", path, code: EFBIG) }
        return secret
    }
}
