// The grammar of the config and credentials files, line by line.

/// A line of a config file, and what the grammar makes of it. All positions are byte offsets.
struct Line {
    enum Kind {
        /// Blank, or a comment and nothing else.
        case filler
        /// `[title]`; the title without the blanks around it.
        case section(title: Range<Int>)
        /// `key = value`: the key without blanks, and all that follows the equals sign.
        case property(key: Range<Int>, rest: Range<Int>)
        /// An indented line that goes on with the value above it, without the blanks around it.
        case continuation(Range<Int>)
    }
    let kind: Kind
    /// Counted from 1.
    let number: Int
    /// Without the line ending.
    let content: Range<Int>
    /// How many blanks it starts with.
    let indent: Int
    /// Where the next line starts.
    let end: Int
}

/// Reads the lines of a file in turn and refuses those that are not in the grammar.
///
/// Source: the AWS SDKs' shared test suite for profile files. On two points, where the suite has
/// nothing or only an error, the AWS CLI is followed, since people's files are written for it: an
/// indented comment is a comment, and a section's properties may be indented as a whole (a line
/// continues the one above only if it is indented further than that).
struct LineReader {
    private(set) var offset: Int
    /// The number of the line that was read last, whether or not it was in the grammar.
    private(set) var number: Int
    private(set) var isInSection: Bool
    private var property: (indent: Int, hasValue: Bool)?

    /// Starts at the beginning of a file, behind a byte order mark.
    init(_ bytes: Span<UInt8>) {
        let marked = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
        self.init(offset: marked ? 3 : 0, number: 0, isInSection: false)
    }

    /// Starts behind line `number`.
    init(offset: Int, number: Int, isInSection: Bool) {
        self.offset = offset
        self.number = number
        self.isInSection = isInSection
    }

    /// The next line; nil at the end.
    mutating func next(in bytes: Span<UInt8>) throws(GrammarProblem) -> Line? {
        guard offset < bytes.count else { return nil }
        let start = offset
        var end = bytes.count
        var next = end
        if let newline = bytes.firstIndex(of: .newline, in: start..<end) {
            end = newline
            next = newline + 1
        }
        if end > start, bytes[end - 1] == .carriageReturn { end -= 1 }
        offset = next
        number += 1

        var first = start
        while first < end, bytes[first].isBlank { first += 1 }
        return Line(
            kind: try kind(of: first..<end, indent: first - start, in: bytes), number: number,
            content: start..<end, indent: first - start, end: next)
    }

    /// Goes on behind a title, to where the next line starts.
    mutating func skipTitle(to next: Int) {
        offset = next
        number += 1
        isInSection = true
        property = nil
    }

    /// Goes on behind a property with a value that is not indented, to where the next line starts.
    mutating func skipProperty(to next: Int) {
        offset = next
        number += 1
        property = (indent: 0, hasValue: true)
    }

    private mutating func kind(of text: Range<Int>, indent: Int, in bytes: Span<UInt8>)
        throws(GrammarProblem) -> Line.Kind
    {
        if text.isEmpty || bytes[text.lowerBound].startsComment { return .filler }
        if let property, indent > property.indent {
            if !property.hasValue {
                _ = try split(text, in: bytes, .noSubPropertyEqualsSign, .noSubPropertyName)
            }
            return .continuation(bytes.trimmed(text))
        }
        if bytes[text.lowerBound] == UInt8(ascii: "[") {
            let title = try title(text, in: bytes)
            isInSection = true
            property = nil
            return .section(title: title)
        }
        guard isInSection else { throw .noSection }
        let (key, rest) = try split(
            text, in: bytes, indent > 0 ? .strayContinuation : .noEqualsSign, .noPropertyName)
        property = (indent, !rest.isValueEmpty(in: bytes))
        return .property(key: key, rest: rest)
    }

    /// The title ends at the first bracket that nothing but a comment follows, so that names may hold
    /// brackets and the signs of comments.
    private func title(_ text: Range<Int>, in bytes: Span<UInt8>) throws(GrammarProblem)
        -> Range<Int>
    {
        var at = text.lowerBound + 1
        while let bracket = bytes.firstIndex(of: UInt8(ascii: "]"), in: at..<text.upperBound) {
            at = bracket + 1
            let next = (at..<text.upperBound).first { !bytes[$0].isBlank }
            guard let next, !bytes[next].startsComment else {
                return bytes.trimmed((text.lowerBound + 1)..<bracket)
            }
        }
        throw .unclosedSection
    }

    private func split(
        _ text: Range<Int>, in bytes: Span<UInt8>, _ noEqualsSign: GrammarProblem,
        _ noName: GrammarProblem
    ) throws(GrammarProblem) -> (key: Range<Int>, rest: Range<Int>) {
        guard let sign = bytes.firstIndex(of: .equalsSign, in: text),
            bytes.beforeComment(text.lowerBound..<sign, afterBlank: true).upperBound == sign
        else { throw noEqualsSign }
        let key = bytes.trimmed(text.lowerBound..<sign)
        guard !key.isEmpty else { throw noName }
        return (key, (sign + 1)..<text.upperBound)
    }
}

extension Range<Int> {
    /// The value in what follows a property's equals sign: no comment, no blanks around it.
    func value(in bytes: Span<UInt8>) -> Range<Int> {
        bytes.trimmed(bytes.beforeComment(self, afterBlank: true))
    }

    /// Whether that value is empty; found out without reading all of it.
    func isValueEmpty(in bytes: Span<UInt8>) -> Bool {
        guard let first = first(where: { !bytes[$0].isBlank }) else { return true }
        return first > lowerBound && bytes[first].startsComment
    }
}
