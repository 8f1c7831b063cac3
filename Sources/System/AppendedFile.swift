// Text at the end of a file that another program reads.
internal import Glibc
public import Model

/// Files that grow.
public enum AppendedFile {
    /// Writes a text that may hold secrets behind what `path` has; others may do so at the same time.
    /// - Throws: `SystemError`, also where there is no such file: it is another program's to make.
    public static func append(_ text: borrowing Secret, to path: String) throws(SystemError) {
        let file = path.withPath { open($0, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY) }
        guard file >= 0 else { throw SystemError("open", path) }
        defer { close(file) }
        if let failure = text.withBytes({ AtomicFile.write($0, to: file, path) }) { throw failure }
    }
}
