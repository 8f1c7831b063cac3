// A profile's settings out of the texts of a section.
internal import Model

extension Profile {
    /// Checks and takes over the settings that are known; others are left alone.
    ///
    /// An empty value is as good as none, except for `role_arn` and `source_profile`: with those
    /// left out silently, the profile would stand for somebody else.
    ///
    /// - Throws: `ConfigError.invalidValue` for the first setting, in the order of the properties
    ///   here, that AWS would refuse or nobody could read.
    public init(name: String, origin: Origin, settings: SectionSettings)
        throws(ConfigError)
    {
        func read<Value>(
            _ key: String, _ expected: SettingForm, mayBeEmpty: Bool = true,
            _ convert: (String) -> Value?
        ) throws(ConfigError) -> Setting<Value>? {
            guard let setting = settings[key] else { return nil }
            if mayBeEmpty, setting.value.isEmpty { return nil }
            return try setting.read(as: expected, key: key, convert)
        }
        func text(
            _ key: String, _ expected: SettingForm, mayBeEmpty: Bool = true
        ) throws(ConfigError) -> Setting<String>? {
            try read(key, expected, mayBeEmpty: mayBeEmpty) { $0 }
        }
        func flag(_ key: String) throws(ConfigError) -> Setting<Bool>? {
            try read(key, .boolean) { Bool(setting: $0) }
        }

        self.init(name: name, origin: origin)
        roleARN = try read("role_arn", .roleARN, mayBeEmpty: false) { ARN($0) }
        sourceProfile = try text("source_profile", .sourceProfile, mayBeEmpty: false)
        mfaSerial = try text("mfa_serial", .mfaSerial)
        region = try text("region", .region)
        role = try RoleSettings(settings)

        credentialSource = try read("credential_source", .credentialSource) {
            CredentialSource(anyCase: $0)
        }
        credentialProcess = try text("credential_process", .command)
        webIdentityTokenFile = try text("web_identity_token_file", .line)
        webIdentityTokenProcess = try text("web_identity_token_process", .command)
        jobToken = try JobTokenSettings(settings)
        openID = try OpenIDSettings(settings)
        let ssoKeys = [
            "sso_session", "sso_start_url", "sso_account_id", "sso_role_name", "sso_region",
        ]
        sso =
            ssoKeys.lazy.compactMap { key in
                settings[key].flatMap { $0.value.isEmpty ? nil : Setting(key, from: $0.origin) }
            }.first
        loginSession = settings["login_session"].flatMap { $0.value.isEmpty ? nil : $0 }
        includeProfile = try text("include_profile", .includeProfile)

        mfaProcess = try text("mfa_process", .command)
        mfaPrompt = try read("mfa_prompt", .mfaPrompt) { MFAPromptMethod(anyCase: $0) }

        stsRegionalEndpoints = try read("sts_regional_endpoints", .stsRegionalEndpoints) {
            STSRegionalEndpoints(anyCase: $0)
        }
        endpointURL = try text("endpoint_url", .url)
        services = try text("services", .line)
        ignoresConfiguredEndpointURLs = try flag("ignore_configured_endpoint_urls")
        usesFIPSEndpoint = try flag("use_fips_endpoint")
        usesDualStackEndpoint = try flag("use_dualstack_endpoint")
        caBundle = try text("ca_bundle", .line)

        metadataEndpoint = try text("ec2_metadata_service_endpoint", .url)
        metadataEndpointMode = try read(
            "ec2_metadata_service_endpoint_mode", .metadataEndpointMode
        ) { MetadataEndpointMode(anyCase: $0) }
        metadataV1IsDisabled = try flag("ec2_metadata_v1_disabled")
    }
}

extension Setting<String> {
    /// The `true` or `false` that stands under `key`.
    ///
    /// - Throws: `ConfigError.invalidValue` for anything else.
    public func flag(_ key: String) throws(ConfigError) -> Setting<Bool> {
        try read(as: .boolean, key: key) { Bool(setting: $0) }
    }

    /// The value that the text stands for.
    ///
    /// - Throws: `ConfigError.invalidValue` where it has not the form.
    func read<Converted>(
        as expected: SettingForm, key: String, _ convert: (String) -> Converted?
    ) throws(ConfigError) -> Setting<Converted> {
        guard expected.accepts(value), let converted = convert(value) else {
            throw .invalidValue(key: key, value: value, origin: origin, expected: expected)
        }
        return Setting<Converted>(converted, from: origin)
    }
}
