// What all checks start from: the config files, the index of keys, and what each profile would do.
internal import Engine
internal import Model
internal import Planning
internal import Profiles
internal import Vault

/// What stands in the files of this user, read once.
struct Ground: Sendable {
    /// What a profile would do, or why it can do nothing.
    struct Plan: Sendable {
        let profile: String
        let result: Result<SessionPlan, Failure>

        /// What it would do; nil where it can do nothing.
        var plan: SessionPlan? { try? result.get() }
    }

    private(set) var config = ConfigFiles()
    /// What each profile says itself. Looking that up takes the longer the more there are.
    private(set) var ownSettings: [(profile: String, settings: SectionSettings)] = []
    /// Why the config files cannot be used.
    var configFailure: Failure?
    var index = VaultIndex()
    /// Why the index cannot be used.
    var indexFailure: Failure?
    var isIndexLost = false
    var plans: [Plan] = []

    /// The plans that can be made.
    var usablePlans: [SessionPlan] { plans.compactMap(\.plan) }
    /// The profiles of the files, then the stored keys without one.
    var names: [String] { config.profileNames.merged(with: index.entries.map(\.profile)) }

    init() {}

    /// Takes the config files as they are.
    mutating func take(_ files: ConfigFiles) {
        config = files
        ownSettings = files.profileNames.compactMap { name in
            files.settings(of: .profile, named: name).map { (name, $0) }
        }
    }

    /// More profiles than these, and nobody waits for guesses at what was meant.
    private static let mostGuesses = 200

    /// Reads. No vault is asked, no program is run.
    init(_ machine: Machine) {
        do { take(try machine.configFiles()) } catch { configFailure = Failure(error) }
        let keys = machine.keyStore()
        do {
            index = try keys.index() ?? VaultIndex()
            isIndexLost = try keys.isIndexLost()
        } catch { indexFailure = Failure(error) }
        let facts = machine.facts(index)
        let names = names
        plans = names.map { name in
            var request = PlanRequest()
            request.profile = Setting(name, from: .flag("PROFILE"))
            let result = Result {
                try Planner.plan(
                    request, config: config, facts: facts,
                    guessing: names.count <= Self.mostGuesses)
            }
            return Plan(profile: name, result: result.mapError { Failure($0) })
        }
    }
}
