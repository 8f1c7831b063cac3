// The words for places that cannot be scanned.
internal import Glibc
internal import Model
internal import System

extension ScanFailure {
    /// The words.
    var wording: Wording {
        switch self {
        case .place(let error) where error.code == ENOENT:
            Wording(
                "there is no \(quotedPath(error.subject))",
                hint: "credtool scan, without PATH, looks through the home")
        case .place(let error):
            Wording(
                "\(quotedPath(error.subject)) cannot be looked at: \(error.reason)",
                hint: "ls -ld \(ShellWords.quoted(error.subject))")
        case .noFile(let path):
            Wording(
                "\(quotedPath(path)) is no file and no folder",
                hint: "name a file or a folder: credtool scan PATH")
        case .kernelFiles(let path):
            Wording(
                "what stands in \(quotedPath(path)) is made by the kernel when it is read",
                hint: "credtool scan, without PATH, looks through the home")
        }
    }
}
