// Whether other users of the machine could change a file: by it, or by a directory above it.
internal import Glibc

/// The look at who else may change what a program trusts.
public enum FileSafety {
    /// What lets others change a file. The path is that of the file, or of what leads to it.
    public enum Finding: Equatable, Sendable {
        /// All users may write there.
        case writableByAll(path: String)
        /// Another user, who is not root, owns it.
        case foreign(path: String, owner: UInt32)
    }

    /// What the kernel tells of one path, itself and not where it leads.
    struct Facts {
        var owner: uid_t
        /// Kind and permissions.
        var mode: mode_t

        var isLink: Bool { mode & S_IFMT == S_IFLNK }
        var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
    }

    /// What is wrong with the file at `path`, with the first of the directories above it, or with
    /// those above what it links to; nil where nothing is, also where there is no such file yet.
    public static func finding(_ path: String) -> Finding? {
        for start in [path, AtomicFile.resolved(path)] where start.utf8.first == UInt8(ascii: "/") {
            var path = start
            while true {
                var status = stat()
                if path.withPath({ lstat($0, &status) }) == 0,
                    let finding = finding(
                        path, Facts(owner: status.st_uid, mode: status.st_mode), user: geteuid())
                {
                    return finding
                }
                guard path != "/" else { break }
                path = AtomicFile.parent(of: path)
            }
        }
        return nil
    }

    /// The same for a folder that programs are loaded from. To a sticky one, too, anybody may add
    /// files; and in one that is not there yet, anybody who may make it.
    public static func folderFinding(_ path: String) -> Finding? {
        var status = stat()
        guard path.withPath({ stat($0, &status) }) == 0 else {
            return path == "/" ? nil : folderFinding(AtomicFile.parent(of: path))
        }
        if status.st_mode & S_IWOTH != 0 { return .writableByAll(path: path) }
        return finding(path)
    }

    /// The decision about one path. In a sticky directory only owners rename; a link's mode says
    /// nothing. Root works in everybody's files, and what is root's every user has to trust.
    static func finding(_ path: String, _ facts: Facts, user: uid_t) -> Finding? {
        let isSticky = facts.isDirectory && facts.mode & S_ISVTX != 0
        if facts.mode & S_IWOTH != 0, !facts.isLink, !isSticky { return .writableByAll(path: path) }
        if user != 0, facts.owner != user, facts.owner != 0 {
            return .foreign(path: path, owner: facts.owner)
        }
        return nil
    }
}
