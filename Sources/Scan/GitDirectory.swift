// Where a git repository keeps its objects: beside its files, or where those lead to.
internal import Glibc
internal import Model
internal import System

/// The folder of a repository that has `objects` in it.
struct GitDirectory {
    /// Which folder of objects it is, however it was reached.
    struct Objects: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    let path: String
    let objects: Objects

    /// - Parameter path: A repository's folder, as `git(1)` has it in `--git-dir`.
    /// - Returns: Nil where it has no objects.
    init?(_ path: String) {
        // A linked worktree has no more than its own state. Source: gitrepository-layout(5).
        let shared = Self.text("\(path)/commondir").map { Self.path($0, in: path) }
        self.path = shared.map { AtomicFile.resolved($0) } ?? path
        var status = stat()
        guard "\(self.path)/objects".withPath({ stat($0, &status) }) == 0 else { return nil }
        objects = Objects(device: status.st_dev, inode: status.st_ino)
    }

    /// Where the `.git` of a folder leads to that is no folder itself: a link to one, or the file of
    /// a worktree or submodule; nil where it is neither.
    static func target(of path: String) -> String? {
        var status = stat()
        guard path.withPath({ stat($0, &status) }) == 0 else { return nil }
        if status.st_mode & S_IFMT == S_IFDIR { return AtomicFile.resolved(path) }
        let start = "gitdir: "
        guard let text = text(path), text.hasPrefix(start) else { return nil }
        let target = Self.path(
            String(text.dropFirst(start.count)), in: AtomicFile.parent(of: path))
        return AtomicFile.resolved(target)
    }

    /// What stands in a file of git's that holds a path; nil where there is none.
    private static func text(_ path: String) -> String? {
        guard let bytes = try? AtomicFile.read(path, limit: 2 * Int(PATH_MAX)) else { return nil }
        let line = bytes.prefix { ![0, 0x0a, 0x0d].contains($0) } + [0]
        return line.withUnsafeBytes {
            $0.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { String(path: $0) } }
        }
    }

    private static func path(_ text: String, in folder: String) -> String {
        text.hasPrefix("/") ? text : "\(folder)/\(text)"
    }
}
