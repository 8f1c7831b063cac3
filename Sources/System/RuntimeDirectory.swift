// Where locks stand: a directory that only this user can enter and that a reboot empties.
internal import Glibc

/// The runtime directory of credtool.
public enum RuntimeDirectory {
    /// Makes `$XDG_RUNTIME_DIR/credtool`, or `/tmp/credtool-UID` where the variable is not set.
    ///
    /// Source: XDG Base Directory Specification 0.8.
    /// - Throws: `SystemError` where it cannot be made, or is not this user's alone (EPERM).
    public static func make(xdgRuntimeDirectory: String?) throws(SystemError) -> String {
        let path =
            if let base = xdgRuntimeDirectory, base.hasPrefix("/") {
                "\(base)/credtool"
            } else {
                "/tmp/credtool-\(getuid())"
            }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError("mkdir", path) }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw SystemError("lstat", path) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
            status.st_mode & 0o077 == 0
        else { throw SystemError("lstat", path, code: EPERM) }
        return path
    }
}
