// The settings of IAM Roles Anywhere: which certificate, and which role for it.
public import Model

/// What a profile says with its `roles_anywhere_` settings.
public struct RolesAnywhereSettings: Equatable, Sendable {
    /// `roles_anywhere_certificate`: a file with the certificate, in PEM or DER, or a PKCS#12 file.
    public var certificate: Setting<String>?
    /// `roles_anywhere_private_key`: a file with its key; nil for the certificate's own file.
    public var privateKey: Setting<String>?
    /// `roles_anywhere_certificate_chain`: a file with what leads from it to the trust anchor.
    public var certificateChain: Setting<String>?
    /// `roles_anywhere_trust_anchor_arn`.
    public var trustAnchor: Setting<ARN>?
    /// `roles_anywhere_profile_arn`.
    public var profile: Setting<ARN>?
    /// `roles_anywhere_role_arn`. It is not `role_arn`, which is a role that is assumed with the
    /// session of this one.
    public var role: Setting<ARN>?
    /// `roles_anywhere_duration_seconds`.
    public var duration: Setting<Duration>?
    /// `roles_anywhere_role_session_name`.
    public var sessionName: Setting<String>?

    /// The keys.
    static let keys = [
        "roles_anywhere_trust_anchor_arn", "roles_anywhere_profile_arn", "roles_anywhere_role_arn",
        "roles_anywhere_certificate", "roles_anywhere_private_key",
        "roles_anywhere_certificate_chain", "roles_anywhere_duration_seconds",
        "roles_anywhere_role_session_name",
    ]

    /// The first of its settings that a section has, by its key.
    static func first(in settings: SectionSettings) -> Setting<String>? {
        keys.lazy.compactMap { key in
            settings[key].flatMap { $0.value.isEmpty ? nil : Setting(key, from: $0.origin) }
        }.first
    }

    /// Reads them from a section; an empty one is as good as none.
    /// - Throws: `ConfigError.invalidValue` for what AWS would refuse.
    public init(_ settings: SectionSettings) throws(ConfigError) {
        func read<Value>(
            _ name: String, _ form: SettingForm, _ convert: (String) -> Value?
        ) throws(ConfigError) -> Setting<Value>? {
            let key = "roles_anywhere_\(name)"
            guard let setting = settings[key], !setting.value.isEmpty else { return nil }
            return try setting.read(as: form, key: key, convert)
        }
        certificate = try read("certificate", .line) { $0 }
        privateKey = try read("private_key", .line) { $0 }
        certificateChain = try read("certificate_chain", .line) { $0 }
        trustAnchor = try read("trust_anchor_arn", .trustAnchorARN) { ARN($0) }
        profile = try read("profile_arn", .rolesAnywhereProfileARN) { ARN($0) }
        role = try read("role_arn", .roleARN) { ARN($0) }
        duration = try read("duration_seconds", .durationSeconds) {
            SettingForm.duration(seconds: $0)
        }
        sessionName = try read("role_session_name", .roleSessionName) { $0 }
    }
}

extension ARN {
    /// Whether it is one of IAM Roles Anywhere, of a kind such as `profile`.
    func isOfRolesAnywhere(_ kind: String) -> Bool {
        service == "rolesanywhere" && hasAccountID
            && resource.hasPrefix("\(kind)/") && resource.utf8.count > kind.utf8.count + 1
            && SettingForm.region.accepts(region)
    }
}
