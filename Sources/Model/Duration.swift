// How durations are written on the command line and in messages: 45m, 1h30m, 900.

extension Duration {
    /// The whole seconds in it, rounded toward zero.
    public var wholeSeconds: Int { Int(components.seconds) }

    /// The longest that `init(argument:)` reads: ten years of 365 days. Whoever adds it to a date
    /// or counts it in nanoseconds meets no overflow.
    public static let longestArgument: Duration = .seconds(10 * 365 * 86_400)

    /// Reads `45m`, `1h30m`, `90s` or a bare number of seconds. Units stand in the order h, m, s,
    /// each at most once; an empty text, a zero-length number or more than `longestArgument` is no
    /// duration.
    public init?(argument text: String) {
        let longest = Self.longestArgument.wholeSeconds
        var total = 0
        var number: Int?
        // The units from here on may still come: an h before an m before an s.
        var units = 3
        for byte in text.utf8 {
            if byte &- 0x30 < 10 {
                let digits = (number ?? 0) * 10 + Int(byte - 0x30)
                guard digits <= longest else { return nil }
                number = digits
                continue
            }
            guard let count = number, let (rank, seconds) = Self.unit(byte), rank < units else {
                return nil
            }
            total += count * seconds
            guard total <= longest else { return nil }
            units = rank
            number = nil
        }
        // A number without a unit is one of seconds where it stands alone.
        if let number {
            guard units == 3 else { return nil }
            total = number
        } else if units == 3 {
            return nil
        }
        self = .seconds(total)
    }

    /// The place of a unit in the order from the smallest, and its length in seconds.
    private static func unit(_ letter: UInt8) -> (rank: Int, seconds: Int)? {
        switch letter {
        case UInt8(ascii: "h"): (2, 3600)
        case UInt8(ascii: "m"): (1, 60)
        case UInt8(ascii: "s"): (0, 1)
        default: nil
        }
    }

    /// The form that `init(argument:)` reads: `1h30m`, `45m`, `20s`.
    public var argument: String {
        let seconds = wholeSeconds
        guard seconds > 0 else { return "0s" }
        var text = ""
        for (unit, size) in [("h", 3600), ("m", 60), ("s", 1)] {
            let number = (size == 3600 ? seconds : seconds % (size * 60)) / size
            if number > 0 { text += "\(number)\(unit)" }
        }
        return text
    }
}
