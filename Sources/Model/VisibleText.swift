// Text of others, made fit to show: nothing in it steers the terminal or shows a password.

extension Unicode.Scalar {
    /// Whether the character steers the terminal or the order of others instead of being seen:
    /// control characters (C0, DEL, C1), bidirectional marks, line and paragraph separators.
    ///
    /// Source: Unicode Standard Annex 9, table 4, and UTR 36, section 2.5.1.
    public var steersDisplay: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}

extension String {
    /// The text on one line, with U+FFFD for each character that steers the display.
    public var visible: String { visible(keepingLines: false) }

    /// The same for a text of several lines: its line feeds stay.
    public var visibleLines: String { visible(keepingLines: true) }

    private func visible(keepingLines: Bool) -> String {
        func isHidden(_ scalar: Unicode.Scalar) -> Bool {
            scalar.steersDisplay && !(keepingLines && scalar == "\n")
        }
        guard unicodeScalars.contains(where: isHidden) else { return self }
        return String(
            String.UnicodeScalarView(unicodeScalars.map { isHidden($0) ? "\u{fffd}" : $0 }))
    }

    /// The text of a URL without the user and password in it.
    ///
    /// What is no URL may hold a password with any character, so that all before the last `@` goes
    /// but for the scheme.
    public var withoutUserInfo: String {
        guard let at = lastIndex(of: "@") else { return self }
        let scheme = prefix { $0.isASCII && $0.isLetter }
        let hasScheme = !scheme.isEmpty && self[scheme.endIndex...].hasPrefix("://")
        return (hasScheme ? "\(scheme)://" : "") + "…" + self[at...]
    }

    /// The same of a text that may be a URL or anything else.
    public var withoutUserInfoOfURL: String { contains("://") ? withoutUserInfo : self }
}

extension Secret {
    /// Whether all bytes are printable ASCII without space, as in every key and token of AWS's.
    /// Anything else, a line end above all, would run on into the next line of a file.
    public var isVisibleASCII: Bool { withBytes { $0.allSatisfy { $0 > 0x20 && $0 < 0x7f } } }
}
