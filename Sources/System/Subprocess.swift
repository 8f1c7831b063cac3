// Running another program to its end: no shell, a deadline, its output as a secret.
internal import Glibc
public import Model

/// Why a program gave no result.
public enum SubprocessError: Error, Equatable {
    /// There is no such program, or it cannot be run.
    case cannotStart(ExecuteError)
    /// It did not end in time, and was ended.
    case timedOut(program: String, after: Duration)
    /// It wrote more than `limit` bytes, and was ended.
    case tooMuchOutput(program: String, limit: Int)
    /// Anything else.
    case system(SystemError)
}

/// A program to run, and how.
public struct Subprocess: Sendable {
    /// How a program ended.
    public enum Status: Equatable, Sendable {
        /// By itself, with an exit code; 0 is success.
        case exited(Int32)
        /// By a signal.
        case signalled(Int32)
    }

    /// What a program left behind.
    public struct Result: ~Copyable, Sendable {
        /// How it ended.
        public let status: Status
        /// What it wrote to standard output.
        public let output: Secret
        /// What it wrote to standard error, where that is collected: its first 64 KiB.
        public let errorOutput: String

        /// Its output, for an owner of its own.
        public consuming func takeOutput() -> Secret { output }
    }

    /// Where its standard input comes from, unless something is written to it.
    public enum Input: Sendable {
        /// From nowhere: `/dev/null`.
        case none
        /// From where this process has its own.
        case inherited
        /// From the controlling terminal; from nowhere where there is none.
        case terminal
    }

    /// Where its standard error goes.
    public enum ErrorOutput: Sendable {
        /// Where this process's own goes.
        case inherited
        /// To the controlling terminal; where there is none, where this process's own goes.
        case terminal
        /// Into the result.
        case collected
    }

    /// The program, looked for in the PATH of `environment`, then its arguments.
    public var arguments: [String]
    /// Its variables.
    public var environment: ProcessEnvironment
    /// Its standard input.
    public var input: Input
    /// Its standard error.
    public var errorOutput: ErrorOutput
    /// How long it may take, not counting the time that this process was stopped, as by Ctrl-Z; nil
    /// for ever. Then it and what it started are sent SIGTERM, and SIGKILL after two seconds.
    public var deadline: Duration?
    /// How many bytes it may write to standard output.
    public var outputLimit = 1 << 20

    private static let errorLimit = 1 << 16
    /// How long is waited at a time. A wait of more than twice that was one of a stopped process.
    private static let interval: Duration = .seconds(1)

    /// States what to run; nothing is run yet.
    public init(
        _ arguments: [String], environment: ProcessEnvironment = ProcessEnvironment(),
        input: Input = .none, errorOutput: ErrorOutput = .inherited, deadline: Duration?
    ) {
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.errorOutput = errorOutput
        self.deadline = deadline
    }

    /// Runs the program and waits for its end.
    ///
    /// The result is there as soon as the program itself has ended; what it left running in the
    /// background, a browser say, is not waited for, even where that keeps its output open.
    /// - Throws: `SubprocessError`. A program that ends with an error has a result like any other.
    public func run() throws(SubprocessError) -> Result { try run(writing: nil) }

    /// Runs the program with `input` as its standard input, in place of `self.input`.
    /// - Throws: `SubprocessError`. A program that does not read its input is no error.
    public func run(writing input: borrowing Secret) throws(SubprocessError) -> Result {
        try input.withBytes { (bytes) throws(SubprocessError) in try run(writing: bytes) }
    }

    private func run(writing bytes: UnsafeRawBufferPointer?) throws(SubprocessError) -> Result {
        let program = arguments.first ?? ""
        // A NUL ends a C string: the program would get another argument than was meant.
        guard arguments.allSatisfy({ !$0.utf8.contains(0) }) else {
            throw .system(SystemError("posix_spawn", program, code: EINVAL))
        }
        let path: String
        do { path = try environment.path(of: program) } catch { throw .cannotStart(error) }
        var pipedChild: PipedChild
        do {
            pipedChild = try PipedChild(self, path, writes: bytes != nil)
        } catch {
            switch error.code {
            case ENOENT, EACCES, ENOEXEC, E2BIG, ETXTBSY:
                throw .cannotStart(ExecuteError(program: program, path: path, code: error.code))
            default: throw .system(error)
            }
        }
        var left = deadline
        var last = MonotonicTime.now
        var errors: [UInt8] = []
        // One byte more than may be, to see that there is more.
        let output = try Secret(capacity: outputLimit + 1) { (buffer) throws(SubprocessError) in
            var count = 0
            var written = 0
            while true {
                // Looked at first: what the child wrote before its end is in the pipes by then.
                let isOver: Bool
                do throws(SystemError) { isOver = try pipedChild.child.hasEnded() } catch {
                    throw .system(error)
                }
                count += pipedChild.output.read(into: buffer, from: count)
                guard count <= outputLimit else {
                    throw .tooMuchOutput(program: program, limit: outputLimit)
                }
                pipedChild.errors.append(to: &errors, limit: Self.errorLimit)
                if let bytes {
                    written += pipedChild.input.write(bytes, from: written)
                }
                if isOver { return count }
                let now = MonotonicTime.now
                left = left.map { $0 - min(now - last, Self.interval * 2) }
                last = now
                if let left, left <= .zero, let deadline {
                    throw .timedOut(program: program, after: deadline)
                }
                pipedChild.wait(atMost: min(left ?? Self.interval, Self.interval))
            }
        }
        guard let status = pipedChild.child.status else {
            throw .system(SystemError("waitpid", program, code: ECHILD))
        }
        // The room for the largest output is locked memory, of which a process has little.
        return Result(
            status: status, output: output.copy(),
            errorOutput: String(decoding: errors, as: UTF8.self))
    }
}
