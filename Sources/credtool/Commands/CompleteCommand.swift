// credtool __complete: names for the shells' completion, one a line.
internal import AWS
internal import Flags
internal import Model
internal import Profiles

/// Prints names. What cannot be read, or would steer the terminal, is left out: a completion is no
/// place for errors.
struct CompleteCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        guard let names = invocation.names else { return }
        let found =
            switch names {
            case .profiles: profiles(config)
            case .keys: stored.merged(with: [])
            case .roles: roles(config)
            case .regions: Regions.names
            }
        let shown = found.filter { $0 == $0.visible }
        if !shown.isEmpty { try machine.console.print(shown.joined(separator: "\n")) }
    }

    private var config: ConfigFiles? { try? machine.configFiles() }

    /// Profiles with a stored key, by the index.
    private var keys: [String] {
        (try? machine.keyStore().index()?.entries.map(\.profile)) ?? []
    }

    /// Profiles that have something in a vault, by the lists.
    private var stored: [String] {
        keys.merged(with: machine.certificateStore().all().map(\.profile))
    }

    private func profiles(_ config: ConfigFiles?) -> [String] {
        (config?.profileNames ?? []).merged(with: stored)
    }

    /// Profiles with a role, and the roles that a session lives of.
    private func roles(_ config: ConfigFiles?) -> [String] {
        var profiles: [String] = []
        for name in config?.profileNames ?? [] {
            // A profile that cannot be read has no role to offer.
            guard let found = try? config?.profile(named: name), found.roleARN != nil else {
                continue
            }
            profiles.append(name)
        }
        let live = Set(machine.sessionCache().summaries().map(\.label.subject))
        return profiles + live.filter { ARN($0)?.roleName != nil }.sorted()
    }
}
