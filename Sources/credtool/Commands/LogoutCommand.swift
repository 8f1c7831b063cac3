// credtool logout: ends sign-ins, at AWS and here, and forgets the sessions made of them.
internal import AWS
internal import Engine
internal import Flags
internal import Planning
internal import SignIn
internal import Store

/// Ends the sign-in of a profile, or all.
struct LogoutCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        guard invocation.isSet(.all) else { return try endOne() }
        var places: [SignInPlace] = []
        var plans: [SignInPlace: [SessionPlan]] = [:]
        for plan in try machine.plans() {
            guard let place = SignInPlace(plan.credentials.source) else { continue }
            if plans[place] == nil { places.append(place) }
            plans[place, default: []].append(plan)
        }
        if places.isEmpty { return machine.console.say("no profile signs in anywhere") }
        // One that fails does not keep the others signed in.
        var failure: (any Error)?
        for place in places {
            do { try end(place, of: plans[place] ?? []) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    private func endOne() throws {
        let plan = try machine.engine().offlinePlan(PlanRequest(invocation))
        guard let place = SignInPlace(plan.credentials.source) else {
            let count = try forget([plan])
            return machine.console.say(
                "profile \(plan.profile.value) has no sign-in; forgot its sessions (\(count))")
        }
        let others = try machine.plans().filter { SignInPlace($0.credentials.source) == place }
        try end(place, of: [plan] + others)
    }

    /// Ends a sign-in, and what was made of it for the profiles of these plans.
    private func end(_ place: SignInPlace, of plans: [SessionPlan]) throws {
        guard let plan = plans.first else { return }
        var failure: (any Error)?
        var message: String?
        do { message = try end(place, by: plan) } catch { failure = error }
        let count = try forget(plans)
        if let failure { throw failure }
        if case .saml(let profile) = place, count > 0 || !invocation.isSet(.all) {
            message =
                "forgot the sessions of profile \(profile) (\(count)); a browser may still be"
                + " signed in at the identity provider"
        }
        if let message { machine.console.say(message) }
    }

    private func forget(_ plans: [SessionPlan]) throws -> Int {
        let profiles = Set(plans.map { SessionSelection.profile($0.credentials.source.profile) })
        return try machine.sessionCache().forget(Array(profiles), isThorough: true)
    }

    // MARK: The kinds

    /// - Returns: What came of it; nil where there is nothing to end.
    private func end(_ place: SignInPlace, by plan: SessionPlan) throws -> String? {
        switch (place, plan.credentials.source) {
        case (.portal(let portal), .sso(let source)):
            return try end(
                portal,
                machine.accessPortal(source, caBundle: plan.caBundle?.value, SignInWish()))
        case (.console(let session), .login(let source)):
            let access = machine.consoleSignIn(
                source, caBundle: plan.caBundle?.value, SignInWish())
            // AWS offers no end to a console sign-in: it is forgotten.
            do throws(ConsoleSignInError) {
                return try access.forget(session)
                    ? "forgot the sign-in at \(session.displayName)"
                    : "nobody is signed in at \(session.displayName)"
            } catch { throw EngineError.console(error, profile: source.profile) }
        case (.openID(let provider), _):
            switch try machine.engine().endSignIn(of: plan) {
            case nil: return nil
            case .absent: return "nobody is signed in at \(provider.displayName)"
            case .ended: return "signed out at \(provider.displayName)"
            case .forgotten(let error):
                return "signed out here; \(provider.displayName) may still count the sign-in: "
                    + error.wording.message
            }
        case (.saml, _), (.portal, _), (.console, _): return nil
        }
    }

    private func end(_ portal: AccessPortal, _ access: PortalAccess) throws -> String {
        let name = portal.displayName
        do throws(SignInError) {
            guard let token = try access.center.kept() else {
                return "nobody is signed in at \(name)"
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
        return "signed out at \(name)"
    }
}
