// credtool console: opens the console of AWS with a profile's session.
internal import AWS
internal import Engine
internal import Flags
internal import Loopback
internal import Model
internal import Planning
internal import Profiles
internal import System

/// Signs a browser in at the console.
struct ConsoleCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        if invocation.isSet(.switchRole) { return try printSwitchLink() }
        if invocation.isSet(.portal) { return try openPortal() }
        try openConsole()
    }

    // MARK: Links without a session

    private func printSwitchLink() throws {
        let plan = try machine.engine().offlinePlan(request.plan)
        let name = plan.profile.value
        guard let role = plan.credentials.role?.role.value,
            let link = ConsoleLink.switchRole(
                at: try signIn(of: plan), to: role, name: name,
                color: ContainerColor(profile: name).hexadecimal)
        else { throw ConsoleFailure.noRole(profile: name) }
        try machine.console.print(link)
    }

    private func openPortal() throws {
        let plan = try machine.engine().offlinePlan(request.plan)
        guard case .sso(let source) = plan.credentials.source, plan.credentials.calls.isEmpty,
            let start = source.startURL?.value, let account = source.accountID?.value,
            let role = source.roleName?.value
        else { throw ConsoleFailure.noPortal(profile: plan.profile.value) }
        // The portal has a start page of its own for the role.
        let isPlaced = invocation.isSet(.service) || invocation.isSet(.region)
        let link = ConsoleLink.portal(
            startURL: start, accountID: account, roleName: role,
            destination: isPlaced ? try destination(of: plan) : nil)
        try opening(plan).open(link)
    }

    // MARK: Signing in

    private func openConsole() throws {
        let engine = machine.engine()
        let (request, lifetime) = try decided(engine)
        let obtained = try engine.credentials(for: request)
        let plan = obtained.plan
        let endpoint = try signIn(of: plan)
        let destination = try destination(of: plan)
        let token = try token(obtained, lifetime, endpoint)
        var link = ConsoleLink.login(
            at: endpoint, destination: destination, issuer: "credtool", token: token)
        if invocation.isSet(.fresh) { link = ConsoleLink.logout(at: endpoint, next: link) }
        try opening(plan).open(link)
    }

    private var request: CredentialRequest {
        var request = CredentialRequest(invocation)
        // What is to be fresh here is the browser.
        request.isFresh = false
        // A console that closes in a moment is none.
        request.plan.standardMinimumTTL = .seconds(15 * 60)
        return request
    }

    /// What the engine is asked for, and how long the console is to stay open where that is not for as
    /// long as the session lives.
    private func decided(_ engine: Engine) throws -> (CredentialRequest, lifetime: Duration?) {
        var request = request
        let asked = request.plan.duration
        request.plan.duration = nil
        let plan = try outlook(engine, request)
        if let asked { _ = try plan.guardRails.limited(Setting(asked, from: .flag("--duration"))) }
        if plan.credentials.isOfUser {
            request.plan = request.plan.federated(plan)
            request.plan.duration = asked
            if let device = plan.credentials.mfaSerial {
                machine.console.say(
                    "AWS opens the console for no session with a code of \(device.value): what asks"
                        + " for one is closed there")
            }
            return (request, nil)
        }
        guard plan.credentials.takesConsoleDuration else {
            request.plan.duration = asked
            return (request, nil)
        }
        if let asked, !SettingForm.durationBounds.contains(asked) {
            throw PlanError.durationOutOfBounds(
                Setting(asked, from: .flag("--duration")), bounds: SettingForm.durationBounds)
        }
        // A cached session may be near its end; the console is to have the whole time.
        return (request, asked ?? plan.credentials.duration?.value)
    }

    /// The plan without what takes a role: a user's key is to become one first.
    private func outlook(
        _ engine: Engine, _ request: CredentialRequest
    ) throws(EngineError) -> SessionPlan {
        var request = request.plan
        request.isReadOnly = false
        request.isOutlook = true
        for setting: RoleSetting in [.policy, .policyARNs, .tags] {
            request.roleFlags[setting] = nil
        }
        return try engine.plan(request)
    }

    private func token(
        _ obtained: borrowing Obtained, _ lifetime: Duration?, _ endpoint: Endpoint
    ) throws -> Secret {
        let federation = Federation(
            endpoint: endpoint,
            transport: machine.transport(endpoint, obtained.plan.caBundle?.value))
        machine.console.trace("asking \(endpoint.host) for a token that opens the console")
        do throws(AWSError) {
            do throws(AWSError) {
                return try federation.signInToken(
                    credentials: obtained.credentials, duration: lifetime)
            } catch {
                // Not every session that looks as if it did takes a duration.
                guard lifetime != nil, error.status == 400 else { throw error }
                let token = try federation.signInToken(credentials: obtained.credentials)
                if invocation.isSet(.duration) {
                    machine.console.say(
                        "AWS takes no --duration for this session: the console stays open for as"
                            + " long as the session lives")
                }
                return token
            }
        } catch {
            throw ConsoleFailure.federation(
                error, host: endpoint.host, profile: obtained.plan.profile.value,
                isOuter: obtained.plan.isOuterSession)
        }
    }

    // MARK: What they share

    private func signIn(of plan: SessionPlan) throws -> Endpoint {
        let config = try machine.configFiles()
        let override = try EndpointURL.resolve(
            service: "signin", profile: config.profile(named: plan.profile.value), config: config,
            variable: Machine.ownVariable)
        // People sign in at the plain name; of the others nothing says that they federate, but who
        // wants FIPS endpoints wants no others.
        return try Endpoint.signIn(
            Endpoint.Options(
                region: plan.sts.region, useFIPS: plan.sts.usesFIPS && override == nil,
                override: override?.value))
    }

    private func destination(of plan: SessionPlan) throws -> String {
        do throws(ConsoleLinkError) {
            return try ConsoleLink.destination(
                service: invocation.value(.service), region: plan.sts.region)
        } catch { throw ConsoleFailure.link(error) }
    }

    private func opening(_ plan: SessionPlan) -> ConsoleOpening {
        ConsoleOpening(
            machine: machine, profile: plan.profile.value,
            isPrinted: invocation.isSet(.print), browser: invocation.value(.browser),
            container: invocation.value(.container).map {
                BrowserContainer(name: $0, profile: plan.profile.value)
            })
    }
}
