// Lays what the flags of a command ask over the chain of its profile.
internal import Model
internal import Profiles

extension Planner {
    /// Puts the role of `--role` at the end; gives back the profile that it names, if it does.
    ///
    /// The MFA device of the profile that was asked for goes along, unless the role has its own: it
    /// is this profile that was asked to assume the role, not one that a file names as its source.
    mutating func appendRole(
        _ name: String, by profile: Profile?, to chain: inout Chain
    ) throws -> Profile? {
        defer { if let device = profile?.mfaSerial { chain.outerDevices.append(device) } }
        let asked = Setting(name, from: .flag("--role"))
        if try chooseSAMLRole(asked, in: &chain) { return nil }
        if name.hasPrefix("arn:") {
            guard SettingForm.roleARN.accepts(name), let arn = ARN(name), arn.hasAccountID else {
                throw PlanError.invalidValue(asked, form: .roleARN)
            }
            chain.roles.append(AssumeRoleCall(role: Setting(arn, from: asked.origin)))
            return nil
        }
        if let profile = try config.profile(named: name) {
            guard let role = profile.roleARN else { throw PlanError.profileWithoutRole(asked) }
            reasons.append("--role \(name) is the role of the profile of that name")
            chain.roles.append(AssumeRoleCall(role, of: profile))
            return profile
        }
        guard Self.isRoleName(name) else { throw PlanError.invalidRole(asked) }
        guard let account = chain.source.accountID else {
            var key: StoredKey?
            if case .storedKey(let stored) = chain.source { key = stored }
            throw PlanError.unknownAccount(role: name, key: key)
        }
        let partition =
            chain.source.partition ?? profile?.region.map { Partition(region: $0.value) }
        let arn = ARN.role(name, accountID: account, partition: (partition ?? .standard).id)
        reasons.append("--role \(name) is in the account of the credentials, \(account)")
        chain.roles.append(AssumeRoleCall(role: Setting(arn, from: asked.origin)))
        return nil
    }

    /// Lays the flags over the role that is assumed last, as one more overlay of its settings.
    mutating func applyFlags(to chain: inout Chain) throws {
        if let serial = request.mfaSerial {
            let setting = Setting(serial, from: .flag("--mfa-serial"))
            guard SettingForm.mfaSerial.accepts(serial) else {
                throw PlanError.invalidValue(setting, form: .mfaSerial)
            }
            chain.sourceDevices = [setting]
            chain.outerDevices = [setting]
            for index in chain.roles.indices { chain.roles[index].mfaSerial = nil }
        }
        guard var settings = chain.lastSettings, let operation = chain.lastOperation else {
            if let flag = request.roleFlag, request.federationToken == nil {
                throw PlanError.flagWithoutRole(.flag(flag))
            }
            if let rail = guardRails.readOnly, request.federationToken == nil,
                !request.isOutlook, !isOfOuterSession
            {
                throw GuardRailError.readOnlyWithoutRole(rail)
            }
            try applyDuration(toCertificateOf: &chain)
            if request.reason != nil {
                reasons.append("only the log has the reason: there is no role that could have it")
            }
            return
        }
        try applyFlags(
            to: &settings, of: operation,
            partition: chain.lastPartition ?? Partition.standard.id)
        if let asked { settings.duration = asked }
        if guardRails.maximumDuration != nil {
            settings.duration = try guardRails.limited(
                settings.duration ?? AssumeRoleCall.standardDuration)
        }
        try apply(reason: request.reason, to: &settings, of: operation)
        chain.lastSettings = settings
    }

    private func applyDuration(toCertificateOf chain: inout Chain) throws {
        guard case .rolesAnywhere(var source) = chain.source else { return }
        if let asked {
            guard SettingForm.durationBounds.contains(asked.value) else {
                throw PlanError.durationOutOfBounds(asked, bounds: SettingForm.durationBounds)
            }
            source.duration = asked
        }
        if guardRails.maximumDuration != nil {
            source.duration = try guardRails.limited(
                source.duration ?? AssumeRoleCall.standardDuration)
        }
        chain.source = .rolesAnywhere(source)
    }

    /// Lays the flags over the settings of a call; `--read-only` puts ReadOnlyAccess of `partition`
    /// to them.
    func applyFlags(
        to settings: inout RoleSettings, of operation: RoleSetting.Operation,
        partition: @autoclosure () throws -> String
    ) throws {
        for setting in RoleSetting.allCases
        where request.roleFlags[setting] != nil && !setting.isTaken(by: operation) {
            throw PlanError.flagNotTaken(.flag("--\(setting.flag)"), by: operation)
        }
        try settings.overlay(flags: request.roleFlags)
        let flag: Origin? = request.isReadOnly ? .flag("--read-only") : nil
        guard let origin = guardRails.readOnly?.origin ?? flag else { return }
        // Session policies add up: beside another, this one would allow more than reading.
        for other in [RoleSetting.policy, .policyARNs] {
            guard let own = settings[other] else { continue }
            if let rail = guardRails.readOnly {
                throw GuardRailError.readOnlyBesidePolicy(rail, policy: own.origin)
            }
            throw PlanError.exclusive(origin, own.origin)
        }
        let arn = "arn:\(try partition()):iam::aws:policy/ReadOnlyAccess"
        settings[.policyARNs] = Setting(.policyARNs([arn]), from: origin)
    }

    /// Puts the text of a policy's file in the place of its path.
    func readPolicy(of settings: inout RoleSettings) throws {
        guard let policy = settings.text(.policy),
            case .file(let path)? = SessionPolicy(policy.value)
        else { return }
        guard let text = facts.file(path), SessionPolicy.isDocument(text) else {
            throw PlanError.unreadablePolicy(policy)
        }
        settings[.policy] = Setting(.text(text), from: policy.origin)
    }

    var asked: Setting<Duration>? {
        request.duration.map { Setting($0, from: .flag("--duration")) }
    }

    /// A role's name with its path. Source: IAM API reference, CreateRole.
    private static func isRoleName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= 512 && (parts.last?.utf8.count ?? 0) <= 64
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { byte in
                        SettingForm.roleSessionName.accepts("xx\(Character(Unicode.Scalar(byte)))")
                    }
            }
    }
}
