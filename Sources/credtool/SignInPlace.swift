// Which sign-in a source stands on: what shares one is looked up, and ended, together.
internal import Engine
internal import Planning
internal import Profiles
internal import SignIn
internal import Vault

/// A sign-in of a person, as its kind tells it from others.
enum SignInPlace: Hashable {
    /// At an access portal of IAM Identity Center.
    case portal(AccessPortal)
    /// At the console of AWS.
    case console(ConsoleSession)
    /// At an OpenID provider.
    case openID(OpenIDPlace)
    /// By SAML: nothing is kept of it but the sessions of a profile.
    case saml(profile: String)

    /// What it is kept as; nil where nothing is.
    var recordName: String? {
        switch self {
        case .portal(let portal): portal.recordName
        case .console(let session): session.recordName
        case .openID(let place): place.recordName
        case .saml: nil
        }
    }

    /// Nil for a source that takes no person.
    init?(_ source: Source) {
        switch source {
        case .sso(let source):
            guard let portal = AccessPortal(source) else { return nil }
            self = .portal(portal)
        case .login(let source): self = .console(ConsoleSession(source))
        case .webIdentity:
            guard let place = OpenIDPlace(source) else { return nil }
            self = .openID(place)
        case .saml(let source): self = .saml(profile: source.profile)
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .rolesAnywhere:
            return nil
        }
    }
}

extension Machine {
    /// The plans of the profiles that the config files name, as far as they can be made.
    func plans() throws -> [SessionPlan] {
        let config = try configFiles()
        let facts = facts(VaultIndex())
        return config.profileNames.compactMap { name in
            var request = PlanRequest()
            request.profile = Setting(name, from: .flag("PROFILE"))
            request.isOutlook = true
            return try? Planner.plan(request, config: config, facts: facts, guessing: false)
        }
    }
}
