// credtool login --console: somebody signs in at the console, and a profile names who it was.
internal import AWS
internal import Engine
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import SignIn
internal import Vault

/// Signs in with the browser, and writes the profile.
struct ConsoleLogin {
    let invocation: Invocation
    let machine: Machine
    let wish: SignInWish

    func run() throws {
        let name = PlanRequest(invocation).profile?.value ?? "default"
        guard Profile.isKeyName(name) else { throw Failure.malformedProfileName(name) }
        let config = try machine.configFiles()
        try checkThatNothingElseCounts(name, config)
        let own = try config.profile(named: name)
        let asked = try asked(name, own)
        let source = try source(name, own, asked, config)
        // Nobody is to sign in for a profile that cannot be written.
        try edit(source.session.value, name).check()
        let access = machine.consoleSignIn(source, caBundle: asked.caBundle?.value, wish)
        let session: ConsoleSession
        do throws(ConsoleSignInError) { session = try access.signIn() } catch {
            throw Failure.consoleLogin(error, profile: name)
        }
        try edit(session.name, name).write()
        machine.console.say("profile \(name) can be used, as \(session.name)")
    }

    /// A profile that gets its credentials elsewhere would go on to get them there, or lose them.
    private func checkThatNothingElseCounts(_ name: String, _ config: ConfigFiles) throws {
        var request = PlanRequest()
        request.profile = Setting(name, from: .flag("PROFILE"))
        do {
            let plan = try Planner.plan(
                request, config: config,
                facts: machine.facts(try machine.keyStore().keys(mayPrompt: false)))
            if case .login(let source) = plan.credentials.source, source.profile == name,
                plan.credentials.calls.isEmpty
            {
                return
            }
        } catch let error as PlanError {
            switch error {
            case .unknownProfile, .noCredentials: return
            default: break
            }
        }
        throw Failure.profileInUse(name)
    }

    /// The profile with what variables and flags say.
    private func asked(_ name: String, _ own: Profile?) throws -> Profile {
        var asked = try (own ?? Profile(name: name, origin: .standard))
            .overlaid(variable: Machine.variable)
        if let region = invocation.value(.region) {
            asked.region = Setting(region, from: .flag("--region"))
        }
        return asked
    }

    /// The sign-in that is to be, of nobody yet.
    private func source(
        _ name: String, _ own: Profile?, _ asked: Profile, _ config: ConfigFiles
    ) throws -> LoginSource {
        // A session that the profile names is to be replaced; without one, any text will do.
        try LoginSource(
            own?.loginSession ?? Setting("arn:aws:iam::000000000000:root", from: .standard),
            profile: name, own: invocation.value(.region) == nil ? own : nil, asked: asked,
            config: config, variable: Machine.variable)
    }

    private func edit(_ session: String, _ name: String) throws -> SectionEdit {
        var settings = [(key: "login_session", value: session)]
        // What was asked for once is to count for what the profile is used for, too.
        if let region = invocation.value(.region) {
            settings.append((key: "region", value: region))
        }
        return try SectionEdit(settings, of: name, in: machine)
    }
}
