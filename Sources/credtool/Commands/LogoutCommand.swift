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
            switch plan.credentials.source {
            case .sso(let source): return try end([source])
            case .login(let source): return try end([source])
            case .saml(let source): return tell(source, try forget(source.profile))
            case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
                .container, .webIdentity, .rolesAnywhere:
                let count = try forget(plan.credentials.source.profile)
                return machine.console.say(
                    "profile \(plan.profile.value) has no sign-in; forgot its sessions (\(count))")
            }
        }
        let portals = try machine.signInSources() + ((try? machine.signInSections()) ?? [])
        let consoles = try machine.loginSources()
        let saml = try machine.samlSources()
        let hasProviders = try endOpenID()
        if portals.isEmpty, consoles.isEmpty, saml.isEmpty, !hasProviders {
            return machine.console.say("no profile signs in anywhere")
        }
        var failure: (any Error)?
        do { try end(portals) } catch { failure = error }
        do { try end(consoles) } catch { failure = failure ?? error }
        for source in saml {
            let count = try forget(source.profile)
            if count > 0 { tell(source, count) }
        }
        if let failure { throw failure }
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
            let roles = CLIRoleCache(directory: Machine.expanded("~/.aws/cli/cache"))
            for profile in profiles {
                guard let account = profile.accountID?.value, let role = profile.roleName?.value
                else { continue }
                roles.remove(accountID: account, roleName: role, of: portal)
            }
            let sessions = Set(profiles.map { SessionSelection.profile($0.profile) })
            try machine.sessionCache().forget(Array(sessions), isThorough: true)
            // Those of --sso, and of profiles that have another name by now.
            let beginning = Fingerprint.beginning(of: source)
            try machine.sessionCache().remove { $0.fingerprint.hasPrefix(beginning) }
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
            let (wasSignedIn, failure) = try access.center.signOut { (token) throws(AWSError) in
                try access.portal.logout(token: token)
            }
            guard wasSignedIn else { return machine.console.say("nobody is signed in at \(name)") }
            if let failure {
                machine.console.say(
                    "\(name) may still be signed in at AWS: \(Failure(failure).message)")
            }
        } catch { throw EngineError.signIn(error, profile: name) }
        machine.console.say("signed out at \(name)")
    }
}
