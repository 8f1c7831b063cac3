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
            guard let plan = try plan() else { return }
            if try endOpenID(plan) { return }
            switch plan.credentials.source {
            case .sso(let source): return try end([source])
            case .login(let source): return try end([source])
            case .saml(let source): return tell(source, try forget(source.profile))
            case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
                .container, .webIdentity, .rolesAnywhere:
                return tellNoSignIn(
                    plan.profile.value, try forget(plan.credentials.source.profile))
            }
        }
        try endAll()
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
            let cache = machine.sessionCache()
            tellNoSignIn(name, try forget(name) + cache.remove { $0.askedProfile == name })
            return nil
        }
    }

    private func tellNoSignIn(_ profile: String, _ count: Int) {
        machine.console.say("profile \(profile) has no sign-in; forgot its sessions (\(count))")
    }

    private func endAll() throws {
        let (portals, consoles) = (try machine.signInSources(), try machine.loginSources())
        let saml = try machine.samlSources()
        var failure: (any Error)?
        var hasProviders = false
        do { hasProviders = try endOpenID() } catch { failure = error }
        do { try end(portals) } catch { failure = failure ?? error }
        do { try end(consoles) } catch { failure = failure ?? error }
        let known =
            portals.compactMap { AccessPortal($0)?.recordName }
            + consoles.map { ConsoleSession($0).recordName }
        do {
            let others = try endOthers(than: Set(known))
            if portals.isEmpty, consoles.isEmpty, saml.isEmpty, !hasProviders, others == 0 {
                machine.console.say("nobody is signed in anywhere")
            }
        } catch { failure = failure ?? error }
        for source in saml {
            let count = try forget(source.profile)
            if count > 0 { tell(source, count) }
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
            if let portal = other.portal {
                var request = PlanRequest()
                (request.ssoStartURL, request.region) = (portal.startURL, portal.region)
                (request.ssoAccount, request.role) = ("000000000000", "any")
                let plan = try machine.engine().offlinePlan(request)
                guard case .sso(let source) = plan.credentials.source else { continue }
                try end(
                    portal,
                    machine.accessPortal(source, as: portal, caBundle: nil, SignInWish()))
            } else {
                try store.forget(other, mayPrompt: mayPrompt)
                machine.console.say("forgot the \(other.displayName)")
            }
        }
        return others.count
    }

    private func forget(_ profile: String) throws -> Int {
        try machine.sessionCache().forget([.profile(profile)], isThorough: true)
    }

    /// Of a SAML response nothing is kept; what is at the identity provider is the browser's.
    private func tell(_ source: SAMLSource, _ count: Int) {
        machine.console.say(
            "forgot the sessions of profile \(source.profile) (\(count)); a browser may still be"
                + " signed in at the identity provider")
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
    }

    /// AWS offers no end to a console sign-in: it is forgotten.
    private func end(_ chosen: [LoginSource]) throws {
        let all = try machine.loginSources()
        var ended: Set<ConsoleSession> = []
        var failure: (any Error)?
        for source in chosen {
            let session = ConsoleSession(source)
            guard ended.insert(session).inserted else { continue }
            let access = machine.consoleSignIn(source, caBundle: nil, SignInWish())
            do throws(ConsoleSignInError) {
                machine.console.say(
                    try access.forget(session)
                        ? "forgot the sign-in at \(session.displayName)"
                        : "nobody is signed in at \(session.displayName)")
            } catch {
                failure = failure ?? EngineError.console(error, profile: source.profile)
            }
            let profiles = [source] + all.filter { ConsoleSession($0) == session }
            let sessions = Set(profiles.map { SessionSelection.profile($0.profile) })
            try machine.sessionCache().forget(Array(sessions), isThorough: true)
        }
        if let failure { throw failure }
    }

    private func end(_ portal: AccessPortal, _ access: PortalAccess) throws {
        let name = portal.displayName
        do throws(SignInError) {
            guard let token = try access.center.tokenToEnd() else {
                return machine.console.say("nobody is signed in at \(name)")
            }
            machine.console.trace("\(name): asking AWS (sso:Logout)")
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
