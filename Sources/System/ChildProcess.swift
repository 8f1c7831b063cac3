// One child process: started without a shell, ended with its owner.
internal import CSystem
internal import Glibc
internal import Model

/// A running child; whoever lets go of it before it has ended ends it.
struct ChildProcess: ~Copyable {
    private let id: pid_t
    /// Polls readable once the child has ended; -1 where the kernel cannot say.
    let end: Int32
    /// How it ended; nil while it runs.
    private(set) var status: Subprocess.Status?
    /// Whether somebody else took the child's end, so that its number may be another's by now.
    private var isLost = false

    /// How long a child has between SIGTERM and SIGKILL.
    private static let grace: Duration = .seconds(2)

    /// Starts `path`. The child is in this process's group, so that Ctrl-C reaches both once, has
    /// no signal blocked, and ignores the signals that this process was started to ignore, less
    /// SIGCHLD.
    /// - Parameters:
    ///   - input: What its standard input is; nil for the parent's own. The same for the others.
    init(
        _ path: String, arguments: [String], environment: ProcessEnvironment,
        input: Int32?, output: Int32, errors: Int32?
    ) throws(SystemError) {
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { $0.withPath { strdup($0) } }
        defer { for text in argv { free(text) } }
        argv.append(nil)
        id = try environment.withEntries { (envp) throws(SystemError) in
            try Self.start(path, argv, envp, input, output, errors)
        }
        end = cchild_descriptor(id)
    }

    /// The same with words and variables as bytes, NULL behind the last.
    init(
        _ path: String, argv: [UnsafeMutablePointer<CChar>?],
        envp: [UnsafeMutablePointer<CChar>?], input: Int32?, output: Int32, errors: Int32?
    ) throws(SystemError) {
        id = try Self.start(path, argv, envp, input, output, errors)
        end = cchild_descriptor(id)
    }

    private static func start(
        _ path: String, _ argv: [UnsafeMutablePointer<CChar>?],
        _ envp: [UnsafeMutablePointer<CChar>?], _ input: Int32?, _ output: Int32, _ errors: Int32?
    ) throws(SystemError) -> pid_t {
        cchild_expect()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        if let errors { posix_spawn_file_actions_adddup2(&actions, errors, 2) }

        // Threads of libraries block signals; a child that inherited that could not be ended.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // GLib ignores SIGPIPE in this process; a pipeline in a child would not end.
        var defaults = sigset_t()
        sigemptyset(&defaults)
        if cprocess_ignored_sigpipe() == 0 { sigaddset(&defaults, SIGPIPE) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var id: pid_t = 0
        let code = path.withPath { posix_spawn(&id, $0, &actions, &attributes, argv, envp) }
        guard code == 0 else {
            let program = argv.first.flatMap { $0 }.map { String(path: $0) } ?? path
            throw SystemError("posix_spawn", program, code: code)
        }
        return id
    }

    deinit {
        if status == nil, !isLost { Self.end(id) }
        if end >= 0 { close(end) }
    }

    /// Sends a signal to the child, unless its end was taken.
    func send(_ signal: Int32) {
        if status == nil, !isLost { kill(id, signal) }
    }

    /// Looks whether the child has ended, without waiting.
    /// - Throws: `SystemError` where nobody can tell any more.
    mutating func hasEnded() throws(SystemError) -> Bool {
        do throws(SystemError) {
            if status == nil { status = try Self.reap(id) }
        } catch {
            isLost = true
            throw error
        }
        return status != nil
    }

    /// Waits until the child has ended.
    /// - Throws: `SystemError` where nobody can tell any more.
    mutating func waitForEnd() throws(SystemError) -> Subprocess.Status {
        while true {
            if try hasEnded(), let status { return status }
            var ends = [pollfd(fd: end, events: Int16(POLLIN), revents: 0)]
            poll(&ends, 1, end >= 0 ? -1 : 20)
        }
    }

    /// How a child ended; nil while it runs.
    static func reap(_ id: pid_t) throws(SystemError) -> Subprocess.Status? {
        var status: Int32 = 0
        let result = waitpid(id, &status, WNOHANG)
        guard result >= 0 else { throw SystemError("waitpid", "process \(id)") }
        guard result > 0 else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
    }

    /// Ends the child and what it started, which is in the group of this process too, so that no
    /// signal can be meant for them alone.
    private static func end(_ id: pid_t) {
        var tree = ProcessTree()
        var isReaped = false
        for signal in [SIGTERM, SIGKILL] {
            tree.grow(below: isReaped ? nil : id)
            if !isReaped { kill(id, signal) }
            tree.send(signal)
            let limit = MonotonicTime.now + grace
            while MonotonicTime.now < limit {
                // A failure means that there is nothing left to wait for.
                if !isReaped { isReaped = (try? reap(id) != nil) ?? true }
                if isReaped, !tree.isAlive { return }
                usleep(5_000)
            }
        }
    }
}
