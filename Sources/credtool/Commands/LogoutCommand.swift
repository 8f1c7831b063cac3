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

    func run() throws { try invocation.isSet(.all) ? endAll() : endOne() }

    private func endOne() throws {
        guard let plan = try plan() else { return }
        guard let place = SignInPlace(plan.credentials.source) else {
            return tellNoSignIn(plan.profile.value, try forget([plan]))
        }
        let others = try machine.plans().filter { SignInPlace($0.credentials.source) == place }
        try end(place, of: [plan] + others)
    }

    /// What the profile would do; nil where its source is away, as in another shell than that of a
    /// session. Then there is no sign-in, and what sessions it had are forgotten.
    private func plan() throws -> SessionPlan? {
        let request = PlanRequest(invocation)
        do throws(EngineError) { return try machine.engine().offlinePlan(request) } catch {
            guard case .plan(let cause) = error, cause.isOfSourceThatIsAway,
                let name = request.profile?.value
            else { throw error }
            // What the environment or the machine gave is nobody's own: who asked for it tells.
            let count = try machine.sessionCache().forget(
                [.profile(name), .askedProfile(name)], isThorough: true)
            tellNoSignIn(name, count)
            return nil
        }
    }

    private func tellNoSignIn(_ profile: String, _ count: Int) {
        machine.console.say("profile \(profile) has no sign-in; forgot its sessions (\(count))")
    }

    /// One that fails does not keep the others signed in.
    private func endAll() throws {
        var failure: (any Error)?
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch { failure = failure ?? error }
        }
        let plans = try machine.plans()
        var ended: Set<SignInPlace> = []
        for place in plans.compactMap({ SignInPlace($0.credentials.source) })
        where ended.insert(place).inserted {
            attempt {
                try end(place, of: plans.filter { SignInPlace($0.credentials.source) == place })
            }
        }
        // One that no profile uses may be the AWS CLI's.
        for source in (try? machine.signInSections()) ?? [] {
            guard let portal = AccessPortal(source), ended.insert(.portal(portal)).inserted
            else { continue }
            attempt {
                let access = try machine.accessPortal(source, caBundle: nil, SignInWish())
                machine.console.say(try end(portal, of: nil, access))
            }
        }
        attempt {
            let others = try endOthers(than: Set(ended.compactMap(\.recordName)))
            if ended.isEmpty, others == 0 { machine.console.say("nobody is signed in anywhere") }
        }
        let count = try machine.sessionCache().removeAll()
        if count > 0 { machine.console.say("forgot the sessions of other profiles (\(count))") }
        if let failure { throw failure }
    }

    /// Ends what no profile names any more, or none ever did: `exec --sso` needs no profile.
    /// - Parameter named: What the sign-ins of the config files are kept as.
    private func endOthers(than named: Set<String>) throws -> Int {
        let store = machine.tokenStore()
        let mayPrompt = machine.signInMethod(SignInWish()) != nil
        let others = try store.left(besides: named, mayPrompt: mayPrompt)
        for other in others {
            guard let portal = other.portal else {
                try store.forget(other, mayPrompt: mayPrompt)
                machine.note(.signedOut, at: other.displayName, of: nil)
                machine.console.say("forgot the \(other.displayName)")
                continue
            }
            var request = PlanRequest()
            (request.ssoStartURL, request.region) = (portal.startURL, portal.region)
            (request.ssoAccount, request.role) = ("000000000000", "any")
            let plan = try machine.engine().offlinePlan(request)
            guard case .sso(let source) = plan.credentials.source else { continue }
            let access = try machine.accessPortal(
                source, as: portal, caBundle: nil, SignInWish())
            machine.console.say(try end(portal, of: nil, access))
        }
        return others.count
    }

    /// Ends a sign-in, and what was made of it for the profiles of these plans.
    private func end(_ place: SignInPlace, of plans: [SessionPlan]) throws {
        guard let plan = plans.first else { return }
        var failure: (any Error)?
        var message: String?
        do { message = try end(place, by: plan) } catch { failure = error }
        var count = try forget(plans)
        if case .portal(let portal) = place, case .sso(let source) = plan.credentials.source {
            forgetRolesOfCLI(portal, plans)
            // Those of --sso, and of profiles that have another name by now.
            count += try machine.sessionCache().forget([
                .fingerprint(beginning: Fingerprint.beginning(of: source))
            ])
        }
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

    /// The AWS CLI would go on with what it keeps of a role.
    private func forgetRolesOfCLI(_ portal: AccessPortal, _ plans: [SessionPlan]) {
        let cache = CLIRoleCache(directory: Machine.expanded("~/.aws/cli/cache"))
        for plan in plans {
            guard case .sso(let source) = plan.credentials.source,
                let account = source.accountID?.value, let role = source.roleName?.value
            else { continue }
            cache.remove(accountID: account, roleName: role, of: portal)
        }
    }

    // MARK: The kinds

    /// - Returns: What came of it; nil where there is nothing to end.
    private func end(_ place: SignInPlace, by plan: SessionPlan) throws -> String? {
        let profile = plan.credentials.source.profile
        switch (place, plan.credentials.source) {
        case (.portal(let portal), .sso(let source)):
            return try end(
                portal, of: profile,
                machine.accessPortal(source, caBundle: plan.caBundle?.value, SignInWish()))
        case (.console(let session), .login(let source)):
            let access = machine.consoleSignIn(
                source, caBundle: plan.caBundle?.value, SignInWish())
            // AWS offers no end to a console sign-in: it is forgotten.
            do throws(ConsoleSignInError) {
                guard try access.forget(session) else {
                    return "nobody is signed in at \(session.displayName)"
                }
                machine.note(.signedOut, at: session.displayName, of: source.profile)
                return "forgot the sign-in at \(session.displayName)"
            } catch { throw EngineError.console(error, profile: source.profile) }
        case (.openID(let provider), _):
            switch try machine.engine().endSignIn(of: plan) {
            case nil: return nil
            case .absent: return "nobody is signed in at \(provider.displayName)"
            case .ended:
                machine.note(.signedOut, at: provider.displayName, of: profile)
                return "signed out at \(provider.displayName)"
            case .forgotten(let error):
                machine.note(.signedOut, at: provider.displayName, of: profile)
                return "signed out here; \(provider.displayName) may still count the sign-in: "
                    + error.wording.message
            }
        case (.saml, _), (.portal, _), (.console, _): return nil
        }
    }

    private func end(
        _ portal: AccessPortal, of profile: String?, _ access: PortalAccess
    ) throws -> String {
        let name = portal.displayName
        do throws(SignInError) {
            let (wasSignedIn, failure) = try access.center.signOut { (token) throws(AWSError) in
                machine.console.trace("\(name): asking AWS (sso:Logout)")
                try access.portal.logout(token: token)
            }
            guard wasSignedIn else { return "nobody is signed in at \(name)" }
            machine.note(.signedOut, at: name, of: profile)
            if let failure {
                machine.console.say(
                    "\(name) may still be signed in at AWS: \(Failure(failure).message)")
            }
        } catch { throw EngineError.signIn(error, profile: name) }
        return "signed out at \(name)"
    }
}
