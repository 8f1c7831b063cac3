// Replacing whole files so that a reader sees the old or the new bytes only.
internal import Glibc
public import Model

/// Whole files by path.
public enum AtomicFile {
    /// Puts `bytes` in the place of the file at `path`, in one step that survives a crash.
    ///
    /// A symbolic link stays and its target is replaced, since people link their configuration from
    /// elsewhere; mode and owner of an existing file are kept. Missing directories are made with
    /// mode 0700. What killed writers left in the directory is taken away.
    /// - Parameters:
    ///   - mode: The mode of a file that did not exist.
    ///   - isSecret: Whether nobody but the owner keeps what rights they had.
    ///   - isRight: Looks at the new file's bytes, read back from the disk, before it takes the place
    ///     of the old one; nil for who trusts the disk.
    /// - Throws: `SystemError`; the old file is then as it was.
    public static func replace(
        _ path: String, with bytes: [UInt8], mode: UInt32 = 0o600, isSecret: Bool = false,
        isRight: (([UInt8]) -> Bool)? = nil
    ) throws(SystemError) {
        let failure = bytes.withUnsafeBytes { bytes -> SystemError? in
            do throws(SystemError) {
                try replace(path, with: bytes, mode: mode, isSecret: isSecret, isRight: isRight)
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }

    /// The same with bytes that are secret, straight from where they are kept.
    public static func replace(
        _ path: String, with secret: borrowing Secret
    ) throws(SystemError) {
        try secret.withBytes { (bytes) throws(SystemError) in
            try replace(path, with: bytes, mode: 0o600, isSecret: false, isRight: nil)
        }
    }

    private static func replace(
        _ path: String, with bytes: UnsafeRawBufferPointer, mode: UInt32, isSecret: Bool,
        isRight: (([UInt8]) -> Bool)?
    ) throws(SystemError) {
        let target = AtomicFile.resolved(path)
        let directory = AtomicFile.parent(of: target)
        try makeDirectories(directory)
        TemporaryFile.sweep(directory)

        var old = stat()
        let exists = target.withPath { stat($0, &old) } == 0
        guard !exists || [S_IFREG, S_IFDIR].contains(old.st_mode & S_IFMT) else {
            throw SystemError(noRegularFile: path)
        }
        var new = try TemporaryFile(for: target)
        if let failure = write(bytes, to: new.descriptor, path) { throw failure }
        guard fsync(new.descriptor) == 0 else { throw SystemError("fsync", path) }
        if let isRight, !isRight(try new.content(upTo: bytes.count + 1)) {
            throw SystemError("read back", path, code: EIO)
        }
        // Only root may give a file away; for others it is theirs already.
        if exists { _ = fchown(new.descriptor, old.st_uid, old.st_gid) }
        let kept = old.st_mode & (isSecret ? 0o700 : 0o7777)
        guard fchmod(new.descriptor, exists ? kept : mode) == 0 else {
            throw SystemError("fchmod", path)
        }
        try new.replace(target)

        let parent = directory.withPath { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        if parent >= 0 {
            fsync(parent)
            close(parent)
        }
    }

    /// Adds `text` to the end of the file at `path`, in one step that others see as a whole, and
    /// without waiting for a disk. The file and its directories are made where they are missing.
    public static func append(_ text: String, to path: String) throws(SystemError) {
        func openToAppend() -> Int32 {
            path.withPath {
                open($0, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            }
        }
        var file = openToAppend()
        if file < 0, errno == ENOENT {
            try makeDirectories(parent(of: path))
            file = openToAppend()
        }
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        var text = text
        let failure = text.withUTF8 { write(UnsafeRawBufferPointer($0), to: file, path) }
        if let failure { throw failure }
    }

    /// Whether a file could be made at `path`, or in a directory that would have to be made first, as
    /// far as modes and mounts tell.
    public static func mayWrite(_ path: String) -> Bool {
        let directory = parent(of: path)
        if directory.withPath({ access($0, W_OK | X_OK) }) == 0 { return true }
        return errno == ENOENT && directory != path && mayWrite(directory)
    }

    /// Takes the file at `path` away. Returns whether it is gone now and was there before.
    public static func remove(_ path: String) -> Bool { path.withPath { unlink($0) } == 0 }

    /// Makes `path` and the directories above it, with mode 0700, where they are missing.
    public static func makeDirectories(_ path: String) throws(SystemError) {
        func make() -> Bool { path.withPath { mkdir($0, 0o700) } == 0 || errno == EEXIST }
        guard !make() else { return }
        let upper = AtomicFile.parent(of: path)
        guard errno == ENOENT, upper != path else { throw SystemError("mkdir", path) }
        try makeDirectories(upper)
        guard make() else { throw SystemError("mkdir", path) }
    }

    /// Writes all of `bytes` to an open file or pipe; nil where that went well.
    public static func write(
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
}
