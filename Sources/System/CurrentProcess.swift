// This process: kept out of core dumps, its output streams, and its end in another program.
internal import CSystem
internal import Glibc
public import Model

/// What is done to the calling process itself.
public enum CurrentProcess {
    /// To be called first: forbids core dumps and debuggers, which execve gives back to the program
    /// that follows, and keeps closed standard descriptors from being taken by other files.
    public static func start() { cprocess_start() }

    /// Lets this process have as many files open as the system allows it: for a server, a connection
    /// each.
    public static func raiseOpenFiles() { cprocess_raise_open_files() }

    /// The words that this process was started with, its name first, as their own bytes.
    public static var arguments: [UnsafeMutablePointer<CChar>] {
        guard let list = cprocess_arguments() else { return [] }
        var words: [UnsafeMutablePointer<CChar>] = []
        while let word = list[words.count] { words.append(word) }
        return words
    }

    /// The variables of this process, `NAME=VALUE`, as their own bytes.
    public static var environment: [UnsafeMutablePointer<CChar>] {
        var entries: [UnsafeMutablePointer<CChar>] = []
        while let entry = environ[entries.count] { entries.append(entry) }
        return entries
    }

    /// Replaces this process by the program `arguments[0]`, looked for in PATH. A text that names no
    /// interpreter is run by `/bin/sh`, as execvp(3) does it, but no binary of another machine.
    ///
    /// - Parameters:
    ///   - arguments: Pointers to NUL-terminated bytes, without the NULL at the end.
    ///   - environment: `NAME=VALUE` texts of the same kind.
    /// - Returns: Only where it fails.
    public static func execute(
        arguments: [UnsafeMutablePointer<CChar>], environment: [UnsafeMutablePointer<CChar>]
    ) -> ExecuteError {
        let program = String(path: arguments[0])
        var path = program
        if !program.utf8.contains(UInt8(ascii: "/")) {
            guard let found = ProgramSearch.candidate(program, path: ProgramSearch.standardPath)
            else { return ExecuteError(program: program, code: ENOENT) }
            path = found.path
        }
        let envp: [UnsafeMutablePointer<CChar>?] = environment + [nil]
        let code = path.withPath { cprocess_execute($0, arguments + [nil], envp) }
        if code == ENOEXEC, ProgramContent(of: path) == .other,
            let copy = path.withPath({ strdup($0) }), let shell = strdup("/bin/sh")
        {
            let argv = [shell, copy] + arguments.dropFirst() + [nil]
            _ = cprocess_execute(shell, argv, envp)
        }
        return ExecuteError(program: program, path: path, code: code)
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

    /// Writes bytes, whatever they are, to standard output or standard error.
    /// - Throws: `SystemError` where the other end is gone or the disk is full.
    public static func write(
        bytes: UnsafeRawBufferPointer, to descriptor: Int32
    ) throws(SystemError) {
        let failure = AtomicFile.write(bytes, to: descriptor, name(descriptor))
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
        var input = ReadableFile(standard: 0, "standard input")
        return try input.secret(limit: limit)
    }

    private static func name(_ descriptor: Int32) -> String {
        descriptor == 1 ? "standard output" : "standard error"
    }
}
