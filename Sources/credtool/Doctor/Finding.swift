// What `doctor` found: how bad it is, where, in words, what to type next, and what may be mended.
internal import Model
internal import Profiles

/// What is looked at, in the order in which it is told.
enum DoctorArea: String, CaseIterable, Sendable {
    case keyring
    case kernel = "kernel keyring"
    case config, environment, files, network, certificates, records
}

/// One thing that was looked at.
struct Finding: Equatable, Sendable {
    /// How bad it is; the worst is told first.
    enum Severity: String, CaseIterable, Sendable {
        /// Something does not work, or is open to others.
        case problem
        /// Worth knowing, and perhaps meant so.
        case note
        case fine = "ok"
    }

    let severity: Severity
    let area: DoctorArea
    /// The line of a file, the variable, the file or the host; nil where there is no such thing.
    var place: String?
    let message: String
    /// What to type next, a line each.
    var hints: [String]
    /// What `--fix` does about it; nil where that takes a decision.
    var repair: Repair?

    init(
        _ severity: Severity, _ area: DoctorArea, at place: String? = nil, _ wording: Wording,
        repair: Repair? = nil
    ) {
        self.severity = severity
        self.area = area
        self.place = place
        message = wording.message
        hints = wording.hints
        self.repair = repair
    }

    /// What is fine needs no hint.
    static func fine(_ area: DoctorArea, at place: String? = nil, _ message: String) -> Finding {
        Finding(.fine, area, at: place, Wording(message))
    }

}

extension [Finding] {
    /// The worst first, then by area, else in the order in which they were found. The same sentence
    /// stands once, whichever profiles and checks lead to it.
    var inOrder: [Finding] {
        var told: Set<String> = []
        let seen = filter { told.insert($0.message).inserted }
        return Finding.Severity.allCases.flatMap { severity in
            DoctorArea.allCases.flatMap { area in
                seen.filter { $0.severity == severity && $0.area == area }
            }
        }
    }
}

/// What came of the mending of a finding.
enum RepairOutcome: Equatable, Sendable {
    /// What was done.
    case done(String)
    /// Why it was not.
    case failed(Wording)
}

/// The findings in the form that is printed.
struct DoctorReport {
    struct Entry {
        let finding: Finding
        var outcome: RepairOutcome?

        /// Whether it still has to be dealt with.
        var isOpen: Bool {
            if case .done = outcome { return false }
            return finding.severity == .problem
        }
    }

    var entries: [Entry]

    init(_ findings: [Finding]) { entries = findings.inOrder.map { Entry(finding: $0) } }

    /// How many problems are left.
    var problems: Int { entries.count(where: \.isOpen) }

    /// How many of them `--fix` would mend.
    var fixable: Int {
        entries.count { $0.isOpen && $0.finding.repair != nil && $0.outcome == nil }
    }

    /// A line for each, with the hints of what is not fine below it.
    var text: String {
        let areas = entries.reduce(0) { max($0, $1.finding.area.rawValue.count) }
        let indent = String(repeating: " ", count: 9 + areas + 2)
        return entries.flatMap { entry -> [String] in
            let finding = entry.finding
            let area = finding.area.rawValue
            let gap = String(repeating: " ", count: areas - area.count + 2)
            let mark = entry.mark
            let start = mark + String(repeating: " ", count: 9 - mark.count) + area + gap
            var lines = [start + finding.message.visible]
            switch entry.outcome {
            case .done(let what): lines.append(indent + what.visible)
            case .failed(let reason):
                lines.append(indent + "not mended: \(reason.message)".visible)
                lines += reason.hints.map { indent + "hint: \($0)".visible }
            case nil: lines += finding.hints.map { indent + "hint: \($0)".visible }
            }
            return lines
        }.joined(separator: "\n")
    }

    var json: JSONValue {
        .sorted([
            "findings": .array(entries.map(\.json)), "problems": .integer(problems),
        ])
    }
}

extension DoctorReport.Entry {
    fileprivate var mark: String {
        if case .done = outcome { return "fixed" }
        return finding.severity.rawValue
    }

    fileprivate var json: JSONValue {
        var fixed: JSONValue?
        if case .done(let what) = outcome { fixed = .string(what) }
        var failure: JSONValue?
        if case .failed(let reason) = outcome { failure = .string(reason.message) }
        return .sorted([
            "severity": .string(finding.severity.rawValue), "area": .string(finding.area.rawValue),
            "place": finding.place.map { .string($0) }, "message": .string(finding.message),
            "hints": .array(finding.hints.map { .string($0) }),
            "isFixable": .boolean(finding.repair != nil), "fixed": fixed, "notFixed": failure,
        ])
    }
}
