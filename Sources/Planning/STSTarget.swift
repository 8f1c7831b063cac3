// Which STS is asked: the region, the endpoint, and the partition behind both.
internal import Model
public import Profiles

/// Which STS is asked.
public struct STSTarget: Hashable, Sendable {
    /// The region that is asked and signed for.
    public let region: String
    /// The URL in place of the region's own; nil for that one.
    public let endpointURL: Setting<String>?
    /// `use_fips_endpoint`.
    public let fips: Setting<Bool>?
    /// `use_dualstack_endpoint`.
    public let dualStack: Setting<Bool>?
    /// `sts_regional_endpoints`.
    public let regionalEndpoints: Setting<STSRegionalEndpoints>?

    /// Whether a FIPS 140 endpoint is asked.
    public var usesFIPS: Bool { fips?.value ?? false }
    /// Whether an endpoint with IPv6 is asked.
    public var usesDualStack: Bool { dualStack?.value ?? false }
    /// Whether the older regions ask the global endpoint.
    public var isLegacy: Bool { regionalEndpoints?.value == .legacy }

    /// Joins what names an endpoint.
    public init(
        region: String, endpointURL: Setting<String>?, fips: Setting<Bool>? = nil,
        dualStack: Setting<Bool>? = nil, regionalEndpoints: Setting<STSRegionalEndpoints>? = nil
    ) {
        self.region = region
        self.endpointURL = endpointURL
        self.fips = fips
        self.dualStack = dualStack
        self.regionalEndpoints = regionalEndpoints
    }

    /// What the settings of a profile name.
    /// - Parameters:
    ///   - region: The region.
    ///   - profile: The profile, with what variables say in place of its own settings.
    ///   - config: The files, for the `services` section.
    ///   - variable: Looks a variable up; an empty one counts as unset.
    /// - Throws: What `EndpointURL.resolve` throws.
    public init(
        region: String, profile: Profile?, config: ConfigFiles, variable: (String) -> String?
    ) throws(ConfigError) {
        self.init(
            region: region,
            endpointURL: try EndpointURL.resolve(
                service: "sts", profile: profile, config: config, variable: variable),
            fips: profile?.usesFIPSEndpoint, dualStack: profile?.usesDualStackEndpoint,
            regionalEndpoints: profile?.stsRegionalEndpoints)
    }
}

extension Planner {
    /// The region by flag, by the variable or setting of the role's profile, by that of the asked
    /// one, by an outer exec.
    func region(asked: Profile?, target: Profile?) throws -> Setting<String>? {
        if let text = request.region {
            let setting = Setting(text, from: .flag("--region"))
            guard SettingForm.region.accepts(text) else {
                throw PlanError.invalidValue(setting, form: .region)
            }
            return setting
        }
        if let region = asked?.region, case .variable = region.origin { return region }
        // The region of a session that is used as it stands goes with it.
        if request.profile == nil, let region = request.inheritedRegion { return region }
        return target?.region ?? asked?.region ?? request.inheritedRegion
    }

    func stsTarget(
        _ credentials: CredentialPlan, _ region: Setting<String>?, _ asked: Profile?
    ) throws -> STSTarget {
        let partition = credentials.partition ?? Partition.standard
        return try STSTarget(
            region: region?.value ?? partition.signInRegion, profile: asked, config: config,
            variable: facts.variable)
    }
}

extension CredentialPlan {
    /// The partition of the credentials, where something says which: the last role, or the key.
    var partition: Partition? {
        for case .assumeRole(let call) in calls.reversed() {
            return Partition(id: call.role.value.partition)
        }
        return source.partition
    }
}

extension Source {
    /// The partition of its credentials, where that is known.
    var partition: Partition? {
        switch self {
        case .webIdentity(let source): Partition(id: source.role.role.value.partition)
        case .rolesAnywhere(let source): Partition(id: source.role.value.partition)
        case .saml(let source): source.partition.map { Partition(id: $0) }
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .sso, .login:
            callerARN.map { Partition(id: $0.partition) }
        }
    }
}
