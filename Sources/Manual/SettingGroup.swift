// In which part of credtool-config(5) a setting stands.
internal import Profiles

/// A part of the reference of settings.
enum SettingGroup: String, CaseIterable {
    case source = "WHERE CREDENTIALS COME FROM"
    case signIn = "SIGNING IN"
    case saml = "SIGNING IN BY SAML"
    case rolesAnywhere = "IAM ROLES ANYWHERE"
    case role = "THE ROLE"
    case mfa = "MFA"
    case key = "THE KEY"
    case service = "HOW AWS IS REACHED"
    case metadata = "HOW THE EC2 INSTANCE IS ASKED"
    case guardRails = "GUARD RAILS"
    case log = "THE LOG"
    case absence = "WHILE YOU ARE AWAY"

    /// Its settings, in the order of the tables.
    var settings: [DocumentedSetting] {
        let own = ProfileSetting.allCases.filter { $0.group == self }.map(DocumentedSetting.init)
        let ofRole = RoleSetting.allCases.map(DocumentedSetting.init)
        switch self {
        case .saml: return SAMLSetting.allCases.map(DocumentedSetting.init)
        case .role: return own + ofRole
        case .source, .signIn, .rolesAnywhere, .mfa, .key, .service, .metadata, .guardRails, .log,
            .absence:
            return own
        }
    }
}

extension ProfileSetting {
    /// The part that it stands in.
    var group: SettingGroup {
        switch self {
        case .sourceProfile, .credentialSource, .credentialProcess, .webIdentityTokenFile,
            .webIdentityTokenProcess, .webIdentityTokenSource, .webIdentityTokenVariable,
            .webIdentityTokenAudience, .includeProfile, .accountID:
            .source
        case .ssoSession, .ssoStartURL, .ssoRegion, .ssoAccountID, .ssoRoleName,
            .ssoRegistrationScopes, .ssoShareCLICache, .loginSession, .openIDIssuer,
            .openIDClientID, .openIDClientSecretProcess, .openIDScopes, .openIDRedirect:
            .signIn
        case .rolesAnywhereTrustAnchor, .rolesAnywhereProfile, .rolesAnywhereRole,
            .rolesAnywhereCertificate, .rolesAnywherePrivateKey, .rolesAnywhereCertificateChain,
            .rolesAnywhereDuration, .rolesAnywhereSessionName:
            .rolesAnywhere
        case .roleARN: .role
        case .mfaSerial, .mfaPrompt, .mfaProcess: .mfa
        case .rotateAfter: .key
        case .region, .endpointURL, .services, .ignoreConfiguredEndpointURLs,
            .stsRegionalEndpoints, .useFIPSEndpoint, .useDualStackEndpoint, .caBundle:
            .service
        case .metadataEndpoint, .metadataEndpointMode, .metadataV1Disabled: .metadata
        case .confirm, .reason, .allowCommands, .readOnly, .maxDuration, .title: .guardRails
        case .logArguments: .log
        case .forgetOn, .notifyBefore: .absence
        }
    }
}

/// What the reference says of a setting, whichever of the tables has it.
struct DocumentedSetting {
    /// Its key in a profile.
    let key: String
    /// What it is, in paragraphs as `Prose` reads them.
    let meaning: String
    /// What its value must look like.
    let form: SettingForm
    /// The flag and the variables that come before it, the strongest one first.
    let overlays: [String]

    init(_ setting: ProfileSetting) {
        key = setting.rawValue
        meaning = setting.meaning
        form = setting.form
        overlays = (setting.flag.map { ["`--\($0)`"] } ?? []) + setting.variables
    }

    init(_ setting: RoleSetting) {
        key = setting.rawValue
        meaning = setting.meaning
        form = setting.form
        overlays = ["`--\(setting.flag)`"] + (setting.variable.map { [$0] } ?? [])
    }

    init(_ setting: SAMLSetting) {
        key = setting.rawValue
        meaning = setting.meaning
        form = setting.form
        overlays = setting.flag.map { ["`--\($0)`"] } ?? []
    }

    /// The whole entry.
    var text: String {
        var text = meaning + "\n\nValue: \(form)."
        if !overlays.isEmpty {
            text += " Overridden by \(overlays.joined(separator: ", "))."
        }
        return text
    }
}
