// This process: kept out of core dumps, its output streams, and its end in another program.
internal import CSystem
internal import Glibc
public import Model

/// Why a program could not be started.
public struct ExecuteError: Error, Equatable {
    /// The program as it was named.
    public let program: String
    /// errno of execve(2): ENOENT where there is no such program.
    public let code: Int32

    /// `program` as it was named, and errno.
    public init(program: String, code: Int32) {
        self.program = program
        self.code = code
    }

    /// Whether the program is a directory.
    public var isDirectory: Bool {
        var status = stat()
        return stat(program, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether no such program was found.
    public var isNotFound: Bool { code == ENOENT }

    /// The system's own words.
    public var reason: String { SystemError("execve", program, code: code).reason }
}

/// What is done to the calling process itself.
public enum CurrentProcess {
    /// To be called first: forbids core dumps and debuggers, which execve gives back to the program
    /// that follows, and keeps closed standard descriptors from being taken by other files.
    public static func start() { cprocess_start() }

    /// The words that this process was started with, its name first, as their own bytes.
    public static var arguments: [UnsafeMutablePointer<CChar>] {
        guard let list = cprocess_arguments() else { return [] }
        var words: [UnsafeMutablePointer<CChar>] = []
        while let word = list[words.count] { words.append(word) }
        return words
    }

    /// Whether `program` is there to be executed, in PATH or by its path, whatever its mode.
    ///
    /// Source: execvp(3).
    public static func exists(_ program: String, path: String?) -> Bool {
        guard !program.contains("/") else { return access(program, F_OK) == 0 }
        guard !program.isEmpty else { return false }
        // An empty entry is the working directory; without PATH the C library has its own list.
        let directories = (path ?? "/bin:/usr/bin").split(
            separator: ":", omittingEmptySubsequences: false)
        return directories.contains { directory in
            access(directory.isEmpty ? program : "\(directory)/\(program)", F_OK) == 0
        }
    }

    /// Replaces this process by the program `arguments[0]`, looked for in PATH.
    ///
    /// - Parameters:
    ///   - arguments: Pointers to NUL-terminated bytes, without the NULL at the end.
    ///   - environment: `NAME=VALUE` texts of the same kind.
    /// - Returns: Only where it fails.
    public static func execute(
        arguments: [UnsafeMutablePointer<CChar>], environment: [UnsafeMutablePointer<CChar>]
    ) -> ExecuteError {
        let argv: [UnsafeMutablePointer<CChar>?] = arguments + [nil]
        let envp: [UnsafeMutablePointer<CChar>?] = environment + [nil]
        let program = arguments[0]
        let code = cprocess_execute(program, argv, envp)
        return ExecuteError(program: String(cString: program), code: code)
    }

    /// Writes text to standard output (1) or standard error (2).
    /// - Throws: `SystemError` where the other end is gone or the disk is full.
    public static func write(_ text: String, to descriptor: Int32) throws(SystemError) {
        var text = text
        let failure = text.withUTF8 {
            AtomicFile.write(UnsafeRawBufferPointer($0), to: descriptor, name(descriptor))
        }
        if let failure { throw failure }
    }

    /// Writes a text that holds secrets, such as an export, to standard output or standard error.
    /// - Throws: `SystemError` where the other end is gone or the disk is full.
    public static func write(
        secret text: borrowing Secret, to descriptor: Int32
    ) throws(SystemError) {
        let failure = text.withBytes {
            AtomicFile.write($0, to: descriptor, name(descriptor))
        }
        if let failure { throw failure }
    }

    /// All of standard input, up to `limit` bytes.
    /// - Throws: `SystemError` where it cannot be read, or is longer (EFBIG).
    public static func readInput(limit: Int) throws(SystemError) -> Secret {
        try Secret(reading: 0, "standard input", limit: limit)
    }

    private static func name(_ descriptor: Int32) -> String {
        descriptor == 1 ? "standard output" : "standard error"
    }
}
