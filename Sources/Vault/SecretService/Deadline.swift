// Deadlines for calls into a library that may block for ever.
internal import CSecret
internal import Glibc
internal import Model

/// How long a vault call may take.
public struct VaultPatience: Equatable, Sendable {
    /// For a call that needs nobody's help.
    public let call: Duration
    /// While the service may be asking the person for something.
    public let prompt: Duration

    /// Limits for the two situations.
    public init(call: Duration, prompt: Duration) {
        self.call = call
        self.prompt = prompt
    }

    /// 5 seconds, and 2 minutes while somebody may be typing a password.
    public static let standard = VaultPatience(call: .seconds(5), prompt: .seconds(120))
}

/// The time that a piece of work on another thread has left.
///
/// When it is over, the work's cancellable is cancelled. Should even that not end the work (GLib
/// says hello to a bus without listening to its cancellable), the thread is left behind.
/// Work that waits for a prompt is always left behind: libsecret would dismiss the prompt, and
/// gnome-keyring 42 aborts when an unlocking is dismissed (`perform_next_unlock: assertion failed:
/// (!self->current)`), which locks the keyring for every program. The prompt goes with the process.
final class Deadline: @unchecked Sendable {
    /// The `GCancellable` to pass to every call.
    let cancellable: OpaquePointer?
    private let patience: VaultPatience
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var finished = false
    private var end: Int
    /// While a prompt may be up: whether there is still anybody who could answer.
    private var isPromptAlive: (@Sendable () -> Bool)?

    init(_ patience: VaultPatience) {
        self.patience = patience
        cancellable = csecret_cancellable()
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
        end = Deadline.moment(after: patience.call)
    }

    deinit {
        csecret_unref(UnsafeMutableRawPointer(cancellable))
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Does `body` under the longer limit; afterwards the short one starts anew.
    ///
    /// - Parameter isAlive: Asked every second on the waiting thread, as libsecret does not notice
    ///   when the service dies behind its prompt.
    func whilePrompting<Output>(
        isAlive: @escaping @Sendable () -> Bool, _ body: () throws(VaultError) -> Output
    ) throws(VaultError) -> Output {
        restart(patience.prompt, isAlive)
        defer { restart(patience.call, nil) }
        return try body()
    }

    private func restart(_ limit: Duration, _ isAlive: (@Sendable () -> Bool)?) {
        pthread_mutex_lock(mutex)
        isPromptAlive = isAlive
        end = Deadline.moment(after: limit)
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Says that the work is done.
    func finish() {
        pthread_mutex_lock(mutex)
        finished = true
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Waits for the work; the error says why it was given up.
    func wait() -> VaultError? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !finished {
            if Deadline.moment(after: .zero) >= end {
                guard isPromptAlive == nil else {
                    return .timedOut(after: patience.prompt, prompting: true)
                }
                csecret_cancel(cancellable)
                let grace = Deadline.moment(after: .milliseconds(500))
                while !finished, sleep(until: grace) {}
                return .timedOut(after: patience.call, prompting: false)
            }
            guard let isAlive = isPromptAlive else {
                _ = sleep(until: end)
                continue
            }
            let slept = !sleep(until: min(end, Deadline.moment(after: .seconds(1))))
            guard slept, isPromptAlive != nil, !finished else { continue }
            pthread_mutex_unlock(mutex)
            let alive = isAlive()
            pthread_mutex_lock(mutex)
            if !alive, !finished { return .connectionLost }
        }
        return nil
    }

    /// Waits for a change or for `moment`; false where it was the latter.
    private func sleep(until moment: Int) -> Bool {
        var time = timespec(
            tv_sec: moment / 1_000_000_000, tv_nsec: moment % 1_000_000_000)
        return pthread_cond_timedwait(changed, mutex, &time) != ETIMEDOUT
    }

    /// Nanoseconds of the monotonic clock.
    private static func moment(after duration: Duration) -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let (seconds, attoseconds) = duration.components
        return (now.tv_sec + Int(seconds)) * 1_000_000_000 + now.tv_nsec
            + Int(attoseconds / 1_000_000_000)
    }
}

/// Does `work` on a thread of its own and waits for it no longer than `patience` allows.
///
/// The thread takes no signals, so that they interrupt the program and not the library.
func withDeadline<Output: ~Copyable & Sendable>(
    _ patience: VaultPatience, _ work: @escaping @Sendable (Deadline) throws(VaultError) -> Output
) throws(VaultError) -> Output {
    let deadline = Deadline(patience)
    let outcome = Outcome<Output>()
    let job = Job {
        do throws(VaultError) {
            outcome.result = .success(try work(deadline))
        } catch {
            outcome.result = .failure(error)
        }
        deadline.finish()
    }
    guard job.start() else {
        throw .serviceFailed(name: "pthread_create", message: "no thread to be had")
    }
    if let late = deadline.wait() { throw late }
    switch outcome.result.take() {
    case .success(let output)?: return output
    case .failure(let error)?: throw error
    case nil: fatalError("a finished job without an outcome")
    }
}

/// A place for a result that crosses threads; `Deadline` orders the two accesses.
private final class Outcome<Output: ~Copyable>: @unchecked Sendable {
    var result: Result<Output, VaultError>?
}

/// What a new thread does.
private final class Job {
    private let work: () -> Void

    init(_ work: @escaping () -> Void) { self.work = work }

    func start() -> Bool {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        // Blocked, they would end the process where the libraries raise them, without a word.
        for own in [SIGTRAP, SIGABRT, SIGILL, SIGSEGV, SIGBUS, SIGFPE] { sigdelset(&all, own) }
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Job>.fromOpaque(context).takeRetainedValue().work()
                return nil
            }, context.toOpaque())
        guard result == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
