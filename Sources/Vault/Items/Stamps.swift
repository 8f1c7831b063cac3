// The wall clock in nanoseconds, by which items of two vaults are put in order.
internal import Glibc
internal import Model

/// The wall clock, in nanoseconds since the epoch.
public func wallNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

extension Timestamp {
    /// Nanoseconds since the epoch, as far as an `Int` reaches.
    var nanosecondsSinceEpoch: Int {
        let (nanoseconds, isTooMuch) = secondsSinceEpoch.multipliedReportingOverflow(
            by: 1_000_000_000)
        return isTooMuch ? (secondsSinceEpoch < 0 ? .min : .max) : nanoseconds
    }
}
