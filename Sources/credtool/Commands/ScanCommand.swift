// credtool scan: keys that stand in plain in files and git repositories.
internal import Flags
internal import Model
internal import Profiles
internal import Scan
internal import System

/// Finds keys in plain. Nothing is asked and nothing written.
struct ScanCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let home = Machine.home
        let paths = try machine.configPaths()
        let places =
            invocation.paths.isEmpty
            ? try ScanPlaces(
                home: home, configFiles: [paths.config.path, paths.credentials.path])
            : try ScanPlaces(named: invocation.paths)
        let scan = KeyScan(places.paths, git: try? ProgramSearch.find("git"))
        try scan.start()
        while !scan.wait(atMost: .milliseconds(100)) {
            let width = max(20, (Terminal.width(2) ?? 80) - 11)
            machine.console.status(scan.progress.text.cut(toWidth: width))
        }
        machine.console.status(nil)
        let result = scan.result
        let profiles = profiles(paths)
        let reports = result.findings.map { finding in
            ScanReport(
                finding: finding, profile: profiles[finding.path]?[finding.line ?? 0], home: home)
        }
        let notes = ScanNotes(result: result, hasGit: scan.git != nil)
        if invocation.isSet(.json) {
            var document = notes.json
            document["findings"] = .array(reports.map(\.json))
            try machine.console.print(JSONValue.sorted(document).text)
        } else if !reports.isEmpty {
            try machine.console.print(lines: reports.map(\.text).joined(separator: "\n"))
        }
        notes.tell(machine.console)
        if !reports.isEmpty { throw SilentExit(code: 1) }
    }

    /// The profiles whose secrets stand in the AWS config files, by file and line.
    private func profiles(_ paths: ConfigPaths) -> [String: [Int: String]] {
        // A file that cannot be read as one of AWS's may hold keys all the same.
        guard let config = try? machine.configFiles() else { return [:] }
        var found: [String: [Int: String]] = [:]
        for name in config.profileNames {
            for place in config.plainKeyPlaces(ofProfile: name) where place.token == nil {
                guard case .file(_, let line)? = place.secret else { continue }
                let path = place.file == .config ? paths.config.path : paths.credentials.path
                found[path, default: [:]][line] = name
            }
        }
        return found
    }
}

extension ScanFinding {
    fileprivate var line: Int? {
        if case .line(let line) = place { line } else { nil }
    }
}
