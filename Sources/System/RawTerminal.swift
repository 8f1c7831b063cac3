// The terminal key by key, for a list that moves: as it was again, whatever happens.
internal import Glibc
internal import Model

/// The controlling terminal without lines and echo. It is as before when this goes out of use, and
/// while the process is stopped or ended by a signal.
public final class RawTerminal {
    private let file: Int32
    private let before: termios
    private let signals: StopSignals

    /// Opens it.
    /// - Throws: `SystemError` where there is no terminal.
    public init() throws(SystemError) {
        let file = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else { throw SystemError("open", "/dev/tty") }
        var before = termios()
        guard tcgetattr(file, &before) == 0 else {
            let error = SystemError("tcgetattr", "/dev/tty")
            close(file)
            throw error
        }
        do { signals = try StopSignals() } catch {
            close(file)
            throw error
        }
        self.file = file
        self.before = before
        enter()
    }

    deinit {
        leave()
        close(file)
    }

    /// Its size in characters; 80 by 24 where it does not say.
    public var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Shows text, with codes that steer the terminal.
    public func write(_ text: String) {
        var text = text
        _ = text.withUTF8 { AtomicFile.write(UnsafeRawBufferPointer($0), to: file, "/dev/tty") }
    }

    /// The bytes of keys that were pressed; nil where the terminal has gone, or nothing came within
    /// `limit`.
    /// - Parameter clean: Takes away what is shown, before a signal ends this process.
    public func keys(within limit: Duration? = nil, clean: () -> Void) -> [UInt8]? {
        while true {
            var polls = [
                pollfd(fd: file, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(
                &polls, nfds_t(polls.count), limit.map { Int32($0 / .milliseconds(1)) } ?? -1)
            if let taken = signals.take() {
                clean()
                leave()
                StopSignals.end(by: taken.signal)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            var bytes = [UInt8](repeating: 0, count: 256)
            let size = read(file, &bytes, bytes.count)
            if size < 0, errno == EINTR { continue }
            return size > 0 ? Array(bytes.prefix(size)) : nil
        }
    }

    /// Stops this process as Ctrl-Z does, and goes on when it is continued.
    public func suspend() {
        leave()
        kill(0, SIGTSTP)
        enter()
    }

    private func enter() {
        var raw = before
        cfmakeraw(&raw)
        // Line ends of others still begin at the left.
        raw.c_oflag |= tcflag_t(OPOST)
        tcsetattr(file, TCSADRAIN, &raw)
    }

    private func leave() {
        var before = before
        tcsetattr(file, TCSADRAIN, &before)
    }
}
