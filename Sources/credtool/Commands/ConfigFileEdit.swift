// How commands change the AWS config file: one at a time, as it stands at that moment, and as a whole.
internal import Profiles
internal import System

extension Machine {
    /// Replaces the file at `path` by what `change` makes of its bytes, of none where there is no file.
    /// - Returns: False where nothing changes, and so nothing was written.
    /// - Throws: What `change` throws, or `SystemError`; the file is as it was then.
    @discardableResult
    func edit(
        _ path: ConfigPaths.Path, _ change: ([UInt8]) throws -> [UInt8]
    ) throws -> Bool {
        // Others may edit the file at the same time, this program included.
        try AtomicFile.makeDirectories(dataDirectory)
        let lock = try FileLock(path: "\(dataDirectory)/config.lock", within: .seconds(10))
        defer { withExtendedLifetime(lock) {} }
        let old = try AtomicFile.read(path.path) ?? []
        let new = try change(old)
        guard old != new else { return false }
        try AtomicFile.replace(path.path, with: new)
        return true
    }
}
