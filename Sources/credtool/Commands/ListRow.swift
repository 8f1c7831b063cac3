// One row of `list`: what is known of a profile without asking anyone.
internal import Model
internal import Profiles
internal import Store
internal import Vault

/// A profile of the config files, a stored key or certificate, or several of them.
struct ListRow {
    /// What gives a profile its credentials.
    enum Kind: String {
        case key, role, sso, saml, console, process
        case plainKey = "plain key"
        case webIdentity = "web identity"
        case rolesAnywhere = "roles anywhere"
        /// Another profile or the machine, without a role.
        case source
        case settings

    }

    let profile: String
    let kind: Kind
    /// With what `include_profile` brings.
    let settings: SectionSettings
    /// Where its section starts; nil for a key without one.
    let origin: Origin?
    let key: VaultIndex.Entry?
    /// The certificate in a vault, whatever files the settings name.
    let certificate: StoredCertificate?
    var accountId: String?
    var accountName: String?
    private(set) var startURL: String?
    private(set) var ssoRegion: String?
    var sessions: [Session] = []
    /// How long the key is stored here; it may be older.
    var keyAge: Duration?
    /// Whether somebody is signed in for it; nil where nobody needs to be.
    var signIn: SignInState?

    init(
        _ profile: String, settings: SectionSettings, origin: Origin?, key: VaultIndex.Entry?,
        certificate: StoredCertificate?
    ) {
        self.profile = profile
        self.settings = settings
        self.origin = origin
        self.key = key
        self.certificate = certificate
        kind = Self.kind(settings, hasKey: key != nil, hasCertificate: certificate != nil)
        startURL = settings.text("sso_start_url")
        ssoRegion = settings.text("sso_region")
        accountName = settings.text("sso_account_name")
        let own = settings.text("aws_account_id")
        switch kind {
        case .role, .webIdentity: accountId = Self.account(of: settings.text("role_arn"))
        case .key: accountId = key?.caller?.accountID ?? own
        case .sso: accountId = settings.text("sso_account_id") ?? own
        case .console: accountId = Self.account(of: settings.text("login_session")) ?? own
        case .rolesAnywhere:
            accountId = Self.account(of: settings.text("roles_anywhere_role_arn")) ?? own
        case .saml:
            accountId =
                Self.account(of: settings.text("saml_role"))
                ?? Self.account(of: settings.text("saml_provider")) ?? own
        case .process, .plainKey, .source, .settings: accountId = own
        }
    }

    /// Whether a person signs in for it, and that is kept.
    var signsIn: Bool {
        switch kind {
        case .sso, .console: true
        case .webIdentity: settings.text("oidc_issuer") != nil
        case .key, .role, .saml, .process, .plainKey, .rolesAnywhere, .source, .settings: false
        }
    }

    /// Takes over what a profile's `sso-session` section says.
    mutating func complete(portal: SectionSettings) {
        startURL = startURL ?? portal.text("sso_start_url")
        ssoRegion = ssoRegion ?? portal.text("sso_region")
    }

    private static func kind(
        _ settings: SectionSettings, hasKey: Bool, hasCertificate: Bool
    ) -> Kind {
        func has(_ keys: String...) -> Bool { keys.contains { settings.text($0) != nil } }
        if has("role_arn") {
            return has(
                "web_identity_token_file", "web_identity_token_process",
                "web_identity_token_source", "oidc_issuer") ? .webIdentity : .role
        }
        if hasKey { return .key }
        if has("sso_session", "sso_start_url") { return .sso }
        if has("roles_anywhere_trust_anchor_arn") { return .rolesAnywhere }
        if SAMLSetting.allCases.contains(where: { has($0.rawValue) }) { return .saml }
        if has("aws_access_key_id") { return .plainKey }
        if has("login_session") { return .console }
        if has("credential_process") { return .process }
        if has("source_profile", "credential_source") { return .source }
        return hasCertificate ? .rolesAnywhere : .settings
    }

    private static func account(of arn: String?) -> String? {
        guard let arn = arn.flatMap({ ARN($0) }), arn.hasAccountID else { return nil }
        return arn.accountID
    }

    /// False where none of these sessions can be the profile's: none is of its role, or none began
    /// with its credentials.
    func mayUse(_ sessions: ListRows.Sessions) -> Bool {
        if let role = settings.text("role_arn") { return sessions.subjects.contains(role) }
        return sessions.sources.contains(profile)
            || key.map { sessions.keys.contains($0.accessKeyID) } ?? false
    }

    // MARK: In words

    /// The role's name, of IAM or of a portal.
    var role: String? {
        if let arn = settings.text("role_arn") { return ARN(arn)?.roleName ?? arn }
        switch kind {
        case .sso: return settings.text("sso_role_name")
        case .saml: return settings.text("saml_role").map { ARN($0)?.roleName ?? $0 }
        case .rolesAnywhere:
            return settings.text("roles_anywhere_role_arn").map { ARN($0)?.roleName ?? $0 }
        case .key, .role, .console, .process, .plainKey, .webIdentity, .source, .settings:
            return nil
        }
    }

    /// Where its credentials begin.
    var source: String? {
        switch kind {
        case .key: return key.map { "\($0.accessKeyID.masked) \($0.vault.rawValue)" }
        case .role, .source:
            let name = settings.text("source_profile") ?? settings.text("credential_source")
            if let name, name != profile { return name }
            return key.map { "\($0.accessKeyID.masked) \($0.vault.rawValue)" } ?? name
        case .sso: return startURL.map(Self.host) ?? settings.text("sso_session")
        // The words behind the program may be a secret.
        case .saml:
            return settings.text("saml_idp_url").map(Self.host)
                ?? settings.text("saml_process").map(Self.program) ?? settings.text("saml_file")
        case .plainKey:
            guard case .file(let path, _)? = settings["aws_access_key_id"]?.origin else {
                return nil
            }
            return path
        case .process: return settings.text("credential_process").map(Self.program)
        case .webIdentity:
            return settings.text("web_identity_token_file")
                ?? settings.text("web_identity_token_process").map(Self.program)
                ?? settings.text("web_identity_token_source")
                ?? settings.text("oidc_issuer").map(Self.host)
        case .rolesAnywhere:
            return certificate.map { "\($0.subject) \($0.vault.rawValue)" }
                ?? settings.text("roles_anywhere_certificate")
        case .console: return "console login"
        case .settings: return nil
        }
    }

    /// The MFA device by its name.
    var mfa: String? {
        settings.text("mfa_serial").map { serial in
            let name = ARN(serial)?.resource ?? serial
            return name.hasPrefix("mfa/") ? String(name.dropFirst(4)) : name
        }
    }

    private static func host(_ url: String) -> String {
        let rest = url.withoutUserInfo.split(separator: "/", omittingEmptySubsequences: true)
        return rest.count > 1 ? String(rest[1]) : url
    }

    private static func program(_ command: String) -> String {
        let word = (try? ShellWords.split(command))?.first ?? command
        return word.split(separator: "/").last.map(String.init) ?? word
    }

    // MARK: JSON

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "profile": .string(profile), "kind": .string(kind.rawValue),
            "sessions": .array(sessions.map(\.json)),
        ]
        members["signIn"] = signIn?.json
        func set(_ name: String, _ value: String?) {
            members[name] = value.map { .string($0) }
        }
        // Each setting under its own name. One that nobody reads may be a secret, misspelt.
        for entry in settings.entries
        where SettingNames.isShown(entry.key) && !entry.setting.value.isEmpty {
            set(entry.key.lowerCamelCase, entry.setting.value.withoutUserInfoOfURL)
        }
        set("origin", origin.map { "\($0)" })
        set("accountId", accountId)
        set("accountName", accountName)
        set("roleName", role)
        set("ssoStartUrl", startURL?.withoutUserInfoOfURL)
        set("ssoRegion", ssoRegion)
        if let certificate {
            set("certificateSerial", certificate.serial)
            set("certificateSubject", certificate.subject)
            set("certificateEnd", "\(certificate.notAfter)")
            set("vault", certificate.vault.rawValue)
        }
        if let key {
            set("accessKeyId", key.accessKeyID.masked)
            set("vault", key.vault.rawValue)
            set("added", "\(key.added)")
            members["keyAgeDays"] = keyAge.map { .integer($0.wholeDays) }
            members["rotationDue"] = rotateAfter.map { _ in .boolean(isDue) }
            set("callerArn", key.caller.map { "\($0)" })
        }
        return .sorted(members)
    }
}

extension ListRow {
    /// A session that lives.
    struct Session: Equatable {
        /// A role's ARN, or what else the session is.
        let subject: String
        /// Whose session it is, in a word: a role's name, a user's.
        let name: String
        let accountId: String?
        /// The profile that it was made for.
        let askedProfile: String
        /// The profile that its credentials begin with.
        let sourceProfile: String
        let expiration: String
        let secondsLeft: Int

        init(_ summary: SessionSummary, caller: VaultIndex.Entry?, now: Timestamp) {
            let label = summary.label
            subject = label.subject
            let role = ARN(subject)
            let user = label.accessKeyID == caller?.accessKeyID ? caller?.caller : nil
            let isPlain = subject == "session"
            let userName = user?.resource.split(separator: "/").last.map(String.init)
            name = role?.roleName ?? (isPlain ? userName : nil) ?? subject
            accountId = role?.accountID ?? (isPlain ? user?.accountID : nil)
            askedProfile = label.askedProfile
            sourceProfile = label.profile
            expiration = summary.expiration.description
            secondsLeft = (summary.expiration - now).wholeSeconds
        }

        var json: JSONValue {
            .sorted([
                "subject": .string(subject), "name": .string(name),
                "accountId": accountId.map { .string($0) },
                "askedProfile": .string(askedProfile), "sourceProfile": .string(sourceProfile),
                "expiration": .string(expiration), "secondsLeft": .integer(secondsLeft),
            ])
        }
    }
}

extension SectionSettings {
    /// A setting's text; nil where it is not set or empty.
    func text(_ key: String) -> String? {
        guard let value = self[key]?.value, !value.isEmpty else { return nil }
        return value
    }
}

extension String {
    /// `roleArn` for `role_arn`.
    fileprivate var lowerCamelCase: String {
        let words = split(separator: "_")
        return words.dropFirst().reduce(String(words.first ?? "")) {
            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
    }
}
