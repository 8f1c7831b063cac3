// What is said when all runs are over: which failed and why, each reason once.
internal import Model

/// The end of `each` in words.
struct EachSummary {
    /// Lines for standard error.
    private(set) var lines: [String] = []
    /// What to type next.
    private(set) var hints: [String] = []
    /// Whether everything was run, and well.
    let isSuccess: Bool

    init(_ work: EachWork, _ outcomes: [Int: EachOutcome]) {
        self.init(names: (0..<work.count).map(work.name), outcomes)
    }

    init(names: [String], _ outcomes: [Int: EachOutcome]) {
        let failed = names.indices.filter { outcomes[$0]?.isSuccess == false }
        let missing = names.count - outcomes.count
        isSuccess = failed.isEmpty && missing == 0
        guard !isSuccess else { return }
        var parts: [String] = []
        if !failed.isEmpty { parts.append("\(failed.count) of \(names.count) failed") }
        if missing > 0 { parts.append("\(missing) of \(names.count) were not run to their end") }
        lines.append("credtool: " + parts.joined(separator: ", "))
        var reasons: [String] = []
        var byReason: [String: [String]] = [:]
        for run in failed {
            guard let outcome = outcomes[run] else { continue }
            let reason = outcome.reason
            if byReason[reason] == nil { reasons.append(reason) }
            byReason[reason, default: []].append(names[run])
            if case .notRun(let wording) = outcome {
                for hint in wording.hints where !hints.contains(hint) && hints.count < 3 {
                    hints.append(hint)
                }
            }
        }
        for reason in reasons {
            lines.append("  \(Self.list(byReason[reason] ?? [])): \(reason)")
        }
    }

    /// A few names, and how many more there are.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(10).joined(separator: ", ")
        return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
    }
}

extension EachOutcome {
    /// Why it was no success, in a word or two.
    fileprivate var reason: String {
        switch self {
        case .ended(let code): "exit code \(code)"
        case .signalled(let signal): "ended by signal \(signal)"
        case .killed: "did not end when it was told to, and was killed"
        case .notRun(let wording): wording.message
        }
    }
}
