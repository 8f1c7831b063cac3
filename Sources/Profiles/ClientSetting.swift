// What a profile tells the programs that run under it, besides credentials and region.
internal import Model

/// A setting that SDKs and the AWS CLI read from a variable as well as from the config file.
///
/// Source: AWS SDKs and Tools Reference Guide, "Settings reference" and "Environment variables";
/// AWS CLI user guide, "Environment variables".
public enum ClientSettingKey: String, CaseIterable, Sendable {
    case accountIDEndpointMode = "account_id_endpoint_mode"
    case authSchemePreference = "auth_scheme_preference"
    case caBundle = "ca_bundle"
    case cliAutoPrompt = "cli_auto_prompt"
    case cliFileEncoding = "cli_file_encoding"
    case cliPager = "cli_pager"
    case defaultsMode = "defaults_mode"
    case disableHostPrefixInjection = "disable_host_prefix_injection"
    case disableRequestCompression = "disable_request_compression"
    case metadataEndpoint = "ec2_metadata_service_endpoint"
    case metadataEndpointMode = "ec2_metadata_service_endpoint_mode"
    case metadataV1Disabled = "ec2_metadata_v1_disabled"
    case endpointDiscoveryEnabled = "endpoint_discovery_enabled"
    case endpointURL = "endpoint_url"
    case ignoreConfiguredEndpointURLs = "ignore_configured_endpoint_urls"
    case maxAttempts = "max_attempts"
    case metadataServiceNumAttempts = "metadata_service_num_attempts"
    case metadataServiceTimeout = "metadata_service_timeout"
    case output
    case requestChecksumCalculation = "request_checksum_calculation"
    case requestMinCompressionSizeBytes = "request_min_compression_size_bytes"
    case responseChecksumValidation = "response_checksum_validation"
    case retryMode = "retry_mode"
    case s3DisableExpressSessionAuth = "s3_disable_express_session_auth"
    case s3DisableMultiRegionAccessPoints = "s3_disable_multiregion_access_points"
    case s3USEast1RegionalEndpoint = "s3_us_east_1_regional_endpoint"
    case s3UseARNRegion = "s3_use_arn_region"
    case sdkUserAgentAppID = "sdk_ua_app_id"
    case sigV4aSigningRegionSet = "sigv4a_signing_region_set"
    case stsRegionalEndpoints = "sts_regional_endpoints"
    case useDualStackEndpoint = "use_dualstack_endpoint"
    case useFIPSEndpoint = "use_fips_endpoint"

    /// The variables that mean the same; more than one where the SDKs do not agree on the name.
    public var variables: [String] {
        switch self {
        case .cliPager: ["AWS_PAGER"]
        case .output: ["AWS_DEFAULT_OUTPUT"]
        case .endpointDiscoveryEnabled:
            ["AWS_ENABLE_ENDPOINT_DISCOVERY", "AWS_ENDPOINT_DISCOVERY_ENABLED"]
        case .accountIDEndpointMode, .authSchemePreference, .caBundle, .cliAutoPrompt,
            .cliFileEncoding, .defaultsMode, .disableHostPrefixInjection,
            .disableRequestCompression, .metadataEndpoint, .metadataEndpointMode,
            .metadataV1Disabled, .endpointURL, .ignoreConfiguredEndpointURLs, .maxAttempts,
            .metadataServiceNumAttempts, .metadataServiceTimeout, .requestChecksumCalculation,
            .requestMinCompressionSizeBytes, .responseChecksumValidation, .retryMode,
            .s3DisableExpressSessionAuth, .s3DisableMultiRegionAccessPoints,
            .s3USEast1RegionalEndpoint, .s3UseARNRegion, .sdkUserAgentAppID,
            .sigV4aSigningRegionSet, .stsRegionalEndpoints, .useDualStackEndpoint,
            .useFIPSEndpoint:
            ["AWS_" + rawValue.uppercased()]
        }
    }

    /// Whether an empty value says something: `cli_pager =` switches the pager off.
    var mayBeEmpty: Bool { self == .cliPager }
}

/// A variable that tells a program what its profile says.
public struct ClientSetting: Equatable, Sendable {
    /// The variable's name.
    public let variable: String
    /// Its value, and where that was found.
    public let value: Setting<String>

    init(_ variable: String, _ value: Setting<String>) {
        self.variable = variable
        self.value = value
    }
}

extension ConfigFiles {
    /// What programs would have read of a profile if they had been told its name, as variables.
    ///
    /// A program that has credentials in its environment must not be told a profile's name as well:
    /// some SDKs would take that one's credentials instead. Told no name, it reads `[default]`.
    ///
    /// - Parameters:
    ///   - name: The profile; nothing is told where no file has it.
    ///   - isSet: Whether the environment has a variable of that name, which then counts; and whether
    ///     one that is empty counts as well.
    ///   - isSetToEndpoint: Whether it has any variable whose name begins with AWS_ENDPOINT_URL.
    /// - Returns: In the order of the sections; no variable that is set already.
    /// - Throws: What `profile(named:)` throws; `ConfigError.unknownServices`.
    public func clientSettings(
        ofProfile name: String, isSet: (String, _ evenEmpty: Bool) -> Bool,
        isSetToEndpoint: () -> Bool
    ) throws(ConfigError) -> [ClientSetting] {
        let own = try completedSettings(ofProfile: name) ?? SectionSettings()
        let standard = name == "default" ? SectionSettings() : standardSettings
        var settings: [ClientSetting] = []
        var endpoints: [ClientSetting] = []
        var isIgnoring = false
        for entry in own.entries {
            guard let key = ClientSettingKey(rawValue: entry.key),
                !entry.setting.value.isEmpty || key.mayBeEmpty
            else { continue }
            if key == .ignoreConfiguredEndpointURLs {
                isIgnoring = Bool(setting: entry.setting.value) == true
            }
            for variable in key.variables where !isSet(variable, key.mayBeEmpty) {
                let setting = ClientSetting(variable, entry.setting)
                if key == .endpointURL {
                    endpoints.append(setting)
                } else {
                    settings.append(setting)
                }
            }
        }
        // A variable for all services comes before a section's address for one.
        let all = "AWS_ENDPOINT_URL"
        if let services = own["services"], !services.value.isEmpty, !isIgnoring, !isSet(all, false)
        {
            for (service, url) in try serviceEndpoints(services, profile: name) {
                let variable = "\(all)_\(service.uppercased())"
                if !isSet(variable, false) { endpoints.append(ClientSetting(variable, url)) }
            }
        }
        let ignoring = ClientSettingKey.ignoreConfiguredEndpointURLs.variables[0]
        if !isIgnoring, !isSet(ignoring, false) {
            settings += endpoints
            let foreign = (standard["endpoint_url"] ?? standard["services"])?.origin
            if endpoints.isEmpty, let foreign, !isSetToEndpoint() {
                // What [default] says of endpoints would send the requests elsewhere.
                settings.append(ClientSetting(ignoring, Setting("true", from: foreign)))
            }
        }
        // A program that is told no profile would switch on what [default] does.
        for entry in standard.entries
        where Bool(setting: entry.setting.value) == true && own[entry.key] == nil {
            guard let key = ClientSettingKey(rawValue: entry.key), key != .cliAutoPrompt,
                key != .ignoreConfiguredEndpointURLs
            else { continue }
            for variable in key.variables where !isSet(variable, false) {
                settings.append(
                    ClientSetting(variable, Setting("false", from: entry.setting.origin)))
            }
        }
        return settings
    }

    /// What a program reads that is told no profile.
    public var standardSettings: SectionSettings {
        (try? completedSettings(ofProfile: "default")) ?? SectionSettings()
    }

    private func serviceEndpoints(
        _ services: Setting<String>, profile: String
    ) throws(ConfigError) -> [(service: String, url: Setting<String>)] {
        guard let section = settings(of: .services, named: services.value) else {
            throw .unknownServices(
                services, profile: profile,
                nearest: nearestName(of: .services, to: services.value))
        }
        return section.entries.compactMap { entry in
            guard entry.key.utf8.allSatisfy(Self.isInVariable) else { return nil }
            return serviceEndpoint(services: services.value, service: entry.key).map {
                (entry.key, $0)
            }
        }
    }

    private static func isInVariable(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
