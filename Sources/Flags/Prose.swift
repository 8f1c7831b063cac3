// The texts of the table taken apart: paragraphs, lists, literal words; and wrapped to a width.
internal import Model

/// A text of the table: paragraphs parted by empty lines; a paragraph whose lines begin with `- ` is
/// a list; what is typed literally stands in backquotes.
struct Prose {
    enum Block: Equatable {
        case paragraph(String)
        case list([String])
    }

    let blocks: [Block]

    init(_ text: String) {
        var blocks: [Block] = []
        var lines: [String] = []
        func close() {
            guard !lines.isEmpty else { return }
            var items: [String] = []
            for line in lines where line.hasPrefix("- ") { items.append(String(line.dropFirst(2))) }
            blocks.append(
                items.count == lines.count ? .list(items) : .paragraph(lines.joined(by: " ")))
            lines = []
        }
        for line in text.lines {
            if line.isEmpty { close() } else { lines.append(line) }
        }
        close()
        self.blocks = blocks
    }

    /// The lines of a plain text, none wider than `width`, each with `indent` blanks before it.
    func lines(width: Int, indent: Int = 0) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        for block in blocks {
            if !lines.isEmpty { lines.append("") }
            switch block {
            case .paragraph(let text):
                for line in wrap(text, width: width - indent) { lines.append(margin + line) }
            case .list(let items):
                for item in items {
                    var mark = "- "
                    for line in wrap(item, width: width - indent - 2) {
                        lines.append(margin + mark + line)
                        mark = "  "
                    }
                }
            }
        }
        return lines
    }
}

/// Breaks a text in ASCII into lines at its blanks, except at those between backquotes.
func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line: [UInt8] = []
    var word: [UInt8] = []
    func take() {
        guard !word.isEmpty else { return }
        if !line.isEmpty, line.count + 1 + word.count > width {
            lines.append(String(decoding: line, as: UTF8.self))
            line.removeAll(keepingCapacity: true)
        }
        if !line.isEmpty { line.append(UInt8(ascii: " ")) }
        line.append(contentsOf: word)
        word.removeAll(keepingCapacity: true)
    }
    var isLiteral = false
    for byte in text.utf8 {
        if byte == UInt8(ascii: "`") { isLiteral.toggle() }
        if byte == UInt8(ascii: " "), !isLiteral { take() } else { word.append(byte) }
    }
    take()
    if !line.isEmpty { lines.append(String(decoding: line, as: UTF8.self)) }
    return lines
}

extension String {
    /// The parts between line feeds. By hand: the generic `split` makes the runtime look up what
    /// strings conform to, which costs a start more than the whole of a short help.
    var lines: [String] {
        var lines: [String] = []
        var start = utf8.startIndex
        while let end = utf8[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(self[start..<end]))
            start = utf8.index(after: end)
        }
        lines.append(String(self[start...]))
        return lines
    }
}

extension String {
    /// Blanks after it up to a width; of a text in ASCII.
    func padded(to width: Int) -> String {
        let missing = width - utf8.count
        return missing > 0 ? self + String(repeating: " ", count: missing) : self
    }

    /// With a capital letter in front and a full stop behind: a help line as a sentence.
    var sentence: String { prefix(1).uppercased() + String(dropFirst()) + "." }
}
