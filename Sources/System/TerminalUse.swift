// Whether the controlling terminal is free for a question, while a program runs on it.
internal import Glibc

extension Terminal {
    /// Whether a process that runs beside a program may ask: its group is in the foreground, lines
    /// are read as usual and shown, and no program of the group waits for one.
    public static var isFree: Bool {
        let file = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var modes = termios()
        guard tcgetpgrp(file) == getpgrp(), tcgetattr(file, &modes) == 0,
            modes.c_lflag & tcflag_t(ICANON) != 0, modes.c_lflag & tcflag_t(ECHO) != 0
        else { return false }
        return !otherProcesses(ofGroup: getpgrp()).contains(where: readsTerminal)
    }

    private static func otherProcesses(ofGroup group: pid_t) -> [pid_t] {
        numbers(in: "/proc").filter { $0 != getpid() && getpgid($0) == group }
    }

    /// Whether a process waits in the kernel, in any thread, for a line of the terminal that is its
    /// standard input. Where the kernel does not tell what it waits for, it is taken to.
    ///
    /// Source: proc_pid_wchan(5); drivers/tty/n_tty.c, n_tty_read, which waits in wait_woken.
    private static func readsTerminal(_ id: pid_t) -> Bool {
        guard let input = realpath("/proc/\(id)/fd/0", nil) else { return false }
        defer { free(input) }
        let path = String(cString: input)
        guard path.hasPrefix("/dev/pts/") || path.hasPrefix("/dev/tty") || path == "/dev/console"
        else { return false }
        return numbers(in: "/proc/\(id)/task").contains { thread in
            guard let bytes = try? AtomicFile.read("/proc/\(id)/task/\(thread)/wchan", limit: 256)
            else { return true }
            let place = String(decoding: bytes, as: UTF8.self)
            return place.isEmpty || place.hasPrefix("wait_woken") || place.hasPrefix("n_tty_read")
        }
    }

    /// The entries of a directory of /proc that are numbers.
    private static func numbers(in path: String) -> [pid_t] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var found: [pid_t] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = pid_t(name) { found.append(number) }
        }
        return found
    }
}
