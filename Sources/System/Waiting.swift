// A process that only waits: for its connections, for a file to be replaced, for the order to end.
internal import CSystem
internal import Glibc

/// What such a process polls. From its making on, SIGINT, SIGTERM, SIGHUP and SIGQUIT no longer end the
/// process by themselves.
public struct Waiting: ~Copyable {
    /// A descriptor of somebody else, and what is waited for on it, as poll(2) has it.
    public struct Channel {
        let descriptor: Int32
        let events: Int32

        /// Joins the two.
        public init(descriptor: Int32, events: Int32) {
            self.descriptor = descriptor
            self.events = events
        }
    }

    private let endings: Descriptor
    private let directory: Descriptor

    /// - Parameter directory: Where a file is waited for that takes the place of another.
    /// - Throws: `SystemError`.
    public init(directory path: String) throws(SystemError) {
        let files = Descriptor(path.withPath { cwatch_directory($0) })
        let signals = Descriptor(cwatch_endings())
        guard files.number >= 0 else {
            throw SystemError("inotify_add_watch", path, code: -files.number)
        }
        guard signals.number >= 0 else {
            throw SystemError("signalfd", "signals", code: -signals.number)
        }
        directory = files
        endings = signals
    }

    /// Waits until something has happened, at most so long; nil for as long as it takes.
    /// - Returns: Whether the process is to end.
    public func wait(_ channels: [Channel], within limit: Duration?) -> Bool {
        var polls = [endings.number, directory.number].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        polls += channels.map {
            pollfd(fd: $0.descriptor, events: Int16(truncatingIfNeeded: $0.events), revents: 0)
        }
        // What is longer than poll(2) can count is waited for in parts.
        let milliseconds = limit.map { limit -> Int32 in
            Int32(clamping: Int(min(max(.zero, limit), .seconds(86_400)) / .milliseconds(1)) + 1)
        }
        _ = poll(&polls, nfds_t(polls.count), milliseconds ?? -1)
        cwatch_drain(directory.number)
        guard polls[0].revents != 0 else { return false }
        cwatch_drain(endings.number)
        return true
    }
}
