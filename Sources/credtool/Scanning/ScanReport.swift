// What `scan` tells of a key: its place, what it is, and what to do next.
internal import Model
internal import Scan
internal import System

/// A finding in words.
struct ScanReport {
    let finding: ScanFinding
    /// The profile that the secret belongs to, where it stands in an AWS config file.
    let profile: String?
    /// What `~` stands for.
    let home: String?

    /// A line with what was found, and below it one with what to do.
    var text: String { "\(place): \(what)\n    \(next)" }

    /// Where it stands.
    private var place: String {
        switch finding.place {
        case .line(let line): "\(folded(finding.path)):\(line)"
        case .object(let id, let path, let isMessage):
            "\(folded(repository)), git: "
                + (isMessage ? "the message of \(id.prefix(12))" : shown(path, id))
        }
    }

    private func shown(_ path: String?, _ id: String) -> String {
        path.map { "\($0.pathForDisplay) (\(id.prefix(12)))" } ?? "\(id.prefix(12)), in no commit"
    }

    /// The folder that a person knows a repository by.
    private var repository: String {
        finding.path.hasSuffix("/.git") ? String(finding.path.dropLast(5)) : finding.path
    }

    private func folded(_ path: String) -> String {
        if let home, path.hasPrefix(home + "/") {
            return "~" + path.dropFirst(home.count).description.pathForDisplay
        }
        return path.pathForDisplay
    }

    /// The secret, but for what it is known by.
    private var masked: String { "\(finding.secretStart)…" }

    private var what: String {
        var text =
            switch finding.kind {
            case .key: "key \(idAndAccount), secret \(masked)"
            case .session: "a session's key \(idAndAccount), secret \(masked)"
            case .secret: "secret \(masked), without an ID beside it"
            }
        if finding.more > 0 { text += ", and \(finding.more) more times there" }
        return text
    }

    private var idAndAccount: String {
        guard let id = finding.id else { return "" }
        return id.description + (id.account.map { " of account \($0)" } ?? "")
    }

    /// What to do about it.
    var next: String {
        switch (finding.kind, finding.place) {
        case (.session, .line):
            "it ends by itself; credtool exec hands out sessions that stand in no file"
        case (.session, .object): "it ends by itself; until then, whoever has a copy can use it"
        case (.key, .line):
            profile.map { "credtool import \(ShellWords.quoted($0)) takes it over" }
                ?? "credtool add NAME stores it; then take it out of the file"
        case (.secret, .line):
            "credtool add NAME stores it with its ID; then take it out of the file"
        case (.key, .object), (.secret, .object):
            "whoever has a copy has it: credtool rotate makes a new key where credtool has this one;"
                + " else make one, then: " + deletion
        }
    }

    private var deletion: String {
        "aws iam delete-access-key --access-key-id \(finding.id?.description ?? "ID")"
    }

    /// The same for scripts.
    var json: JSONValue {
        var members: [String: JSONValue?] = [
            "kind": .string(finding.kind.rawValue), "path": .string(finding.path.pathForDisplay),
            "accessKeyId": finding.id.map { .string($0.description) },
            "accountId": finding.id?.account.map { .string($0) },
            "secret": .string(masked), "next": .string(next), "more": .integer(finding.more),
            "profile": profile.map { .string($0) },
        ]
        switch finding.place {
        case .line(let line): members["line"] = .integer(line)
        case .object(let id, let path, _):
            members["object"] = .string(id)
            members["objectPath"] = path.map { .string($0.pathForDisplay) }
        }
        return .sorted(members)
    }
}

extension ScanProgress {
    /// A line: a bar, then numbers.
    var text: String {
        let width = 20
        let filled = max(0, min(width, Int(done * Double(width))))
        let bar =
            String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        return
            "[\(bar)] \(Int(done * 100))%, \(grouped(files)) files, \(sized(bytes)), \(found) found"
    }
}

/// A number with commas between the thousands.
func grouped(_ number: Int) -> String {
    let digits = String(number)
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text += "," }
        text.append(digit)
    }
    return text
}

/// A number of bytes in decimal units, with a digit behind the point.
func sized(_ bytes: Int) -> String {
    guard bytes >= 1000 else { return "\(bytes) B" }
    var tenths = bytes / 100
    for unit in ["kB", "MB", "GB"] {
        if tenths < 10_000 || unit == "GB" { return "\(tenths / 10).\(tenths % 10) \(unit)" }
        tenths /= 1000
    }
    return ""
}
