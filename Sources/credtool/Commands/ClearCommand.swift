// credtool clear: forgets cached sessions.
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import Store
internal import Vault

/// Forgets the sessions of one profile, or all.
struct ClearCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let cache = machine.sessionCache()
        guard let name = invocation.profile else {
            return told(try cache.removeAll(), of: "")
        }
        let config = try machine.configFiles()
        let index = try machine.keyStore().keys(mayPrompt: false)
        let keys = index.entries.map(\.profile)
        guard (config.profileNames + keys).contains(name) else {
            throw Failure.unknownProfile(
                name, nearest: config.suggestion(for: name, orAmong: keys))
        }
        // Sessions made from the profile's own key, and those of its role from the key behind it.
        var selections: [SessionSelection] = [.profile(name)]
        if let key = index.entry(of: name)?.accessKeyID { selections.append(.key(key)) }
        var request = PlanRequest(invocation)
        request.profile = Setting(name, from: .flag("PROFILE"))
        if let role = try config.profile(named: name)?.roleARN?.value.description {
            do {
                let plan = try Planner.plan(request, config: config, facts: machine.facts(index))
                // A source without a key, such as a program, is known by its profile.
                selections.append(
                    plan.credentials.source.accessKeyID.map { .roleOfKey(role, $0) }
                        ?? .roleOfProfile(role, plan.credentials.source.profile))
            } catch {
                machine.console.say(
                    "sessions of \(role) may be left, since the profile's source is not clear:"
                        + " \(Failure(error).message)")
                machine.console.hint("credtool clear forgets all sessions")
            }
        }
        told(try cache.forget(selections, isThorough: true), of: " of \(name)")
    }

    private func told(_ count: Int, of whom: String) {
        switch count {
        case 0: machine.console.say("no sessions\(whom) to forget")
        case 1: machine.console.say("forgot 1 session\(whom)")
        default: machine.console.say("forgot \(count) sessions\(whom)")
        }
    }
}
