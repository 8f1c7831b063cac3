// Turns a request into a plan: which source, which roles, which calls, and why.
internal import Model
public import Profiles

/// Decides; nothing is asked of anyone here.
public struct Planner {
    let config: ConfigFiles
    let facts: PlanFacts
    let request: PlanRequest
    var reasons: [String] = []
    /// Those of the profile that was asked for, joined with those of the one that `--role` names.
    var guardRails = GuardRails()
    /// Whether the session is had that another credtool left in this environment: what was to be
    /// limited is limited already.
    var isOfOuterSession = false
    private var isGuessing = true

    /// What AWS lets a role live that is assumed from a role.
    ///
    /// Source: IAM user guide, "Roles terms and concepts", role chaining.
    public static let chainedLimit: Duration = .seconds(3600)
    /// DurationSeconds of GetSessionToken and GetFederationToken, from the STS API reference.
    public static let sessionTokenBounds: ClosedRange<Duration> =
        .seconds(900) ... .seconds(129_600)
    /// DurationSeconds of AssumeRoot, from the STS API reference.
    public static let rootBounds: ClosedRange<Duration> = .seconds(0) ... .seconds(900)

    /// Makes the plan for `request`.
    /// - Throws: `PlanError` where it cannot be carried out; `ConfigError` for a broken setting.
    ///
    /// - Parameter guessing: Whether an error says which profile may have been meant. Who makes plans
    ///   of thousands of profiles and drops their errors does without.
    public static func plan(
        _ request: PlanRequest, config: ConfigFiles, facts: PlanFacts, guessing: Bool = true
    ) throws -> SessionPlan {
        var planner = Planner(config: config, facts: facts, request: request)
        planner.isGuessing = guessing
        return try planner.plan()
    }

    private init(config: ConfigFiles, facts: PlanFacts, request: PlanRequest) {
        self.config = config
        self.facts = facts
        self.request = request
    }

    private mutating func plan() throws -> SessionPlan {
        let (name, asked, start) = try ssoChain() ?? samlChain() ?? askedProfile()
        var chain = try start ?? chain(asked, name)
        try checkSAMLFlags(chain, name)
        var target = asked
        guardRails = asked?.guardRails ?? guardRails
        if let role = request.role, request.ssoStartURL == nil, !chain.isOfJob(role),
            let profile = try appendRole(role, by: asked, to: &chain)
        {
            target = profile
            guardRails = guardRails.joined(with: profile.guardRails)
        }
        try applyFlags(to: &chain)
        if request.leavesRolesOut { chain.roles = [] }

        let region = try region(asked: asked, target: target)
        let credentials = try credentials(chain, asked, region)
        let sts = try stsTarget(credentials, region, asked)
        return SessionPlan(
            profile: name, credentials: credentials, region: region, sts: sts,
            clientSettings: try clientSettings(ofProfile: name.value),
            caBundle: asked?.caBundle, mfaPrompt: mfaPrompt(chain, asked),
            minimumTTL: try minimumTTL(of: credentials, asked),
            guardRails: guardRails, logsArguments: asked?.logsArguments,
            forgetOn: asked?.forgetOn ?? target?.forgetOn ?? chain.sourceProfile?.forgetOn,
            notifyBefore: asked?.notifyBefore ?? target?.notifyBefore
                ?? chain.sourceProfile?.notifyBefore,
            reasons: reasons)
    }

    /// What programs would have read of the profile, with reasons where it is not obvious.
    private mutating func clientSettings(ofProfile name: String) throws -> [ClientSetting] {
        let settings = try config.clientSettings(
            ofProfile: name,
            isSet: { facts.variable($0) != nil || $1 && facts.isEmptyVariable($0) },
            isSetToEndpoint: facts.hasEndpointVariable)
        let ignoring = ClientSettingKey.ignoreConfiguredEndpointURLs.variables[0]
        if name != "default", let standard = config.settings(of: .profile, named: "default"),
            let setting = settings.first(where: { $0.variable == ignoring }),
            standard.entries.contains(where: { $0.setting.origin == setting.value.origin })
        {
            reasons.append(
                "the endpoints of [default] (\(setting.value.origin)) are not those of \(name):"
                    + " programs are told to ignore them")
        }
        return settings
    }

    // MARK: Whose credentials

    /// The name, the profile with the variables that are meant for it, and a chain that is already
    /// clear because the environment has the credentials.
    private mutating func askedProfile() throws -> (Setting<String>, Profile?, Chain?) {
        if let name = request.profile { return (name, try overlaid(name), nil) }
        if let outer = try outerSession() { return outer }
        let name = Setting("default", from: .standard)
        let standard = try overlaid(name)
        if let key = EnvironmentKey(variable: facts.variable) {
            reasons.append("no profile is named: the key in AWS_ACCESS_KEY_ID")
            return (name, standard, Chain(source: .environment(key)))
        }
        if let identity = try WebIdentityVariables(variable: facts.variable),
            let role = identity.roleARN
        {
            reasons.append("no profile is named: the token in AWS_WEB_IDENTITY_TOKEN_FILE")
            var call = AssumeRoleCall(role: role)
            call.settings[.sessionName] = identity.roleSessionName.map {
                Setting(.text($0.value), from: $0.origin)
            }
            let source = WebIdentitySource(
                profile: name.value, token: .file(identity.tokenFile), role: call)
            return (name, standard, Chain(source: .webIdentity(source)))
        }
        guard try config.profile(named: "default") == nil, facts.keys["default"] == nil else {
            return (name, standard, nil)
        }
        if let chain = try jobChain(standard) { return (name, standard, chain) }
        if let chain = container() { return (name, standard, chain) }
        if facts.keys.count == 1, let only = facts.keys.keys.first {
            reasons.append("no profile is named and none is called default: the only stored key")
            let name = Setting(only, from: .standard)
            return (name, try overlaid(name), nil)
        }
        if let chain = try instance(standard) { return (name, standard, chain) }
        try checkJob(standard)
        return (name, nil, nil)
    }

    /// The session that another exec or export left in the environment, or serves to it, under its
    /// profile's name. Who names no profile inside a shell means what every program there is given, not
    /// what the same words would have meant outside.
    private mutating func outerSession() throws -> (Setting<String>, Profile?, Chain?)? {
        guard let profile = facts.variable("CREDTOOL_PROFILE") else { return nil }
        let chain: Chain
        if let key = EnvironmentKey(variable: facts.variable) {
            chain = Chain(source: .environment(key))
            reasons.append(
                "no profile is named: the session of profile \(profile), which another credtool left"
                    + " in the environment")
        } else if let endpoint = ContainerEndpoint(variable: facts.variable) {
            chain = Chain(source: .container(endpoint))
            reasons.append(
                "no profile is named: the session of profile \(profile), which another credtool"
                    + " serves to this environment")
        } else {
            return nil
        }
        let name = Setting(profile, from: .variable("CREDTOOL_PROFILE"))
        isOfOuterSession = !chain.source.isLongTermKey
        return (name, try overlaid(name), chain)
    }

    /// The chain of a profile. Where none is named and `default` says nothing of credentials, the
    /// machine's own come last, as in the SDKs.
    private mutating func chain(_ asked: Profile?, _ name: Setting<String>) throws -> Chain {
        do { return try resolve(asked, name) } catch let error as PlanError {
            guard case .noCredentials = error, request.profile == nil,
                let chain = try container() ?? instance(asked)
            else { throw error }
            return chain
        }
    }

    private mutating func container() -> Chain? {
        guard let source = ContainerEndpoint(variable: facts.variable) else { return nil }
        reasons.append("no profile is named: the endpoint of this container")
        return Chain(source: .container(source))
    }

    /// The instance metadata, where something says that this is an EC2 instance: elsewhere the
    /// question would cost a second and give a worse error than that no profile is named.
    private mutating func instance(_ standard: Profile?) throws -> Chain? {
        let variable = facts.variable
        let isSet =
            standard?.metadataEndpoint != nil || standard?.metadataEndpointMode != nil
            || variable("AWS_EC2_METADATA_SERVICE_ENDPOINT") != nil
            || variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE") != nil
        guard isSet || facts.isEC2 else { return nil }
        guard !facts.metadataIsDisabled else { throw PlanError.metadataDisabled(nil) }
        reasons.append("no profile is named: the role of this EC2 instance")
        let source = try InstanceMetadataSource(asked: standard, nil, variable: variable)
        return Chain(source: .instanceMetadata(source))
    }

    private func overlaid(_ name: Setting<String>) throws -> Profile? {
        let profile = try config.profile(named: name.value)
        guard profile != nil || facts.keys[name.value] != nil || name.origin == .standard else {
            return nil
        }
        let base = profile ?? Profile(name: name.value, origin: .standard)
        let overlaid = try base.overlaid(variable: facts.variable)
        return profile == nil && overlaid == base ? nil : overlaid
    }

    private mutating func resolve(_ asked: Profile?, _ name: Setting<String>) throws -> Chain {
        // A profile that stands nowhere is unknown, even where variables would give it settings.
        let known =
            config.origin(of: .profile, named: name.value) != nil || facts.keys[name.value] != nil
        var resolver = ChainResolver(
            config: config, facts: facts, samlFlags: request.samlFlags, isGuessing: isGuessing)
        defer { reasons += resolver.reasons }
        return try resolver.chain(of: known ? asked : nil, name)
    }

    /// `mfa_process` is inherited from the source profile; the asked one's own wins.
    func mfaPrompt(_ chain: Chain, _ asked: Profile?) -> MFAPromptPlan {
        let flag = request.mfaPrompt.map { Setting($0, from: .flag("--mfa-prompt")) }
        return MFAPromptPlan(
            method: flag ?? asked?.mfaPrompt ?? chain.sourceProfile?.mfaPrompt,
            process: asked?.mfaProcess ?? chain.sourceProfile?.mfaProcess)
    }

    /// How long the credentials must still live to be handed out. What a source gives may live
    /// shorter than that; it is then asked for anew each time.
    private func minimumTTL(
        of credentials: CredentialPlan, _ profile: Profile?
    ) throws -> Setting<Duration> {
        let asked =
            request.minimumTTL.map { Setting($0, from: .flag("--min-ttl")) } ?? profile?.minimumTTL
        guard let duration = credentials.duration else {
            return asked ?? Setting(request.standardMinimumTTL, from: .standard)
        }
        guard let asked else {
            // A session that would hardly be used before it counts as too short is used for longer.
            let standard = request.standardMinimumTTL
            let isWorthIt = duration.value >= standard + .seconds(240)
            return Setting(
                isWorthIt ? standard : min(standard, duration.value / 3), from: .standard)
        }
        if let maximum = guardRails.maximumDuration, asked.value > maximum.value {
            throw GuardRailError.minimumTTLTooLong(asked, maximum: maximum)
        }
        guard asked.value <= duration.value else {
            throw PlanError.minimumTTLTooLong(asked, duration: duration)
        }
        return asked
    }
}
