// credtool login: makes sure that a profile can be used, whatever its kind, and says for how long.
internal import Engine
internal import Flags
internal import Model
internal import Planning
internal import SignIn

/// Gets a profile's session, with a sign-in where one is needed.
struct LoginCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let wish = SignInWish(invocation)
        if invocation.isSet(.console) {
            return try ConsoleLogin(invocation: invocation, machine: machine, wish: wish).run()
        }
        let engine = machine.engine(wish)
        let request = CredentialRequest(invocation)
        let plan = try engine.offlinePlan(request.plan)
        var signedIn = ""
        switch plan.credentials.source {
        case .sso(let source):
            signedIn = try signIn(source, plan, wish)
            guard source.roleName != nil else {
                return machine.console.say("profile \(plan.profile.value) is signed in\(signedIn)")
            }
        case .login(let source):
            if let end = try signIn(source, plan, wish) {
                signedIn = "; the sign-in is renewed without asking for \(rounded(end - .now()))"
            }
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .webIdentity, .rolesAnywhere, .saml:
            break
        }
        if let end = try engine.signIn(for: plan) {
            signedIn = "; the sign-in's token has \(rounded(end - .now())) left"
        }
        let obtained = try engine.credentials(for: request)
        let name = obtained.plan.profile.value
        guard let end = obtained.credentials.expiration else {
            return machine.console.say("profile \(name) can be used: its key does not expire")
        }
        machine.console.say(
            "profile \(name) can be used: its session has \(rounded(end - .now())) left\(signedIn)")
    }

    /// Signs in, where nobody is; gives the words for how long that counts.
    private func signIn(
        _ source: SSOSource, _ plan: SessionPlan, _ wish: SignInWish
    ) throws -> String {
        let access = try machine.accessPortal(source, caBundle: plan.caBundle?.value, wish)
        do throws(SignInError) {
            let token = try access.center.token()
            return "; the sign-in has \(rounded(token.expiration - .now())) left"
                + (token.isRefreshable(now: .now()) ? ", and is then renewed without asking" : "")
        } catch { throw EngineError.signIn(error, profile: source.loginArguments) }
    }
    /// The same at the console; gives the end of the sign-in, where it is known.
    private func signIn(
        _ source: LoginSource, _ plan: SessionPlan, _ wish: SignInWish
    ) throws -> Timestamp? {
        let access = machine.consoleSignIn(source, caBundle: plan.caBundle?.value, wish)
        do throws(ConsoleSignInError) {
            return try access.token(of: ConsoleSession(source)).end
        } catch { throw EngineError.console(error, profile: source.profile) }
    }
}

extension SignInWish {
    /// What a command line asks for.
    init(_ invocation: Invocation) {
        wantsDevice = invocation.isSet(.device) || invocation.isSet(.remote)
        wantsNoBrowser = invocation.isSet(.noBrowser)
        timeout = invocation.duration(.timeout)
    }
}
