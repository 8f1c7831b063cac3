// When a session that is served is renewed, and how soon a renewal that failed is tried again.
public import Model

/// The times of one session.
public struct RenewalSchedule: Equatable, Sendable {
    /// How long before its end a session is renewed, where it lives long enough: SDKs ask for a new one
    /// with 15 minutes left, or less.
    static let lead: Duration = .seconds(20 * 60)
    /// The longest pause between two tries.
    static let longestPause: Duration = .seconds(300)

    /// When the session ends.
    public let expiration: Timestamp
    /// When it is to be renewed.
    public private(set) var next: Timestamp
    private var failures = 0

    /// A session that was obtained at a moment.
    public init(obtained: Timestamp, expiration: Timestamp) {
        self.expiration = expiration
        let life = max(.zero, expiration - obtained)
        next = expiration - min(Self.lead, life / 3)
        if next < obtained { next = obtained }
    }

    /// Notes that a renewal brought nothing: neither too soon again, nor only once the session has
    /// ended.
    /// - Parameter asked: Whether a person was asked in vain, who is left alone for longer.
    /// - Returns: How long it is until the next try.
    public mutating func fail(at now: Timestamp, asked: Bool = false) -> Duration {
        let pause = Self.pause(after: failures + (asked ? 4 : 0))
        failures += 1
        let left = expiration - now
        let soonest = left > .zero ? min(pause, left / 3) : pause
        next = now + max(.seconds(1), soonest)
        return next - now
    }

    /// How long is waited after so many failures before, and one more.
    static func pause(after failures: Int) -> Duration {
        min(.seconds(5 << min(failures, 10)), longestPause)
    }
}

extension Timestamp {
    fileprivate static func - (moment: Timestamp, duration: Duration) -> Timestamp {
        moment + (.zero - duration)
    }
}
