// Lays what the flags of a command ask over the chain of its profile.
internal import Model
internal import Profiles

extension Planner {
    /// Puts the role of `--role` at the end; gives back the profile that it names, if it does.
    mutating func appendRole(_ name: String, to chain: inout Chain) throws -> Profile? {
        let asked = Setting(name, from: .flag("--role"))
        if name.hasPrefix("arn:") {
            guard SettingForm.roleARN.accepts(name), let arn = ARN(name), arn.hasAccountID else {
                throw PlanError.invalidValue(asked, form: .roleARN)
            }
            chain.roles.append(RoleUse(Setting(arn, from: asked.origin)))
            return nil
        }
        if let profile = try config.profile(named: name) {
            guard let role = profile.roleARN else { throw PlanError.profileWithoutRole(asked) }
            reasons.append("--role \(name) is the role of the profile of that name")
            chain.roles.append(RoleUse(role, of: profile))
            return profile
        }
        guard Self.isRoleName(name) else { throw PlanError.invalidRole(asked) }
        guard case .source(let source) = chain.root, let caller = source.callerARN else {
            var key: StoredKey?
            if case .source(.storedKey(let stored)) = chain.root { key = stored }
            throw PlanError.unknownAccount(role: name, key: key)
        }
        let arn = ARN.role(name, accountID: caller.accountID, partition: caller.partition)
        reasons.append("--role \(name) is in the key's own account, \(caller.accountID)")
        chain.roles.append(RoleUse(Setting(arn, from: asked.origin)))
        return nil
    }

    mutating func applyFlags(to chain: inout Chain) throws {
        if let serial = request.mfaSerial {
            chain.mfaSerials = [try checked(serial, "--mfa-serial", .mfaSerial)]
            for index in chain.roles.indices { chain.roles[index].mfaSerial = nil }
        }
        if let roles = RoleFlags.first(of: request), request.federationToken == nil,
            chain.lastRole == nil
        {
            throw PlanError.flagWithoutRole(.flag(roles))
        }
        guard var role = chain.lastRole else { return }
        if let text = request.externalID {
            role.externalID = try checked(text, "--external-id", .externalID)
        }
        if let text = request.sessionName {
            role.sessionName = try checked(text, "--session-name", .roleSessionName)
        }
        if let text = request.sourceIdentity {
            role.sourceIdentity = try checked(text, "--source-identity", .sourceIdentity)
        }
        role.tags = try flagTags() ?? role.tags
        if let text = request.transitiveTags {
            let setting = try checked(text, "--transitive-tags", .transitiveSessionTags)
            role.transitiveTagKeys = SessionTag.keys(text).map { Setting($0, from: setting.origin) }
        }
        role.policy = try flagPolicy() ?? role.policy
        if request.isReadOnly, let policy = role.policy {
            throw PlanError.exclusive(.flag("--read-only"), policy.origin)
        }
        role.policyARNs = try flagPolicyARNs(partition: role.role.value.partition, role.policyARNs)
        if let duration = asked { role.duration = duration }
        chain.lastRole = role
    }

    func flagTags() throws -> Setting<[SessionTag]>? {
        guard let text = request.sessionTags else { return nil }
        let setting = try checked(text, "--session-tags", .sessionTags)
        return SessionTag.list(text).map { Setting($0, from: setting.origin) }
    }

    func flagPolicy() throws -> Setting<SessionPolicy>? {
        guard let text = request.policy else { return nil }
        let setting = try checked(text, "--policy", .policy)
        return SessionPolicy(text).map { Setting($0, from: setting.origin) }
    }

    /// `--policy-arns` in place of the profile's, or ReadOnlyAccess where there are none.
    func flagPolicyARNs(
        partition: String, _ own: Setting<[String]>?
    ) throws -> Setting<[String]>? {
        var arns = own
        if let text = request.policyARNs {
            let setting = try checked(text, "--policy-arns", .policyARNs)
            arns = SessionPolicy.arns(text).map { Setting($0, from: setting.origin) }
        }
        guard request.isReadOnly else { return arns }
        // Session policies add up: beside another, this one would allow more than reading.
        if let arns { throw PlanError.exclusive(.flag("--read-only"), arns.origin) }
        return Setting(
            ["arn:\(partition):iam::aws:policy/ReadOnlyAccess"], from: .flag("--read-only"))
    }

    func policyText(_ policy: Setting<SessionPolicy>?) throws -> Setting<String>? {
        guard let policy else { return nil }
        switch policy.value {
        case .inline(let text): return Setting(text, from: policy.origin)
        case .file(let path):
            guard let text = facts.file(path), SessionPolicy.isDocument(text) else {
                throw PlanError.unreadablePolicy(Setting(path, from: policy.origin))
            }
            return Setting(text, from: policy.origin)
        }
    }

    var asked: Setting<Duration>? {
        request.duration.map { Setting($0, from: .flag("--duration")) }
    }

    func checked(
        _ value: String, _ flag: String, _ form: SettingForm
    ) throws -> Setting<String> {
        let setting = Setting(value, from: .flag(flag))
        guard form.accepts(value) else { throw PlanError.invalidValue(setting, form: form) }
        return setting
    }
}
