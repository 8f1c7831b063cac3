// What a walk over profiles finds: a source, and the roles on the way back.
internal import Model
internal import Profiles

/// The source, the roles from the first assumed to the last, and what goes beside them.
struct Chain {
    var source: Source
    var roles: [AssumeRoleCall] = []
    /// Of profiles without a role of their own, between the source and the first role, from the
    /// source outward. They are for the source's credentials, and for no role.
    var sourceDevices: [Setting<String>] = []
    /// Of profiles without a role of their own that lead to one, and of who asked for the role.
    var outerDevices: [Setting<String>] = []
    /// The profile that the source stands in.
    var sourceProfile: Profile?

    init(source: Source, sourceProfile: Profile? = nil) {
        self.source = source
        self.sourceProfile = sourceProfile
    }

    /// A source that a profile has by itself, whatever role it has.
    init(ownSource source: Source, of profile: Profile) {
        self.init(source: source, sourceProfile: profile)
        if profile.roleARN == nil, let serial = profile.mfaSerial { add(device: serial) }
    }

    /// The role that is assumed last: the one that flags are about.
    var lastRole: AssumeRoleCall? {
        get {
            if let last = roles.last { return last }
            if case .webIdentity(let source) = source { return source.role }
            return nil
        }
        set {
            guard let newValue else { return }
            if !roles.isEmpty {
                roles[roles.count - 1] = newValue
            } else if case .webIdentity(var web) = source {
                web.role = newValue
                source = .webIdentity(web)
            }
        }
    }

    mutating func add(device: Setting<String>) {
        if roles.isEmpty { sourceDevices.append(device) } else { outerDevices.append(device) }
    }

    /// The settings of the session that flags are about: the last role's, or the source's own.
    var lastSettings: RoleSettings? {
        get {
            if roles.isEmpty, case .saml(let saml) = source { return saml.settings }
            return lastRole?.settings
        }
        set {
            guard let newValue else { return }
            if roles.isEmpty, case .saml(var saml) = source {
                saml.settings = newValue
                source = .saml(saml)
            } else {
                lastRole?.settings = newValue
            }
        }
    }

    /// The call that takes them; nil where there is none.
    var lastOperation: RoleSetting.Operation? {
        guard roles.isEmpty else { return .assumeRole }
        return switch source {
        case .webIdentity: .webIdentity
        case .saml: .saml
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .sso, .rolesAnywhere, .login:
            nil
        }
    }

    /// The partition of the role that is assumed last; nil where that is not known yet.
    var lastPartition: String? {
        if let role = lastRole { return role.role.value.partition }
        return source.partition?.id
    }

    /// The device belongs to the key's user, whichever of the roles names it; the profile that uses
    /// the key knows best. As in the AWS CLI, what the source's profile names is not for a role.
    var mfaSerial: Setting<String>? {
        roles.isEmpty
            ? sourceDevices.first
            : roles.lazy.compactMap(\.mfaSerial).first ?? outerDevices.first
    }
}

extension AssumeRoleCall {
    /// The role of a profile, with the profile's settings for it.
    init(_ role: Setting<ARN>, of profile: Profile) {
        self.init(
            role: role, settings: profile.role, mfaSerial: profile.mfaSerial,
            sourceProfile: profile.sourceProfile)
    }
}
