// A program whose output is taken as it comes, beside others.
internal import Glibc
internal import Model

/// A program with its words and variables as bytes, nothing to read, and two streams of output.
public struct StreamedProgram: ~Copyable {
    /// One of the two.
    public enum Stream: Sendable {
        /// Standard output.
        case output
        /// Standard error.
        case errors
    }

    private var child: ChildProcess
    private var output: Descriptor
    private var errors: Descriptor

    /// How long children may take to end once they were told to.
    private static let grace: Duration = .seconds(5)
    /// What is read at a time.
    private static let part = 1 << 16
    /// What a child can have left in a pipe is less than so many parts.
    private static let mostParts = 17
    /// How often a kernel without pidfds is asked whether the child has ended.
    private static let interval: Duration = .milliseconds(20)

    /// Starts the program at `path`. It is in this process's group, so that Ctrl-C reaches it.
    /// - Parameters:
    ///   - arguments: NUL-terminated bytes, the program's name first.
    ///   - environment: `NAME=VALUE` texts of the same kind.
    /// - Throws: `SystemError`.
    public init(
        path: String, arguments: [UnsafeMutablePointer<CChar>],
        environment: [UnsafeMutablePointer<CChar>]
    ) throws(SystemError) {
        var output = try Descriptor.pipe()
        var errors = try Descriptor.pipe()
        let input = try Descriptor.null()
        child = try Self.start(
            path, arguments, environment, input: input.number, output: output.writing.number,
            errors: errors.writing.number)
        output.writing.close()
        errors.writing.close()
        self.output = output.takeReading()
        self.errors = errors.takeReading()
        self.output.setNonBlocking()
        self.errors.setNonBlocking()
    }

    /// A text that names no interpreter is run by `/bin/sh`, as execvp(3) does it.
    private static func start(
        _ path: String, _ arguments: [UnsafeMutablePointer<CChar>],
        _ environment: [UnsafeMutablePointer<CChar>], input: Int32, output: Int32, errors: Int32
    ) throws(SystemError) -> ChildProcess {
        do throws(SystemError) {
            return try ChildProcess(
                path, argv: arguments + [nil], envp: environment + [nil], input: input,
                output: output, errors: errors)
        } catch {
            let shell = "/bin/sh"
            guard error.code == ENOEXEC, ProgramContent(of: path) == .other else { throw error }
            let words = [shell.withPath { strdup($0) }, path.withPath { strdup($0) }]
            defer { for word in words { free(word) } }
            return try ChildProcess(
                shell, argv: words + arguments.dropFirst().map { $0 } + [nil],
                envp: environment + [nil],
                input: input, output: output, errors: errors)
        }
    }

    /// Waits for the end of the program; what it left running in the background is not waited for.
    /// - Parameters:
    ///   - stop: Has the program told to end, and ended where it does not.
    ///   - take: Is given what it writes. While that takes its time, the program waits.
    /// - Returns: How it ended; nil where it did not when it was told to, and is ended now.
    /// - Throws: `SystemError` where nobody can tell how it ended.
    public mutating func run(
        until stop: StopOrder, _ take: (Stream, UnsafeRawBufferPointer) -> Void
    ) throws(SystemError) -> Subprocess.Status? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.part, alignment: 1)
        defer {
            // What programs write may be secret.
            if let base = buffer.baseAddress { explicit_bzero(base, buffer.count) }
            buffer.deallocate()
        }
        var end: MonotonicTime?
        while true {
            // Looked at first: what the child wrote before its end is in the pipes by then.
            let isOver = try child.hasEnded()
            for _ in 0..<(isOver ? Self.mostParts : 1) {
                let size =
                    output.hand(on: buffer) { take(.output, $0) }
                    + errors.hand(on: buffer) { take(.errors, $0) }
                if size == 0 { break }
            }
            if isOver { return child.status }
            if let end {
                if MonotonicTime.now >= end || stop.isImpatient { return nil }
            } else if let word = stop.given {
                if !word.isKnown { child.send(word.signal) }
                end = .now + Self.grace
            }
            wait(stop, end)
        }
    }

    private func wait(_ stop: StopOrder, _ end: MonotonicTime?) {
        let order = end == nil ? stop.begins : stop.insists
        var polls = [
            pollfd(fd: output.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child.end, events: Int16(POLLIN), revents: 0),
            pollfd(fd: order.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        var limit: Duration = child.end < 0 ? Self.interval : .seconds(60)
        if let end { limit = max(.zero, min(limit, end - .now)) }
        poll(&polls, nfds_t(polls.count), Int32(limit / .milliseconds(1)) + 1)
    }
}

extension Descriptor {
    /// Hands on what is there, as far as `buffer` goes. Returns how much that was.
    fileprivate mutating func hand(
        on buffer: UnsafeMutableRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Void
    ) -> Int {
        let size = read(into: buffer, from: 0)
        if size > 0 { take(UnsafeRawBufferPointer(rebasing: buffer[..<size])) }
        return size
    }
}
