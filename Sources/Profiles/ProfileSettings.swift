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
            _ known: ProfileSetting, mayBeEmpty: Bool = true, _ convert: (String) -> Value?
        ) throws(ConfigError) -> Setting<Value>? {
            try settings.read(known, mayBeEmpty: mayBeEmpty, convert)
        }
        func text(
            _ known: ProfileSetting, mayBeEmpty: Bool = true
        ) throws(ConfigError) -> Setting<String>? {
            try read(known, mayBeEmpty: mayBeEmpty) { $0 }
        }
        func flag(_ known: ProfileSetting) throws(ConfigError) -> Setting<Bool>? {
            try read(known) { Bool(setting: $0) }
        }

        self.init(name: name, origin: origin)
        roleARN = try read(.roleARN, mayBeEmpty: false) { ARN($0) }
        sourceProfile = try text(.sourceProfile, mayBeEmpty: false)
        mfaSerial = try text(.mfaSerial)
        accountID = try text(.accountID)
        region = try text(.region)
        role = try RoleSettings(settings)

        credentialSource = try read(.credentialSource) {
            CredentialSource(anyCase: $0)
        }
        credentialProcess = try text(.credentialProcess)
        webIdentityTokenFile = try text(.webIdentityTokenFile)
        webIdentityTokenProcess = try text(.webIdentityTokenProcess)
        jobToken = try JobTokenSettings(settings)
        openID = try OpenIDSettings(settings)
        for key: ProfileSetting in [
            .ssoSession, .ssoStartURL, .ssoAccountID, .ssoRoleName, .ssoRegion,
        ] {
            guard let setting = try text(key), sso == nil else { continue }
            sso = Setting(key.rawValue, from: setting.origin)
        }
        _ = try text(.ssoRegistrationScopes)
        _ = try flag(.ssoShareCLICache)
        loginSession = try text(.loginSession)
        rolesAnywhere = RolesAnywhereSettings.first(in: settings)
        _ = try RolesAnywhereSettings(settings)
        saml = try SAMLSettings(settings)
        includeProfile = try text(.includeProfile)

        mfaProcess = try text(.mfaProcess)
        mfaPrompt = try read(.mfaPrompt) { MFAPromptMethod(anyCase: $0) }
        rotateAfter = try read(.rotateAfter) { Duration(age: $0) }

        stsRegionalEndpoints = try read(.stsRegionalEndpoints) {
            STSRegionalEndpoints(anyCase: $0)
        }
        endpointURL = try text(.endpointURL)
        services = try text(.services)
        ignoresConfiguredEndpointURLs = try flag(.ignoreConfiguredEndpointURLs)
        usesFIPSEndpoint = try flag(.useFIPSEndpoint)
        usesDualStackEndpoint = try flag(.useDualStackEndpoint)
        caBundle = try text(.caBundle)

        metadataEndpoint = try text(.metadataEndpoint)
        metadataEndpointMode = try read(.metadataEndpointMode) { MetadataEndpointMode(anyCase: $0) }
        metadataV1IsDisabled = try flag(.metadataV1Disabled)
        guardRails = try GuardRails(settings, of: name)
        logsArguments = try flag(.logArguments)
        forgetOn = try read(.forgetOn) { Occasion.set($0) }
        notifyBefore = try read(.notifyBefore) { Duration(argument: $0) }
    }
}

extension SectionSettings {
    /// The text of a setting; nil where it is not set or empty.
    ///
    /// - Throws: `ConfigError.invalidValue` where it has not the setting's form.
    public func text(_ known: ProfileSetting) throws(ConfigError) -> Setting<String>? {
        try read(known) { $0 }
    }

    /// The `true` or `false` of a setting; nil where it is not set or empty.
    ///
    /// - Throws: `ConfigError.invalidValue` for anything else.
    public func flag(_ known: ProfileSetting) throws(ConfigError) -> Setting<Bool>? {
        try read(known) { Bool(setting: $0) }
    }

    func read<Value>(
        _ known: ProfileSetting, mayBeEmpty: Bool = true, _ convert: (String) -> Value?
    ) throws(ConfigError) -> Setting<Value>? {
        guard let setting = self[known.rawValue] else { return nil }
        if mayBeEmpty, setting.value.isEmpty { return nil }
        return try setting.read(as: known.form, key: known.rawValue, convert)
    }
}

extension Setting<String> {
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
