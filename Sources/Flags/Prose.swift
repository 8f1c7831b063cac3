// The texts of the table taken apart: paragraphs, lists, literal words; and wrapped to a width.

/// A text of the table: paragraphs parted by empty lines; a paragraph whose lines begin with `- ` is
/// a list; what is typed literally stands in backquotes.
struct Prose {
    enum Block: Equatable {
        case paragraph(String)
        case list([String])
    }

    let blocks: [Block]

    init(_ text: String) {
        blocks = text.split(separator: "\n\n").map { block in
            let lines = block.split(separator: "\n")
            guard lines.allSatisfy({ $0.hasPrefix("- ") }) else {
                return .paragraph(lines.joined(separator: " "))
            }
            return .list(lines.map { String($0.dropFirst(2)) })
        }
    }

    /// The lines of a plain text, none wider than `width`, each with `indent` blanks before it.
    func lines(width: Int, indent: Int = 0) -> [String] {
        let margin = String(repeating: " ", count: indent)
        return Array(
            blocks.map { block in
                switch block {
                case .paragraph(let text):
                    wrap(text, width: width - indent).map { margin + $0 }
                case .list(let items):
                    items.flatMap { item in
                        wrap(item, width: width - indent - 2).enumerated().map {
                            margin + ($0.offset == 0 ? "- " : "  ") + $0.element
                        }
                    }
                }
            }.joined(separator: [""]))
    }
}

/// Breaks a text into lines at its blanks, except at those between backquotes.
func wrap(_ text: String, width: Int) -> [String] {
    var words = [""]
    var isLiteral = false
    for character in text {
        if character == "`" { isLiteral.toggle() }
        if character == " ", !isLiteral {
            words.append("")
        } else {
            words[words.count - 1].append(character)
        }
    }
    var lines: [String] = []
    for word in words where !word.isEmpty {
        if let last = lines.last, last.count + 1 + word.count <= width {
            lines[lines.count - 1] += " " + word
        } else {
            lines.append(word)
        }
    }
    return lines
}

extension String {
    /// Blanks after it up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }

    /// With a capital letter in front and a full stop behind: a help line as a sentence.
    var sentence: String { prefix(1).uppercased() + dropFirst() + "." }
}
