// How old something may be: days, or a duration.

extension Duration {
    /// A day of 24 hours, in seconds.
    private static let day = 86_400

    /// Reads `90d`, or what `init(argument:)` reads: an age, of ten years at most.
    public init?(age text: String) {
        guard text.hasSuffix("d") else {
            self.init(argument: text)
            return
        }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let days = Int(digits),
            days <= Self.longestArgument.wholeSeconds / Self.day
        else { return nil }
        self = .seconds(days * Self.day)
    }

    /// The whole days in it, rounded toward zero.
    public var wholeDays: Int { wholeSeconds / Self.day }

    /// The form that `init(age:)` reads: `90d` for whole days, else as `argument`.
    public var age: String {
        let seconds = wholeSeconds
        return seconds > 0 && seconds % Self.day == 0 ? "\(seconds / Self.day)d" : argument
    }
}
