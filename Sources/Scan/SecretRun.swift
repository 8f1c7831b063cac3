// What a secret access key looks like: 40 characters of base64 that somebody's dice have thrown.

/// A run of characters of base64 among others.
struct SecretRun: Equatable {
    /// The length of every secret of AWS's.
    static let length = 40

    /// Where its characters stand.
    let range: Range<Int>
    /// How many characters it is: a slash may be written as `\/` or `%2F`, a plus as `%2B`.
    let count: Int

    /// The next run that begins at `start` or behind it, before `end`; it may go on behind that.
    /// One that `start` lies in is left out.
    static func next(
        _ bytes: UnsafeRawBufferPointer, from start: Int, before end: Int
    ) -> SecretRun? {
        var place = start
        if place > 0, bytes[place - 1].isBase64 {
            while place < end, let size = size(bytes, place) { place += size }
        }
        while place < end, size(bytes, place) == nil { place += gap(bytes, place) }
        guard place < end else { return nil }
        let first = place
        var count = 0
        while let size = size(bytes, place) {
            place += size
            count += 1
        }
        return SecretRun(range: first..<place, count: count)
    }

    /// How many bytes the character of base64 at `place` takes; nil where none stands there.
    private static func size(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Int? {
        guard place < bytes.count else { return nil }
        let byte = bytes[place]
        if byte.isBase64 { return 1 }
        if byte == UInt8(ascii: "\\"), place + 1 < bytes.count,
            bytes[place + 1] == UInt8(ascii: "/")
        {
            return 2
        }
        if byte == UInt8(ascii: "%"), place + 2 < bytes.count,
            bytes[place + 1] == UInt8(ascii: "2"),
            [UInt8(ascii: "F"), UInt8(ascii: "B")].contains(bytes[place + 2] & 0xdf)
        {
            return 3
        }
        return nil
    }

    /// How many bytes what is no character of base64 takes: the letter of `\n` belongs to it.
    private static func gap(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Int {
        bytes[place] == UInt8(ascii: "\\") && place + 1 < bytes.count
            && bytes[place + 1].isEscapeLetter ? 2 : 1
    }

    /// Whether it can be a secret.
    ///
    /// Of random characters, fewer than one secret in a thousand fails; words, paths, hashes in
    /// hexadecimal and what people put in place of a secret do.
    /// - Parameter isNamed: Whether a name stands before it that says so. Where none does, it has
    ///   to look more like dice.
    func isSecret(_ bytes: UnsafeRawBufferPointer, isNamed: Bool) -> Bool {
        guard count == Self.length, !isPadded(bytes), !hasExample(bytes) else { return false }
        var seen: UInt64 = 0
        var kinds: Set<Kind> = []
        var last: Kind?
        var changes = 0
        var isHexadecimal = true
        var place = range.lowerBound
        while place < range.upperBound {
            var byte = bytes[place]
            let size = Self.size(bytes, place) ?? 1
            if size > 1 {
                byte = UInt8(ascii: size == 3 && bytes[place + 2] & 0xdf == 0x42 ? "+" : "/")
            }
            let kind = Kind(byte)
            kinds.insert(kind)
            // The slashes of a path make it no more like dice.
            if byte.isAlphanumeric {
                if kind != last { changes += 1 }
                last = kind
            }
            if !byte.isHexadecimal { isHexadecimal = false }
            // Six bits of the character; upper and lower case stay apart.
            seen |= 1 << UInt64(byte.base64Place)
            place += size
        }
        guard kinds.count == 3, !isHexadecimal else { return false }
        return isNamed
            ? seen.nonzeroBitCount >= 16 : seen.nonzeroBitCount >= 20 && changes >= 14
    }

    /// The kinds of characters: words change between them seldom.
    private enum Kind {
        case upper, lower, other

        init(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): self = .upper
            case UInt8(ascii: "a")...UInt8(ascii: "z"): self = .lower
            default: self = .other
            }
        }
    }

    /// A secret has 30 bytes, so that base64 with padding is something else.
    private func isPadded(_ bytes: UnsafeRawBufferPointer) -> Bool {
        range.upperBound < bytes.count && bytes[range.upperBound] == UInt8(ascii: "=")
    }

    /// Whether it is one of AWS's own examples, such as `wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`.
    private func hasExample(_ bytes: UnsafeRawBufferPointer) -> Bool {
        UnsafeRawBufferPointer(rebasing: bytes[range]).contains(word: "EXAMPLE")
    }
}

extension UnsafeRawBufferPointer {
    /// Whether a few characters stand anywhere in it.
    func contains(word: StaticString) -> Bool {
        let size = word.utf8CodeUnitCount
        guard count >= size else { return false }
        return (0...(count - size)).contains { start in
            (0..<size).allSatisfy { self[start + $0] == word.utf8Start[$0] }
        }
    }
}

extension UInt8 {
    var isBase64: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "/")...UInt8(ascii: "9"), UInt8(ascii: "+"):
            true
        default: false
        }
    }

    /// A letter or a digit.
    var isAlphanumeric: Bool {
        isBase64 && self != UInt8(ascii: "/") && self != UInt8(ascii: "+")
    }

    /// The letter of an escape for white space: `\n`, `\r`, `\t`.
    var isEscapeLetter: Bool {
        self == UInt8(ascii: "n") || self == UInt8(ascii: "r") || self == UInt8(ascii: "t")
    }

    fileprivate var isHexadecimal: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// A number below 64 for each character of base64.
    fileprivate var base64Place: UInt8 {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): self - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): self - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        default: 63
        }
    }
}
