// How durations are written on the command line and in messages: 45m, 1h30m, 900.

extension Duration {
    /// The whole seconds in it, rounded toward zero.
    public var wholeSeconds: Int { Int(components.seconds) }

    /// Reads `45m`, `1h30m`, `90s` or a bare number of seconds. Units stand in the order h, m, s,
    /// each at most once; an empty text, a zero-length number or an overflow is no duration.
    public init?(argument text: some StringProtocol) {
        if let seconds = Int(text), text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }) {
            guard seconds >= 0 else { return nil }
            self = .seconds(seconds)
            return
        }
        var units: [(Character, Int)] = [("h", 3600), ("m", 60), ("s", 1)]
        var total = 0
        var digits = ""
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let number = Int(digits),
                let index = units.firstIndex(where: { $0.0 == character })
            else { return nil }
            let (product, overflowed) = number.multipliedReportingOverflow(by: units[index].1)
            let (sum, carried) = total.addingReportingOverflow(product)
            guard !overflowed, !carried else { return nil }
            total = sum
            digits = ""
            units.removeFirst(index + 1)
        }
        guard digits.isEmpty, !text.isEmpty else { return nil }
        self = .seconds(total)
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
