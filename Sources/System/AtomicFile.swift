// Reading whole files, and replacing them so that a reader sees the old or the new bytes only.
internal import Glibc
public import Model

/// Whole files by path.
public enum AtomicFile {
    /// The bytes of the file at `path`; nil where there is none.
    /// - Throws: `SystemError` where it stands but cannot be read.
    public static func read(_ path: String) throws(SystemError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SystemError("open", path)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw SystemError("fstat", path) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw SystemError("read", path, code: EISDIR)
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 4096)
        var count = 0
        while true {
            if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: count)) }
            let size = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if size < 0, errno == EINTR { continue }
            guard size >= 0 else { throw SystemError("read", path) }
            guard size > 0 else { break }
            count += size
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// The bytes of a file that holds a secret, such as a token; nil where there is none.
    /// - Parameter limit: The most bytes that it may have; more is EFBIG.
    /// - Throws: `SystemError` where it stands but cannot be read.
    public static func readSecret(_ path: String, limit: Int) throws(SystemError) -> Secret? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SystemError("open", path)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw SystemError("fstat", path) }
        // All of the room is locked in memory: what a file has, and some for one that grows.
        let size = Int(status.st_size)
        let room = size > 0 ? size + 4096 : 1 << 20
        return try Secret(reading: file, path, limit: min(room, limit))
    }

    /// Puts `bytes` in the place of the file at `path`, in one step that survives a crash.
    ///
    /// A symbolic link stays and its target is replaced, since people link their configuration from
    /// elsewhere; mode and owner of an existing file are kept. Missing directories are made with
    /// mode 0700.
    /// - Parameter mode: The mode of a file that did not exist.
    /// - Throws: `SystemError`; the old file is then as it was.
    public static func replace(
        _ path: String, with bytes: [UInt8], mode: UInt32 = 0o600
    ) throws(SystemError) {
        let target = resolved(path)
        let directory = parent(of: target)
        try makeDirectories(directory)
        let name = "\(target).\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        let file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemError("open", path) }
        do throws(SystemError) {
            defer { close(file) }
            var old = stat()
            if stat(target, &old) == 0 {
                // Only root may give a file away; for others it is theirs already.
                _ = fchown(file, old.st_uid, old.st_gid)
                guard fchmod(file, old.st_mode & 0o7777) == 0 else {
                    throw SystemError("fchmod", path)
                }
            } else {
                guard fchmod(file, mode) == 0 else { throw SystemError("fchmod", path) }
            }
            let failure = bytes.withUnsafeBytes { write($0, to: file, path) }
            if let failure { throw failure }
            guard fsync(file) == 0 else { throw SystemError("fsync", path) }
            guard rename(name, target) == 0 else { throw SystemError("rename", path) }
        } catch {
            unlink(name)
            throw error
        }
        let parent = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if parent >= 0 {
            fsync(parent)
            close(parent)
        }
    }

    /// Makes `path` and the directories above it, with mode 0700, where they are missing.
    public static func makeDirectories(_ path: String) throws(SystemError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        let upper = parent(of: path)
        guard errno == ENOENT, upper != path else { throw SystemError("mkdir", path) }
        try makeDirectories(upper)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError("mkdir", path) }
    }

    /// Writes all of `bytes` to an open file or pipe; nil where that went well.
    static func write(
        _ bytes: UnsafeRawBufferPointer, to file: Int32, _ subject: String
    ) -> SystemError? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let size = Glibc.write(
                file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if size < 0, errno == EINTR { continue }
            guard size >= 0 else { return SystemError("write", subject) }
            rest = rest.dropFirst(size)
        }
        return nil
    }

    /// The directory that `path` stands in.
    public static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What `path` leads to over symbolic links, also where there is nothing yet.
    private static func resolved(_ path: String, depth: Int = 0) -> String {
        if let target = realpath(path, nil) {
            defer { free(target) }
            return String(cString: target)
        }
        var link = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let size = readlink(path, &link, link.count - 1)
        guard size > 0, depth < 40 else { return path }
        let target = String(
            decoding: link.prefix(size).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return resolved(
            target.hasPrefix("/") ? target : "\(parent(of: path))/\(target)", depth: depth + 1)
    }
}

extension Secret {
    /// All that `file` has, straight into secret memory.
    init(reading file: Int32, _ subject: String, limit: Int) throws(SystemError) {
        try self.init(capacity: limit + 1) { (buffer) throws(SystemError) in
            var count = 0
            while true {
                guard count <= limit else { throw SystemError("read", subject, code: EFBIG) }
                let size = read(file, buffer.baseAddress.map { $0 + count }, limit + 1 - count)
                if size < 0, errno == EINTR { continue }
                guard size >= 0 else { throw SystemError("read", subject) }
                guard size > 0 else { return count }
                count += size
            }
        }
    }
}
