// Where locks stand: a directory that only this user can enter and, mostly, that a reboot empties.
internal import Glibc

/// The runtime directory of credtool.
public enum RuntimeDirectory {
    /// Makes `credtool` in `$XDG_RUNTIME_DIR`, else in `/run/user/UID`, else makes `fallback`.
    ///
    /// A base that belongs to another user is passed over: with `sudo -E` or `su` the variable is
    /// that user's, and what root makes there would lock them out. `/tmp` is not for locks: another
    /// user could be the first to make a directory of the expected name.
    ///
    /// Source: XDG Base Directory Specification 0.8.
    /// - Parameter fallback: A path in the user's own files, such as one below `$XDG_DATA_HOME`.
    /// - Throws: `SystemError` where it cannot be made, or is not this user's alone (EPERM).
    public static func make(
        xdgRuntimeDirectory: String?, fallback: String
    ) throws(SystemError) -> String {
        let bases = [xdgRuntimeDirectory, "/run/user/\(getuid())"].compactMap { $0 }
        let base = bases.first {
            $0.utf8.first == UInt8(ascii: "/") && owner(of: $0) == getuid()
        }
        let path = base.map { "\($0)/credtool" } ?? fallback
        if base == nil {
            try refuseForeign(path)
            try AtomicFile.makeDirectories(path)
        } else if path.withPath({ mkdir($0, 0o700) }) != 0, errno != EEXIST {
            throw SystemError("mkdir", path)
        }
        var status = stat()
        guard path.withPath({ lstat($0, &status) }) == 0 else { throw SystemError("lstat", path) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
            status.st_mode & 0o077 == 0
        else { throw SystemError("lstat", path, code: EPERM) }
        return path
    }

    /// Directories that root made in another user's home would lock that user out.
    private static func refuseForeign(_ path: String) throws(SystemError) {
        var upper = path
        while upper != "/", upper != "." {
            upper = AtomicFile.parent(of: upper)
            guard let owner = owner(of: upper) else { continue }
            guard owner == getuid() || owner == 0 else {
                throw SystemError("lstat", upper, code: EPERM)
            }
            return
        }
    }

    private static func owner(of path: String) -> uid_t? {
        var status = stat()
        return path.withPath { stat($0, &status) } == 0 ? status.st_uid : nil
    }
}
