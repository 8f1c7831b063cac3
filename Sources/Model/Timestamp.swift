// Moments in UTC to the second, and the two forms in which AWS writes them.
import Glibc

/// A moment: whole seconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Seconds since the epoch.
    public let secondsSinceEpoch: Int

    /// A moment by its number of seconds since the epoch.
    public init(secondsSinceEpoch: Int) { self.secondsSinceEpoch = secondsSinceEpoch }

    /// The system's wall clock.
    public static func now() -> Timestamp { .init(secondsSinceEpoch: time(nil)) }

    /// Reads RFC 3339 in UTC, as STS writes it. A fraction of a second is dropped, so that
    /// nothing is thought to live longer than it does.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int32? {
            guard bytes[range].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else { return nil }
            return Int32(String(decoding: bytes[range], as: UTF8.self))
        }
        guard bytes.count >= 20, let year = number(0..<4), let month = number(5..<7),
            let day = number(8..<10), let hour = number(11..<13), let minute = number(14..<16),
            let second = number(17..<19)
        else { return nil }
        var fields = tm()
        fields.tm_year = year - 1900
        fields.tm_mon = month - 1
        fields.tm_mday = day
        fields.tm_hour = hour
        fields.tm_min = minute
        fields.tm_sec = second
        self.init(secondsSinceEpoch: timegm(&fields))

        // timegm takes 31 February and minute 75; printing the moment again shows that it did.
        guard description.dropLast() == text.prefix(19) else { return nil }
        var rest = text.dropFirst(19)
        if rest.first == "." {
            let fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard rest == "Z" || rest == "+00:00" else { return nil }
    }

    /// RFC 3339 in UTC: `2026-01-31T09:00:00Z`.
    public var description: String { formatted("%Y-%m-%dT%H:%M:%SZ") }

    /// ISO 8601 basic form, which Signature Version 4 wants: `20260131T090000Z`.
    public var basicISO8601: String { formatted("%Y%m%dT%H%M%SZ") }

    /// The moment `duration` later; a fraction of a second is dropped. What lies beyond the last
    /// moment that can be said is that one.
    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        let (sum, isTooLarge) = moment.secondsSinceEpoch.addingReportingOverflow(
            duration.wholeSeconds)
        return .init(secondsSinceEpoch: isTooLarge ? (duration > .zero ? .max : .min) : sum)
    }

    /// How long after `earlier` this moment is; negative where it is before.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        let (difference, isTooLarge) = later.secondsSinceEpoch.subtractingReportingOverflow(
            earlier.secondsSinceEpoch)
        return .seconds(isTooLarge ? (later > earlier ? .max : .min) : difference)
    }

    /// Earlier moments come first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.secondsSinceEpoch < right.secondsSinceEpoch
    }

    private func formatted(_ format: String) -> String {
        var seconds = secondsSinceEpoch
        var fields = tm()
        gmtime_r(&seconds, &fields)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let base = buffer.baseAddress else { return "" }
            strftime(base, buffer.count, format, &fields)
            return String(cString: base)
        }
    }
}
