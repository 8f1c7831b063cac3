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
        var wish = SignInWish()
        wish.wantsDevice = invocation.isSet(.device)
        wish.wantsNoBrowser = invocation.isSet(.noBrowser)
        wish.timeout = invocation.duration(.timeout)
        let engine = machine.engine(wish)
        let request = CredentialRequest(invocation)
        let plan = try engine.offlinePlan(request.plan)
        var signedIn = ""
        if case .sso(let source) = plan.credentials.source {
            let end = try signIn(source, plan, wish)
            signedIn = "; the sign-in has \(rounded(end - .now())) left before it is renewed"
            guard source.roleName != nil else {
                return machine.console.say("profile \(plan.profile.value) is signed in\(signedIn)")
            }
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

    /// Signs in, where nobody is; gives the end of the access token.
    private func signIn(
        _ source: SSOSource, _ plan: SessionPlan, _ wish: SignInWish
    ) throws -> Timestamp {
        let access = try machine.accessPortal(source, caBundle: plan.caBundle?.value, wish)
        do throws(SignInError) { return try access.center.token().expiration } catch {
            throw EngineError.signIn(error, profile: source.profile)
        }
    }
}
