// The table of `list`, made to fit a terminal.
internal import Model

/// Rows in columns. Where nobody says how wide it may be, nothing is cut.
struct ListTable {
    private enum Column: String, CaseIterable {
        case profile, kind, account, role, source, age, region, mfa, sessions

        /// What it is not made narrower than, in columns of the terminal.
        var least: Int {
            switch self {
            case .profile: 14
            case .account, .region: 12
            case .sessions: 11
            case .kind, .role, .source: 8
            case .mfa: 3
            case .age: 8
            }
        }

        func text(_ row: ListRow) -> String? {
            switch self {
            case .profile: row.profile
            case .kind: row.kind.rawValue
            case .account:
                row.accountId.map { id in row.accountName.map { "\(id) \($0)" } ?? id }
            case .role: row.role
            case .source: row.source
            case .age: row.ageInDays
            case .region: row.settings.text("region")
            case .mfa: row.mfa
            case .sessions: (row.signedIn + row.sessions.map { "\($0.name) \($0.timeLeft)" }).list
            }
        }

        /// The same where there is too little room for it; nil where the text is cut instead.
        func shortText(_ row: ListRow) -> String? {
            switch self {
            case .account: row.accountId
            case .mfa: row.mfa.map { _ in "yes" }
            case .sessions: (row.signedIn + row.sessions.map(\.timeLeft)).list
            case .profile, .kind, .role, .source, .age, .region: nil
            }
        }
    }

    private struct Cell {
        let text: String
        let short: String?
        let width: Int

        init(_ text: String?, short: String? = nil) {
            self.text = (text ?? "-").visible
            self.short = short?.visible
            width = self.text.displayWidth
        }

        func text(within limit: Int) -> String {
            width > limit ? (short ?? text).cut(toWidth: limit) : text
        }
    }

    /// What a narrow terminal does without, the first one first.
    private static let dispensable: [Column] = [
        .kind, .age, .source, .mfa, .region, .role, .account,
    ]
    private static let gap = 2

    private let rows: [ListRow]

    init(_ rows: [ListRow]) { self.rows = rows }

    /// - Parameter width: The columns of the terminal; nil for what is no terminal.
    func text(width: Int?) -> String {
        var columns = Column.allCases
        var cells = cells(columns)
        guard let width else { return Self.text(cells, Self.widths(cells)) }
        var least = Self.widths(cells, columns.map(\.least))
        for column in Self.dispensable where Self.total(least) > width {
            columns.removeAll { $0 == column }
            cells = self.cells(columns)
            least = Self.widths(cells, columns.map(\.least))
        }
        // A name of that length stands alone, and not in the way of all others.
        var limits = Self.widths(cells)
        limits[0] = min(limits[0], max(least[0], width / 3))
        while Self.total(limits) > width,
            let widest = limits.indices.filter({ limits[$0] > least[$0] })
                .max(by: { limits[$0] < limits[$1] })
        {
            limits[widest] -= 1
        }
        return Self.text(cells, limits)
    }

    private func cells(_ columns: [Column]) -> [[Cell]] {
        [columns.map { Cell($0.rawValue.uppercased()) }]
            + rows.map { row in columns.map { Cell($0.text(row), short: $0.shortText(row)) } }
    }

    /// How wide each column is, but no more than its limit.
    private static func widths(_ cells: [[Cell]], _ limits: [Int]? = nil) -> [Int] {
        cells[0].indices.map { column in
            min(cells.reduce(0) { max($0, $1[column].width) }, limits?[column] ?? .max)
        }
    }

    /// What columns of these widths take together with what is between them.
    private static func total(_ widths: [Int]) -> Int {
        widths.reduce(0, +) + gap * (widths.count - 1)
    }

    /// The lines. A profile's name is never cut, since it is there to be copied: the rest of its row
    /// goes to a line of its own.
    private static func text(_ cells: [[Cell]], _ widths: [Int]) -> String {
        var lines: [String] = []
        for row in cells {
            let isLong = row[0].width > widths[0]
            if isLong { lines.append(row[0].text) }
            var line = ""
            for (column, cell) in row.enumerated() {
                let text = column == 0 && isLong ? "" : cell.text(within: widths[column])
                line += text
                guard column < row.count - 1 else { break }
                line += String(repeating: " ", count: widths[column] - text.displayWidth + gap)
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}

extension ListRow.Session {
    fileprivate var timeLeft: String { rounded(.seconds(secondsLeft)) }
}

extension [String] {
    /// The texts between commas; nil for none.
    fileprivate var list: String? { isEmpty ? nil : joined(separator: ", ") }
}

extension ListRow {
    /// Whether somebody is signed in, in words.
    fileprivate var signedIn: [String] {
        switch signIn?.kind {
        case .signedIn: ["signed in \(rounded(.seconds(signIn?.secondsLeft ?? 0)))"]
        case .renewable: ["signed in"]
        case .needed: ["signed out"]
        case nil: []
        }
    }
}
