// The other settings of a profile, named once each: key, form, variables, flag.

/// A setting of a profile besides those that shape a role's session, which are `RoleSetting`; the
/// raw value is its key.
public enum ProfileSetting: String, CaseIterable, Hashable, Sendable {
    // Where credentials come from.
    case sourceProfile = "source_profile"
    case credentialSource = "credential_source"
    case credentialProcess = "credential_process"
    case webIdentityTokenFile = "web_identity_token_file"
    case webIdentityTokenProcess = "web_identity_token_process"
    case includeProfile = "include_profile"
    case accountID = "aws_account_id"
    case webIdentityTokenSource = "web_identity_token_source"
    case webIdentityTokenVariable = "web_identity_token_variable"
    case webIdentityTokenAudience = "web_identity_token_audience"
    // Signing in.
    case ssoSession = "sso_session"
    case ssoStartURL = "sso_start_url"
    case ssoRegion = "sso_region"
    case ssoAccountID = "sso_account_id"
    case ssoRoleName = "sso_role_name"
    case ssoRegistrationScopes = "sso_registration_scopes"
    case ssoShareCLICache = "sso_share_cli_cache"
    case loginSession = "login_session"
    case openIDIssuer = "oidc_issuer"
    case openIDClientID = "oidc_client_id"
    case openIDClientSecretProcess = "oidc_client_secret_process"
    case openIDScopes = "oidc_scopes"
    case openIDRedirect = "oidc_redirect"
    // IAM Roles Anywhere.
    case rolesAnywhereTrustAnchor = "roles_anywhere_trust_anchor_arn"
    case rolesAnywhereProfile = "roles_anywhere_profile_arn"
    case rolesAnywhereRole = "roles_anywhere_role_arn"
    case rolesAnywhereCertificate = "roles_anywhere_certificate"
    case rolesAnywherePrivateKey = "roles_anywhere_private_key"
    case rolesAnywhereCertificateChain = "roles_anywhere_certificate_chain"
    case rolesAnywhereDuration = "roles_anywhere_duration_seconds"
    case rolesAnywhereSessionName = "roles_anywhere_role_session_name"
    // The role and its MFA device.
    case roleARN = "role_arn"
    case mfaSerial = "mfa_serial"
    case mfaPrompt = "mfa_prompt"
    case mfaProcess = "mfa_process"
    // The key in the vault.
    case rotateAfter = "credtool_rotate_after"
    // How AWS is reached.
    case region
    case endpointURL = "endpoint_url"
    case services
    case ignoreConfiguredEndpointURLs = "ignore_configured_endpoint_urls"
    case stsRegionalEndpoints = "sts_regional_endpoints"
    case useFIPSEndpoint = "use_fips_endpoint"
    case useDualStackEndpoint = "use_dualstack_endpoint"
    case caBundle = "ca_bundle"
    // How the EC2 instance is asked.
    case metadataEndpoint = "ec2_metadata_service_endpoint"
    case metadataEndpointMode = "ec2_metadata_service_endpoint_mode"
    case metadataV1Disabled = "ec2_metadata_v1_disabled"
    // What is asked of whoever uses it.
    case confirm = "credtool_confirm"
    case reason = "credtool_reason"
    case allowCommands = "credtool_allow_commands"
    case readOnly = "credtool_read_only"
    case maxDuration = "credtool_max_duration"
    case title = "credtool_title"
    // What credtool notes of uses.
    case logArguments = "credtool_log_arguments"
    // What is done while nobody calls credtool.
    case forgetOn = "credtool_forget_on"
    case notifyBefore = "credtool_notify_before"

    /// What is known of a setting.
    struct Definition {
        /// The form of its value.
        let form: SettingForm
        /// The variables that come before the profile's own, the first of them first.
        var variables: [String] = []
        /// The name of its flag without the dashes.
        var flag: String?
    }

    /// The setting's row in the table.
    var definition: Definition {
        switch self {
        case .sourceProfile: Definition(form: .sourceProfile)
        case .credentialSource: Definition(form: .credentialSource)
        case .credentialProcess: Definition(form: .command)
        case .webIdentityTokenFile: Definition(form: .line)
        case .webIdentityTokenProcess: Definition(form: .command)
        case .webIdentityTokenSource: Definition(form: .jobService)
        case .webIdentityTokenVariable: Definition(form: .variable)
        case .webIdentityTokenAudience: Definition(form: .line)
        case .openIDIssuer: Definition(form: .url)
        case .openIDClientID, .openIDScopes: Definition(form: .line)
        case .openIDClientSecretProcess: Definition(form: .command)
        case .openIDRedirect: Definition(form: .redirect)
        case .includeProfile: Definition(form: .includeProfile)
        case .accountID: Definition(form: .accountID)
        // The SDKs take any text for an account; the access portal says what is none.
        case .ssoSession, .ssoAccountID, .ssoRoleName, .ssoRegistrationScopes, .loginSession:
            Definition(form: .line)
        case .rolesAnywhereTrustAnchor: Definition(form: .trustAnchorARN)
        case .rolesAnywhereProfile: Definition(form: .rolesAnywhereProfileARN)
        case .rolesAnywhereRole: Definition(form: .roleARN)
        case .rolesAnywhereCertificate, .rolesAnywherePrivateKey, .rolesAnywhereCertificateChain:
            Definition(form: .line)
        case .rolesAnywhereDuration: Definition(form: .durationSeconds)
        case .rolesAnywhereSessionName: Definition(form: .roleSessionName)
        case .ssoStartURL: Definition(form: .url)
        case .ssoRegion: Definition(form: .region)
        case .ssoShareCLICache: Definition(form: .boolean)
        // Behind a profile's own role, `--role` is one more: no overlay of this setting.
        case .roleARN: Definition(form: .roleARN, variables: ["AWS_ROLE_ARN"])
        case .mfaSerial:
            Definition(form: .mfaSerial, variables: ["AWS_MFA_SERIAL"], flag: "mfa-serial")
        case .mfaPrompt:
            Definition(form: .mfaPrompt, variables: ["CREDTOOL_MFA_PROMPT"], flag: "mfa-prompt")
        case .mfaProcess: Definition(form: .command)
        case .rotateAfter: Definition(form: .age)
        case .region:
            Definition(
                form: .region, variables: ["AWS_REGION", "AWS_DEFAULT_REGION"], flag: "region")
        case .endpointURL: Definition(form: .url, variables: ["AWS_ENDPOINT_URL"])
        case .services: Definition(form: .line)
        case .ignoreConfiguredEndpointURLs:
            Definition(form: .boolean, variables: ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"])
        case .stsRegionalEndpoints:
            Definition(form: .stsRegionalEndpoints, variables: ["AWS_STS_REGIONAL_ENDPOINTS"])
        case .useFIPSEndpoint: Definition(form: .boolean, variables: ["AWS_USE_FIPS_ENDPOINT"])
        case .useDualStackEndpoint:
            Definition(form: .boolean, variables: ["AWS_USE_DUALSTACK_ENDPOINT"])
        case .caBundle: Definition(form: .line, variables: ["AWS_CA_BUNDLE"])
        case .metadataEndpoint:
            Definition(form: .url, variables: ["AWS_EC2_METADATA_SERVICE_ENDPOINT"])
        case .metadataEndpointMode:
            Definition(
                form: .metadataEndpointMode, variables: ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"])
        case .metadataV1Disabled:
            Definition(form: .boolean, variables: ["AWS_EC2_METADATA_V1_DISABLED"])
        case .confirm, .allowCommands, .title: Definition(form: .line)
        case .reason: Definition(form: .required)
        case .maxDuration: Definition(form: .sessionTTL)
        case .readOnly, .logArguments: Definition(form: .boolean)
        case .forgetOn: Definition(form: .occasions)
        case .notifyBefore: Definition(form: .minimumTTL)
        }
    }

    /// The form of its value.
    public var form: SettingForm { definition.form }

    /// The variables that come before the profile's own, the first of them first.
    public var variables: [String] { definition.variables }

    /// The name of its flag without the dashes; nil for none.
    public var flag: String? { definition.flag }
}
