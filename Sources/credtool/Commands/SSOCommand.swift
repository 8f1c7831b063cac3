// credtool sso: the accounts and roles that a person has at IAM Identity Center.
internal import AWS
internal import Engine
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import SignIn

/// Asks an access portal what a person may use.
struct SSOCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let source = try chosenSource()
        let access = try machine.accessPortal(
            source, caBundle: nil, SignInWish(invocation))
        // What would be changed is looked at before AWS is asked.
        let sync = try invocation.action == .sync ? SSOSync(invocation, machine, source) : nil
        let rows: [Row]
        do throws(SignInError) {
            rows = try listed(access)
        } catch {
            // What a hint names has to be a profile, where there is one of this sign-in.
            let portal = AccessPortal(source)
            let user = try machine.signInSources().first { AccessPortal($0) == portal }
            if let user { throw EngineError.signIn(error, profile: user.profile) }
            let name = ShellWords.quoted(source.session?.value ?? source.profile)
            throw Failure.signIn(error, command: "credtool sso accounts --session \(name)")
        }
        if let sync { return try sync.write(rows.compactMap(\.syncedRole)) }
        guard invocation.isSet(.json) else {
            return try machine.console.print(lines: Self.table(rows, hasRoles: wantsRoles))
        }
        let name = wantsRoles ? "roles" : "accounts"
        try machine.console.print(JSONValue.sorted([name: .array(rows.map(\.json))]).text)
    }

    private var wantsRoles: Bool {
        switch invocation.action {
        case .roles, .sync: true
        case .accounts, .backup, .restore, .passphrase, .move, nil: false
        }
    }

    // MARK: Which sign-in

    /// That of `--session`, else of PROFILE, else the only one of the config files.
    private func chosenSource() throws -> SSOSource {
        let config = try machine.configFiles()
        let facts = machine.facts(try machine.keyStore().keys(mayPrompt: false))
        func session(_ name: String, _ origin: Origin) throws -> SSOSource {
            try Planner.signIn(session: Setting(name, from: origin), config: config, facts: facts)
        }
        if let name = invocation.value(.session) { return try session(name, .flag("--session")) }
        if invocation.profile != nil {
            let plan = try machine.engine().offlinePlan(PlanRequest(invocation))
            guard case .sso(let source) = plan.credentials.source else {
                throw Failure.noSignIn(profile: plan.profile.value)
            }
            return source
        }
        let all = try machine.signInSections() + machine.signInSources()
        let portals = Set(all.compactMap(AccessPortal.init))
        guard let only = all.first else { throw Failure.noSignIn(profile: nil) }
        guard portals.count == 1 else {
            throw Failure.severalSignIns(portals.map(\.displayName).sorted())
        }
        return only
    }

    // MARK: What is there

    /// An account, or a role in it.
    struct Row: Equatable {
        var account: SSOAccount
        var role: String?

        var syncedRole: ProfileSync.Role? {
            role.map {
                ProfileSync.Role(accountID: account.id, accountName: account.name, roleName: $0)
            }
        }

        var json: JSONValue {
            .sorted([
                "accountId": .string(account.id), "accountName": .string(account.name),
                "emailAddress": .string(account.email), "roleName": role.map { .string($0) },
            ])
        }
    }

    private func listed(_ access: PortalAccess) throws(SignInError) -> [Row] {
        defer { machine.console.status(nil) }
        var accounts = try access.listAccounts { count in
            machine.console.status("accounts found: \(count)")
        }
        accounts.sort { ($0.name, $0.id) < ($1.name, $1.id) }
        if let id = invocation.value(.account) {
            let nearest = nearest(to: id, among: accounts.map(\.id))
            accounts.removeAll { $0.id != id }
            guard !accounts.isEmpty else {
                throw .noAccount(id, access.center.portal, nearest: nearest)
            }
        }
        guard wantsRoles else { return accounts.map { Row(account: $0) } }
        var rows: [Row] = []
        for (index, account) in accounts.enumerated() {
            machine.console.status(
                "asking for roles \(Self.bar(index, of: accounts.count)) account \(index + 1) of"
                    + " \(accounts.count)")
            for role in try access.listRoles(of: account.id).sorted() {
                rows.append(Row(account: account, role: role))
            }
        }
        return rows
    }

    /// How much is done, in twenty steps.
    private static func bar(_ done: Int, of whole: Int) -> String {
        let full = done * 20 / whole
        return "[\(String(repeating: "#", count: full))\(String(repeating: "-", count: 20 - full))]"
    }

    /// The rows under their titles.
    static func table(_ rows: [Row], hasRoles: Bool) -> String {
        let titles = ["ACCOUNT", "NAME"] + (hasRoles ? ["ROLE"] : ["EMAIL"])
        return inColumns(
            [titles] + rows.map { [$0.account.id, $0.account.name, $0.role ?? $0.account.email] })
    }
}
