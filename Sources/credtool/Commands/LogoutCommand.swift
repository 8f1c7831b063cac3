// credtool logout: ends sign-ins, at AWS and here, and forgets the sessions made of them.
internal import AWS
internal import Engine
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import Store
internal import Vault

/// Ends the sign-in of a profile, or all.
struct LogoutCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        guard invocation.isSet(.all) else {
            let request = PlanRequest(invocation)
            let plan = try machine.engine().offlinePlan(request)
            if try endOpenID(plan) { return }
            guard case .sso(let source) = plan.credentials.source else {
                let count = try machine.sessionCache().forget(
                    [.profile(plan.credentials.source.profile)], isThorough: true)
                return machine.console.say(
                    "profile \(plan.profile.value) has no sign-in; forgot its sessions (\(count))")
            }
            return try end([source])
        }
        let hasEnded = try endOpenID()
        let sources = try machine.signInSources()
        if !hasEnded || !sources.isEmpty { try end(sources) }
    }

    private func end(_ chosen: [SSOSource]) throws {
        let all = try machine.signInSources()
        var ended: Set<AccessPortal> = []
        var failure: (any Error)?
        for source in chosen {
            guard let portal = AccessPortal(source), ended.insert(portal).inserted else { continue }
            let access = try machine.accessPortal(source, caBundle: nil, SignInWish())
            do { try end(portal, access) } catch { failure = failure ?? error }
            let profiles = [source] + all.filter { AccessPortal($0) == portal }
            let sessions = Set(profiles.map { SessionSelection.profile($0.profile) })
            try machine.sessionCache().forget(Array(sessions), isThorough: true)
        }
        if let failure { throw failure }
        if ended.isEmpty { machine.console.say("no profile signs in at IAM Identity Center") }
    }

    private func end(_ portal: AccessPortal, _ access: PortalAccess) throws {
        let name = portal.displayName
        do throws(SignInError) {
            guard let token = try access.center.kept() else {
                return machine.console.say("nobody is signed in at \(name)")
            }
            do throws(AWSError) { try access.portal.logout(token: token.accessToken) } catch {
                // A token that is over ends nothing at AWS, and needs no end.
                if !error.isRefusal {
                    machine.console.say(
                        "\(name) may still be signed in at AWS: \(Failure(error).message)")
                }
            }
            try access.center.forget(token)
        } catch { throw EngineError.signIn(error, profile: name) }
        machine.console.say("signed out at \(name)")
    }
}
