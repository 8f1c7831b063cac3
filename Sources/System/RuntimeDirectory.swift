// Where locks stand: a directory that only this user can enter and that a reboot empties.
internal import Glibc

/// The runtime directory of credtool.
public enum RuntimeDirectory {
    /// Makes `credtool` in `$XDG_RUNTIME_DIR`, else in `/run/user/UID`, else `/tmp/credtool-UID`.
    ///
    /// A base that belongs to another user is passed over: with `sudo -E` or `su` the variable is
    /// that user's, and what root makes there would lock them out.
    ///
    /// Source: XDG Base Directory Specification 0.8.
    /// - Throws: `SystemError` where it cannot be made, or is not this user's alone (EPERM).
    public static func make(xdgRuntimeDirectory: String?) throws(SystemError) -> String {
        let bases = [xdgRuntimeDirectory, "/run/user/\(getuid())"].compactMap { $0 }
        let base = bases.first { $0.hasPrefix("/") && owner(of: $0) == getuid() }
        let path = base.map { "\($0)/credtool" } ?? "/tmp/credtool-\(getuid())"
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError("mkdir", path) }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw SystemError("lstat", path) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
            status.st_mode & 0o077 == 0
        else { throw SystemError("lstat", path, code: EPERM) }
        return path
    }

    private static func owner(of path: String) -> uid_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_uid : nil
    }
}
