// IAM Roles Anywhere: from a profile's settings to a role for the holder of a certificate's key.
public import Model
public import Profiles

/// A role of IAM Roles Anywhere.
public struct RolesAnywhereSource: Equatable, Sendable {
    /// Where the certificate is, and its key.
    public enum Place: Equatable, Sendable {
        /// In the vault.
        case vault(StoredCertificate)
        /// In files. `digest` tells this content of the first one from another; nil where it cannot
        /// be read.
        case files(
            certificate: Setting<String>, privateKey: Setting<String>?, chain: Setting<String>?,
            digest: String?)
    }

    /// The profile that names it.
    public let profile: String
    /// The certificate.
    public let place: Place
    /// `roles_anywhere_trust_anchor_arn`, whose region is asked.
    public let trustAnchor: Setting<ARN>
    /// `roles_anywhere_profile_arn`.
    public let anywhereProfile: Setting<ARN>
    /// `roles_anywhere_role_arn`.
    public let role: Setting<ARN>
    /// How long the session lives; nil for as long as the profile in AWS says.
    public var duration: Setting<Duration>?
    /// `roles_anywhere_role_session_name`.
    public var sessionName: Setting<String>?
    /// The URL in place of the service's own; nil for that one.
    public var endpointURL: Setting<String>?
    /// `use_fips_endpoint`.
    public var fips: Setting<Bool>?
    /// `use_dualstack_endpoint`.
    public var dualStack: Setting<Bool>?

    /// Joins what is always there.
    public init(
        profile: String, place: Place, trustAnchor: Setting<ARN>, anywhereProfile: Setting<ARN>,
        role: Setting<ARN>
    ) {
        self.profile = profile
        self.place = place
        self.trustAnchor = trustAnchor
        self.anywhereProfile = anywhereProfile
        self.role = role
    }

    /// The region that is asked.
    public var region: String { trustAnchor.value.region }
}

extension ChainResolver {
    /// The role that a profile's `roles_anywhere_` settings name.
    func rolesAnywhere(_ profile: Profile) throws -> RolesAnywhereSource {
        let settings = try RolesAnywhereSettings(
            try config.completedSettings(ofProfile: profile.name) ?? SectionSettings())
        func required<Value>(
            _ setting: Setting<Value>?, _ name: String
        ) throws -> Setting<Value> {
            guard let setting else {
                throw PlanError.halfRolesAnywhere(
                    profile: profile.name, setting: profile.rolesAnywhere?.value ?? "",
                    missing: "roles_anywhere_\(name)")
            }
            return setting
        }
        let anchor = try required(settings.trustAnchor, "trust_anchor_arn")
        let anywhereProfile = try required(settings.profile, "profile_arn")
        var source = RolesAnywhereSource(
            profile: profile.name, place: try place(settings, profile, required),
            trustAnchor: anchor, anywhereProfile: anywhereProfile,
            role: try required(settings.role, "role_arn"))
        guard anchor.value.region == anywhereProfile.value.region else {
            throw PlanError.rolesAnywhereRegions(anchor, anywhereProfile)
        }
        source.duration = settings.duration
        source.sessionName = settings.sessionName
        let placing = asked ?? profile
        source.endpointURL = try EndpointURL.resolve(
            service: "rolesanywhere", profile: placing, config: config, variable: facts.variable)
        source.fips = placing.usesFIPSEndpoint
        source.dualStack = placing.usesDualStackEndpoint
        return source
    }

    /// Refuses a profile of which nothing is known but a certificate in the vault.
    func refuseCertificateAlone(_ profile: String) throws {
        guard facts.certificate(profile) != nil else { return }
        throw PlanError.halfRolesAnywhere(
            profile: profile, setting: "a certificate in the vault",
            missing: "roles_anywhere_trust_anchor_arn")
    }

    /// What the vault has under the profile's name comes first, as with keys.
    private func place(
        _ settings: RolesAnywhereSettings, _ profile: Profile,
        _ required: (Setting<String>?, String) throws -> Setting<String>
    ) throws -> RolesAnywhereSource.Place {
        if let stored = facts.certificate(profile.name) { return .vault(stored) }
        let file = try required(settings.certificate, "certificate")
        return .files(
            certificate: file, privateKey: settings.privateKey, chain: settings.certificateChain,
            digest: facts.fileDigest(file.value))
    }
}

extension RolesAnywhereSource {
    /// What tells its session from others.
    var fields: [String] {
        let certificate: [String] =
            switch place {
            case .vault(let stored): ["serial", stored.serial, stored.fingerprint]
            case .files(let file, _, _, let digest): ["file", file.value, digest ?? ""]
            }
        return certificate + [
            trustAnchor.value.description, anywhereProfile.value.description,
            role.value.description, duration.map { "\($0.value.wholeSeconds)" } ?? "",
            sessionName?.value ?? "", endpointURL?.value ?? "",
            fips?.value == true ? "fips" : "", dualStack?.value == true ? "dual-stack" : "",
        ]
    }

    /// Whether it can be told which certificate it is.
    var isTold: Bool {
        switch place {
        case .vault: true
        case .files(_, _, _, let digest): digest != nil
        }
    }
}
