// Where `scan` begins: the paths that were named, or the home and the AWS config files.
internal import Glibc
internal import Model
internal import System

/// The places to be scanned.
struct ScanPlaces {
    /// Each is there, a folder or a file.
    let paths: [String]

    /// Those that a person named.
    init(named paths: [String]) throws(ScanFailure) {
        for path in paths { try Self.check(path) }
        self.paths = Self.apart(paths)
    }

    /// The home, and the AWS config files where the way through it does not lead to them.
    init(home: String, configFiles: [String]) throws(ScanFailure) {
        try Self.check(home)
        paths = Self.apart([home] + configFiles)
    }

    /// The places that are there, but for those that the way through another leads to, and those
    /// that are another by another name: what stands there would count twice.
    private static func apart(_ paths: [String]) -> [String] {
        struct Place {
            let path: String
            let status: stat
            let way: String
        }
        let places = paths.compactMap { path in
            status(path).map { status in
                let target = AtomicFile.resolved(path)
                return Place(path: path, status: status, way: target == "/" ? "/" : target + "/")
            }
        }
        return places.indices.filter { index in
            let place = places[index]
            return !places.indices.contains { other in
                let isSame = places[other].status.st_ino == place.status.st_ino
                guard other != index, places[other].status.st_dev == place.status.st_dev else {
                    return false
                }
                return isSame ? other < index : place.way.hasPrefix(places[other].way)
            }
        }.map { places[$0].path }
    }

    private static func check(_ path: String) throws(ScanFailure) {
        guard let status = status(path) else { throw .place(SystemError("stat", path)) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR:
            if Self.kernelDevices.contains(status.st_dev) { throw .kernelFiles(path) }
        default: throw .noFile(path)
        }
        let file = path.withPath { open($0, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) }
        guard file >= 0 else { throw .place(SystemError("open", path)) }
        close(file)
    }

    /// Where procfs and sysfs are mounted.
    private static var kernelDevices: [dev_t] {
        let root = status("/")?.st_dev
        return ["/proc", "/sys"].compactMap { status($0)?.st_dev }.filter { $0 != root }
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return path.withPath { stat($0, &status) } == 0 ? status : nil
    }
}
