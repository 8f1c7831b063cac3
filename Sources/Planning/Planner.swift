// Turns a request into a plan: which key, which roles, which calls, and why.
internal import Model
public import Profiles

/// Decides; nothing is read or asked here.
public struct Planner {
    private let config: ConfigFiles
    private let facts: PlanFacts
    private let request: PlanRequest
    private var reasons: [String] = []

    /// What AWS lets a role live that is assumed from a role.
    ///
    /// Source: IAM user guide, "Roles terms and concepts", role chaining.
    public static let chainedLimit: Duration = .seconds(3600)
    /// DurationSeconds of GetSessionToken, from the STS API reference.
    public static let sessionTokenBounds: ClosedRange<Duration> =
        .seconds(900) ... .seconds(129_600)

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
        let name = try chosenProfile()
        var chain = try chain(from: name)
        if let role = request.role { try appendRole(role, to: &chain) }
        try applyFlags(to: &chain)

        let region = request.region ?? chain.region ?? request.inheritedRegion
        let credentials = try calls(chain)
        let minimumTTL = try minimumTTL(of: credentials)
        let partition = chain.roles.last?.role.value.partition ?? chain.key.callerARN?.partition
        return SessionPlan(
            profile: name, credentials: credentials, region: region,
            sts: STSTarget(
                region: region?.value ?? Self.signInRegion(partition: partition ?? "aws"),
                endpointURL: request.endpointURL),
            minimumTTL: minimumTTL, reasons: reasons)
    }

    private func minimumTTL(of credentials: CredentialPlan) throws -> Duration {
        guard let duration = credentials.duration else { return .zero }
        guard let asked = request.minimumTTL else {
            return min(request.standardMinimumTTL, duration.value / 3)
        }
        guard asked <= duration.value else {
            throw PlanError.minimumTTLTooLong(asked, duration: duration)
        }
        return asked
    }

    // MARK: Whose credentials

    private mutating func chosenProfile() throws -> Setting<String> {
        if let profile = request.profile { return profile }
        if try config.profile(named: "default") == nil, facts.keys["default"] == nil,
            facts.keys.count == 1, let only = facts.keys.keys.first
        {
            reasons.append("no profile is named and none is called default: the only stored key")
            return Setting(only, from: .standard)
        }
        return Setting("default", from: .standard)
    }

    /// The key, the roles from the first assumed to the last, and what the asked profile says.
    private struct Chain {
        var key: StoredKey
        var roles: [Role] = []
        var region: Setting<String>?
        /// From the profile of the key outward.
        var mfaSerials: [Setting<String>] = []
    }

    private struct Role {
        var role: Setting<ARN>
        var duration: Setting<Duration>?
        var sessionName: Setting<String>?
        var externalID: Setting<String>?
        var mfaSerial: Setting<String>?

        init(_ role: Setting<ARN>, of profile: Profile? = nil) {
            self.role = role
            duration = profile?.duration
            sessionName = profile?.roleSessionName
            externalID = profile?.externalID
            mfaSerial = profile?.mfaSerial
        }
    }

    /// Walks from `name` over `source_profile` to a stored key.
    private mutating func chain(from name: Setting<String>) throws -> Chain {
        var path: [Setting<String>] = []
        var profiles: [Profile] = []
        var next = name
        while true {
            path.append(next)
            guard !path.dropLast().contains(where: { $0.value == next.value }) else {
                throw PlanError.cycle(path)
            }
            let profile = try config.profile(named: next.value)
            if let profile { profiles.append(profile) }
            if let key = facts.keys[next.value] {
                if let source = profile?.sourceProfile, source.value != next.value {
                    reasons.append(
                        "profile \(next.value) has a key of its own in the vault, which comes"
                            + " before its source_profile (\(source.origin))")
                }
                return chain(key, profiles: profiles.reversed())
            }
            guard let profile else {
                let nearest = nearest(
                    to: next.value, among: config.profileNames + facts.keys.keys.sorted())
                throw path.count == 1
                    ? PlanError.unknownProfile(next.value, origin: next.origin, nearest: nearest)
                    : PlanError.unknownSource(
                        next, profile: path[path.count - 2].value, nearest: nearest)
            }
            guard let source = profile.sourceProfile, source.value != profile.name else {
                if let setting = unsupportedSource(of: profile.name) {
                    throw PlanError.unsupportedSource(setting, profile: profile.name)
                }
                if let key = profile.accessKeyID {
                    throw PlanError.plainKey(profile: profile.name, key: key)
                }
                if let role = profile.roleARN {
                    throw PlanError.roleWithoutSource(profile: profile.name, role: role)
                }
                throw PlanError.noCredentials(profile: profile.name, section: profile.origin)
            }
            next = source
        }
    }

    /// A setting by which the SDKs would get credentials in a way that credtool does not know.
    private func unsupportedSource(of profile: String) -> Setting<String>? {
        guard let settings = config.settings(of: .profile, named: profile) else { return nil }
        let keys = [
            "sso_session", "sso_start_url", "credential_process", "credential_source",
            "web_identity_token_file", "login_session",
        ]
        return keys.lazy.compactMap { key in
            settings[key].map { Setting(key, from: $0.origin) }
        }.first
    }

    private func chain(_ key: StoredKey, profiles: [Profile]) -> Chain {
        Chain(
            key: key,
            roles: profiles.compactMap { profile in profile.roleARN.map { Role($0, of: profile) } },
            region: profiles.last?.region,
            mfaSerials: profiles.filter { $0.roleARN == nil }.compactMap(\.mfaSerial))
    }

    // MARK: The flags

    private mutating func appendRole(_ name: String, to chain: inout Chain) throws {
        let asked = Setting(name, from: .flag("--role"))
        if name.hasPrefix("arn:") {
            guard SettingForm.roleARN.accepts(name), let arn = ARN(name), arn.hasAccountID else {
                throw PlanError.invalidValue(asked, form: .roleARN)
            }
            chain.roles.append(Role(Setting(arn, from: asked.origin)))
        } else if let profile = try config.profile(named: name) {
            guard let role = profile.roleARN else { throw PlanError.profileWithoutRole(asked) }
            reasons.append("--role \(name) is the role of the profile of that name")
            chain.roles.append(Role(role, of: profile))
            chain.region = profile.region ?? chain.region
        } else {
            guard Self.isRoleName(name) else { throw PlanError.invalidRole(asked) }
            guard let caller = chain.key.callerARN else {
                throw PlanError.unknownAccount(role: name, key: chain.key)
            }
            let arn = ARN.role(name, accountID: caller.accountID, partition: caller.partition)
            reasons.append("--role \(name) is in the key's own account, \(caller.accountID)")
            chain.roles.append(Role(Setting(arn, from: asked.origin)))
        }
    }

    private mutating func applyFlags(to chain: inout Chain) throws {
        if let serial = request.mfaSerial {
            chain.mfaSerials = [try checked(serial, "--mfa-serial", .mfaSerial)]
            for index in chain.roles.indices { chain.roles[index].mfaSerial = nil }
        }
        let externalID = try request.externalID.map {
            try checked($0, "--external-id", .externalID)
        }
        let sessionName = try request.sessionName.map {
            try checked($0, "--session-name", .roleSessionName)
        }
        guard let last = chain.roles.indices.last else {
            if let flag = externalID ?? sessionName { throw PlanError.flagWithoutRole(flag.origin) }
            return
        }
        if let externalID { chain.roles[last].externalID = externalID }
        if let sessionName { chain.roles[last].sessionName = sessionName }
        if let duration = asked { chain.roles[last].duration = duration }
    }

    private var asked: Setting<Duration>? {
        request.duration.map { Setting($0, from: .flag("--duration")) }
    }

    private func checked(
        _ value: String, _ flag: String, _ form: SettingForm
    ) throws -> Setting<String> {
        let setting = Setting(value, from: .flag(flag))
        guard form.accepts(value) else {
            throw PlanError.invalidValue(setting, form: form)
        }
        return setting
    }

    // MARK: Which calls

    private mutating func calls(_ chain: Chain) throws -> CredentialPlan {
        let key = CredentialPlan.storedKey(chain.key)
        // The device belongs to the key's user, whichever profile names it; the profile that uses
        // the key knows best.
        let serial =
            chain.roles.first?.mfaSerial ?? chain.mfaSerials.first
            ?? chain.roles.lazy.compactMap(\.mfaSerial).first
        guard let first = chain.roles.first else { return try sessionToken(key, serial) }

        let duration = first.duration ?? Self.standardRoleDuration
        var plan = key
        var direct: Setting<String>?
        if let serial {
            if request.noSession {
                direct = serial
                reasons.append("the code goes to AssumeRole itself, as --no-session asks")
            } else if duration.value > Self.chainedLimit {
                direct = serial
                reasons.append(
                    "\(duration.value.argument) (\(duration.origin)) is more than the hour that a"
                        + " role lives behind a session: it is assumed with the key and a code")
            } else {
                plan = .sessionToken(Self.mfaSession(serial), from: key)
                reasons.append("one MFA session serves every role behind this key and device")
            }
        }
        for (index, role) in chain.roles.enumerated() {
            let duration = role.duration ?? Self.standardRoleDuration
            guard SettingForm.durationBounds.contains(duration.value) else {
                throw PlanError.durationOutOfBounds(duration, bounds: SettingForm.durationBounds)
            }
            guard index == 0 || duration.value <= Self.chainedLimit else {
                throw PlanError.chainedTooLong(duration, role: role.role.value)
            }
            let step = AssumeRoleStep(
                role: role.role, duration: duration,
                sessionName: role.sessionName
                    ?? Setting(facts.sessionName, from: .standard),
                externalID: role.externalID, mfaSerial: index == 0 ? direct : nil)
            plan = .assumeRole(step, from: plan)
        }
        return plan
    }

    private func sessionToken(
        _ key: CredentialPlan, _ serial: Setting<String>?
    ) throws -> CredentialPlan {
        if request.noSession {
            if let asked { throw PlanError.durationOfKey(asked) }
            return key
        }
        if let asked, !Self.sessionTokenBounds.contains(asked.value) {
            throw PlanError.durationOutOfBounds(asked, bounds: Self.sessionTokenBounds)
        }
        let standard = serial.map(Self.mfaSession)?.duration ?? Self.standardRoleDuration
        return .sessionToken(
            SessionTokenStep(duration: asked ?? standard, mfaSerial: serial), from: key)
    }

    /// One hour: what AWS takes for a role where nothing is asked.
    private static let standardRoleDuration = Setting<Duration>(
        .seconds(3600), from: .standard)

    /// Twelve hours, AWS's own default for GetSessionToken: a working day with one code.
    private static func mfaSession(_ serial: Setting<String>) -> SessionTokenStep {
        SessionTokenStep(
            duration: Setting(.seconds(43_200), from: .standard), mfaSerial: serial)
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

    /// The region whose STS is asked where none is known.
    static func signInRegion(partition: String) -> String {
        switch partition {
        case "aws-cn": "cn-north-1"
        case "aws-us-gov": "us-gov-west-1"
        case "aws-eusc": "eusc-de-east-1"
        case "aws-iso": "us-iso-east-1"
        case "aws-iso-b": "us-isob-east-1"
        case "aws-iso-e": "eu-isoe-west-1"
        case "aws-iso-f": "us-isof-south-1"
        default: "us-east-1"
        }
    }
}
