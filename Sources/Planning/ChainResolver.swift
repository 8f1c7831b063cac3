// From a profile to where its credentials begin, and the roles on the way back.
internal import Model
internal import Profiles

/// Walks over profiles.
struct ChainResolver {
    let config: ConfigFiles
    let facts: PlanFacts
    /// The profile that was asked for, with what variables say in place of its own settings.
    private(set) var asked: Profile?
    /// Why it went as it did.
    var reasons: [String] = []

    let samlFlags: [SAMLSetting: String]
    private let isGuessing: Bool

    init(
        config: ConfigFiles, facts: PlanFacts, samlFlags: [SAMLSetting: String] = [:],
        isGuessing: Bool
    ) {
        self.config = config
        self.facts = facts
        self.samlFlags = samlFlags
        self.isGuessing = isGuessing
    }

    /// The chain of the profile that was asked for, which has its variables in it already.
    mutating func chain(of asked: Profile?, _ name: Setting<String>) throws -> Chain {
        self.asked = asked
        var path: [Setting<String>] = []
        var seen: Set<String> = []
        // Those that are assumed from what comes after them, from the asked one inward.
        var outer: [Profile] = []
        var name = name
        var profile = asked
        while true {
            guard seen.insert(name.value).inserted else {
                throw PlanError.cycle(path + [name])
            }
            switch try next(name, profile, path) {
            case .end(var chain):
                for profile in outer.reversed() {
                    if let role = profile.roleARN {
                        chain.roles.append(AssumeRoleCall(role, of: profile))
                    } else if let serial = profile.mfaSerial {
                        chain.add(device: serial)
                    }
                }
                return chain
            case .source(let source, of: let user):
                path.append(name)
                outer.append(user)
                name = source
                profile = try config.profile(named: source.value)
            }
        }
    }

    /// Where the walk goes from a profile.
    private enum Next {
        case end(Chain)
        case source(Setting<String>, of: Profile)
    }

    private mutating func next(
        _ name: Setting<String>, _ profile: Profile?, _ path: [Setting<String>]
    ) throws -> Next {
        if let key = facts.keys[name.value] {
            if let (setting, origin) = profile.flatMap(Self.otherSource) {
                reasons.append(
                    "profile \(name.value) has a key of its own in the vault, which comes before its"
                        + " \(setting) (\(origin))")
            }
            return .end(finish(.storedKey(key), profile))
        }
        guard let profile else {
            try refuseCertificateAlone(name.value)
            let nearest =
                isGuessing
                ? config.suggestion(for: name.value, orAmong: facts.keys.keys.sorted())
                : nil
            guard let user = path.last else {
                throw PlanError.unknownProfile(
                    name.value, origin: name.origin, nearest: nearest)
            }
            throw PlanError.unknownSource(name, profile: user.value, nearest: nearest)
        }
        guard let role = profile.roleARN else { return try nextWithoutRole(profile) }
        // A source with a key of its own is no role that is assumed from others, whatever stands
        // beside the key; what comes before the key does so here, too. Of the profile that is asked
        // for, the role is what is asked for.
        if !path.isEmpty, !profile.plainKeys.isEmpty {
            if let chain = try webIdentity(role, profile) { return .end(chain) }
            if let own = try ownSource(of: profile) {
                return .end(Chain(ownSource: own, of: profile))
            }
        }
        return try next(from: role, profile)
    }

    /// What else than a stored key could give the profile its credentials.
    private static func otherSource(of profile: Profile) -> (String, Origin)? {
        if let source = profile.sourceProfile, source.value != profile.name {
            return ("source_profile", source.origin)
        }
        let others: [(String, Origin?)] = [
            ("credential_source", profile.credentialSource?.origin),
            ("web_identity_token_file", profile.webIdentityTokenFile?.origin),
            ("web identity", profile.webIdentityOrigin),
            ("sso settings", profile.sso?.origin),
            ("login_session", profile.loginSession?.origin),
            ("saml settings", profile.saml.first?.1.origin),
            ("roles_anywhere settings", profile.rolesAnywhere?.origin),
            ("plain key", profile.plainKeys.first?.secret),
            ("credential_process", profile.credentialProcess?.origin),
        ]
        return others.lazy.compactMap { name, origin in origin.map { (name, $0) } }.first
    }

    /// From a profile with a role, and not of a stored key.
    private mutating func next(from role: Setting<ARN>, _ profile: Profile) throws -> Next {
        if let chain = try webIdentity(role, profile) { return .end(chain) }
        if let source = profile.sourceProfile, let other = profile.credentialSource {
            throw PlanError.twoSources(profile: profile.name, source, other.origin)
        }
        if let source = profile.credentialSource {
            return .end(finish(try self.source(source, profile), profile))
        }
        // A role of its own beside them is assumed from the response's.
        if profile.sourceProfile == nil, var saml = try saml(profile) {
            saml.settings = RoleSettings()
            return .end(finish(.saml(saml), profile))
        }
        guard let source = profile.sourceProfile else {
            // There is no other who could be meant to assume it.
            if profile.rolesAnywhere != nil {
                return .end(finish(.rolesAnywhere(try rolesAnywhere(profile)), profile))
            }
            if let chain = try jobIdentity(role, profile) { return .end(chain) }
            throw PlanError.roleWithoutSource(profile: profile.name, role: role)
        }
        guard source.value == profile.name else { return .source(source, of: profile) }
        guard let own = try ownSource(of: profile) else {
            throw PlanError.roleWithoutSource(profile: profile.name, role: role)
        }
        return .end(finish(own, profile))
    }

    private func nextWithoutRole(_ profile: Profile) throws -> Next {
        if let origin = profile.webIdentityOrigin {
            throw PlanError.tokenWithoutRole(profile: profile.name, origin)
        }
        if let own = try ownSource(of: profile) { return .end(Chain(ownSource: own, of: profile)) }
        if let source = profile.credentialSource {
            return .end(Chain(ownSource: try self.source(source, profile), of: profile))
        }
        guard let source = profile.sourceProfile, source.value != profile.name else {
            try refuseCertificateAlone(profile.name)
            throw PlanError.noCredentials(profile: profile.name, section: profile.origin)
        }
        return .source(source, of: profile)
    }

    private func finish(_ source: Source, _ profile: Profile?) -> Chain {
        var chain = Chain(source: source, sourceProfile: profile)
        if let profile, let role = profile.roleARN {
            chain.roles.append(AssumeRoleCall(role, of: profile))
        } else if let serial = profile?.mfaSerial {
            chain.add(device: serial)
        }
        return chain
    }

    // MARK: Sources

    /// What a profile has by itself, in the order of the SDKs.
    ///
    /// Source: AWS SDKs and Tools reference guide, "Standardized credential providers".
    private func ownSource(of profile: Profile) throws -> Source? {
        if profile.sso != nil { return .sso(try sso(profile)) }
        if let saml = try saml(profile) { return .saml(saml) }
        // The SDKs do not know it; who says both for them and for credtool means this here.
        if profile.rolesAnywhere != nil { return .rolesAnywhere(try rolesAnywhere(profile)) }
        if let key = try staticKey(of: profile, in: .credentials) { return key }
        if let session = profile.loginSession {
            return .login(
                try LoginSource(
                    session, profile: profile.name, own: config.profile(named: profile.name),
                    asked: asked ?? profile, config: config, variable: facts.variable))
        }
        if let command = profile.credentialProcess {
            return .credentialProcess(
                CredentialProcess(
                    profile: profile.name, command: command, accountID: profile.accountID))
        }
        return try staticKey(of: profile)
    }

    /// The key in plain text; the credentials file's comes first.
    private func staticKey(
        of profile: Profile, in file: ConfigFile.Role? = nil
    ) throws -> Source? {
        guard let place = profile.plainKeys.first(where: { file == nil || $0.file == file })
        else { return nil }
        guard let id = place.accessKeyID else {
            throw PlanError.halfKey(
                profile: profile.name, missing: "aws_access_key_id",
                origin: place.secret ?? profile.origin)
        }
        guard place.isComplete else {
            throw PlanError.halfKey(
                profile: profile.name, missing: "aws_secret_access_key", origin: id.origin)
        }
        return .staticKey(
            StaticKey(
                profile: profile.name, file: place.file, accessKeyID: id,
                hasToken: place.token != nil, accountID: profile.accountID))
    }

    private func source(
        _ setting: Setting<CredentialSource>, _ profile: Profile
    ) throws -> Source {
        switch setting.value {
        case .environment:
            guard let key = EnvironmentKey(variable: facts.variable) else {
                throw PlanError.noEnvironmentKey(setting)
            }
            return .environment(key)
        case .ec2InstanceMetadata:
            guard !facts.metadataIsDisabled else { throw PlanError.metadataDisabled(setting) }
            return .instanceMetadata(
                try InstanceMetadataSource(asked: asked, profile, variable: facts.variable))
        case .ecsContainer:
            guard let source = ContainerEndpoint(variable: facts.variable) else {
                throw PlanError.noContainer(setting)
            }
            return .container(source)
        }
    }
}
