// Rows of words in columns, for tables that are short enough not to be cut.
internal import Model

/// The rows one below the other; each column as wide as what it has.
func inColumns(_ rows: [[String]]) -> String {
    let cells = rows.map { $0.map(\.visible) }
    let count = cells.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
        cells.map { column < $0.count ? $0[column].displayWidth : 0 }.max() ?? 0
    }
    return cells.map { row in
        zip(row, widths).map { text, width in
            text + String(repeating: " ", count: width - text.displayWidth)
        }.joined(separator: "  ").trimmedAtEnd
    }.joined(separator: "\n")
}

extension String {
    /// The text without the blanks at its end.
    fileprivate var trimmedAtEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
