// Turns a request into a plan: which source, which roles, which calls, and why.
internal import Model
public import Profiles

/// Decides; nothing is asked of anyone here.
public struct Planner {
    let config: ConfigFiles
    let facts: PlanFacts
    let request: PlanRequest
    var reasons: [String] = []

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
    public static func plan(
        _ request: PlanRequest, config: ConfigFiles, facts: PlanFacts
    ) throws -> SessionPlan {
        var planner = Planner(config: config, facts: facts, request: request)
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
        let credentials = try calls(chain, asked)
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
                return (name, standard, Chain(root: .source(.environment(key))))
            }
            if let identity = try WebIdentityVariables(variable: facts.variable),
                let role = identity.roleARN
            {
                reasons.append("no profile is named: the token in AWS_WEB_IDENTITY_TOKEN_FILE")
                var use = RoleUse(role)
                use.sessionName = identity.roleSessionName
                return (
                    name, standard,
                    Chain(
                        root: .webIdentity(.file(identity.tokenFile), use, profile: name.value))
                )
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
        return Chain(root: .source(.container(source)))
    }

    /// The instance metadata, where something says that this is an EC2 instance: elsewhere the
    /// question would cost a second and give a worse error than that no profile is named.
    private mutating func instance(_ standard: Profile?) -> Chain? {
        let disabled = facts.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true"
        let isSet = standard?.metadataEndpoint != nil || standard?.metadataEndpointMode != nil
        guard !disabled, isSet || facts.isEC2 else { return nil }
        reasons.append("no profile is named: the role of this EC2 instance")
        let source = InstanceMetadataSource(asked: standard, nil)
        return Chain(root: .source(.instanceMetadata(source)))
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
        let known = try config.profile(named: name.value) != nil || facts.keys[name.value] != nil
        var resolver = ChainResolver(config: config, facts: facts)
        defer { reasons += resolver.reasons }
        return try resolver.chain(of: known ? asked : nil, name)
    }

    // MARK: Which calls

    private mutating func calls(_ chain: Chain, _ profile: Profile?) throws -> CredentialPlan {
        if let name = request.federationToken {
            return try federationToken(name, chain, profile)
        }
        let plan =
            try chain.roles.isEmpty && request.rootOf == nil
            ? sourceAlone(chain, profile) : roles(chain, profile)
        guard let account = request.rootOf else {
            if request.taskPolicy != nil {
                throw PlanError.malformed(
                    Setting("", from: .flag("--root-of")), expected: "the account for --task-policy"
                )
            }
            return plan
        }
        return try root(of: account, plan)
    }

    /// The device belongs to the key's user, whichever profile names it; the profile that uses the
    /// key knows best.
    private func serial(_ chain: Chain) -> Setting<String>? {
        chain.roles.first?.mfaSerial ?? chain.mfaSerials.first
            ?? chain.roles.lazy.compactMap(\.mfaSerial).first
    }

    private mutating func roles(_ chain: Chain, _ profile: Profile?) throws -> CredentialPlan {
        let serial = serial(chain)
        var plan: CredentialPlan
        var isChained = false
        var direct: Setting<String>?
        switch chain.root {
        case .webIdentity(let token, let use, let name):
            plan = .webIdentity(
                WebIdentityStep(profile: name, token: token, role: try step(use, limit: nil)))
            isChained = true
        case .source(let source):
            plan = source
            guard let serial else {
                if request.noSession {
                    reasons.append(
                        "--no-session: the role is assumed with the key itself, as always")
                }
                break
            }
            let duration = chain.roles.first?.duration ?? Self.standardRoleDuration
            if request.noSession {
                direct = serial
                reasons.append("the code goes to AssumeRole itself, as --no-session asks")
            } else if !source.isLongTermKey {
                direct = serial
            } else if duration.value > Self.chainedLimit, !chain.roles.isEmpty {
                direct = serial
                reasons.append(
                    "\(duration.value.argument) (\(duration.origin)) is more than 1h, which is"
                        + " all that a role behind a session may live: it is assumed directly, with"
                        + " the key and a code")
            } else {
                plan = .sessionToken(
                    Self.mfaSession(serial, profile?.chainedSessionTokenDuration), from: source)
                reasons.append("one MFA session serves every role behind this key and device")
            }
        }
        for (index, use) in chain.roles.enumerated() {
            var step = try step(use, limit: index > 0 || isChained ? Self.chainedLimit : nil)
            if index == 0 { step.mfaSerial = direct }
            plan = .assumeRole(step, from: plan)
        }
        return plan
    }

    private func step(_ use: RoleUse, limit: Duration?) throws -> AssumeRoleStep {
        let arn = use.role.value
        if let name = arn.roleName {
            let kind = RoleKind(pathAndName: name)
            if kind.isClosedToPeople { throw PlanError.closedRole(arn, kind) }
        }
        let duration = use.duration ?? Self.standardRoleDuration
        guard SettingForm.durationBounds.contains(duration.value) else {
            throw PlanError.durationOutOfBounds(duration, bounds: SettingForm.durationBounds)
        }
        if let limit, duration.value > limit {
            throw PlanError.chainedTooLong(duration, role: arn)
        }
        var step = AssumeRoleStep(
            role: use.role, duration: duration,
            sessionName: use.sessionName ?? Setting(facts.sessionName, from: .standard),
            externalID: use.externalID)
        step.sourceIdentity = use.sourceIdentity
        step.tags = use.tags
        step.transitiveTagKeys = use.transitiveTagKeys
        step.policy = try policyText(use.policy)
        step.policyARNs = use.policyARNs
        step.sourceProfile = use.profile?.sourceProfile
        return step
    }

    /// Credentials without a role: the source's, or a session of GetSessionToken where it is a
    /// long-term key.
    private mutating func sourceAlone(
        _ chain: Chain, _ profile: Profile?
    ) throws -> CredentialPlan {
        guard case .source(let source) = chain.root else { return try roles(chain, profile) }
        guard source.isLongTermKey, !request.noSession else {
            if source.isLongTermKey {
                reasons.append(
                    "--no-session: the key itself is handed out, without GetSessionToken")
            }
            if let asked { throw PlanError.durationOfSource(asked) }
            return source
        }
        if let asked, !Self.sessionTokenBounds.contains(asked.value) {
            throw PlanError.durationOutOfBounds(asked, bounds: Self.sessionTokenBounds)
        }
        let serial = serial(chain)
        let wanted = asked ?? profile?.sessionTokenDuration
        let standard = serial == nil ? Self.standardRoleDuration : Self.standardMFADuration
        return .sessionToken(
            SessionTokenStep(duration: wanted ?? standard, mfaSerial: serial), from: source)
    }

    private func federationToken(
        _ name: String, _ chain: Chain, _ profile: Profile?
    ) throws -> CredentialPlan {
        let flag = Origin.flag("--federation-token")
        if request.role != nil { throw PlanError.exclusive(flag, .flag("--role")) }
        if request.rootOf != nil { throw PlanError.exclusive(flag, .flag("--root-of")) }
        guard case .source(let source) = chain.root, source.isLongTermKey, chain.roles.isEmpty
        else { throw PlanError.needsLongTermKey(flag) }
        let setting = Setting(name, from: flag)
        guard (2...32).contains(name.utf8.count), SettingForm.roleSessionName.accepts(name) else {
            throw PlanError.malformed(
                setting, expected: "2 to 32 letters, digits and characters of _+=,.@-")
        }
        let duration =
            asked ?? profile?.federationTokenDuration ?? Self.standardRoleDuration
        guard Self.sessionTokenBounds.contains(duration.value) else {
            throw PlanError.durationOutOfBounds(duration, bounds: Self.sessionTokenBounds)
        }
        let partition = source.callerARN?.partition ?? "aws"
        return .federationToken(
            FederationTokenStep(
                name: setting, duration: duration, policy: try policyText(flagPolicy()),
                policyARNs: try flagPolicyARNs(partition: partition, nil), tags: try flagTags()),
            from: source)
    }

    private func root(of account: String, _ plan: CredentialPlan) throws -> CredentialPlan {
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
        let partition = plan.callerARN?.partition ?? "aws"
        let policy = ARN(
            partition: partition, service: "iam", accountID: "aws",
            resource: "policy/root-task/\(task)")
        let duration = asked ?? Setting(.seconds(900), from: .standard)
        guard Self.rootBounds.contains(duration.value), duration.value > .zero else {
            throw PlanError.durationOutOfBounds(duration, bounds: .seconds(1) ... .seconds(900))
        }
        return .assumeRoot(
            AssumeRootStep(
                account: setting, taskPolicy: Setting(policy, from: .flag("--task-policy")),
                duration: duration), from: plan)
    }

    /// The tasks that AWS has policies for.
    ///
    /// Source: IAM user guide, "Perform a privileged task on an AWS Organizations member account".
    static let rootTasks = [
        "IAMAuditRootUserCredentials", "IAMCreateRootUserPassword",
        "IAMDeleteRootUserCredentials", "S3UnlockBucketPolicy", "SQSUnlockQueuePolicy",
    ]

    // MARK: Durations

    /// One hour: what AWS takes for a role where nothing is asked.
    private static let standardRoleDuration = Setting<Duration>(.seconds(3600), from: .standard)
    /// Twelve hours, AWS's own default for GetSessionToken: a working day with one code.
    private static let standardMFADuration = Setting<Duration>(.seconds(43_200), from: .standard)

    private static func mfaSession(
        _ serial: Setting<String>, _ duration: Setting<Duration>?
    ) -> SessionTokenStep {
        SessionTokenStep(duration: duration ?? standardMFADuration, mfaSerial: serial)
    }

    private func minimumTTL(
        of credentials: CredentialPlan, _ profile: Profile?
    ) throws -> Setting<Duration> {
        let flag = request.minimumTTL.map { Setting($0, from: .flag("--min-ttl")) }
        guard let duration = credentials.duration else {
            return flag ?? Setting(.zero, from: .standard)
        }
        guard let asked = flag ?? profile?.minimumTTL else {
            return Setting(min(request.standardMinimumTTL, duration.value / 3), from: .standard)
        }
        guard asked.value <= duration.value else {
            throw PlanError.minimumTTLTooLong(asked.value, duration: duration)
        }
        return asked
    }
}
