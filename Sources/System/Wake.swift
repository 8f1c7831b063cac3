// What threads wait for besides descriptors, and the signals that stop a program which runs others.
internal import CSystem
internal import Glibc
internal import Synchronization

/// A flag that is set once, by any thread, and that polls readable from then on.
final class Wake: @unchecked Sendable {
    private let pipe: Pipe

    init() throws(SystemError) {
        pipe = try Descriptor.pipe()
        pipe.writing.setNonBlocking()
    }

    /// What to poll.
    var descriptor: Int32 { pipe.reading.number }

    func set() {
        var byte: UInt8 = 0
        _ = cchild_write(pipe.writing.number, &byte, 1)
    }
}

/// The order to stop, for all threads that run children.
///
/// The first signal lets children end as they like, within a grace; the second ends them.
public final class StopOrder: Sendable {
    /// What a child is told.
    struct Word: Equatable {
        let signal: Int32
        /// Whether the children have had the signal already, as all of the process group.
        let isKnown: Bool
    }

    private let word = Mutex<Word?>(nil)
    private let impatience = Mutex(false)
    let begins: Wake
    let insists: Wake

    /// No order yet.
    public init() throws(SystemError) {
        begins = try Wake()
        insists = try Wake()
    }

    /// Whether to stop.
    public var isGiven: Bool { word.withLock { $0 != nil } }

    var given: Word? { word.withLock { $0 } }

    /// Whether nobody waits for children that take their time.
    var isImpatient: Bool { impatience.withLock { $0 } }

    /// Orders to stop; the second order counts as impatience.
    /// - Parameter isKnown: Whether the children have had the signal already.
    public func give(signal: Int32, isKnown: Bool) {
        let isFirst = word.withLock { word in
            guard word == nil else { return false }
            word = Word(signal: signal, isKnown: isKnown)
            return true
        }
        if !isFirst { impatience.withLock { $0 = true } }
        (isFirst ? begins : insists).set()
    }
}

/// SIGINT, SIGTERM, SIGHUP and SIGQUIT, kept from ending this process while it lives. To be made
/// before the threads that are not to be ended either.
public struct StopSignals: ~Copyable {
    let descriptor: Int32

    /// Holds the signals from now on.
    public init() throws(SystemError) {
        descriptor = cstop_open()
        guard descriptor >= 0 else {
            throw SystemError("signalfd", "signals", code: -descriptor)
        }
    }

    deinit { cstop_close(descriptor) }

    /// The signal that has come, and whether a key of the terminal was pressed; nil for none.
    public func take() -> (signal: Int32, isOfTerminal: Bool)? {
        var isOfTerminal: Int32 = 0
        let signal = cstop_read(descriptor, &isOfTerminal)
        return signal > 0 ? (signal, isOfTerminal != 0) : nil
    }

    /// Waits for a signal or for the end of `threads`.
    public func wait(orEndOf threads: WorkerThreads) {
        var polls = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: threads.end.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        poll(&polls, nfds_t(polls.count), 1000)
    }

    /// Ends this process by a signal, as whoever waits for it expects.
    public static func end(by signal: Int32) -> Never { cstop_end(signal) }
}
