// Which calls lead from a chain's source to what is handed out, and with which parameters.
internal import Model
internal import Profiles

extension Planner {
    mutating func credentials(
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
        if let rail = guardRails.readOnly { throw GuardRailError.readOnlyRoot(rail) }
        var plan = try roles(chain, profile)
        plan.append(.assumeRoot(try root(of: account, plan, region)))
        return plan
    }

    private mutating func roles(_ chain: Chain, _ profile: Profile?) throws -> CredentialPlan {
        var plan = CredentialPlan(try complete(chain.source))
        let direct = try mfaSession(chain, profile, &plan)
        for (index, role) in chain.roles.enumerated() {
            if let own = plan.partition?.id, own != role.role.value.partition {
                throw PlanError.foreignRole(role.role, callerPartition: own)
            }
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
        if case .saml = chain.source { return nil }
        guard let serial = chain.mfaSerial else {
            if let device = chain.sourceDevices.first, chain.source.isLongTermKey {
                plan.unusedDevice = device
                reasons.append(
                    "no code is asked for: \(device.value) (\(device.origin)) is the device of the"
                        + " source profile, and a role has its own mfa_serial or none")
            }
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
        switch source {
        case .webIdentity(var web):
            web.role = try complete(web.role, limit: nil)
            web.role.mfaSerial = nil
            return .webIdentity(web)
        case .saml(var saml):
            if let asked = saml.settings.duration, !SettingForm.durationBounds.contains(asked.value)
            {
                throw PlanError.durationOutOfBounds(asked, bounds: SettingForm.durationBounds)
            }
            try readPolicy(of: &saml.settings)
            if saml.role == nil {
                reasons.append(
                    "no saml_role and no --role: of several roles in the response, a person chooses"
                )
            }
            return .saml(saml)
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .sso, .rolesAnywhere, .login:
            return source
        }
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
        switch chain.source {
        case .webIdentity, .saml, .rolesAnywhere: return source
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .sso, .login:
            break
        }
        guard chain.source.isLongTermKey, !request.noSession else {
            if chain.source.isLongTermKey {
                reasons.append(
                    "--no-session: the key itself is handed out, without GetSessionToken")
            }
            if let asked { throw PlanError.durationOfSource(asked) }
            if chain.source.isLongTermKey, !request.isOutlook,
                let maximum = guardRails.maximumDuration
            {
                throw GuardRailError.endless(maximum: maximum)
            }
            return source
        }
        if let asked, !Self.sessionTokenBounds.contains(asked.value) {
            throw PlanError.durationOutOfBounds(asked, bounds: Self.sessionTokenBounds)
        }
        let serial = chain.mfaSerial
        let standard = serial == nil ? AssumeRoleCall.standardDuration : Self.standardMFADuration
        let duration = try guardRails.limited(
            asked ?? profile?.sessionTokenDuration ?? standard)
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
        let duration = try guardRails.limited(
            asked ?? profile?.federationTokenDuration ?? AssumeRoleCall.standardDuration)
        guard Self.sessionTokenBounds.contains(duration.value) else {
            throw PlanError.durationOutOfBounds(duration, bounds: Self.sessionTokenBounds)
        }
        var settings = RoleSettings()
        try applyFlags(
            to: &settings, of: .federationToken,
            partition: partition(of: CredentialPlan(chain.source), region))
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
        guard ARN.isAccountID(account) else {
            throw PlanError.malformed(setting, expected: "an account's twelve digits")
        }
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
}
