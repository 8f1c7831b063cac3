// Time that only goes forward, for limits and pauses.
internal import Glibc

/// A moment of the clock that nobody can set.
///
/// Swift's `ContinuousClock` is part of the concurrency runtime, whose start every run would pay for.
/// Source: clock_gettime(2), CLOCK_MONOTONIC.
public struct MonotonicTime: Comparable, Sendable {
    private let nanoseconds: Int

    /// Nanoseconds since the machine started, which other processes count from, too.
    public var sinceBoot: Int { nanoseconds }

    /// The moment so many nanoseconds after the machine started.
    public init(sinceBoot: Int) { nanoseconds = sinceBoot }

    /// This moment.
    public static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(sinceBoot: time.tv_sec * 1_000_000_000 + time.tv_nsec)
    }

    /// The moment `duration` later; at most some centuries.
    public static func + (moment: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = duration.components
        let bounded = max(-1 << 32, min(1 << 32, Int(seconds)))
        return MonotonicTime(
            sinceBoot: moment.nanoseconds + bounded * 1_000_000_000
                + Int(attoseconds / 1_000_000_000))
    }

    /// How long after `earlier` this moment is.
    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration {
        .nanoseconds(later.nanoseconds - earlier.nanoseconds)
    }

    /// Earlier moments come first.
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
