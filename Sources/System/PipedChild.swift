// A child process and the pipes to it, read and written as far as they go without waiting.
internal import CSystem
internal import Glibc
internal import Model

/// A child and the ends of the pipes to it; an end that is not in use is closed.
struct PipedChild: ~Copyable {
    var child: ChildProcess
    var input: Descriptor
    var output: Descriptor
    var errors: Descriptor

    init(_ command: Subprocess, _ path: String, writes: Bool) throws(SystemError) {
        var output = try Descriptor.pipe()
        var errors = Pipe(reading: Descriptor(-1), writing: Descriptor(-1))
        switch command.errorOutput {
        case .inherited: break
        case .terminal: errors.writing = try Descriptor.terminalToWrite()
        case .collected: errors = try Descriptor.pipe()
        }
        var input = Pipe(reading: Descriptor(-1), writing: Descriptor(-1))
        if writes {
            input = try Descriptor.pipe()
        } else {
            switch command.input {
            case .none: input.reading = try Descriptor.null()
            case .inherited: break
            case .terminal: input.reading = try Descriptor.terminal()
            }
        }
        child = try ChildProcess(
            path, arguments: command.arguments, environment: command.environment,
            input: input.reading.ifOpen, output: output.writing.number,
            errors: errors.writing.ifOpen)
        output.writing.close()
        errors.writing.close()
        input.reading.close()
        self.output = output.takeReading()
        self.errors = errors.takeReading()
        self.input = input.takeWriting()
        self.output.setNonBlocking()
        self.errors.setNonBlocking()
        self.input.setNonBlocking()
    }

    /// How often a kernel without pidfds is asked whether the child has ended.
    private static let interval: Duration = .milliseconds(20)

    /// Waits until there is something to do, or the time is over.
    func wait(atMost limit: Duration) {
        var polls = [
            pollfd(fd: output.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors.number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: input.number, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: child.end, events: Int16(POLLIN), revents: 0),
        ]
        let rest = child.end < 0 ? min(limit, Self.interval) : limit
        // Rounded up: a wait that ends too early would be a busy one. A signal ends it as well.
        poll(&polls, nfds_t(polls.count), Int32(rest / .milliseconds(1)) + 1)
    }
}

extension Pipe {
    consuming func takeReading() -> Descriptor { reading }
    consuming func takeWriting() -> Descriptor { writing }
}

extension Descriptor {
    var ifOpen: Int32? { number >= 0 ? number : nil }

    /// Reads what is there into `buffer` from `offset` on; closes itself at the end of the file.
    mutating func read(
        into buffer: UnsafeMutableRawBufferPointer, from offset: Int
    ) -> Int {
        var count = offset
        while number >= 0, count < buffer.count {
            let size = Glibc.read(
                number, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            if size < 0, errno == EINTR { continue }
            if size < 0, errno == EAGAIN { break }
            guard size > 0 else {
                close()
                break
            }
            count += size
        }
        return count - offset
    }

    /// Appends what is there to `text`; what is beyond `limit` bytes is read, but dropped.
    mutating func append(to text: inout [UInt8], limit: Int) {
        guard number >= 0 else { return }
        var part = [UInt8](repeating: 0, count: limit)
        let size = part.withUnsafeMutableBytes { read(into: $0, from: 0) }
        text += part.prefix(min(size, limit - text.count))
    }

    /// Writes as much as is taken of `bytes` from `offset` on; closes itself after the last byte,
    /// and where nobody reads.
    mutating func write(_ bytes: UnsafeRawBufferPointer, from offset: Int) -> Int {
        var count = offset
        while number >= 0, count < bytes.count {
            let size = cchild_write(
                number, bytes.baseAddress.map { $0 + count }, bytes.count - count)
            if size == -Int(EINTR) { continue }
            if size == -Int(EAGAIN) { return count - offset }
            guard size > 0 else {
                close()
                return count - offset
            }
            count += size
        }
        close()
        return count - offset
    }
}
