// The owner of a file descriptor, and pipes that no other child inherits.
internal import CSystem
internal import Glibc

/// An open file descriptor, closed with its owner; -1 where it is closed already.
struct Descriptor: ~Copyable {
    private(set) var number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { if number >= 0 { Glibc.close(number) } }

    mutating func close() {
        if number >= 0 { Glibc.close(number) }
        number = -1
    }

    /// Takes reads and writes that would wait back with EAGAIN.
    func setNonBlocking() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }

    /// The same open file under a number above the standard streams, which a child's are put over.
    private consuming func aboveStandardStreams() throws(SystemError) -> Descriptor {
        guard number <= 2 else { return self }
        let moved = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard moved >= 0 else { throw SystemError("fcntl", "a pipe") }
        return Descriptor(moved)
    }

    /// The two ends of a new pipe.
    static func pipe() throws(SystemError) -> Pipe {
        var numbers: [Int32] = [-1, -1]
        let code = cchild_pipe(&numbers)
        guard code == 0 else { throw SystemError("pipe2", "a pipe", code: code) }
        let reading = Descriptor(numbers[0])
        let writing = Descriptor(numbers[1])
        return Pipe(
            reading: try reading.aboveStandardStreams(), writing: try writing.aboveStandardStreams()
        )
    }

    static func null() throws(SystemError) -> Descriptor {
        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError("open", "/dev/null") }
        return try Descriptor(file).aboveStandardStreams()
    }

    /// The controlling terminal to read from, `/dev/null` where there is none.
    static func terminal() throws(SystemError) -> Descriptor {
        let file = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
        return file >= 0 ? try Descriptor(file).aboveStandardStreams() : try null()
    }

    /// The controlling terminal to write to; -1 where there is none.
    static func terminalToWrite() throws(SystemError) -> Descriptor {
        let file = open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC)
        return file >= 0 ? try Descriptor(file).aboveStandardStreams() : Descriptor(-1)
    }
}

/// The two ends of a pipe.
struct Pipe: ~Copyable {
    var reading: Descriptor
    var writing: Descriptor
}
