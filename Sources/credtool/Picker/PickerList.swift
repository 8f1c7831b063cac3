// A list that a person chooses from: what it has, what is typed narrows, what is shown. No effects.
internal import Model

/// A row of a picker.
struct PickerRow: Equatable, Sendable {
    /// What is shown, a text for each column.
    let cells: [String]
    /// What an answer may be, where no other row has it; the first one is what it is called.
    let names: [String]
}

/// The rows, the text that narrows them, and the row that is chosen at the moment.
struct PickerList {
    /// A key that was pressed.
    enum Key: Equatable {
        case text(String)
        case up, down, pageUp, pageDown, first, last
        case backspace, eraseWord, eraseAll
        case enter, cancel, suspend
    }

    /// What comes of a key.
    enum Step: Equatable {
        case goOn
        case chosen(Int)
        case cancelled
        case suspended
    }

    /// What is chosen: `Profile`.
    let noun: String
    private let rows: [PickerRow]
    /// The text of each row for people, in columns.
    private let lines: [String]
    private let searched: [String]
    private(set) var query = ""
    /// The rows that fit the query, as positions.
    private(set) var found: [Int]
    /// The chosen one, as a position in `found`.
    private(set) var cursor = 0
    private var top = 0
    private var page = 10

    init(_ noun: String, _ rows: [PickerRow]) {
        self.noun = noun
        self.rows = rows
        lines = Self.columns(rows)
        searched = lines.map { $0.lowercased() }
        found = Array(rows.indices)
    }

    // MARK: Keys

    mutating func press(_ key: Key) -> Step {
        switch key {
        case .text(let text): narrow(query + text)
        case .backspace: narrow(String(query.dropLast()))
        case .eraseWord:
            let rest = query.reversed().drop { $0 == " " }.drop { $0 != " " }
            narrow(String(rest.reversed()))
        case .eraseAll: narrow("")
        case .up: cursor = max(0, cursor - 1)
        case .down: cursor = max(0, min(found.count - 1, cursor + 1))
        case .pageUp: cursor = max(0, cursor - page)
        case .pageDown: cursor = max(0, min(found.count - 1, cursor + page))
        case .first: cursor = 0
        case .last: cursor = max(0, found.count - 1)
        case .enter: if found.indices.contains(cursor) { return .chosen(found[cursor]) }
        case .cancel: return .cancelled
        case .suspend: return .suspended
        }
        return .goOn
    }

    /// Every word has to stand somewhere in the row, in upper or lower case. A name that is the query
    /// comes first, then those that begin with it; else the order stays.
    private mutating func narrow(_ text: String) {
        query = text
        let query = text.lowercased().trimmed
        let words = query.split(separator: " ")
        let fitting = rows.indices.filter { index in
            words.allSatisfy { searched[index].contains($0) }
        }
        func rank(_ index: Int) -> Int {
            let name = rows[index].names.first?.lowercased() ?? ""
            return name == query ? 0 : name.hasPrefix(query) ? 1 : 2
        }
        found = (0...2).flatMap { wanted in fitting.filter { rank($0) == wanted } }
        cursor = 0
        top = 0
    }

    // MARK: What is shown

    /// The lines of the list, the question first. The cursor of the terminal belongs behind that.
    mutating func text(columns: Int, rows height: Int) -> [String] {
        page = max(1, min(10, height - 3))
        top = min(max(top, cursor - page + 1), cursor)
        let shown = found.dropFirst(top).prefix(page).enumerated().map { offset, index in
            let isChosen = top + offset == cursor
            let line = (isChosen ? "> " : "  ") + lines[index]
            let cut = line.cut(toWidth: max(8, columns - 1))
            return isChosen ? "\u{1b}[1m\(cut)\u{1b}[0m" : cut
        }
        return [question(columns: columns)] + shown + ["  \(found.count) of \(rows.count)"]
    }

    /// The question with what was typed; its beginning gives way where it is too long.
    func question(columns: Int) -> String {
        var typed = query.visible
        while typed.displayWidth > max(8, columns - 12) { typed.removeFirst() }
        return "\(noun): \(typed)"
    }

    /// The same as a numbered list.
    var numbered: String {
        let width = "\(rows.count)".utf8.count
        return lines.enumerated().map { index, line in
            let number = "\(index + 1)"
            return "  \(String(repeating: " ", count: width - number.utf8.count))\(number)  \(line)"
        }.joined(separator: "\n")
    }

    /// The rows as lines for another program.
    var plain: [String] { lines }

    /// The row that an answer means: one of its names where no other row has that, or its number.
    func row(_ answer: String) -> Int? {
        let named = rows.indices.filter { rows[$0].names.contains(answer) }
        if named.count == 1 { return named[0] }
        guard named.isEmpty, let number = Int(answer) else { return nil }
        return rows.indices.contains(number - 1) ? number - 1 : nil
    }

    /// Columns below each other; a row may end before the last of them.
    private static func columns(_ rows: [PickerRow]) -> [String] {
        let cells = rows.map { $0.cells.map(\.visible) }
        let count = cells.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            min(40, cells.map { $0.count > column ? $0[column].displayWidth : 0 }.max() ?? 0)
        }
        return cells.map { row in
            let line = row.enumerated().map { column, cell in
                cell + String(repeating: " ", count: max(0, widths[column] - cell.displayWidth))
            }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}

extension PickerList.Key {
    /// The keys that these bytes of a terminal mean. What is unknown is left out.
    ///
    /// Source: console_codes(4), xterm's control sequences; the letters are those of readline(3).
    static func keys(_ bytes: [UInt8]) -> [PickerList.Key] {
        var keys: [PickerList.Key] = []
        var text: [UInt8] = []
        func flush() {
            let typed = String(decoding: text, as: UTF8.self)
            text = []
            if !typed.isEmpty, typed == typed.visible { keys.append(.text(typed)) }
        }
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            if byte >= 0x20, byte != 0x7f {
                text.append(byte)
                continue
            }
            flush()
            switch byte {
            case 0x0d: keys.append(.enter)
            case 0x7f, 0x08: keys.append(.backspace)
            case 0x03, 0x04, 0x07: keys.append(.cancel)
            case 0x10, 0x0b: keys.append(.up)
            case 0x0e, 0x0a, 0x09: keys.append(.down)
            case 0x15: keys.append(.eraseAll)
            case 0x17: keys.append(.eraseWord)
            case 0x1a: keys.append(.suspend)
            case 0x1b: keys += escape(&rest)
            default: break
            }
        }
        flush()
        return keys
    }

    private static func escape(_ rest: inout ArraySlice<UInt8>) -> [PickerList.Key] {
        guard let next = rest.first else { return [.cancel] }
        guard next == UInt8(ascii: "[") || next == UInt8(ascii: "O") else {
            rest.removeFirst()
            return []
        }
        rest.removeFirst()
        let parameters = rest.prefix { (0x20..<0x40).contains($0) }
        rest = rest.dropFirst(parameters.count)
        let number = String(decoding: parameters, as: UTF8.self)
        switch rest.popFirst() {
        case UInt8(ascii: "A"): return [.up]
        case UInt8(ascii: "B"): return [.down]
        case UInt8(ascii: "H"): return [.first]
        case UInt8(ascii: "F"): return [.last]
        case UInt8(ascii: "~"):
            switch number {
            case "1", "7": return [.first]
            case "4", "8": return [.last]
            case "5": return [.pageUp]
            case "6": return [.pageDown]
            default: return []
            }
        default: return []
        }
    }
}
