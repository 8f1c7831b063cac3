// The rows of `list`: profiles, stored keys and certificates, each with the sessions that stand under it.
internal import Model
internal import Profiles
internal import Store
internal import Vault

/// Makes the rows. There may be thousands: nothing here looks at all profiles for each of them.
struct ListRows {
    /// All profiles, keys and certificates, in the order of the files, then of the indexes.
    let names: [String]
    private let config: ConfigFiles
    private let index: VaultIndex
    private let sessions: [SessionSummary]
    /// The name of the session that a profile uses.
    private let plan: (String) -> String?
    private let now: Timestamp
    private let isRoleOverlaid: Bool
    private let certificates: [String: StoredCertificate]
    private let sources = Sources()

    /// - Parameters:
    ///   - plan: Gives the name of the session that a profile would use; nil where it has none.
    ///   - isRoleOverlaid: Whether a variable names a role in the place of every profile's own.
    init(
        _ config: ConfigFiles, _ index: VaultIndex, _ sessions: [SessionSummary],
        now: Timestamp = .now(), plan: @escaping (String) -> String?, isRoleOverlaid: Bool = false,
        certificates: [StoredCertificate] = []
    ) {
        self.config = config
        self.index = index
        self.sessions = sessions
        self.now = now
        self.plan = plan
        self.isRoleOverlaid = isRoleOverlaid
        self.certificates = Dictionary(
            certificates.map { ($0.profile, $0) }, uniquingKeysWith: { first, _ in first })
        names = config.profileNames.merged(with: index.entries.map(\.profile))
            .merged(with: certificates.map(\.profile))
    }

    /// The rows of the profiles that `isChosen`.
    func rows(where isChosen: (String) -> Bool = { _ in true }) -> [ListRow] {
        var rows = names.filter(isChosen).map { name in
            ListRow(
                name, settings: settings(name), origin: config.origin(of: .profile, named: name),
                key: index.entry(of: name), certificate: certificates[name])
        }
        for position in rows.indices {
            rows[position].keyAge = rows[position].key.map { max(.zero, now - $0.added) }
        }
        completeAccounts(&rows)
        addSessions(to: &rows)
        return rows
    }

    private func settings(_ name: String) -> SectionSettings {
        let own = config.settings(of: .profile, named: name)
        return (try? config.completedSettings(ofProfile: name)) ?? own ?? SectionSettings()
    }

    // MARK: Accounts

    /// Gives a profile that lives on another one's credentials the account of that, every account the
    /// name that some profile has for it, and portals their addresses.
    private func completeAccounts(_ rows: inout [ListRow]) {
        var names: [String: String] = [:]
        for row in rows {
            if let id = row.accountId, let name = row.accountName { names[id] = name }
        }
        var portals: [String: SectionSettings] = [:]
        for position in rows.indices {
            if let session = rows[position].settings["sso_session"]?.value {
                let portal =
                    portals[session] ?? config.settings(of: .ssoSession, named: session)
                    ?? SectionSettings()
                portals[session] = portal
                rows[position].complete(portal: portal)
            }
            if rows[position].accountId == nil {
                rows[position].accountId = source(of: rows[position]).accountId
            }
            if let id = rows[position].accountId, rows[position].accountName == nil {
                rows[position].accountName = names[id]
            }
        }
    }

    /// Where the credentials of a profile without a role begin, and in which account.
    private struct Source {
        let row: ListRow
        var accountId: String?
    }

    /// What was found out of each profile on the way, so that a long chain is walked once.
    private final class Sources { var found: [String: Source] = [:] }

    private func source(of row: ListRow) -> Source {
        var path: [ListRow] = [row]
        var seen: Set<String> = [row.profile]
        var end: Source?
        while let last = path.last, last.kind == .source,
            let name = last.settings["source_profile"]?.value, seen.insert(name).inserted
        {
            end = sources.found[name]
            if end != nil { break }
            path.append(
                ListRow(
                    name, settings: settings(name), origin: nil, key: index.entry(of: name),
                    certificate: certificates[name]))
        }
        var source = end ?? Source(row: path[path.count - 1])
        for row in path.reversed() {
            source.accountId = row.accountId ?? source.accountId
            sources.found[row.profile] = source
        }
        return source
    }

    // MARK: Sessions

    /// A session stands under the profile that it was asked for, and under every one that would use
    /// it; where that profile is no more, under the one whose credentials it began with.
    private func addSessions(to rows: inout [ListRow]) {
        guard !sessions.isEmpty else { return }
        let all = Sessions(sessions.map(\.label), known: Set(names))
        for position in rows.indices {
            let row = rows[position]
            var own = all.byProfile[row.profile] ?? []
            // Nobody is to wait for thousands of plans that lead to no session.
            if isRoleOverlaid || source(of: row).row.mayUse(all), let name = plan(row.profile) {
                own += (all.byName[name] ?? []).filter { !own.contains($0) }
            }
            rows[position].sessions = own.sorted().map { position in
                ListRow.Session(
                    sessions[position], caller: index.entry(of: sessions[position].label.profile),
                    now: now)
            }
        }
    }
}

extension ListRows {
    /// The living sessions by what they are looked for, as positions.
    struct Sessions {
        fileprivate var byName: [String: [Int]] = [:]
        fileprivate var byProfile: [String: [Int]] = [:]
        var subjects: Set<String> = []
        var sources: Set<String> = []
        var keys: Set<AccessKeyID> = []

        init(_ labels: [SessionLabel], known: Set<String>) {
            for (position, label) in labels.enumerated() {
                byName[label.name, default: []].append(position)
                let owner = known.contains(label.askedProfile) ? label.askedProfile : label.profile
                byProfile[owner, default: []].append(position)
                subjects.insert(label.subject)
                sources.insert(label.profile)
                if let key = label.accessKeyID { keys.insert(key) }
            }
        }
    }
}

extension [String] {
    /// These names, and behind them those of `others` that are not among them.
    func merged(with others: [String]) -> [String] {
        let own = Set(self)
        return self + others.filter { !own.contains($0) }
    }
}
