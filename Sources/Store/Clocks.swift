// What this machine's clocks say: the wall clock, which can be set, and the one that runs since boot.
internal import Glibc
public import Model
internal import System

/// The time since the machine was started, which no one can set, and which start that was.
public struct Uptime: Hashable, Sendable {
    /// Whole seconds since the start, those of sleep included.
    public let seconds: Int
    /// The kernel's random name of this start; empty where it does not tell.
    public let boot: String

    /// Joins the two.
    public init(seconds: Int, boot: String) {
        self.seconds = seconds
        self.boot = boot
    }

    /// Asks the kernel.
    ///
    /// Source: clock_gettime(2), CLOCK_BOOTTIME; random(4), boot_id.
    public static func now() -> Uptime {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        let id = (try? AtomicFile.read("/proc/sys/kernel/random/boot_id")) ?? []
        let boot = String(decoding: id, as: UTF8.self).filter { !$0.isWhitespace }
        return Uptime(seconds: time.tv_sec, boot: boot)
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

    /// How far a wall clock may go back by being set right: what AWS lets it be wrong.
    private static let tolerance: Duration = .seconds(300)

    /// How long something lives on that ends at `expiration`, by the clock that gives it less; nil
    /// where that cannot be said.
    /// - Parameter earlier: The clocks when its end was right by the wall clock.
    func timeLeft(until expiration: Timestamp, since earlier: ClockReading) -> Duration? {
        let left = expiration - wall
        guard !uptime.boot.isEmpty, uptime.boot == earlier.uptime.boot else {
            // Nothing was counted across a start of the machine. A wall clock that is earlier than
            // it was then counts for nothing either.
            return wall + Self.tolerance < earlier.wall ? nil : left
        }
        let elapsed = uptime.seconds - earlier.uptime.seconds
        guard elapsed >= 0 else { return nil }
        return min(left, expiration - earlier.wall - .seconds(elapsed))
    }
}
