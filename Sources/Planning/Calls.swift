// The calls to STS that lead from credentials to others.
public import Model
public import Profiles

/// A GetSessionToken call.
public struct SessionTokenStep: Equatable, Sendable {
    /// DurationSeconds.
    public let duration: Setting<Duration>
    /// SerialNumber; a code is asked for where there is one.
    public let mfaSerial: Setting<String>?

    /// Joins the parameters.
    public init(duration: Setting<Duration>, mfaSerial: Setting<String>?) {
        self.duration = duration
        self.mfaSerial = mfaSerial
    }
}

/// An AssumeRole call.
public struct AssumeRoleStep: Equatable, Sendable {
    /// RoleArn.
    public var role: Setting<ARN>
    /// DurationSeconds.
    public var duration: Setting<Duration>
    /// RoleSessionName.
    public var sessionName: Setting<String>
    /// ExternalId.
    public var externalID: Setting<String>?
    /// SerialNumber, where the role is assumed with the key itself; a code is then asked for.
    public var mfaSerial: Setting<String>?
    /// SourceIdentity.
    public var sourceIdentity: Setting<String>?
    /// Tags.
    public var tags: Setting<[SessionTag]>?
    /// TransitiveTagKeys.
    public var transitiveTagKeys: Setting<[String]>?
    /// Policy, as JSON.
    public var policy: Setting<String>?
    /// PolicyArns.
    public var policyARNs: Setting<[String]>?
    /// `source_profile`, where that named whose credentials assume the role. No parameter.
    public var sourceProfile: Setting<String>?

    /// A call with the parameters that every call has.
    public init(
        role: Setting<ARN>, duration: Setting<Duration>, sessionName: Setting<String>,
        externalID: Setting<String>? = nil, mfaSerial: Setting<String>? = nil
    ) {
        self.role = role
        self.duration = duration
        self.sessionName = sessionName
        self.externalID = externalID
        self.mfaSerial = mfaSerial
    }
}

/// A GetFederationToken call.
public struct FederationTokenStep: Equatable, Sendable {
    /// Name.
    public let name: Setting<String>
    /// DurationSeconds.
    public let duration: Setting<Duration>
    /// Policy, as JSON. Without one, and without PolicyArns, the session may do nothing.
    public let policy: Setting<String>?
    /// PolicyArns.
    public let policyARNs: Setting<[String]>?
    /// Tags.
    public let tags: Setting<[SessionTag]>?
}

/// An AssumeRoot call.
public struct AssumeRootStep: Equatable, Sendable {
    /// TargetPrincipal: the member account.
    public let account: Setting<String>
    /// TaskPolicyArn.
    public let taskPolicy: Setting<ARN>
    /// DurationSeconds, at most 900.
    public let duration: Setting<Duration>
}

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
}
