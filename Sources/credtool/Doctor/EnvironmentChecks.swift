// The environment: variables in the way of what is asked for, libraries loaded into every program.
internal import Glibc
internal import Model
internal import Planning
internal import Profiles
internal import System

/// What the environment is found to say. No value is told: some are secrets, and names do.
struct EnvironmentCheck {
    /// A variable that a person or a program set, and not an outer credtool for its own profile.
    let variable: (String) -> String?
    /// Whether there is anything at a path.
    var exists: (String) -> Bool = { path in
        path.withPath { access($0, F_OK) == 0 }
    }
    /// What lets others than root change a library.
    var danger: (String) -> String? = EnvironmentCheck.danger
    /// What lets others put libraries into a folder.
    var folder: (String) -> FileSafety.Finding? = FileSafety.folderFinding
    var now: Timestamp = .now()

    static func look(_ ground: Ground) -> [Finding] {
        EnvironmentCheck(variable: Machine.ownVariable).findings(ground)
    }

    func findings(_ ground: Ground) -> [Finding] {
        let found =
            keys(ground) + profile(ground) + files + overlays(ground) + libraries + libraryFolders
        guard found.isEmpty else { return found }
        return [.fine(.environment, "no variable is in the way of what is asked for")]
    }

    // MARK: Credentials

    private static let id = "AWS_ACCESS_KEY_ID"
    private static let secret = "AWS_SECRET_ACCESS_KEY"

    private func keys(_ ground: Ground) -> [Finding] {
        let tokens = ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"].filter { variable($0) != nil }
        let parts = [Self.id, Self.secret].filter { variable($0) != nil }
        guard let first = (parts + tokens).first else { return [] }
        let unset = "unset \((parts + tokens).joined(separator: " "))"
        func problem(_ message: String, hint: String) -> [Finding] {
            [Finding(.problem, .environment, at: first, Wording(message, hint: hint))]
        }
        guard parts.count == 2 else {
            let missing = [Self.id, Self.secret].filter { variable($0) == nil }
            return problem(
                "\(first) is set and \(missing.joined(separator: " and ")) not: a part of a key is"
                    + " of no use, and stops some programs", hint: unset)
        }
        let end = variable("AWS_CREDENTIAL_EXPIRATION").flatMap { Timestamp(rfc3339: $0) }
        if let outer = variable("CREDTOOL_PROFILE") {
            if let end, end <= now {
                return problem(
                    "the session of profile \(outer) in the environment is over since \(end)",
                    hint: "leave its shell: exit; after credtool export or use, \(unset)"
                )
            }
            return [
                .fine(
                    .environment, at: first,
                    "the environment holds the session of profile \(outer), which counts where no"
                        + " profile is named")
            ]
        }
        if let asked = variable("AWS_PROFILE") ?? variable("AWS_DEFAULT_PROFILE") {
            return problem(
                "\(first) comes before AWS_PROFILE (\(quoted(asked))) in the AWS CLI and the SDKs,"
                    + " and credtool goes by the profile", hint: unset)
        }
        if ground.names.contains("default") {
            return problem(
                "\(first) takes the place of the profile default where no profile is named",
                hint: unset)
        }
        return [
            Finding(
                .note, .environment, at: first,
                Wording(
                    "\(first) is a key in the environment, which every program there can read; it"
                        + " counts where no profile is named",
                    hint: "credtool add NAME --env stores it in the vault, then: \(unset)"))
        ]
    }

    private func profile(_ ground: Ground) -> [Finding] {
        guard ground.configFailure == nil,
            let name = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].first(where: { variable($0) != nil }),
            let asked = variable(name), !ground.names.contains(asked)
        else { return [] }
        let error = PlanError.unknownProfile(
            asked, origin: .variable(name),
            nearest: ground.config.suggestion(
                for: asked, orAmong: ground.index.entries.map(\.profile)))
        return [Finding(.problem, .environment, at: name, error.wording)]
    }

    /// Files that variables name in the place of the usual ones.
    private var files: [Finding] {
        ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE"]
            .compactMap { name in
                guard let path = variable(name), !exists(Machine.expanded(path)) else { return nil }
                return Finding(
                    .problem, .environment, at: name,
                    Wording(
                        "\(name) names \(quoted(path.pathForDisplay)), and there is no such file",
                        hint: "unset \(name)"))
            }
    }

    // MARK: Settings

    /// Variables that come before what profiles say.
    private func overlays(_ ground: Ground) -> [Finding] {
        Self.settings.compactMap { name, keys in
            guard let value = variable(name) else { return nil }
            // A pod's role belongs to its token.
            if name == "AWS_ROLE_ARN", variable("AWS_WEB_IDENTITY_TOKEN_FILE") != nil { return nil }
            let beaten = ground.ownSettings.compactMap { profile, settings in
                keys.lazy.compactMap { settings[$0] }.first { $0.value != value }
                    .map { (profile, $0.origin) }
            }
            // The role of every profile, whether it has one or not.
            let isRole = name == "AWS_ROLE_ARN"
            guard isRole || !beaten.isEmpty else { return nil }
            let places = beaten.prefix(2).map { "\($0.0) (\($0.1))" }.joined(separator: ", ")
            let more = beaten.count > 2 ? " and \(beaten.count - 2) more" : ""
            return Finding(
                isRole ? .problem : .note, .environment, at: name,
                Wording(
                    beaten.isEmpty
                        ? "\(name) gives every profile that is asked for its role"
                        : "\(name) comes before \(keys[0]) of \(places)\(more)",
                    hint: "unset \(name)"))
        }
    }

    /// The variables that overlay settings, and the keys of those.
    private static let settings: [(String, [String])] = {
        var found: [(String, [String])] = []
        func add(_ name: String, _ key: String) {
            guard let position = found.firstIndex(where: { $0.0 == name }) else {
                return found.append((name, [key]))
            }
            if !found[position].1.contains(key) { found[position].1.append(key) }
        }
        for setting in ProfileSetting.allCases {
            for name in setting.variables { add(name, setting.rawValue) }
        }
        for setting in RoleSetting.allCases {
            if let name = setting.variable { add(name, setting.rawValue) }
        }
        for setting in ClientSettingKey.allCases {
            for name in setting.variables { add(name, setting.rawValue) }
        }
        return found
    }()

    // MARK: Libraries

    /// Code that the loader brings into every program that starts here.
    private var libraries: [Finding] {
        ["LD_PRELOAD", "LD_AUDIT"].compactMap { name -> Finding? in
            guard let value = variable(name) else { return nil }
            let paths = value.split { $0 == ":" || $0.isWhitespace }.map(String.init)
            guard !paths.isEmpty else { return nil }
            let reason = paths.lazy.compactMap { path in danger(path).map { "\(path) \($0)" } }
                .first
            let start =
                "\(name) loads code into every program here, which so can read every key that passes"
            return Finding(
                reason == nil ? .note : .problem, .environment, at: name,
                Wording(
                    reason.map { "\(start): \($0.pathForDisplay)" } ?? start, hint: "unset \(name)")
            )
        }
    }

    /// Folders that come before the system's own, in credtool too.
    private var libraryFolders: [Finding] {
        guard let value = variable("LD_LIBRARY_PATH"), !value.isEmpty else { return [] }
        return value.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == ";" }
            .compactMap { path in
                folderDanger(String(path)).map { reason in
                    Finding(
                        .problem, .environment, at: "LD_LIBRARY_PATH",
                        Wording(
                            "LD_LIBRARY_PATH has programs load code from where others may put it: "
                                + reason, hint: "unset LD_LIBRARY_PATH"))
                }
            }
    }

    /// Source: ld.so(8), which knows neither `~` nor variables but its own.
    private func folderDanger(_ path: String) -> String? {
        if path.isEmpty { return "an empty part stands for the working directory" }
        // What `$ORIGIN` and its like stand for differs from program to program.
        if path.hasPrefix("$") { return nil }
        guard path.hasPrefix("/") else {
            return "\(path.pathForDisplay) is looked for from the working directory"
        }
        return folder(path)?.fact
    }

    /// What is wrong with a library: a name without a slash is looked for in the system's folders.
    private static func danger(_ path: String) -> String? {
        guard path.hasPrefix("/") else {
            return path.contains("/") ? "is looked for from the working directory" : nil
        }
        var status = stat()
        guard path.withPath({ stat($0, &status) }) == 0 else { return "is not there" }
        if let finding = FileSafety.finding(path) { return "is not safe: \(finding.fact)" }
        return status.st_uid == 0 ? nil : "belongs to no administrator"
    }
}
