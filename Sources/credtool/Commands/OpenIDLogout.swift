// The part of logout that ends sign-ins at OpenID providers.
internal import Engine
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import Store
internal import Vault

extension LogoutCommand {
    /// Ends the sign-in of a plan; false where it has none of this kind.
    func endOpenID(_ plan: SessionPlan) throws -> Bool {
        guard let place = OpenIDPlace(plan.credentials.source) else { return false }
        let all = try openIDPlans().filter { OpenIDPlace($0.credentials.source) == place }
        try end(place, plan, profiles: [plan] + all)
        return true
    }

    /// Ends all that the config names; false where it names none.
    func endOpenID() throws -> Bool {
        var ended: Set<OpenIDPlace> = []
        let all = try openIDPlans()
        for plan in all {
            guard let place = OpenIDPlace(plan.credentials.source), ended.insert(place).inserted
            else { continue }
            try end(
                place, plan,
                profiles: all.filter { OpenIDPlace($0.credentials.source) == place })
        }
        return !ended.isEmpty
    }

    private func end(_ place: OpenIDPlace, _ plan: SessionPlan, profiles: [SessionPlan]) throws {
        let outcome = try machine.engine().endSignIn(of: plan)
        let sessions = Set(profiles.map { SessionSelection.profile($0.credentials.source.profile) })
        try machine.sessionCache().forget(Array(sessions), isThorough: true)
        let name = place.displayName
        switch outcome {
        case nil: break
        case .absent: machine.console.say("nobody is signed in at \(name)")
        case .ended: machine.console.say("signed out at \(name)")
        case .forgotten(let error):
            machine.console.say(
                "signed out here; \(name) may still count the sign-in: \(error.wording.message)")
        }
    }

    private func openIDPlans() throws -> [SessionPlan] {
        let config = try machine.configFiles()
        let facts = machine.facts(VaultIndex())
        return config.profileNames.compactMap { name in
            var request = PlanRequest()
            request.profile = Setting(name, from: .flag("PROFILE"))
            let plan = try? Planner.plan(request, config: config, facts: facts, guessing: false)
            return plan.flatMap { OpenIDPlace($0.credentials.source) == nil ? nil : $0 }
        }
    }
}
