// What will be done to obtain credentials: a value, made before anything is done.
public import Model
public import Profiles

/// The steps from a source to the credentials that are handed out, the last step outermost.
public indirect enum CredentialPlan: Equatable, Sendable {
    /// The vault's key of a profile.
    case storedKey(StoredKey)
    /// A key in plain text in the config or credentials file.
    case staticKey(StaticKey)
    /// The AWS variables of the environment.
    case environment(EnvironmentKey)
    /// What a program prints.
    case credentialProcess(CredentialProcess)
    /// The role of the EC2 instance.
    case instanceMetadata(InstanceMetadataSource)
    /// What a container's endpoint gives.
    case container(ContainerEndpoint)
    /// STS AssumeRoleWithWebIdentity with a token.
    case webIdentity(WebIdentityStep)
    /// IAM Identity Center.
    case sso(SSOSource)
    /// A console login.
    case login(profile: String, session: Setting<String>)
    /// STS GetSessionToken with the credentials of `from`.
    case sessionToken(SessionTokenStep, from: CredentialPlan)
    /// STS AssumeRole with the credentials of `from`.
    case assumeRole(AssumeRoleStep, from: CredentialPlan)
    /// STS GetFederationToken with the credentials of `from`.
    case federationToken(FederationTokenStep, from: CredentialPlan)
    /// STS AssumeRoot with the credentials of `from`.
    case assumeRoot(AssumeRootStep, from: CredentialPlan)

    /// The step that this one gets its credentials from; nil for the first.
    public var source: CredentialPlan? {
        switch self {
        case .sessionToken(_, let source), .assumeRole(_, let source),
            .federationToken(_, let source), .assumeRoot(_, let source):
            source
        default: nil
        }
    }

    /// The steps in the order in which they are carried out.
    public var steps: [CredentialPlan] {
        // A loop, since chains may be of any length and stacks are not.
        var steps = [self]
        while let source = steps[steps.count - 1].source { steps.append(source) }
        return steps.reversed()
    }

    /// The first step.
    public var root: CredentialPlan {
        var root = self
        while let source = root.source { root = source }
        return root
    }

    /// The profile that the first step belongs to.
    public var profile: String {
        switch root {
        case .storedKey(let key): key.profile
        case .staticKey(let key): key.profile
        case .credentialProcess(let process): process.profile
        case .webIdentity(let step): step.profile
        case .sso(let source): source.profile
        case .login(let profile, _): profile
        default: "default"
        }
    }

    /// The ID of the key at the beginning, where there is one and it is known.
    public var accessKeyID: AccessKeyID? {
        switch root {
        case .storedKey(let key): key.accessKeyID
        case .staticKey(let key): AccessKeyID(key.accessKeyID.value)
        case .environment(let key): AccessKeyID(key.accessKeyID)
        default: nil
        }
    }

    /// Who the key at the beginning belongs to, where that is known.
    public var callerARN: ARN? {
        if case .storedKey(let key) = root { return key.callerARN }
        return nil
    }

    /// Whether the credentials are a long-term key, which alone GetSessionToken takes.
    public var isLongTermKey: Bool {
        switch self {
        case .storedKey: true
        case .staticKey(let key): !key.hasToken
        case .environment(let key): !key.hasToken
        default: false
        }
    }

    /// The MFA device that a code is asked for, where a session is not in the cache.
    public var mfaSerial: Setting<String>? {
        steps.reversed().lazy.compactMap { step -> Setting<String>? in
            switch step {
            case .sessionToken(let step, _): step.mfaSerial
            case .assumeRole(let step, _): step.mfaSerial
            default: nil
            }
        }.first
    }

    /// The call to AWS that the step makes; nil for a source that is not AWS's.
    public var call: String? {
        switch self {
        case .sessionToken: "GetSessionToken"
        case .assumeRole: "AssumeRole"
        case .webIdentity: "AssumeRoleWithWebIdentity"
        case .federationToken: "GetFederationToken"
        case .assumeRoot: "AssumeRoot"
        default: nil
        }
    }

    /// How long the credentials of the last step live; nil where that is not for us to say.
    public var duration: Setting<Duration>? {
        switch self {
        case .sessionToken(let step, _): step.duration
        case .assumeRole(let step, _): step.duration
        case .webIdentity(let step): step.role.duration
        case .federationToken(let step, _): step.duration
        case .assumeRoot(let step, _): step.duration
        default: nil
        }
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
    /// The certificates to trust in place of the system's: a path.
    public let caBundle: Setting<String>?
    /// How a code is asked for, where one is needed.
    public let mfaPrompt: MFAPromptPlan
    /// How long the credentials must still live to be handed out.
    public let minimumTTL: Setting<Duration>
    /// Why it was decided so, a sentence each.
    public let reasons: [String]
}

/// How an MFA code is asked for.
public struct MFAPromptPlan: Equatable, Sendable {
    /// `mfa_prompt`, a flag or a variable; nil where nothing is said.
    public let method: Setting<MFAPromptMethod>?
    /// `mfa_process` of the profile, else of the profile behind it.
    public let process: Setting<String>?
}
