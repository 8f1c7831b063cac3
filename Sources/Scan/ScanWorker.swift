// What one thread does: walks a folder, reads files, has git read repositories.
internal import Glibc
internal import Model
internal import System

/// The work of one thread, with a buffer of its own.
struct ScanWorker {
    let scan: KeyScan
    private let stream: KeyStream

    /// How many files are one piece of work, so that one large folder keeps all threads busy.
    private static let batch = 32

    init(_ scan: KeyScan) {
        self.scan = scan
        stream = KeyStream(now: scan.now)
    }

    /// Does a piece of work; returns what was found to be done besides.
    func carryOut(_ work: ScanItem.Work) -> [ScanItem.Work] {
        switch work {
        case .file(let path): return begin(path)
        case .files(let folder, let names):
            for name in names { read("\(folder)/\(name)", flags: O_NOFOLLOW) }
        case .repository(let path): readRepository(path)
        case .gitLink(let path):
            if let target = GitDirectory.target(of: path) { readRepository(target, from: path) }
        case .folder(let path, let device): return walk(path, device)
        }
        return []
    }

    /// A place that a person named: a link there is followed.
    private func begin(_ path: String) -> [ScanItem.Work] {
        var status = stat()
        guard path.withPath({ stat($0, &status) }) == 0 else {
            scan.note { $0.unreadable.add(path) }
            return []
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            // `/` is where all paths begin, not a name before a slash.
            var folder = path
            while folder.utf8.count > 1, folder.hasSuffix("/") { folder.removeLast() }
            return walk(folder, UInt(status.st_dev), flags: 0)
        }
        read(path, flags: 0)
        return []
    }

    // MARK: Folders

    private func walk(
        _ path: String, _ device: UInt, flags: Int32 = O_NOFOLLOW
    ) -> [ScanItem.Work] {
        let descriptor = path.withPath {
            open($0, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC | flags)
        }
        guard descriptor >= 0 else {
            // What has gone meanwhile is no loss.
            if errno != ENOENT { scan.note { $0.unreadable.add(path) } }
            return []
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, UInt(status.st_dev) == device else {
            scan.note { $0.fileSystems.add(path) }
            close(descriptor)
            return []
        }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return []
        }
        defer { closedir(stream) }
        var folders: [String] = []
        var files: [String] = []
        var links: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(path: $0) }
            }
            if name == "." || name == ".." { continue }
            switch kind(entry, path, name) {
            case S_IFDIR: folders.append(name)
            case S_IFREG: files.append(name)
            case S_IFLNK where Self.ofGit.contains(name): links.append(name)
            default: continue
            }
        }
        return found(path, device, folders: folders, files: files, links: links)
    }

    /// The kind of an entry, which some file systems do not tell.
    private func kind(
        _ entry: UnsafeMutablePointer<dirent>, _ folder: String, _ name: String
    ) -> mode_t {
        switch Int32(entry.pointee.d_type) {
        case Int32(DT_DIR): return S_IFDIR
        case Int32(DT_REG): return S_IFREG
        case Int32(DT_LNK): return S_IFLNK
        case Int32(DT_UNKNOWN):
            var status = stat()
            guard "\(folder)/\(name)".withPath({ lstat($0, &status) }) == 0 else { return 0 }
            return status.st_mode & S_IFMT
        default: return 0
        }
    }

    private func found(
        _ path: String, _ device: UInt, folders: [String], files: [String], links: [String]
    ) -> [ScanItem.Work] {
        let parent = path == "/" ? "" : path
        var works: [ScanItem.Work] = []
        // What git keeps is compressed: only git can read it.
        let isRepository =
            (files.contains("HEAD") || links.contains("HEAD"))
            && ["objects", "refs"].allSatisfy { folders.contains($0) || links.contains($0) }
        for name in folders where !(isRepository && name == "objects") {
            works.append(.folder("\(parent)/\(name)", device: device))
        }
        var rest = files[...]
        // The first ones at once: most folders have no more.
        for name in rest.prefix(Self.batch) { read("\(parent)/\(name)", flags: O_NOFOLLOW) }
        rest = rest.dropFirst(Self.batch)
        while !rest.isEmpty {
            works.append(.files(folder: parent, names: Array(rest.prefix(Self.batch))))
            rest = rest.dropFirst(Self.batch)
        }
        if isRepository { works.append(.repository(path)) }
        if files.contains(".git") || links.contains(".git") {
            works.append(.gitLink("\(parent)/.git"))
        }
        return works
    }

    // MARK: Repositories

    /// What counts though it is a link, which some tools make of what clones share.
    private static let ofGit = [".git", "HEAD", "objects", "refs"]

    /// Has git read what is kept there, once for all ways that lead to the same objects.
    /// - Parameter link: What led there.
    private func readRepository(_ path: String, from link: String? = nil) {
        guard let directory = GitDirectory(path) else {
            return scan.note { $0.unreadRepositories.add(link ?? path) }
        }
        guard scan.isFirst(directory.objects) else { return }
        GitHistory(path: directory.path, scan: scan, stream: stream).read()
    }

    // MARK: Files

    /// How much is read of a file that does not say how large it is, or grows while it is read.
    private static let growth = 64 << 20

    private func read(_ path: String, flags: Int32) {
        let descriptor = path.withPath {
            open($0, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags)
        }
        guard descriptor >= 0 else {
            if errno != ENOENT, errno != ELOOP { scan.note { $0.unreadable.add(path) } }
            return
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let size = Int(status.st_size)
        stream.begin()
        var count = 0
        while true {
            let part = stream.fill { room in
                var part = Glibc.read(descriptor, room.baseAddress, room.count)
                while part < 0, errno == EINTR {
                    part = Glibc.read(descriptor, room.baseAddress, room.count)
                }
                return part
            }
            guard part >= 0 else {
                scan.note { $0.unreadable.add(path) }
                break
            }
            count += part
            if size > KeyScan.binaryLimit, stream.isBinary {
                return scan.note { $0.binaries.add(path) }
            }
            // Files of /proc have no size.
            if part == 0 || count == size || count > max(size, Self.growth) { break }
        }
        stream.end()
        let found = stream.found.map {
            ScanFinding(path, .line($0.line), $0.sighting, more: $0.more)
        }
        let untold = stream.untold
        scan.note { result in
            result.files += 1
            result.bytes += count
            result.findings += found
            result.untold += untold
        }
    }
}
