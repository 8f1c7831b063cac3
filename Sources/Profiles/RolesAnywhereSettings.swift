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

    private static let all: [ProfileSetting] = [
        .rolesAnywhereTrustAnchor, .rolesAnywhereProfile, .rolesAnywhereRole,
        .rolesAnywhereCertificate, .rolesAnywherePrivateKey, .rolesAnywhereCertificateChain,
        .rolesAnywhereDuration, .rolesAnywhereSessionName,
    ]

    /// The first of its settings that a section has, by its key.
    static func first(in settings: SectionSettings) -> Setting<String>? {
        all.lazy.compactMap { known in
            settings[known.rawValue].flatMap {
                $0.value.isEmpty ? nil : Setting(known.rawValue, from: $0.origin)
            }
        }.first
    }

    /// Reads them from a section; an empty one is as good as none.
    /// - Throws: `ConfigError.invalidValue` for what AWS would refuse.
    public init(_ settings: SectionSettings) throws(ConfigError) {
        certificate = try settings.text(.rolesAnywhereCertificate)
        privateKey = try settings.text(.rolesAnywherePrivateKey)
        certificateChain = try settings.text(.rolesAnywhereCertificateChain)
        trustAnchor = try settings.read(.rolesAnywhereTrustAnchor) { ARN($0) }
        profile = try settings.read(.rolesAnywhereProfile) { ARN($0) }
        role = try settings.read(.rolesAnywhereRole) { ARN($0) }
        duration = try settings.read(.rolesAnywhereDuration) { SettingForm.duration(seconds: $0) }
        sessionName = try settings.text(.rolesAnywhereSessionName)
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
