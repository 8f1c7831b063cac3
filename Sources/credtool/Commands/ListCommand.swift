// credtool list: what profiles there are, what they are, and which sessions live.
internal import Flags
internal import FoundationEssentials
internal import Model
internal import Profiles
internal import SessionCache
internal import Vault

/// Lists profiles. The config files, the index and the session cache are read; no vault is.
struct ListCommand {
    private let invocation: Invocation
    private let world: World

    init(_ invocation: Invocation, _ world: World) {
        self.invocation = invocation
        self.world = world
    }

    func run() throws {
        let config = try world.configFiles()
        let index = try world.indexFile().read()
        let sessions = try world.sessionCache().summaries()
        let rows = Self.rows(config, index ?? VaultIndex(), sessions, now: .now())
        if invocation.isSet(.json) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let document = try encoder.encode(Document(profiles: rows))
            return try world.console.print(String(decoding: document, as: UTF8.self))
        }
        guard !rows.isEmpty else {
            world.console.say("no profiles and no keys yet")
            return world.console.hint("credtool add NAME")
        }
        try world.console.print(Self.table(rows))
        if index == nil {
            world.console.say("the index of stored keys is missing, so keys may be left out")
            world.console.hint("the next credtool exec that needs a key makes it anew")
        }
    }

    // MARK: The rows

    private struct Document: Encodable {
        let profiles: [Row]
    }

    /// A profile.
    struct Row: Encodable, Equatable {
        var profile: String
        var kind: Kind
        var accessKeyId: String?
        var accountId: String?
        var vault: String?
        var roleArn: String?
        var sourceProfile: String?
        var sessions: [Session] = []
    }

    /// A session that lives.
    struct Session: Encodable, Equatable {
        var subject: String
        var expiration: String
        var secondsLeft: Int
    }

    /// What gives a profile its credentials.
    enum Kind: String, Encodable {
        case key, role, sso, process
        case plainKey = "plain key"
        case webIdentity = "web identity"
        case settings
    }

    static func rows(
        _ config: ConfigFiles, _ index: VaultIndex, _ summaries: [SessionSummary], now: Timestamp
    ) -> [Row] {
        let configured = config.profileNames
        let names = configured + index.entries.map(\.profile).filter { !configured.contains($0) }
        return names.map { name in
            let settings = config.settings(of: .profile, named: name) ?? [:]
            let entry = index.entry(of: name)
            let role = settings["role_arn"]?.value
            return Row(
                profile: name, kind: kind(settings, hasKey: entry != nil),
                accessKeyId: entry?.accessKeyID.masked, accountId: entry?.caller?.accountID,
                vault: entry?.vault.rawValue, roleArn: role,
                sourceProfile: settings["source_profile"]?.value,
                sessions: summaries.filter { summary in
                    // A role's session stands with the profile of the role where there is one.
                    summary.tag.subject == role
                        || summary.tag.profile == name
                            && !isRole(summary.tag.subject, of: configured, config)
                }.map { summary in
                    Session(
                        subject: summary.tag.subject, expiration: summary.expiration.description,
                        secondsLeft: (summary.expiration - now).wholeSeconds)
                })
        }
    }

    private static func isRole(_ subject: String, of names: [String], _ config: ConfigFiles)
        -> Bool
    {
        names.contains {
            config.settings(of: .profile, named: $0)?["role_arn"]?.value == subject
        }
    }

    private static func kind(_ settings: [String: Setting<String>], hasKey: Bool) -> Kind {
        if settings["role_arn"] != nil {
            return settings["web_identity_token_file"] == nil ? .role : .webIdentity
        }
        if hasKey { return .key }
        if settings["sso_session"] != nil || settings["sso_start_url"] != nil { return .sso }
        if settings["aws_access_key_id"] != nil { return .plainKey }
        if settings["credential_process"] != nil { return .process }
        return .settings
    }

    // MARK: The table

    static func table(_ rows: [Row]) -> String {
        let cells =
            [["PROFILE", "KIND", "KEY", "VAULT", "SESSIONS"]]
            + rows.map { row in
                [
                    row.profile, row.kind.rawValue, row.accessKeyId ?? "-", row.vault ?? "-",
                    row.sessions.isEmpty
                        ? "-" : row.sessions.map(Self.text).joined(separator: ", "),
                ]
            }
        let widths = cells[0].indices.map { column in
            cells.map { $0[column].count }.max() ?? 0
        }
        return cells.map { row in
            zip(row, widths).enumerated().map { index, cell in
                index == row.count - 1
                    ? cell.0 : cell.0 + String(repeating: " ", count: cell.1 - cell.0.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private static func text(_ session: Session) -> String {
        let name = ARN(session.subject)?.roleName ?? session.subject
        return "\(name) \(timeLeft(session.secondsLeft))"
    }

    /// Minutes are enough for a list; the last minute is told in seconds.
    private static func timeLeft(_ seconds: Int) -> String {
        Duration.seconds(seconds < 60 ? seconds : seconds / 60 * 60).argument
    }
}
