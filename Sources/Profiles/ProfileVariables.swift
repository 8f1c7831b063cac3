// The environment variables that set a profile's values, in place of its section.
public import Model

extension Profile {
    /// The profile with what variables say in place of its own settings.
    ///
    /// For the profile that was asked for, and not for those that it is built from: a region, a
    /// session's name or a tag in the environment is meant for the credentials that come out.
    /// Endpoint URLs are in `EndpointURL`.
    ///
    /// AWS_ROLE_ARN counts only without AWS_WEB_IDENTITY_TOKEN_FILE. Together they are a source of
    /// credentials of their own, `WebIdentityVariables`, which must not change whose credentials a
    /// profile stands for.
    ///
    /// - Parameter variable: Looks a variable up; an empty one counts as unset.
    /// - Throws: `ConfigError.invalidValue` for the first variable that AWS would refuse or nobody
    ///   could read; its key is the variable's name.
    public func overlaid(variable: (String) -> String?) throws(ConfigError) -> Profile {
        func read<Value>(
            _ names: String..., as form: SettingForm, else own: Setting<Value>?,
            _ convert: (String) -> Value?
        ) throws(ConfigError) -> Setting<Value>? {
            for name in names {
                guard let setting = Setting(variable: name, variable) else { continue }
                return try setting.read(as: form, key: name, convert)
            }
            return own
        }
        func flag(_ name: String, else own: Setting<Bool>?) throws(ConfigError) -> Setting<Bool>? {
            try read(name, as: .boolean, else: own) { Bool(setting: $0) }
        }
        func time(
            _ name: String, _ form: SettingForm, else own: Setting<Duration>?
        ) throws(ConfigError) -> Setting<Duration>? {
            try read(name, as: form, else: own) { Duration(argument: $0) }
        }

        var all = self
        all.region = try read("AWS_REGION", "AWS_DEFAULT_REGION", as: .region, else: region) { $0 }
        all.mfaSerial = try read("AWS_MFA_SERIAL", as: .mfaSerial, else: mfaSerial) { $0 }
        all.mfaPrompt = try read("CREDTOOL_MFA_PROMPT", as: .mfaPrompt, else: mfaPrompt) {
            MFAPromptMethod(anyCase: $0)
        }
        if Setting(variable: "AWS_WEB_IDENTITY_TOKEN_FILE", variable) == nil {
            all.roleARN = try read("AWS_ROLE_ARN", as: .roleARN, else: roleARN) { ARN($0) }
        }
        try all.role.overlay(variable: variable)

        all.sessionTokenDuration = try time(
            "AWS_SESSION_TOKEN_TTL", .sessionTTL, else: sessionTokenDuration)
        all.chainedSessionTokenDuration = try time(
            "AWS_CHAINED_SESSION_TOKEN_TTL", .sessionTTL, else: chainedSessionTokenDuration)
        all.federationTokenDuration = try time(
            "AWS_FEDERATION_TOKEN_TTL", .sessionTTL, else: federationTokenDuration)
        all.minimumTTL = try time("AWS_MIN_TTL", .minimumTTL, else: minimumTTL)

        all.stsRegionalEndpoints = try read(
            "AWS_STS_REGIONAL_ENDPOINTS", as: .stsRegionalEndpoints, else: stsRegionalEndpoints
        ) { STSRegionalEndpoints(anyCase: $0) }
        all.usesFIPSEndpoint = try flag("AWS_USE_FIPS_ENDPOINT", else: usesFIPSEndpoint)
        all.usesDualStackEndpoint = try flag(
            "AWS_USE_DUALSTACK_ENDPOINT", else: usesDualStackEndpoint)
        all.caBundle = try read("AWS_CA_BUNDLE", as: .line, else: caBundle) { $0 }

        return all
    }

    /// The profile with what variables say of the instance metadata in place of its own settings.
    /// They are read apart: a machine's wrong variable is nothing to who does not ask for them.
    ///
    /// - Parameter variable: Looks a variable up; an empty one counts as unset.
    /// - Throws: `ConfigError.invalidValue`; its key is the variable's name.
    public func overlaidForMetadata(
        variable: (String) -> String?
    ) throws(ConfigError) -> Profile {
        func read<Value>(
            _ name: String, as form: SettingForm, else own: Setting<Value>?,
            _ convert: (String) -> Value?
        ) throws(ConfigError) -> Setting<Value>? {
            try Setting(variable: name, variable)?.read(as: form, key: name, convert) ?? own
        }
        var all = self
        all.metadataEndpoint = try read(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT", as: .url, else: metadataEndpoint
        ) { $0 }
        all.metadataEndpointMode = try read(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", as: .metadataEndpointMode,
            else: metadataEndpointMode
        ) { MetadataEndpointMode(anyCase: $0) }
        all.metadataV1IsDisabled = try read(
            "AWS_EC2_METADATA_V1_DISABLED", as: .boolean, else: metadataV1IsDisabled
        ) { Bool(setting: $0) }
        return all
    }
}

/// The web identity that variables describe, as Kubernetes sets them for a pod.
///
/// Source: AWS SDKs and Tools Reference Guide, "Assume role credential provider".
public struct WebIdentityVariables: Equatable, Sendable {
    /// AWS_WEB_IDENTITY_TOKEN_FILE.
    public let tokenFile: Setting<String>
    /// AWS_ROLE_ARN; without it the token is of no use.
    public let roleARN: Setting<ARN>?
    /// AWS_ROLE_SESSION_NAME.
    public let roleSessionName: Setting<String>?

    /// Reads the variables; nil where there is no token file.
    ///
    /// - Parameter variable: Looks a variable up; an empty one counts as unset.
    /// - Throws: `ConfigError.invalidValue`.
    public init?(variable: (String) -> String?) throws(ConfigError) {
        let file = Setting(variable: "AWS_WEB_IDENTITY_TOKEN_FILE", variable)
        guard let file else { return nil }
        let role = Setting(variable: "AWS_ROLE_ARN", variable)
        let name = Setting(variable: "AWS_ROLE_SESSION_NAME", variable)
        tokenFile = file
        roleARN = try role?.read(as: .roleARN, key: "AWS_ROLE_ARN") { ARN($0) }
        roleSessionName = try name?.read(as: .roleSessionName, key: "AWS_ROLE_SESSION_NAME") { $0 }
    }
}

extension Setting<String> {
    /// The variable `name`; nil where it is unset or empty.
    init?(variable name: String, _ look: (String) -> String?) {
        guard let value = look(name), !value.isEmpty else { return nil }
        self.init(value, from: .variable(name))
    }
}
