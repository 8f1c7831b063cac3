// credtool clear: forgets cached sessions.
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import SessionCache
internal import Vault

/// Forgets the sessions of one profile, or all.
struct ClearCommand {
    let invocation: Invocation
    let world: World

    func run() throws {
        let cache = world.sessionCache()
        guard let name = invocation.profile else {
            return told(try cache.removeAll(), of: "")
        }
        let config = try world.configFiles()
        let index = try world.index(mayPrompt: false)
        let names = config.profileNames + index.entries.map(\.profile)
        guard names.contains(name) else {
            throw Failure.unknownProfile(name, nearest: nearest(to: name, among: names))
        }
        // Sessions made from the profile's own key, and those of its role from the key behind it.
        let key = index.entry(of: name)?.accessKeyID
        var request = PlanRequest(invocation, world)
        request.profile = Setting(name, from: .flag("PROFILE"))
        let plan = try? Planner.plan(request, config: config, facts: world.facts(index))
        let role = try config.profile(named: name)?.roleARN?.value.description
        told(
            try cache.remove { tag in
                tag.accessKeyID == key || tag.profile == name
                    || tag.subject == role && tag.accessKeyID == plan?.credentials.accessKeyID
            }, of: " of \(name)")
    }

    private func told(_ count: Int, of whom: String) {
        switch count {
        case 0: world.console.say("no sessions\(whom) to forget")
        case 1: world.console.say("forgot 1 session\(whom)")
        default: world.console.say("forgot \(count) sessions\(whom)")
        }
    }
}
