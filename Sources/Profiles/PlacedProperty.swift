// A property as it stands in a file, and the walk over those of a section.

/// A property and the lines that belong to it.
struct PlacedProperty {
    /// The blanks before the key.
    let indent: Range<Int>
    let key: Range<Int>
    /// All that follows the equals sign on the key's line.
    let rest: Range<Int>
    /// The number of the key's line, counted from 1.
    let line: Int
    /// The lines that continue the value, with their line endings.
    var continuations: [Continuation] = []
    /// Where the last of its lines ends.
    var end: Int

    /// A line that continues a value.
    struct Continuation {
        /// With the line ending.
        let range: Range<Int>
        /// Without the blanks around it.
        let text: Range<Int>
        /// Counted from 1.
        let line: Int
    }
}

extension SectionIndex.Section {
    /// Hands over the section's properties in turn.
    func forEachProperty(in bytes: Span<UInt8>, _ body: (PlacedProperty) -> Void) {
        var reader = LineReader(offset: self.body.lowerBound, number: line, isInSection: true)
        var open: PlacedProperty?
        // The whole file has been read before, so nothing is thrown.
        while reader.offset < self.body.upperBound, let line = try? reader.next(in: bytes) {
            switch line.kind {
            case .filler, .section: break
            case .property(let key, let rest):
                if let open { body(open) }
                open = PlacedProperty(
                    indent: line.content.lowerBound..<key.lowerBound, key: key, rest: rest,
                    line: line.number, end: line.end)
            case .continuation(let text):
                open?.continuations.append(
                    PlacedProperty.Continuation(
                        range: line.content.lowerBound..<line.end, text: text, line: line.number))
                open?.end = line.end
            }
        }
        if let open { body(open) }
    }
}
