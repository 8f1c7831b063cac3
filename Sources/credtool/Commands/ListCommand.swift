// credtool list: what profiles there are, what they are, and which sessions live.
internal import Engine
internal import Flags
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
        let (config, failure) = readable()
        let keys = machine.keyStore()
        let index = try keys.index()
        let sessions = machine.sessionCache().summaries()
        let facts = machine.facts(index ?? VaultIndex())
        let live = LiveRoles(sessions, config)
        let signIns = SignIns(machine, config, facts)
        let rows = Self.rows(
            config, index ?? VaultIndex(), sessions, now: .now(), signIn: signIns.state
        ) { name in
            guard live.mayHaveSession(name) else { return nil }
            // The session that an exec of this profile would use.
            var request = PlanRequest(invocation)
            request.profile = Setting(name, from: .flag("PROFILE"))
            let plan = try? Planner.plan(
                request, config: config, facts: facts, guessing: false)
            return plan.flatMap { SessionLabel($0.credentials, target: $0.sts)?.name }
        }
        if invocation.isSet(.json) {
            try machine.console.print(Self.document(rows).text)
        } else if !rows.isEmpty {
            try machine.console.print(lines: Self.table(rows))
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

    private func readable() -> (ConfigFiles, (any Error)?) {
        do { return (try machine.configFiles(), nil) } catch {
            return (ConfigFiles(), error)
        }
    }

    /// Tells quickly of most profiles with a role that they have no session, since nobody is to wait
    /// for thousands of plans.
    struct LiveRoles {
        private let subjects: Set<String>
        private let config: ConfigFiles
        /// The role that counts for every profile in the place of its own.
        private let isOverlaid: Bool

        init(
            _ sessions: [SessionSummary], _ config: ConfigFiles,
            variable: (String) -> String? = Machine.variable
        ) {
            subjects = Set(sessions.map(\.label.subject))
            self.config = config
            isOverlaid = variable("AWS_ROLE_ARN") != nil
        }

        /// False where the profile leads to a role that no session is one of.
        func mayHaveSession(_ name: String) -> Bool {
            if subjects.isEmpty { return false }
            let settings = try? config.completedSettings(ofProfile: name)
            guard !isOverlaid, let role = settings?["role_arn"] else { return true }
            return subjects.contains(role.value)
        }
    }

    // MARK: The rows

    private static func document(_ rows: [Row]) -> JSONValue {
        .sorted(["profiles": .array(rows.map(\.json))])
    }

    /// A profile.
    struct Row: Equatable {
        var profile: String
        var kind: Kind
        var accessKeyId: String?
        var accountId: String?
        var vault: String?
        var roleArn: String?
        var sourceProfile: String?
        var sessions: [Session] = []
        var signIn: SignInState?

        var json: JSONValue {
            .sorted([
                "profile": .string(profile), "kind": .string(kind.rawValue),
                "accessKeyId": accessKeyId.map { .string($0) },
                "accountId": accountId.map { .string($0) }, "vault": vault.map { .string($0) },
                "roleArn": roleArn.map { .string($0) },
                "sourceProfile": sourceProfile.map { .string($0) },
                "sessions": .array(sessions.map(\.json)), "signIn": signIn?.json,
            ])
        }
    }

    /// A session that lives.
    struct Session: Equatable {
        var subject: String
        var expiration: String
        var secondsLeft: Int

        var json: JSONValue {
            .sorted([
                "subject": .string(subject), "expiration": .string(expiration),
                "secondsLeft": .integer(secondsLeft),
            ])
        }
    }

    /// What gives a profile its credentials.
    enum Kind: String {
        case key, role, sso, process
        case plainKey = "plain key"
        case webIdentity = "web identity"
        case settings
    }

    /// - Parameter session: The name of the session that a profile uses; nil where it has none.
    static func rows(
        _ config: ConfigFiles, _ index: VaultIndex, _ summaries: [SessionSummary], now: Timestamp,
        signIn: (String) -> SignInState? = { _ in nil }, session: (String) -> String?
    ) -> [Row] {
        let names = config.profileNames.merged(with: index.entries.map(\.profile))
        let used = names.map(session)
        let claimed = Set(used.compactMap { $0 })
        let byName = Dictionary(grouping: summaries.indices) { summaries[$0].label.name }
        let byProfile = Dictionary(grouping: summaries.indices) { summaries[$0].label.profile }
        return zip(names, used).map { name, used in
            let settings = config.settings(of: .profile, named: name) ?? SectionSettings()
            let entry = index.entry(of: name)
            var own = used.flatMap { byName[$0] } ?? []
            // What no profile uses, such as a role named by a flag, stands with the key.
            for position in byProfile[name] ?? []
            where !claimed.contains(summaries[position].label.name) { own.append(position) }
            return Row(
                profile: name, kind: kind(settings, hasKey: entry != nil),
                accessKeyId: entry?.accessKeyID.masked, accountId: entry?.caller?.accountID,
                vault: entry?.vault.rawValue, roleArn: settings["role_arn"]?.value,
                sourceProfile: settings["source_profile"]?.value,
                sessions: own.sorted().map { position in
                    let summary = summaries[position]
                    return Session(
                        subject: summary.label.subject, expiration: summary.expiration.description,
                        secondsLeft: (summary.expiration - now).wholeSeconds)
                },
                signIn: kind(settings, hasKey: entry != nil) == .sso
                    || settings["oidc_issuer"] != nil ? signIn(name) : nil)
        }
    }

    private static func kind(_ settings: SectionSettings, hasKey: Bool) -> Kind {
        if settings["role_arn"] != nil {
            let tokens = [
                "web_identity_token_file", "web_identity_token_process",
                "web_identity_token_source", "oidc_issuer",
            ]
            return tokens.allSatisfy { settings[$0] == nil } ? .role : .webIdentity
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
                    row.live.isEmpty ? "-" : row.live.joined(separator: ", "),
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

    fileprivate static func text(_ session: Session) -> String {
        let name = ARN(session.subject)?.roleName ?? session.subject
        return "\(name) \(rounded(.seconds(session.secondsLeft)))"
    }
}

extension ListCommand.Row {
    /// What lives, each with the time that it has left.
    fileprivate var live: [String] {
        let signIn: String? =
            switch signIn?.kind {
            case .signedIn: "signed in \(rounded(.seconds(signIn?.secondsLeft ?? 0)))"
            case .renewable: "signed in"
            case .needed, nil: nil
            }
        return [signIn].compactMap { $0 } + sessions.map(ListCommand.text)
    }
}

extension [String] {
    /// These names, and behind them those of `others` that are not among them.
    func merged(with others: [String]) -> [String] {
        let own = Set(self)
        return self + others.filter { !own.contains($0) }
    }
}
