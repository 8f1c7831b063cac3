// What will be done to obtain credentials: a value, made before anything is done.
public import Model
public import Profiles

/// The steps from a long-term key to the credentials that are handed out, the last step outermost.
public indirect enum CredentialPlan: Equatable, Sendable {
    /// The vault's key of a profile.
    case storedKey(StoredKey)
    /// STS GetSessionToken with the credentials of `from`.
    case sessionToken(SessionTokenStep, from: CredentialPlan)
    /// STS AssumeRole with the credentials of `from`.
    case assumeRole(AssumeRoleStep, from: CredentialPlan)

    /// The key at the beginning.
    public var key: StoredKey {
        switch self {
        case .storedKey(let key): key
        case .sessionToken(_, let source), .assumeRole(_, let source): source.key
        }
    }

    /// The MFA device that a code is asked for, where a session is not in the cache.
    public var mfaSerial: Setting<String>? {
        switch self {
        case .storedKey: nil
        case .sessionToken(let step, let source): step.mfaSerial ?? source.mfaSerial
        case .assumeRole(let step, let source): step.mfaSerial ?? source.mfaSerial
        }
    }

    /// How long the credentials of the last step live; nil for a key, which does not end.
    public var duration: Setting<Duration>? {
        switch self {
        case .storedKey: nil
        case .sessionToken(let step, _): step.duration
        case .assumeRole(let step, _): step.duration
        }
    }
}

/// A long-term key in the vault, as the index knows it.
public struct StoredKey: Hashable, Sendable {
    /// The profile whose key it is.
    public let profile: String
    /// The key's ID.
    public let accessKeyID: AccessKeyID
    /// Who AWS said it belongs to; nil where that was never asked.
    public let callerARN: ARN?

    /// Joins what the index knows.
    public init(profile: String, accessKeyID: AccessKeyID, callerARN: ARN?) {
        self.profile = profile
        self.accessKeyID = accessKeyID
        self.callerARN = callerARN
    }
}

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
}

/// Which STS is asked.
public struct STSTarget: Hashable, Sendable {
    /// The region that is asked and signed for.
    public let region: String
    /// The URL in place of the region's own; nil for that one.
    public let endpointURL: Setting<String>?

    /// Joins the two.
    public init(region: String, endpointURL: Setting<String>?) {
        self.region = region
        self.endpointURL = endpointURL
    }
}

/// All that was decided for one command.
public struct SessionPlan: Equatable, Sendable {
    /// The profile that was asked for, or fallen back to.
    public let profile: Setting<String>
    /// How the credentials come about.
    public let credentials: CredentialPlan
    /// The region that the child process is told; nil where none is known.
    public let region: Setting<String>?
    /// Which STS every call of the plan goes to.
    public let sts: STSTarget
    /// How long the credentials must still live to be handed out.
    public let minimumTTL: Duration
    /// Why it was decided so, a sentence each.
    public let reasons: [String]
}
