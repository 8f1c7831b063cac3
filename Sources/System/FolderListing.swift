// The names in a directory.
internal import Glibc

extension AtomicFile {
    /// The names of the regular files in the directory at `path` that do not begin with a dot, in
    /// their order; nil where there is no such directory.
    /// - Throws: `SystemError` where it stands but cannot be read.
    public static func fileNames(in path: String) throws(SystemError) -> [String]? {
        guard let entries = path.withPath({ opendir($0) }) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SystemError("open", path)
        }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(path: $0) }
            }
            var status = stat()
            guard name.utf8.first != UInt8(ascii: "."),
                "\(path)/\(name)".withPath({ stat($0, &status) }) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else { continue }
            names.append(name)
        }
        return names.sorted()
    }
}
