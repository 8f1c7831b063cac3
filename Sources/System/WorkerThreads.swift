// Threads that share a piece of work, and the lock that lets them wait for each other.
internal import Glibc
internal import Model
internal import Synchronization

/// Threads that run until their work is done.
public final class WorkerThreads: Sendable {
    let end: Wake
    private let running: Mutex<Int>

    /// Starts `count` threads, each of which does `work` once. Where the system gives fewer, those have
    /// more to do.
    /// - Throws: `SystemError` where it gives none.
    public init(_ count: Int, work: @escaping @Sendable () -> Void) throws(SystemError) {
        end = try Wake()
        running = Mutex(count)
        for number in 0..<count {
            let start = Start { [self] in
                work()
                finish(1)
            }
            var thread = pthread_t()
            let box = Unmanaged.passRetained(start)
            let code = pthread_create(
                &thread, nil,
                { start in
                    guard let start else { return nil }
                    Unmanaged<Start>.fromOpaque(start).takeRetainedValue().body()
                    return nil
                }, box.toOpaque())
            guard code != 0 else {
                pthread_detach(thread)
                continue
            }
            box.release()
            guard number > 0 else { throw SystemError("pthread_create", "a thread", code: code) }
            finish(count - number)
            return
        }
    }

    /// Whether all of them are done.
    public var haveEnded: Bool { running.withLock { $0 == 0 } }

    /// Waits until all of them are done. Returns whether they are within `limit`; what is left goes on.
    public func wait(within limit: Duration) -> Bool {
        let moment = MonotonicTime.now + limit
        var ends = [pollfd(fd: end.descriptor, events: Int16(POLLIN), revents: 0)]
        while !haveEnded {
            let left = (moment - MonotonicTime.now).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { return false }
            poll(&ends, nfds_t(ends.count), Int32(clamping: milliseconds))
        }
        return true
    }

    private func finish(_ count: Int) {
        let isLast = running.withLock { running in
            running -= count
            return running == 0
        }
        if isLast { end.set() }
    }

    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

/// A value that one thread at a time may touch, and that others can wait for to change.
public final class Monitor<Value: ~Copyable>: @unchecked Sendable {
    private var value: Value
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Guards `value`.
    public init(_ value: consuming Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Does `body` with the value alone, as soon as `isReady`; then all who wait look again.
    public func change<R: ~Copyable, E: Error>(
        when isReady: (borrowing Value) -> Bool = { _ in true },
        _ body: (inout Value) throws(E) -> R
    ) throws(E) -> R {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(mutex)
        }
        while !isReady(value) { pthread_cond_wait(changed, mutex) }
        return try body(&value)
    }

    /// Has all who wait look again at what is no part of the value. Who begins to wait at this moment
    /// may miss it, so that it has to be done more than once; it never waits itself.
    public func wake() { pthread_cond_broadcast(changed) }
}
