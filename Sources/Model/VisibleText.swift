// Text of others, made fit to show: nothing in it steers the terminal.

extension String {
    /// The text on one line, with U+FFFD for each character that steers the display.
    public var visible: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { Self.steersDisplay($0) ? "\u{fffd}" : $0 }))
    }

    /// Control characters (C0, DEL, C1), bidirectional marks, line and paragraph separators.
    private static func steersDisplay(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
