// A new file on its way into the place of an old one, and those whose writers were killed.
internal import Glibc

/// A file `.NAME.credtool-RANDOM` beside the file NAME that it is to replace.
///
/// Its writer holds a lock on it, so that the file of one that was killed can be told from the file
/// of one that writes.
struct TemporaryFile: ~Copyable {
    let descriptor: Int32
    private let path: String
    private var isInPlace = false

    private static let mark = ".credtool-"
    /// Between making a file and locking it, its age alone protects it.
    private static let age = 60

    /// Makes it, with mode 0600, for the file at `target`.
    init(for target: String) throws(SystemError) {
        let random = String(UInt64.random(in: 0 ... .max), radix: 36)
        let directory = AtomicFile.parent(of: target)
        let path = "\(directory)/.\(AtomicFile.name(of: target))\(Self.mark)\(random)"
        descriptor = path.withPath {
            open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        guard descriptor >= 0 else { throw SystemError("open", target) }
        self.path = path
        // Where a file system has no locks, nobody sweeps either.
        flock(descriptor, LOCK_EX | LOCK_NB)
    }

    deinit {
        if !isInPlace { unlinkPath(path) }
        close(descriptor)
    }

    /// What was written, from the disk itself as far as the kernel can be had to go there.
    func content(upTo limit: Int) throws(SystemError) -> [UInt8] {
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw SystemError("lseek", path) }
        var file = ReadableFile(standard: descriptor, path)
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            do throws(SystemError) {
                count = try file.fill(UnsafeMutableRawBufferPointer(buffer))
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Puts it in the place of `target`.
    mutating func replace(_ target: String) throws(SystemError) {
        let result = path.withPath { old in target.withPath { rename(old, $0) } }
        guard result == 0 else { throw SystemError("rename", target) }
        isInPlace = true
    }

    /// Takes the files of dead writers out of `directory`.
    static func sweep(_ directory: String) {
        guard let entries = directory.withPath({ opendir($0) }) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(path: $0) }
            }
            guard isTemporary(name) || isOfFormerVersion(name) else { continue }
            let path = "\(directory)/\(name)"
            let file = path.withPath { open($0, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC) }
            guard file >= 0 else { continue }
            defer { close(file) }
            var status = stat()
            guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                status.st_uid == geteuid(), status.st_mtim.tv_sec < time(nil) - age,
                flock(file, LOCK_EX | LOCK_NB) == 0
            else { continue }
            unlinkPath(path)
        }
    }

    /// Whether version 0.1 gave it this name: a file of the data directory and a random number.
    static func isOfFormerVersion(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let random = parts.last, random.utf8.count >= 8, UInt64(random, radix: 36) != nil
        else { return false }
        let target = name.dropLast(random.utf8.count + 1)
        return ["vault", "index.tsv", "sessions.tsv"].contains(target)
    }

    /// Whether a file of this name is one of these.
    static func isTemporary(_ name: String) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard name.hasPrefix("."), parts.count > 1, let random = parts.last else { return false }
        return name.dropLast(random.utf8.count).hasSuffix(mark)
            && !random.isEmpty && UInt64(random, radix: 36) != nil
    }
}

private func unlinkPath(_ path: String) { _ = path.withPath { unlink($0) } }
