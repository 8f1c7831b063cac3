// credtool __complete: names for the shells' completion, one a line.
internal import Flags
internal import Model
internal import Profiles

/// Prints names. What cannot be read is left out: a completion is no place for errors.
struct CompleteCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        guard let names = invocation.names else { return }
        let config = try? machine.configFiles()
        let found =
            switch names {
            case .profiles: profiles(config)
            case .roles: roles(config)
            }
        if !found.isEmpty { try machine.console.print(found.joined(separator: "\n")) }
    }

    private func profiles(_ config: ConfigFiles?) -> [String] {
        let keys = (try? machine.keyStore().index()?.entries.map(\.profile)) ?? []
        let configured = config?.profileNames ?? []
        return configured + keys.filter { !configured.contains($0) }
    }

    /// Profiles with a role, and the roles that a session lives of.
    private func roles(_ config: ConfigFiles?) -> [String] {
        let profiles = (config?.profileNames ?? []).filter { name in
            (try? config?.profile(named: name)?.roleARN) != nil
        }
        let live = Set(machine.sessionCache().summaries().map(\.tag.subject))
        return profiles + live.filter { ARN($0)?.roleName != nil }.sorted()
    }
}
