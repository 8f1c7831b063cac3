// Roles of a SAML response: from a profile's settings, from flags over them, or from flags alone.
public import Model
public import Profiles

/// A role that the response of a SAML identity provider offers.
public struct SAMLSource: Equatable, Sendable {
    /// Where the response comes from.
    public enum Way: Equatable, Sendable {
        /// `saml_process` prints it.
        case process(Setting<String>)
        /// `saml_file` holds it.
        case file(Setting<String>)
        /// It stands on standard input; what says so.
        case standardInput(Origin)
        /// A browser brings it: `saml_idp_url`, and the port of this machine that it comes back to.
        case browser(Setting<String>, port: Setting<UInt16>)
    }

    /// The profile that names it.
    public let profile: String
    /// Whether that is one of the config files, and not only a name for what flags say.
    public let hasProfile: Bool
    /// Where the response comes from.
    public let way: Way
    /// Where it comes from by the profile's own settings; nil where they do not say it.
    public let usualWay: Way?
    /// `saml_provider`.
    public let provider: Setting<ARN>?
    /// `saml_role`, a role's ARN or its name; nil where a person chooses.
    public var role: Setting<String>?
    /// What shapes the session.
    public var settings: RoleSettings

    /// The account of its role, where something says which: an identity provider of IAM is for the
    /// roles of its own account.
    var accountID: String? {
        role.flatMap { ARN($0.value) }?.accountID ?? provider?.value.accountID
    }

    /// The partition of its role, where something says which.
    var partition: String? {
        role.flatMap { ARN($0.value) }?.partition ?? provider?.value.partition
    }

    /// The source that the settings of a profile describe.
    /// - Parameters:
    ///   - saml: The profile's settings.
    ///   - flags: What the command line says in their place.
    ///   - hasProfile: Whether `profile` is one of the config files.
    /// - Throws: `ConfigError` for a flag without its form; `PlanError` where nothing, or too much,
    ///   says where the response comes from.
    init(
        _ profile: Profile, _ saml: SAMLSettings, flags: [SAMLSetting: String],
        hasProfile: Bool = true
    ) throws {
        var all = saml
        try all.overlay(flags: flags)
        guard let way = try Way(all) else {
            throw PlanError.samlWithoutResponse(
                profile: profile.name, all.first?.1 ?? Setting("", from: .standard))
        }
        self.profile = profile.name
        self.hasProfile = hasProfile
        self.way = way
        usualWay = hasProfile ? try Way(saml) : way
        provider = all.provider
        role = all[.role]
        settings = profile.role
    }
}

extension SAMLSource.Way {
    /// The way that settings name; nil for none.
    init?(_ settings: SAMLSettings) throws {
        let ways = SAMLSetting.allCases.filter { $0.isWay && settings[$0] != nil }
        if ways.count > 1, let first = settings[ways[0]], let second = settings[ways[1]] {
            throw PlanError.exclusive(first.origin, second.origin)
        }
        if let command = settings[.process] {
            self = .process(command)
        } else if let path = settings[.file] {
            self = path.value == "-" ? .standardInput(path.origin) : .file(path)
        } else if let url = settings[.idpURL] {
            self = .browser(url, port: settings.acsPort)
        } else {
            return nil
        }
    }
}

extension ChainResolver {
    /// The source that a profile's `saml_` settings name, or flags over the profile that was asked
    /// for; nil for none.
    func saml(_ profile: Profile) throws -> SAMLSource? {
        let isAsked =
            profile.name == asked?.name && !samlFlags.isEmpty && profile.sourceProfile == nil
            && profile.credentialSource == nil
        guard isAsked || !profile.saml.isEmpty else { return nil }
        return try SAMLSource(profile, profile.saml, flags: samlFlags)
    }
}

extension Planner {
    /// The chain of `--saml-file` or `--saml-process` where no profile is named; nil without them.
    func samlChain() throws -> (Setting<String>, Profile?, Chain)? {
        guard request.profile == nil,
            let flag = SAMLSetting.allCases.first(where: {
                $0.isWay && request.samlFlags[$0] != nil
            })?.flag
        else { return nil }
        let name = Setting("saml", from: .flag("--\(flag)"))
        let base = Profile(name: name.value, origin: name.origin)
        let profile = try base.overlaid(variable: facts.variable)
        let source = try SAMLSource(
            profile, SAMLSettings(), flags: request.samlFlags, hasProfile: false)
        return (name, profile, Chain(source: .saml(source)))
    }

    /// Refuses flags of a sign-in by SAML where there is none.
    func checkSAMLFlags(_ chain: Chain, _ profile: Setting<String>) throws {
        guard !request.samlFlags.isEmpty else { return }
        if case .saml = chain.source { return }
        let flag = SAMLSetting.allCases.first { request.samlFlags[$0] != nil }?.flag ?? ""
        throw PlanError.flagWithoutSAML(.flag("--\(flag)"), profile: profile)
    }

    /// Takes `--role` for the role of the response, where it is one: the chain has no other, and it
    /// is not the name of a profile whose role is assumed from there.
    mutating func chooseSAMLRole(_ role: Setting<String>, in chain: inout Chain) throws -> Bool {
        guard chain.roles.isEmpty, case .saml(var source) = chain.source,
            request.samlFlags[.role] == nil,
            try config.profile(named: role.value)?.roleARN == nil
        else { return false }
        guard SettingForm.samlRole.accepts(role.value) else {
            throw PlanError.invalidValue(role, form: .samlRole)
        }
        source.role = role
        chain.source = .saml(source)
        reasons.append("--role \(role.value) is one of those that the SAML response offers")
        return true
    }
}
