// A log: whole lines at the end of a file, whoever else writes there; a long file is put aside.
internal import Glibc

/// A file that lines are added to, and the one with the lines before them.
public struct LogFile: Sendable {
    /// The file.
    public let path: String
    /// From how many bytes on it is put aside.
    private let limit: Int

    /// What was put aside last; what was so before is gone.
    var olderPath: String { path + ".1" }

    /// - Parameter limit: From how many bytes on the file is put aside.
    public init(path: String, limit: Int = 4 << 20) {
        self.path = path
        self.limit = limit
    }

    /// Adds a line in one write, which no other writer comes between, without waiting for a disk. The
    /// file and its directories are made where they are missing.
    /// - Parameters:
    ///   - line: The line, its end included.
    ///   - leavesOpen: Whether closing the file is left to execve(2), which is about to follow.
    /// - Throws: `SystemError`.
    ///
    /// Source: write(2) and open(2), O_APPEND.
    public func append(_ line: String, leavesOpen: Bool = false) throws(SystemError) {
        var file = openToAppend()
        if file < 0, errno == ENOENT {
            try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
            file = openToAppend()
        }
        guard file >= 0 else { throw SystemError("open", path) }
        defer { if !leavesOpen { close(file) } }
        try Self.checkRoom(line.utf8.count, in: file, path)
        var line = line
        let written = line.withUTF8 { Glibc.write(file, $0.baseAddress, $0.count) }
        guard written >= 0 else { throw SystemError("write", path) }
        // A second write would be for a disk that has just become full.
        guard written == line.utf8.count else { throw SystemError("write", path, code: ENOSPC) }
    }

    /// Nobody is waited for: a FIFO in the file's place is no log.
    private func openToAppend() -> Int32 {
        path.withPath {
            open(
                $0, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
                0o600)
        }
    }

    /// A process that writes beyond its limit is ended by SIGXFSZ.
    private static func checkRoom(
        _ size: Int, in file: Int32, _ path: String
    ) throws(SystemError) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0,
            limit.rlim_cur != .max
        else { return }
        var status = stat()
        guard fstat(file, &status) == 0, UInt64(status.st_size) + UInt64(size) <= limit.rlim_cur
        else { throw SystemError("write", path, code: EFBIG) }
    }

    /// Puts the file aside where it is long. Of several processes that want to, one does.
    public func rotate() {
        var status = stat()
        guard path.withPath({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size >= limit
        else { return }
        let file = path.withPath { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard file >= 0 else { return }
        defer { close(file) }
        // The lock is on what the name stood for: who comes later sees that it stands for another.
        var opened = stat()
        guard flock(file, LOCK_EX | LOCK_NB) == 0, fstat(file, &opened) == 0,
            path.withPath({ lstat($0, &status) }) == 0, status.st_ino == opened.st_ino
        else { return }
        _ = path.withPath { from in olderPath.withPath { rename(from, $0) } }
    }
}

/// The lines of a log, from the first one that is left, and those that come while one waits.
public struct LogReader: ~Copyable {
    private let log: LogFile
    private var file: Int32
    /// Whether the file that is read has been put aside, so that another follows it.
    private var isAside = true
    private var rest: [UInt8] = []

    /// - Throws: `SystemError` where the log is there and cannot be read.
    public init(_ log: LogFile) throws(SystemError) {
        self.log = log
        file = try Self.open(log.olderPath)
    }

    deinit { if file >= 0 { close(file) } }

    /// The lines that have come since the last time, without their ends.
    /// - Throws: `SystemError`.
    public mutating func lines() throws(SystemError) -> [[UInt8]] {
        var bytes = rest
        try read(&bytes)
        if isAside {
            // Whoever had it open when it was put aside has had time to write.
            if file >= 0 { close(file) }
            file = try Self.open(log.path)
            isAside = file < 0
            try read(&bytes)
        }
        if !isAside { isAside = hasBeenPutAside }
        var lines = bytes.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = lines.popLast().map { Array($0) } ?? []
        return lines.filter { !$0.isEmpty }.map { Array($0) }
    }

    private var hasBeenPutAside: Bool {
        var now = stat()
        var read = stat()
        guard log.path.withPath({ lstat($0, &now) }) == 0 else { return errno == ENOENT }
        return fstat(file, &read) == 0 && now.st_ino != read.st_ino
    }

    private func read(_ bytes: inout [UInt8]) throws(SystemError) {
        guard file >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let size = Glibc.read(file, &buffer, buffer.count)
            if size < 0, errno == EINTR { continue }
            guard size >= 0 else { throw SystemError("read", log.path) }
            guard size > 0 else { return }
            bytes += buffer[..<size]
        }
    }

    /// -1 where there is no such file.
    private static func open(_ path: String) throws(SystemError) -> Int32 {
        let file = path.withPath {
            Glibc.open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK)
        }
        guard file >= 0 || errno == ENOENT else { throw SystemError("open", path) }
        return file
    }
}
