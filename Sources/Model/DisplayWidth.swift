// How many columns of a terminal a text takes.

extension StringProtocol {
    /// The columns that a terminal gives the text: two for each wide character, none for what stands
    /// on top of another.
    public var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// The text in at most `width` columns; what does not fit gives way to an ellipsis.
    public func cut(toWidth width: Int) -> String {
        guard displayWidth > width else { return String(self) }
        var text = ""
        var left = width - 1
        for character in self {
            left -= character.displayWidth
            if left < 0 { break }
            text.append(character)
        }
        return text + "…"
    }
}

extension Character {
    /// Source: Unicode Standard Annex 11 (East Asian Width), its wide blocks.
    fileprivate var displayWidth: Int {
        if isASCII { return 1 }
        guard let first = unicodeScalars.first else { return 0 }
        switch first.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0xa4cf, 0xa960...0xa97f,
            0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6,
            0x17000...0x18aff, 0x1b000...0x1b2ff, 0x1f300...0x1f64f, 0x1f680...0x1f6ff,
            0x1f900...0x1f9ff, 0x20000...0x3fffd:
            return 2
        default:
            switch first.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: return 0
            default: return 1
            }
        }
    }
}
