// Writing roff: escapes, fonts and the few man macros that the pages need.

/// The source of a man page as it grows.
struct Roff {
    private(set) var source =
        ".\\\" Made from the flag table by `make generate`; changes here are lost.\n"

    mutating func line(_ line: String) { source += line + "\n" }

    mutating func title(_ name: String, date: String) {
        line(".TH \(Roff.literal(name.uppercased())) 1 \(date) credtool \"User Commands\"")
        // Names must not be torn or their blanks stretched: people copy them.
        line(".nh")
        line(".ad l")
    }

    mutating func section(_ title: String) { line(".SH \(title)") }

    /// A tagged paragraph; its text follows.
    mutating func entry(_ tag: String) {
        line(".TP")
        line(tag)
    }

    mutating func prose(_ text: String, isIndented: Bool = false) {
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
    mutating func typed(_ typed: String) {
        line(".PP")
        line(".RS 4")
        line(".EX")
        for typed in typed.split(separator: "\n") { line(Roff.guarded(Roff.literal(typed))) }
        line(".EE")
        line(".RE")
    }

    private mutating func filled(_ text: String) {
        for row in wrap(Roff.text(text), width: 78) { line(Roff.guarded(row)) }
    }

    /// A text in which what stands in backquotes is literal.
    static func text(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map {
            $0.offset % 2 == 0 ? escaped(String($0.element)) : bold(String($0.element))
        }.joined()
    }

    static func bold(_ text: String) -> String { "\\fB" + literal(text) + "\\fR" }
    static func italic(_ text: String) -> String { "\\fI" + literal(text) + "\\fR" }

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
