// The names of settings that are known, and those that are nearly one of them.
internal import Model

/// A setting that is not known, and the one that was perhaps meant.
public struct MisspeltSetting: Equatable, Sendable {
    /// The name as it is written, in lowercase.
    public let key: String
    /// The setting that was perhaps meant.
    public let nearest: String
    /// The profile it stands in.
    public let profile: String
    /// Where it stands.
    public let origin: Origin
}

/// The settings of a profile that programs are known to read.
public struct SettingNames {
    private static let known = Set(all)
    /// What was found out of names that are not known: a slip is often in many profiles.
    private var meant: [String: String?] = [:]

    /// Knows them all.
    public init() {}

    /// The setting that was perhaps meant by `key`; nil for one that is known, and where none comes
    /// near.
    public mutating func nearest(to key: String) -> String? {
        guard !Self.known.contains(key) else { return nil }
        if let answer = meant[key] { return answer }
        let answer = Model.nearest(to: key, among: Self.all, within: 2)
        meant[key] = .some(answer)
        return answer
    }

    /// Whether some program is known to read a setting.
    public static func isKnown(_ key: String) -> Bool { known.contains(key) }

    /// Whether a setting is known and nobody's secret, so that its value may be shown.
    public static func isShown(_ key: String) -> Bool {
        known.contains(key) && PlainKeyPart(key) == nil
    }

    /// The misspelt settings of one profile's own sections.
    public mutating func misspelt(
        _ settings: SectionSettings, of profile: String
    ) -> [MisspeltSetting] {
        var found: [MisspeltSetting] = []
        for entry in settings.entries {
            guard let nearest = nearest(to: entry.key) else { continue }
            found.append(
                MisspeltSetting(
                    key: entry.key, nearest: nearest, profile: profile,
                    origin: entry.setting.origin))
        }
        return found
    }

    /// Source: AWS SDKs and Tools Reference Guide, "Settings reference"; AWS CLI user guide,
    /// "Configuration and credential file settings"; aws-vault's USAGE.md. The last ones are of
    /// programs that write such files, and stand here so that nobody is told to rename them.
    private static let all =
        ProfileSetting.allCases.map(\.rawValue) + SAMLSetting.allCases.map(\.rawValue)
        + RoleSetting.allCases.map(\.rawValue) + [
            "parent_profile", "aws_access_key_id", "aws_secret_access_key",
            "aws_session_token", "aws_security_token",
            "account_id_endpoint_mode", "api_versions", "auth_scheme_preference",
            "cli_auto_prompt", "cli_binary_format", "cli_follow_urlparam", "cli_help_output",
            "cli_history", "cli_pager", "cli_timestamp_format", "cli_error_format",
            "credential_key", "csm_client_id", "csm_enabled", "csm_host", "csm_port", "data_path",
            "defaults_mode", "disable_host_prefix_injection", "disable_request_compression",
            "endpoint_discovery_enabled", "imds_use_ipv6", "max_attempts",
            "metadata_service_num_attempts", "metadata_service_timeout", "output",
            "parameter_validation", "request_checksum_calculation",
            "request_min_compression_size_bytes", "response_checksum_validation", "retry_mode",
            "s3", "s3_disable_express_session_auth", "s3_disable_multiregion_access_points",
            "s3_us_east_1_regional_endpoint", "s3_use_arn_region", "sdk_ua_app_id",
            "signature_version", "sigv4a_signing_region_set",
            "tcp_keepalive", "tls_min_version", "use_accelerate_endpoint", "sso_account_name",
            "sso_auto_populated", "credential_process_timeout", "x_principal_arn",
            "x_security_token_expires", "aws_expiration", "aws_session_expiration", "expiration",
            "granted_sso_start_url", "granted_sso_region", "granted_sso_account_id",
            "granted_sso_role_name", "color", "assumed_role", "assumed_role_arn",
        ]
}

extension ConfigFiles {
    /// The misspelt settings of a profile and of those that it is built from, by `source_profile` and
    /// `include_profile`.
    public func misspeltSettings(behind name: String) -> [MisspeltSetting] {
        var names = SettingNames()
        var found: [MisspeltSetting] = []
        var seen: Set<String> = [name]
        var path = [name]
        while let next = path.popLast() {
            guard let settings = settings(of: .profile, named: next) else { continue }
            found += names.misspelt(settings, of: next)
            for key in ["source_profile", "include_profile"] {
                guard let other = settings[key]?.value, seen.insert(other).inserted else {
                    continue
                }
                path.append(other)
            }
        }
        return found
    }
}
