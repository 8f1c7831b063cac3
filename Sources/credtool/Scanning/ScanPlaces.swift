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
        self.paths = paths
    }

    /// The home, and the AWS config files where the way through it does not lead to them.
    init(home: String, configFiles: [String]) throws(ScanFailure) {
        try Self.check(home)
        let place = Self.status(home)
        let end = Self.resolved(home) + "/"
        paths =
            [home]
            + configFiles.filter { path in
                guard let status = Self.status(path) else { return false }
                return status.st_dev != place?.st_dev || !Self.resolved(path).hasPrefix(end)
            }
    }

    private static func check(_ path: String) throws(ScanFailure) {
        guard let status = status(path) else { throw .place(SystemError("stat", path)) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR:
            if Self.kernelDevices.contains(status.st_dev) { throw .kernelFiles(path) }
        default: throw .noFile(path)
        }
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

    private static func resolved(_ path: String) -> String {
        guard let target = path.withPath({ realpath($0, nil) }) else { return path }
        defer { free(target) }
        return String(path: target)
    }
}
