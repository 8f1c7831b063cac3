// The calls to STS that lead from credentials to others.
public import Model
public import Profiles

/// A call to AWS that trades credentials for others.
public enum Call: Equatable, Sendable {
    /// STS GetSessionToken.
    case sessionToken(SessionTokenCall)
    /// STS AssumeRole.
    case assumeRole(AssumeRoleCall)
    /// STS GetFederationToken.
    case federationToken(FederationTokenCall)
    /// STS AssumeRoot.
    case assumeRoot(AssumeRootCall)

    /// The operation's name in STS's API.
    public var operation: String {
        switch self {
        case .sessionToken: "GetSessionToken"
        case .assumeRole: "AssumeRole"
        case .federationToken: "GetFederationToken"
        case .assumeRoot: "AssumeRoot"
        }
    }

    /// How long the credentials live that it gives.
    public var duration: Setting<Duration> {
        switch self {
        case .sessionToken(let call): call.duration
        case .assumeRole(let call): call.duration
        case .federationToken(let call): call.duration
        case .assumeRoot(let call): call.duration
        }
    }

    /// The MFA device whose code goes along.
    public var mfaSerial: Setting<String>? {
        switch self {
        case .sessionToken(let call): call.mfaSerial
        case .assumeRole(let call): call.mfaSerial
        case .federationToken, .assumeRoot: nil
        }
    }

    /// The session policy that goes along, as JSON.
    public var policy: Setting<String>? {
        switch self {
        case .assumeRole(let call): call.settings.text(.policy)
        case .federationToken(let call): call.settings.text(.policy)
        case .sessionToken, .assumeRoot: nil
        }
    }
}

/// A GetSessionToken call.
public struct SessionTokenCall: Equatable, Sendable {
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
public struct AssumeRoleCall: Equatable, Sendable {
    /// RoleArn.
    public let role: Setting<ARN>
    /// What shapes the session. In a plan, duration and name are always set, and a policy is its
    /// text.
    public var settings: RoleSettings
    /// SerialNumber, where a code goes to this call itself.
    public var mfaSerial: Setting<String>?
    /// `source_profile`, where that named whose credentials assume the role. No parameter.
    public var sourceProfile: Setting<String>?

    /// A call for `role` with these settings.
    public init(
        role: Setting<ARN>, settings: RoleSettings = RoleSettings(),
        mfaSerial: Setting<String>? = nil, sourceProfile: Setting<String>? = nil
    ) {
        self.role = role
        self.settings = settings
        self.mfaSerial = mfaSerial
        self.sourceProfile = sourceProfile
    }

    /// DurationSeconds.
    public var duration: Setting<Duration> { settings.duration ?? Self.standardDuration }

    /// One hour: what AWS takes for a role where nothing is asked.
    static let standardDuration = Setting<Duration>(.seconds(3600), from: .standard)
}

/// A GetFederationToken call.
public struct FederationTokenCall: Equatable, Sendable {
    /// Name.
    public let name: Setting<String>
    /// What shapes the session. Without a policy it may do nothing.
    public let settings: RoleSettings

    /// DurationSeconds.
    public var duration: Setting<Duration> {
        settings.duration ?? AssumeRoleCall.standardDuration
    }
}

/// An AssumeRoot call.
public struct AssumeRootCall: Equatable, Sendable {
    /// TargetPrincipal: the member account.
    public let account: Setting<String>
    /// TaskPolicyArn.
    public let taskPolicy: Setting<ARN>
    /// DurationSeconds, at most 900.
    public let duration: Setting<Duration>
}
