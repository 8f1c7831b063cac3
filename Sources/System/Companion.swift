// A process beside this one that serves the program that this one becomes.
internal import CSystem
internal import Glibc
public import Model

/// One side of a process that was split in two before it had threads.
///
/// The program's side goes on as before, and may become another program: it keeps its number, its
/// parent, its group. The companion is nobody's child, so that no program waits for it unawares; it is
/// in the same group, to be stopped, continued and killed with it, and to be in the foreground where
/// that is; what else is sent to the group does not reach it. It ends when it finds the other gone.
public struct Companion: ~Copyable {
    /// Whether this is the companion's side.
    public let isCompanion: Bool
    private var channel: Descriptor
    /// Polls readable once the program has ended; -1 where the kernel cannot say.
    private let end: Int32
    private let program: pid_t

    /// Splits the process.
    /// - Parameter kept: The descriptor that the companion keeps.
    /// - Throws: `SystemError`.
    public init(keeping kept: Int32) throws(SystemError) {
        program = getpid()
        var ends: [Int32] = [-1, -1]
        var end: Int32 = -1
        let side = ccompanion_fork(kept, &ends, &end)
        guard side >= 0 else { throw SystemError("fork", "a companion", code: -side) }
        isCompanion = side == 1
        channel = Descriptor(ends[Int(side)])
        self.end = end
    }

    /// Sends a message to the other side.
    /// - Throws: `SystemError` where that one is gone.
    public func send(_ message: borrowing Secret) throws(SystemError) {
        let size = Secret(String(message.count) + "\n")
        try write(size)
        try write(message)
    }

    private func write(_ bytes: borrowing Secret) throws(SystemError) {
        var sent = 0
        try bytes.withBytes { (bytes) throws(SystemError) in
            while sent < bytes.count {
                let part = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                let count = cchild_write(channel.number, part.baseAddress, part.count)
                guard count >= 0 else {
                    if count == -Int(EINTR) { continue }
                    throw SystemError("write", "the companion", code: Int32(-count))
                }
                sent += count
            }
        }
    }

    /// Waits for a message of the other side; nil where that one ended without.
    public func receive() -> Secret? {
        var size = 0
        var byte: UInt8 = 0
        while true {
            guard read(&byte, 1) else { return nil }
            guard byte != UInt8(ascii: "\n") else { break }
            guard (0x30...0x39).contains(byte), size < 1 << 20 else { return nil }
            size = size * 10 + Int(byte - 0x30)
        }
        var isWhole = false
        let message = Secret(capacity: size) { room in
            isWhole = room.baseAddress.map { read($0, size) } ?? (size == 0)
            return isWhole ? size : 0
        }
        guard isWhole else { return nil }
        return message
    }

    private func read(_ start: UnsafeMutableRawPointer, _ size: Int) -> Bool {
        var count = 0
        while count < size {
            let result = Glibc.read(channel.number, start + count, size - count)
            guard result > 0 else {
                if result < 0, errno == EINTR { continue }
                return false
            }
            count += result
        }
        return true
    }

    /// Waits at most so long for the end of the program; returns whether it has ended. For the
    /// companion.
    public func programHasEnded(within limit: Duration) -> Bool {
        var polls = [pollfd(fd: end, events: Int16(POLLIN), revents: 0)]
        let count = poll(&polls, 1, Int32(max(.zero, limit) / .milliseconds(1)) + 1)
        return end >= 0 ? count > 0 : kill(program, 0) != 0 && errno == ESRCH
    }
}
