// What this machine's clocks say: the wall clock, which can be set, and the one that runs since boot.
internal import Glibc
public import Model
internal import System

/// The time since the machine was started, those of sleep included; no one can set it.
public struct Uptime: Hashable, Comparable, Sendable {
    /// Nanoseconds since the start.
    public let nanoseconds: Int

    /// A time by its nanoseconds since the start.
    public init(nanoseconds: Int) { self.nanoseconds = nanoseconds }

    /// A time by its whole seconds since the start.
    public init(seconds: Int) { nanoseconds = seconds * 1_000_000_000 }

    /// Asks the kernel.
    ///
    /// Source: clock_gettime(2), CLOCK_BOOTTIME.
    public static func now() -> Uptime {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Uptime(nanoseconds: time.tv_sec * 1_000_000_000 + time.tv_nsec)
    }

    /// Whole seconds since the start.
    public var seconds: Int { nanoseconds / 1_000_000_000 }

    /// Whether `left` is the earlier one.
    public static func < (left: Uptime, right: Uptime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

/// One run of the machine, from its start to its end.
enum Boot {
    /// The kernel's random name of this run; empty where it does not tell.
    ///
    /// Source: random(4), boot_id.
    static func current() -> String {
        let id = (try? AtomicFile.read("/proc/sys/kernel/random/boot_id")) ?? []
        return String(decoding: id, as: UTF8.self).filter { !$0.isWhitespace }
    }
}

/// Both clocks at one moment.
public struct ClockReading: Hashable, Sendable {
    /// The wall clock.
    public let wall: Timestamp
    /// The clock since boot.
    public let uptime: Uptime

    /// Joins the two.
    public init(wall: Timestamp, uptime: Uptime) {
        self.wall = wall
        self.uptime = uptime
    }

    /// Asks both clocks.
    public static func now() -> ClockReading { ClockReading(wall: .now(), uptime: .now()) }

    /// How far a wall clock may go back by being set right: what AWS lets it be wrong.
    private static let tolerance: Duration = .seconds(300)

    /// How long something lives on that ends at `expiration`, by the clock that gives it less; nil
    /// where that cannot be said.
    /// - Parameters:
    ///   - earlier: The clocks when its end was right by the wall clock.
    ///   - isSameBoot: Whether the machine has run on since then.
    func timeLeft(
        until expiration: Timestamp, since earlier: ClockReading, isSameBoot: Bool
    ) -> Duration? {
        let left = expiration - wall
        guard isSameBoot else {
            // Nothing was counted across a start of the machine. A wall clock that is earlier than
            // it was then counts for nothing either.
            return wall + Self.tolerance < earlier.wall ? nil : left
        }
        let elapsed = uptime.seconds - earlier.uptime.seconds
        guard elapsed >= 0 else { return nil }
        return min(left, expiration - earlier.wall - .seconds(elapsed))
    }
}
