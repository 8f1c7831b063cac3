// credtool list: what profiles there are, what they are, and which sessions live.
internal import Engine
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import Store
internal import System
internal import Vault

/// Lists profiles. The config files, the index and the session cache are read; no vault is.
struct ListCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        // A broken config file hides its profiles, but not the keys.
        let (config, failure) = readable()
        let keys = machine.keyStore()
        let known = try keys.known()
        let index = known.index
        let pattern = invocation.pattern.map { NamePattern($0) }
        let maker = ListRows(
            config, index, machine.sessionCache().summaries(),
            plan: Self.planner(invocation, machine, config, index),
            isRoleOverlaid: Self.isRoleOverlaid,
            certificates: machine.certificateStore().all())
        var rows = maker.rows { pattern?.matches($0) ?? true }
        let signIns = SignIns(machine, config, machine.facts(index))
        for row in rows.indices { rows[row].signIn = signIns.state(rows[row]) }
        let notes = ListNotes(config) { pattern?.matches($0) ?? true }
        if invocation.isSet(.json) {
            var document = notes.json
            document["profiles"] = .array(rows.map(\.json))
            try machine.console.print(JSONValue.sorted(document).text)
        } else {
            if !rows.isEmpty {
                try machine.console.print(
                    lines: ListTable(rows).text(width: Terminal.width(1)))
            }
            notes.tell(machine.console)
            DueKeys(rows).tell(machine.console)
        }
        if let failure { throw failure }
        if let gap = known.gap {
            machine.console.say(gap.message)
            for hint in gap.hints { machine.console.hint(hint) }
        } else if let pattern = invocation.pattern, rows.isEmpty {
            throw Failure.noMatch(
                pattern, nearest: config.suggestion(for: pattern, orAmong: maker.names))
        } else if rows.isEmpty, !invocation.isSet(.json) {
            // Mostly nobody asked the keyring, so this is no word about what it holds.
            machine.console.say("no profiles yet, and no stored key is known here")
            machine.console.hint("credtool add NAME")
        }
    }

    private func readable() -> (ConfigFiles, (any Error)?) {
        do { return (try machine.configFiles(), nil) } catch {
            return (ConfigFiles(), error)
        }
    }

    static var isRoleOverlaid: Bool { Machine.variable("AWS_ROLE_ARN") != nil }

    /// The name of the session that an exec of a profile would use.
    static func planner(
        _ invocation: Invocation, _ machine: Machine, _ config: ConfigFiles, _ index: VaultIndex
    ) -> (String) -> String? {
        let facts = machine.facts(index)
        return { name in
            var request = PlanRequest(invocation)
            request.profile = Setting(name, from: .flag("PROFILE"))
            let plan = try? Planner.plan(
                request, config: config, facts: facts, guessing: false)
            return plan.flatMap { SessionLabel($0.credentials, target: $0.sts)?.name }
        }
    }
}
