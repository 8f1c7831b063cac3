// Turns a request into a plan: which source, which roles, which calls, and why.
internal import Model
public import Profiles

/// Decides; nothing is asked of anyone here.
public struct Planner {
    let config: ConfigFiles
    let facts: PlanFacts
    let request: PlanRequest
    var reasons: [String] = []
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
        let (name, asked, start) = try askedProfile()
        var chain = try start ?? chain(asked, name)
        var target = asked
        if let role = request.role { target = try appendRole(role, to: &chain) ?? target }
        try applyFlags(to: &chain)

        let region = try region(asked: asked, target: target)
        let credentials = try credentials(chain, asked, region)
        let sts = try stsTarget(credentials, region, asked)
        return SessionPlan(
            profile: name, credentials: credentials, region: region, sts: sts,
            caBundle: asked?.caBundle, mfaPrompt: mfaPrompt(chain, asked),
            minimumTTL: try minimumTTL(of: credentials, asked), reasons: reasons)
    }

    // MARK: Whose credentials

    /// The name, the profile with the variables that are meant for it, and a chain that is already
    /// clear because the environment has the credentials.
    private mutating func askedProfile() throws -> (Setting<String>, Profile?, Chain?) {
        if let name = request.profile { return (name, try overlaid(name), nil) }
        let name = Setting("default", from: .standard)
        let standard = try overlaid(name)
        // Inside another exec the variables are that one's result, not a wish.
        if facts.variable("CREDTOOL_PROFILE") == nil {
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
        }
        guard try config.profile(named: "default") == nil, facts.keys["default"] == nil else {
            return (name, standard, nil)
        }
        if let chain = container() { return (name, standard, chain) }
        if facts.keys.count == 1, let only = facts.keys.keys.first {
            reasons.append("no profile is named and none is called default: the only stored key")
            let name = Setting(only, from: .standard)
            return (name, try overlaid(name), nil)
        }
        if let chain = instance(standard) { return (name, standard, chain) }
        return (name, nil, nil)
    }

    /// The chain of a profile. Where none is named and `default` says nothing of credentials, the
    /// machine's own come last, as in the SDKs.
    private mutating func chain(_ asked: Profile?, _ name: Setting<String>) throws -> Chain {
        do { return try resolve(asked, name) } catch let error as PlanError {
            guard case .noCredentials = error, request.profile == nil,
                let chain = container() ?? instance(asked)
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
    private mutating func instance(_ standard: Profile?) -> Chain? {
        let disabled = facts.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true"
        let isSet = standard?.metadataEndpoint != nil || standard?.metadataEndpointMode != nil
        guard !disabled, isSet || facts.isEC2 else { return nil }
        reasons.append("no profile is named: the role of this EC2 instance")
        let source = InstanceMetadataSource(asked: standard, nil)
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
        var resolver = ChainResolver(config: config, facts: facts, isGuessing: isGuessing)
        defer { reasons += resolver.reasons }
        return try resolver.chain(of: known ? asked : nil, name)
    }

    // MARK: Which calls

    private mutating func credentials(
        _ chain: Chain, _ profile: Profile?, _ region: Setting<String>?
    ) throws -> CredentialPlan {
        if let name = request.federationToken {
            return try federationToken(name, chain, profile, region)
        }
        guard let account = request.rootOf else {
            if request.taskPolicy != nil {
                throw PlanError.malformed(
                    Setting("", from: .flag("--root-of")), expected: "the account for --task-policy"
                )
            }
            return try chain.roles.isEmpty ? sourceAlone(chain, profile) : roles(chain, profile)
        }
        var plan = try roles(chain, profile)
        plan.append(.assumeRoot(try root(of: account, plan, region)))
        return plan
    }

    private mutating func roles(_ chain: Chain, _ profile: Profile?) throws -> CredentialPlan {
        var plan = CredentialPlan(try complete(chain.source))
        let direct = try mfaSession(chain, profile, &plan)
        for (index, role) in chain.roles.enumerated() {
            let isChained = index > 0 || chain.source.isRole
            var call = try complete(role, limit: isChained ? Self.chainedLimit : nil)
            call.mfaSerial = index == 0 ? direct : nil
            plan.append(.assumeRole(call))
        }
        return plan
    }

    /// Puts the MFA session before the roles of a chain, where there is to be one.
    /// - Returns: The device whose code goes to the first role itself instead.
    private mutating func mfaSession(
        _ chain: Chain, _ profile: Profile?, _ plan: inout CredentialPlan
    ) throws -> Setting<String>? {
        if case .webIdentity = chain.source { return nil }
        guard let serial = chain.mfaSerial else {
            if request.noSession {
                reasons.append("--no-session: the role is assumed with the key itself, as always")
            }
            return nil
        }
        let duration = chain.roles.first?.duration ?? AssumeRoleCall.standardDuration
        if request.noSession {
            reasons.append("the code goes to AssumeRole itself, as --no-session asks")
            return serial
        }
        guard chain.source.isLongTermKey else { return serial }
        if duration.value > Self.chainedLimit, !chain.roles.isEmpty {
            reasons.append(
                "\(duration.value.argument) (\(duration.origin)) is more than 1h, which is"
                    + " all that a role behind a session may live: it is assumed directly, with"
                    + " the key and a code")
            return serial
        }
        let session = profile?.chainedSessionTokenDuration ?? Self.standardMFADuration
        plan.append(.sessionToken(SessionTokenCall(duration: session, mfaSerial: serial)))
        reasons.append("one MFA session serves every role behind this key and device")
        return nil
    }

    /// A source with all that its call, if it needs one, is made with.
    private mutating func complete(_ source: Source) throws -> Source {
        guard case .webIdentity(var web) = source else { return source }
        web.role = try complete(web.role, limit: nil)
        web.role.mfaSerial = nil
        return .webIdentity(web)
    }

    /// A role's call with every parameter that it is made with.
    private mutating func complete(
        _ role: AssumeRoleCall, limit: Duration?
    ) throws -> AssumeRoleCall {
        let arn = role.role.value
        if let kind = arn.roleKind, kind.isClosedToPeople { throw PlanError.closedRole(arn, kind) }
        let duration = role.duration
        guard SettingForm.durationBounds.contains(duration.value) else {
            throw PlanError.durationOutOfBounds(duration, bounds: SettingForm.durationBounds)
        }
        var call = role
        call.settings.duration = duration
        if let limit, duration.value > limit {
            // What is asked for by hand is not to be less in silence; a setting may be of a time when
            // the role was assumed from elsewhere.
            if case .flag = duration.origin {
                throw PlanError.chainedTooLong(duration, role: arn)
            }
            call.settings.duration = Setting(limit, from: duration.origin)
            reasons.append(
                "\(duration.value.argument) (\(duration.origin)) is more than"
                    + " \(limit.argument), which is all that AWS lets a role live that is assumed"
                    + " from a role")
        }
        if call.settings[.sessionName] == nil {
            call.settings[.sessionName] = Setting(.text(facts.sessionName), from: .standard)
        }
        try readPolicy(of: &call.settings)
        return call
    }

    /// Credentials without a role: the source's, or a session of GetSessionToken where it is a
    /// long-term key.
    private mutating func sourceAlone(
        _ chain: Chain, _ profile: Profile?
    ) throws -> CredentialPlan {
        let source = CredentialPlan(try complete(chain.source))
        if case .webIdentity = chain.source { return source }
        guard chain.source.isLongTermKey, !request.noSession else {
            if chain.source.isLongTermKey {
                reasons.append(
                    "--no-session: the key itself is handed out, without GetSessionToken")
            }
            if let asked { throw PlanError.durationOfSource(asked) }
            return source
        }
        if let asked, !Self.sessionTokenBounds.contains(asked.value) {
            throw PlanError.durationOutOfBounds(asked, bounds: Self.sessionTokenBounds)
        }
        let serial = chain.mfaSerial
        let standard = serial == nil ? AssumeRoleCall.standardDuration : Self.standardMFADuration
        let duration = asked ?? profile?.sessionTokenDuration ?? standard
        return CredentialPlan(
            chain.source,
            calls: [.sessionToken(SessionTokenCall(duration: duration, mfaSerial: serial))])
    }

    private mutating func federationToken(
        _ name: String, _ chain: Chain, _ profile: Profile?, _ region: Setting<String>?
    ) throws -> CredentialPlan {
        let flag = Origin.flag("--federation-token")
        if request.role != nil { throw PlanError.exclusive(flag, .flag("--role")) }
        if request.rootOf != nil { throw PlanError.exclusive(flag, .flag("--root-of")) }
        guard chain.source.isLongTermKey, chain.roles.isEmpty else {
            throw PlanError.needsLongTermKey(flag)
        }
        let setting = Setting(name, from: flag)
        guard (2...32).contains(name.utf8.count), SettingForm.roleSessionName.accepts(name) else {
            throw PlanError.malformed(
                setting, expected: "2 to 32 letters, digits and characters of _+=,.@-")
        }
        let duration =
            asked ?? profile?.federationTokenDuration ?? AssumeRoleCall.standardDuration
        guard Self.sessionTokenBounds.contains(duration.value) else {
            throw PlanError.durationOutOfBounds(duration, bounds: Self.sessionTokenBounds)
        }
        var settings = RoleSettings()
        try applyFlags(
            to: &settings, partition: partition(of: CredentialPlan(chain.source), region))
        settings.duration = duration
        try readPolicy(of: &settings)
        return CredentialPlan(
            chain.source,
            calls: [.federationToken(FederationTokenCall(name: setting, settings: settings))])
    }

    /// The partition that AWS's own policies have to be named in.
    private func partition(
        of plan: CredentialPlan, _ region: Setting<String>?
    ) throws -> String {
        if let partition = plan.partition { return partition.id }
        if case .storedKey(let key) = plan.source { throw PlanError.unknownCaller(key) }
        return (region.map { Partition(region: $0.value) } ?? .standard).id
    }

    private func root(
        of account: String, _ plan: CredentialPlan, _ region: Setting<String>?
    ) throws -> AssumeRootCall {
        let setting = Setting(account, from: .flag("--root-of"))
        guard account.utf8.count == 12, account.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw PlanError.malformed(setting, expected: "an account's twelve digits") }
        let tasks = Self.rootTasks.joined(separator: ", ")
        guard let task = request.taskPolicy else {
            throw PlanError.malformed(
                Setting("", from: .flag("--task-policy")), expected: "one of \(tasks)")
        }
        guard Self.rootTasks.contains(task) else {
            throw PlanError.malformed(
                Setting(task, from: .flag("--task-policy")), expected: "one of \(tasks)")
        }
        let policy = ARN(
            partition: try partition(of: plan, region), service: "iam", accountID: "aws",
            resource: "policy/root-task/\(task)")
        let duration = asked ?? Setting(.seconds(900), from: .standard)
        guard Self.rootBounds.contains(duration.value), duration.value > .zero else {
            throw PlanError.durationOutOfBounds(duration, bounds: .seconds(1) ... .seconds(900))
        }
        return AssumeRootCall(
            account: setting, taskPolicy: Setting(policy, from: .flag("--task-policy")),
            duration: duration)
    }

    /// The tasks that AWS has policies for.
    ///
    /// Source: IAM user guide, "Perform a privileged task on an AWS Organizations member account".
    static let rootTasks = [
        "IAMAuditRootUserCredentials", "IAMCreateRootUserPassword",
        "IAMDeleteRootUserCredentials", "S3UnlockBucketPolicy", "SQSUnlockQueuePolicy",
    ]

    // MARK: Durations

    /// Twelve hours, AWS's own default for GetSessionToken: a working day with one code.
    private static let standardMFADuration = Setting<Duration>(.seconds(43_200), from: .standard)

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
            return Setting(min(request.standardMinimumTTL, duration.value / 3), from: .standard)
        }
        guard asked.value <= duration.value else {
            throw PlanError.minimumTTLTooLong(asked, duration: duration)
        }
        return asked
    }
}
