// Roles of IAM Identity Center: from a profile's settings, or from flags alone.
internal import Model
public import Profiles

extension ChainResolver {
    /// The role that a profile's `sso_` settings name.
    func sso(_ profile: Profile) throws -> SSOSource {
        let own = try config.completedSettings(ofProfile: profile.name) ?? SectionSettings()
        var place = own
        if let session = try own.text(.ssoSession) {
            guard let section = config.settings(of: .ssoSession, named: session.value) else {
                throw PlanError.unknownSSOSession(session, profile: profile.name)
            }
            for key: ProfileSetting in [.ssoRegion, .ssoStartURL] {
                if let setting = try own.text(key),
                    try section.text(key)?.value != setting.value
                {
                    throw PlanError.misplacedSSO(setting, key: key.rawValue)
                }
            }
            place = section
        }
        return try source(own, in: place, of: profile)
    }

    /// The sign-in of an `sso-session` section, whatever profiles use it.
    func sso(session: Setting<String>) throws -> SSOSource {
        guard let section = config.settings(of: .ssoSession, named: session.value) else {
            throw PlanError.unknownSSOSession(session, profile: session.value)
        }
        var own = SectionSettings()
        own["sso_session"] = session
        let base = Profile(name: session.value, origin: session.origin)
        return try source(
            own, in: section, of: try base.overlaid(variable: facts.variable))
    }

    private func source(
        _ own: SectionSettings, in place: SectionSettings, of profile: Profile
    ) throws -> SSOSource {
        var source = SSOSource(
            profile: profile.name, session: try own.text(.ssoSession),
            startURL: try place.text(.ssoStartURL), region: try place.text(.ssoRegion),
            accountID: try own.text(.ssoAccountID), roleName: try own.text(.ssoRoleName))
        try check(source, profile)
        if let scopes = try place.text(.ssoRegistrationScopes) {
            let list = scopes.value.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
            if !list.isEmpty { source.scopes = list }
        }
        source.sharesCLICache =
            try place.flag(.ssoShareCLICache) ?? own.flag(.ssoShareCLICache)
        return try source.placed(by: asked ?? profile, config, facts)
    }

    private func check(_ source: SSOSource, _ profile: Profile) throws {
        func require(_ setting: String, _ missing: String) -> PlanError {
            .halfSSO(profile: profile.name, setting: setting, missing: missing)
        }
        if source.roleName != nil, source.accountID == nil {
            throw require("sso_role_name", "sso_account_id")
        }
        if source.accountID != nil, source.roleName == nil {
            throw require("sso_account_id", "sso_role_name")
        }
        let first = source.session == nil ? profile.sso?.value ?? "sso" : "sso_session"
        if source.startURL == nil { throw require(first, "sso_start_url") }
        if source.region == nil { throw require(first, "sso_region") }
    }
}

extension SSOSource {
    /// The same with the endpoints that variables and the settings of `profile` name.
    func placed(
        by profile: Profile?, _ config: ConfigFiles, _ facts: PlanFacts
    ) throws -> SSOSource {
        func url(_ service: String) throws -> Setting<String>? {
            try EndpointURL.resolve(
                service: service, profile: profile, config: config, variable: facts.variable)
        }
        var source = self
        source.portalURL = try url("sso")
        source.oidcURL = try url("sso_oidc")
        source.fips = profile?.usesFIPSEndpoint
        source.dualStack = profile?.usesDualStackEndpoint
        return source
    }

    /// What `credtool login` takes for it: the profile, or the flags that stand for one.
    public var loginArguments: String {
        guard let startURL, case .flag = startURL.origin else { return profile }
        return [
            ("--sso", startURL.value), ("--account", accountID?.value), ("--role", roleName?.value),
            ("--region", region?.value),
        ].compactMap { flag, value in value.map { "\(flag) \(ShellWords.quoted($0))" } }
            .joined(separator: " ")
    }

    /// The region that a start URL of the newest form names: `ID.portal.REGION.app.aws`.
    static func region(ofStartURL url: String) -> String? {
        let host = url.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first
        let labels = host?.split(separator: ".") ?? []
        guard labels.count == 5, labels[1] == "portal", labels[3] == "app", labels[4] == "aws"
        else { return nil }
        return String(labels[2])
    }
}

extension Planner {
    /// The sign-in of an `sso-session` section, without a role.
    /// - Parameter session: The section's name, and what named it.
    /// - Throws: `PlanError` and `ConfigError`.
    public static func signIn(
        session: Setting<String>, config: ConfigFiles, facts: PlanFacts
    ) throws -> SSOSource {
        try ChainResolver(config: config, facts: facts, isGuessing: false).sso(session: session)
    }

    /// The chain of `--sso`, which needs no config file; nil without that flag.
    func ssoChain() throws -> (Setting<String>, Profile?, Chain)? {
        guard let startURL = request.ssoStartURL else {
            guard request.ssoAccount == nil else {
                throw PlanError.malformed(
                    Setting("", from: .flag("--sso")), expected: "the start URL for --account")
            }
            return nil
        }
        if let profile = request.profile, case .flag = profile.origin {
            throw PlanError.exclusive(profile.origin, .flag("--sso"))
        }
        let url = Setting(startURL, from: .flag("--sso"))
        guard SettingForm.url.accepts(startURL) else {
            throw PlanError.invalidValue(url, form: .url)
        }
        guard let account = request.ssoAccount else {
            throw PlanError.malformed(
                Setting("", from: .flag("--account")), expected: "the account for --sso")
        }
        guard let role = request.role else {
            throw PlanError.malformed(
                Setting("", from: .flag("--role")), expected: "the permission set for --sso")
        }
        let base = Profile(name: "\(role)@\(account)", origin: url.origin)
        let profile = try base.overlaid(variable: facts.variable)
        let region =
            SSOSource.region(ofStartURL: startURL).map { Setting($0, from: url.origin) }
            ?? request.region.map { Setting($0, from: .flag("--region")) } ?? profile.region
        guard let region else {
            throw PlanError.malformed(
                Setting("", from: .flag("--region")),
                expected: "the region of Identity Center, which the start URL does not tell")
        }
        let source = try SSOSource(
            profile: base.name, session: nil, startURL: url, region: region,
            accountID: Setting(account, from: .flag("--account")),
            roleName: Setting(role, from: .flag("--role"))
        ).placed(by: profile, config, facts)
        return (Setting(base.name, from: url.origin), profile, Chain(source: .sso(source)))
    }
}
