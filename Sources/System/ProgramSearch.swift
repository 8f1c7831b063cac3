// Finding a program in PATH, and why one that was found cannot be run.
internal import Glibc

/// Why a program could not be started.
public struct ExecuteError: Error, Equatable, Sendable {
    /// What stood in the way.
    public enum Cause: Equatable, Sendable {
        /// There is no such program.
        case notFound
        /// A directory stands there.
        case directory
        /// It lacks the right to be run.
        case notExecutable
        /// Its file system is mounted with `noexec`.
        case noExecution
        /// The program that is to run it is missing: the interpreter that a script names, nil for a
        /// binary, whose loader it is.
        case missingInterpreter(String?)
        /// It is made for another machine or system, by its name; nil where that is unknown.
        case foreignBinary(String?)
        /// It is neither a binary nor a script that names an interpreter.
        case unknownFormat
        /// Arguments and variables take more room than a program may be given.
        case tooLong
        /// Another process has it open for writing.
        case beingWritten
        /// Any other errno.
        case other(Int32)
    }

    /// The program as it was named.
    public let program: String
    /// What stood in the way.
    public let cause: Cause

    /// `program` as it was named could not be run, with errno `code` of execve(2).
    /// - Parameter path: Where it stands; nil where that is not known but from its name.
    public init(program: String, path: String? = nil, code: Int32) {
        self.program = program
        let path = path ?? (program.utf8.contains(UInt8(ascii: "/")) ? program : nil)
        switch code {
        case ENOENT: cause = path.map(Self.interpreter) ?? .notFound
        case EACCES: cause = path.map(Self.denial) ?? .other(code)
        case ENOEXEC: cause = path.map(Self.formatError) ?? .unknownFormat
        case E2BIG: cause = .tooLong
        case ETXTBSY: cause = .beingWritten
        default: cause = .other(code)
        }
    }

    /// Whether execve(2) found something missing, the program or what it needs to be run: ENOENT.
    public var isNotFound: Bool {
        switch cause {
        case .notFound, .missingInterpreter: true
        case .directory, .notExecutable, .noExecution, .foreignBinary, .unknownFormat, .tooLong,
            .beingWritten, .other:
            false
        }
    }

    /// What the file at `path` needs to be run, and is not there.
    private static func interpreter(_ path: String) -> Cause {
        guard path.withPath({ access($0, F_OK) }) == 0 else { return .notFound }
        return switch ProgramContent(of: path) {
        case .script(let interpreter): .missingInterpreter(interpreter)
        case .binary, .foreignBinary, .other, .unreadable: .missingInterpreter(nil)
        }
    }

    /// Why the kernel does not know what to do with the file at `path`.
    private static func formatError(_ path: String) -> Cause {
        switch ProgramContent(of: path) {
        case .foreignBinary(let machine): .foreignBinary(machine)
        // Of this machine by its first bytes, and yet refused: it is broken.
        case .binary: .foreignBinary(nil)
        case .script, .other, .unreadable: .unknownFormat
        }
    }

    /// ST_NOEXEC, which the C library shows to GNU programs alone.
    private static let noExecution: UInt = 8

    /// Why the file at `path` may not be run.
    private static func denial(_ path: String) -> Cause {
        var status = stat()
        guard path.withPath({ stat($0, &status) }) == 0 else { return .other(EACCES) }
        if status.st_mode & S_IFMT == S_IFDIR { return .directory }
        guard status.st_mode & S_IFMT == S_IFREG else { return .other(EACCES) }
        var system = statvfs()
        if path.withPath({ statvfs($0, &system) }) == 0, system.f_flag & noExecution != 0 {
            return .noExecution
        }
        if path.withPath({ access($0, X_OK) }) == 0 { return .other(EACCES) }
        return switch ProgramContent(of: path) {
        case .script, .binary, .unreadable: .notExecutable
        // The right to be run would be of no use to it.
        case .foreignBinary(let machine): .foreignBinary(machine)
        case .other: .unknownFormat
        }
    }
}

/// The search for programs.
///
/// Source: execvp(3).
public enum ProgramSearch {
    /// The variable `PATH` of this process; nil where it is not set.
    public static var standardPath: String? { getenv("PATH").map { String(path: $0) } }

    /// Where `program` stands: in the directories of `path`, unless its name has a slash.
    /// - Throws: `ExecuteError`, also where only files of that name stand that cannot be run.
    public static func find(
        _ program: String, path: String? = standardPath
    ) throws(ExecuteError) -> String {
        guard let found = candidate(program, path: path) else {
            throw ExecuteError(program: program, code: ENOENT)
        }
        guard found.isExecutable else {
            throw ExecuteError(program: program, path: found.path, code: EACCES)
        }
        return found.path
    }

    /// The first file that can be run, else the first that is there.
    static func candidate(
        _ program: String, path: String?
    ) -> (path: String, isExecutable: Bool)? {
        guard !program.isEmpty else { return nil }
        if program.utf8.contains(UInt8(ascii: "/")) {
            return isExecutable(program).map { (program, $0) }
        }
        var first: String?
        // Without PATH the C library has its own list; an empty entry is the working directory.
        for part in (path ?? "/bin:/usr/bin").utf8.split(
            separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        {
            let path = part.isEmpty ? "./\(program)" : "\(Substring(part))/\(program)"
            guard let isExecutable = isExecutable(path) else { continue }
            if isExecutable { return (path, true) }
            first = first ?? path
        }
        return first.map { ($0, false) }
    }

    /// Nil where there is nothing.
    private static func isExecutable(_ path: String) -> Bool? {
        path.withPath { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            return status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
        }
    }
}
