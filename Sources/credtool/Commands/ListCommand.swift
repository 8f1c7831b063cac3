internal import Engine
// credtool list: what profiles there are, what they are, and which sessions live.
internal import Flags
internal import FoundationEssentials
internal import Model
internal import Planning
internal import Profiles
internal import Store
internal import Vault

/// Lists profiles. The config files, the index and the session cache are read; no vault is.
struct ListCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        // A broken config file hides its profiles, but not the keys.
        let (config, failure) = try readable()
        let keys = machine.keyStore()
        let index = try keys.index()
        let sessions = machine.sessionCache().summaries()
        let facts = machine.facts(index ?? VaultIndex())
        let rows = Self.rows(config, index ?? VaultIndex(), sessions, now: .now()) { name in
            // The session that an exec of this profile would use.
            var request = PlanRequest(invocation, machine)
            request.profile = Setting(name, from: .flag("PROFILE"))
            let plan = try? Planner.plan(request, config: config, facts: facts)
            return plan.flatMap { SessionLabel($0.credentials, target: $0.sts)?.name }
        }
        if invocation.isSet(.json) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let document = try encoder.encode(Document(profiles: rows))
            try machine.console.print(String(decoding: document, as: UTF8.self))
        } else if !rows.isEmpty {
            try machine.console.print(Console.visible(table: Self.table(rows)))
        }
        if let failure { throw failure }
        if try keys.isIndexLost() || index?.unread.isEmpty == false {
            machine.console.say("the index of stored keys is lost, so keys may be left out")
            machine.console.hint("the next credtool exec of a stored key makes it anew")
        } else if rows.isEmpty, !invocation.isSet(.json) {
            // Nobody asked the keyring, so this is no word about what it holds.
            machine.console.say("no profiles yet, and no stored key is known here")
            machine.console.hint("credtool add NAME")
        }
    }

    private func readable() throws -> (ConfigFiles, (any Error)?) {
        do { return (try machine.configFiles(), nil) } catch {
            let paths = try machine.configPaths()
            return (try ConfigFiles(config: nil, credentials: nil, paths: paths), error)
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

    /// - Parameter session: The name of the session that a profile uses; nil where it has none.
    static func rows(
        _ config: ConfigFiles, _ index: VaultIndex, _ summaries: [SessionSummary], now: Timestamp,
        session: (String) -> String?
    ) -> [Row] {
        let configured = config.profileNames
        let names = configured + index.entries.map(\.profile).filter { !configured.contains($0) }
        // Nobody plans for thousands of profiles when there is no session to find.
        let sessions =
            summaries.isEmpty
            ? [:]
            : Dictionary(
                names.compactMap { name in session(name).map { (name, $0) } },
                uniquingKeysWith: { $1 })
        let claimed = Set(sessions.values)
        return names.map { name in
            let settings = config.settings(of: .profile, named: name) ?? [:]
            let entry = index.entry(of: name)
            return Row(
                profile: name, kind: kind(settings, hasKey: entry != nil),
                accessKeyId: entry?.accessKeyID.masked, accountId: entry?.caller?.accountID,
                vault: entry?.vault.rawValue, roleArn: settings["role_arn"]?.value,
                sourceProfile: settings["source_profile"]?.value,
                sessions: summaries.filter { summary in
                    // What no profile uses, such as a role named by a flag, stands with the key.
                    summary.tag.name == sessions[name]
                        || summary.tag.profile == name && !claimed.contains(summary.tag.name)
                }.map { summary in
                    Session(
                        subject: summary.tag.subject, expiration: summary.expiration.description,
                        secondsLeft: (summary.expiration - now).wholeSeconds)
                })
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
        return "\(name) \(rounded(.seconds(session.secondsLeft)))"
    }
}
