// credtool clear: forgets cached sessions.
internal import Flags
internal import Model
internal import SessionCache

/// Forgets the sessions of one profile, or all.
struct ClearCommand {
    private let invocation: Invocation
    private let world: World

    init(_ invocation: Invocation, _ world: World) {
        self.invocation = invocation
        self.world = world
    }

    func run() throws {
        let cache = try world.sessionCache()
        guard let name = invocation.profile else {
            return told(try cache.removeAll(), of: "")
        }
        let config = try world.configFiles()
        let profile = try config.profile(named: name)
        let role = profile?.roleARN?.value.description
        let keys = try world.indexFile().read()?.entries.map(\.profile) ?? []
        guard profile != nil || keys.contains(name) else {
            throw Failure.unknownProfile(
                name, nearest: nearest(to: name, among: config.profileNames + keys))
        }
        // Sessions made from the profile's key, and those of the profile's role from any key.
        told(try cache.remove { $0.profile == name || $0.subject == role }, of: " of \(name)")
    }

    private func told(_ count: Int, of whom: String) {
        switch count {
        case 0: world.console.say("no sessions\(whom) to forget")
        case 1: world.console.say("forgot 1 session\(whom)")
        default: world.console.say("forgot \(count) sessions\(whom)")
        }
    }
}
