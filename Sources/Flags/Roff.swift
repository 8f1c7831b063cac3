// Writing roff: escapes, fonts and the few man macros that the pages need.

/// The source of a man page as it grows.
package struct Roff {
    /// What there is of it.
    package private(set) var source =
        ".\\\" Made by `make generate`; changes here are lost.\n"

    /// An empty page.
    package init() {}

    /// A line of roff as it is.
    package mutating func line(_ line: String) { source += line + "\n" }

    /// Title and footer, of a page in a section of the manual.
    package mutating func title(_ name: String, section: ManualSection = .commands) {
        // Names must not be torn or their blanks stretched: people copy them.
        line(".nr HY 0")
        line(
            ".TH \(Roff.literal(name.uppercased())) \(section.rawValue) \(Reference.date) credtool"
                + " \"\(section.name)\"")
        line(".ad l")
    }

    /// The heading of a part.
    package mutating func section(_ title: String) { line(".SH \(title)") }

    /// A tagged paragraph; its text follows.
    package mutating func entry(_ tag: String) {
        line(".TP")
        line(tag)
    }

    /// Paragraphs and lists, written as `Prose` reads them.
    package mutating func prose(_ text: String, isIndented: Bool = false) {
        for (index, block) in Prose(text).blocks.enumerated() {
            switch block {
            case .paragraph(let text):
                if index > 0 { line(isIndented ? ".IP" : ".PP") }
                filled(text)
            case .list(let items):
                if isIndented { line(".RS") }
                for item in items {
                    line(".IP \\(bu 2")
                    filled(item)
                }
                if isIndented { line(".RE") }
            }
        }
    }

    /// Lines to type, as they are.
    package mutating func typed(_ typed: String) {
        line(".PP")
        line(".RS 4")
        line(".EX")
        for typed in typed.lines { line(Roff.guarded(Roff.literal(typed))) }
        line(".EE")
        line(".RE")
    }

    /// The names of other pages, such as `credtool-exec(1)`, with commas between.
    package mutating func seeAlso(_ pages: [String]) {
        for page in pages {
            let name = page.prefix { $0 != "(" }
            line(
                Roff.bold(String(name)) + page.dropFirst(name.count)
                    + (page == pages.last ? "" : ","))
        }
    }

    private mutating func filled(_ text: String) {
        for row in wrap(Roff.text(text), width: 78) { line(Roff.guarded(row)) }
    }

    /// A text in which what stands in backquotes is literal.
    package static func text(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map {
            $0.offset % 2 == 0 ? escaped(String($0.element)) : bold(String($0.element))
        }.joined()
    }

    /// What is typed as it stands.
    package static func bold(_ text: String) -> String { "\\fB" + literal(text) + "\\fR" }
    /// A placeholder, or the name of a page.
    package static func italic(_ text: String) -> String { "\\fI" + literal(text) + "\\fR" }

    /// A usage line: words in capitals are placeholders, the others are typed as they are.
    static func usage(_ usage: String) -> String {
        usage.split(separator: " ").map { word in
            let name = word.drop { !$0.isLetter }.prefix { $0.isLetter }
            guard !name.isEmpty else { return word == "[--]" ? "[\(bold("--"))]" : literal(word) }
            let isPlaceholder = name.allSatisfy(\.isUppercase)
            let styled = isPlaceholder ? italic(String(name)) : bold(String(name))
            return literal(word[..<name.startIndex]) + styled + literal(word[name.endIndex...])
        }.joined(separator: " ")
    }

    /// Prose: only what roff would take for an escape is guarded.
    private static func escaped(_ text: String) -> String {
        text.map { $0 == "\\" ? "\\e" : String($0) }.joined()
    }

    /// Text to be typed, that must not turn into typographical quotes and hyphens.
    static func literal(_ text: some StringProtocol) -> String {
        text.map { literals[$0] ?? String($0) }.joined()
    }

    private static let literals: [Character: String] = [
        "\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti",
    ]

    /// A line that begins with a point or an apostrophe would be a request.
    private static func guarded(_ line: String) -> String {
        line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }
}

/// The sections of the manual that credtool has pages in; the raw value is the section's number.
package enum ManualSection: Int {
    case commands = 1
    case fileFormats = 5
    case overviews = 7

    /// What stands at the head of its pages.
    var name: String {
        switch self {
        case .commands: "User Commands"
        case .fileFormats: "File Formats"
        case .overviews: "Miscellaneous Information"
        }
    }
}
