// Why there was nothing to be scanned.
internal import System

/// What stands in the way of `scan`.
enum ScanFailure: Error, Equatable {
    /// There is nothing of that name, or it may not be looked at.
    case place(SystemError)
    /// It is a device, a socket or a pipe.
    case noFile(String)
    /// What the kernel shows there are no files that anybody has stored.
    case kernelFiles(String)
}
