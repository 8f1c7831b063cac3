// The files that credtool goes by: who else may change them, and who may read keys in them.
internal import Glibc
internal import Model
internal import Planning
internal import Profiles
internal import System

/// Who else has rights on files.
enum FileCheck {
    /// Looks at the config files, credtool's own, and the programs that profiles run.
    static func look(_ machine: Machine, _ ground: Ground) -> [Finding] {
        var paths: [String] = []
        var readable: [Finding] = []
        if let config = try? machine.configPaths() {
            paths += [config.config.path, config.credentials.path]
            readable = [
                (ConfigFile.Role.config, config.config), (.credentials, config.credentials),
            ]
            .compactMap { role, path in
                guard ground.holdsKeys(role), isReadable(path.path) else { return nil }
                return Finding(
                    .problem, .files, at: path.display,
                    Wording(
                        "other users may read the keys in \(path.display.pathForDisplay)",
                        hint: "chmod 600 \(typed(path.path.pathForDisplay))"),
                    repair: isOwn(path.path) ? .keepPrivate(path: path.path) : nil)
            }
        }
        paths += ["index.tsv", "vault"].map { "\(machine.dataDirectory)/\($0)" }
        if let bundle = Machine.variable("AWS_CA_BUNDLE") { paths.append(bundle) }
        paths += ground.usablePlans.compactMap(\.program)
        var seen: [FileSafety.Finding] = []
        for path in paths {
            if let finding = FileSafety.finding(path), !seen.contains(finding) {
                seen.append(finding)
            }
        }
        let found = seen.map { Self.finding($0, isOwn: isOwn($0.path)) } + readable
        guard found.isEmpty else { return found }
        return [.fine(.files, "no other user may change what credtool goes by, or read keys in it")]
    }

    /// What it means that others may change a file.
    static func finding(_ finding: FileSafety.Finding, isOwn: Bool) -> Finding {
        let path = finding.path.pathForDisplay
        switch finding {
        case .writableByAll(let whole):
            return Finding(
                .problem, .files, at: path, Wording(finding.fact, hint: "chmod o-w \(typed(path))"),
                repair: isOwn ? .forbidWriting(path: whole) : nil)
        case .foreign:
            return Finding(
                .problem, .files, at: path,
                Wording(
                    finding.fact,
                    hint: "where it should be yours: sudo chown \"$USER\" \(typed(path))"))
        }
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return path.withPath { stat($0, &status) } == 0 ? status : nil
    }

    private static func isOwn(_ path: String) -> Bool { status(path)?.st_uid == geteuid() }

    private static func isReadable(_ path: String) -> Bool {
        (status(path)?.st_mode ?? 0) & 0o044 != 0
    }
}

extension FileSafety.Finding {
    var path: String {
        switch self {
        case .writableByAll(let path), .foreign(let path, _): path
        }
    }

    /// What is so, without the way to mend it.
    var fact: String {
        let path = path.pathForDisplay
        return switch self {
        case .writableByAll:
            "every user of this machine may change \(path), and so what is done with your keys"
        case .foreign(_, let owner):
            "\(path) belongs to user \(owner), who may so change what is done with your keys"
        }
    }
}

extension Ground {
    /// Whether keys stand in plain in one of the files.
    fileprivate func holdsKeys(_ role: ConfigFile.Role) -> Bool {
        config.profileNames.contains { name in
            config.plainKeyPlaces(ofProfile: name).contains { $0.file == role && $0.secret != nil }
        }
    }
}

extension SessionPlan {
    /// The program that the credentials come from, where its whole path is named.
    fileprivate var program: String? {
        guard case .credentialProcess(let source) = credentials.source,
            let word = (try? ShellWords.split(source.command.value))?.first, word.hasPrefix("/")
        else { return nil }
        return word
    }
}
