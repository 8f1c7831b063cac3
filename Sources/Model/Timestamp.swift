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
        func number(_ range: Range<Int>) -> Int? {
            var number = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                number = number * 10 + Int(byte - 0x30)
            }
            return number
        }
        guard bytes.count >= 20, let year = number(0..<4), let month = number(5..<7),
            let day = number(8..<10), let hour = number(11..<13), let minute = number(14..<16),
            let second = number(17..<19)
        else { return nil }
        self.init(
            secondsSinceEpoch: CalendarDate(year: year, month: month, day: day).daysSinceEpoch
                * 86_400 + hour * 3600 + minute * 60 + second)

        // 31 February and minute 75 are moments of other names; printing shows which.
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
    public var description: String { formatted(dash: "-", colon: ":") }

    /// ISO 8601 basic form, which Signature Version 4 wants: `20260131T090000Z`.
    public var basicISO8601: String { formatted(dash: "", colon: "") }

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

    /// The C library would read the local time zone first, which UTC does not need.
    private func formatted(dash: String, colon: String) -> String {
        func digits(_ number: Int, _ count: Int = 2) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        let (days, second) = secondsSinceEpoch.flooredQuotientAndRemainder(dividingBy: 86_400)
        let date = CalendarDate(daysSinceEpoch: days)
        return digits(date.year, 4) + dash + digits(date.month) + dash + digits(date.day) + "T"
            + digits(second / 3600) + colon + digits(second / 60 % 60) + colon
            + digits(second % 60) + "Z"
    }
}

/// A day of the Gregorian calendar.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and
/// civil_from_days.
private struct CalendarDate {
    let year: Int
    let month: Int
    let day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day so many after 1970-01-01.
    init(daysSinceEpoch days: Int) {
        let (era, dayOfEra) = (days.addingClamped(719_468)).flooredQuotientAndRemainder(
            dividingBy: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Counted from March, so that the day that some years have more comes last.
        let shifted = (5 * dayOfYear + 2) / 153
        month = shifted < 10 ? shifted + 3 : shifted - 9
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// How many days after 1970-01-01 it is.
    var daysSinceEpoch: Int {
        let shiftedYear = year - (month <= 2 ? 1 : 0)
        let (era, yearOfEra) = shiftedYear.flooredQuotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Int {
    /// Division that rounds down, so that the remainder is never negative.
    fileprivate func flooredQuotientAndRemainder(
        dividingBy divisor: Int
    ) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    fileprivate func addingClamped(_ other: Int) -> Int {
        let (sum, isTooLarge) = addingReportingOverflow(other)
        return isTooLarge ? .max : sum
    }
}
