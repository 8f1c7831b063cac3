// What will be done to obtain credentials: a value, made before anything is done.
public import Model
public import Profiles

/// A source of credentials, then the calls that trade them for others, in their order.
///
/// A plan has as many stages as calls and one: stage 0 has the source's credentials, stage N those
/// of the Nth call.
public struct CredentialPlan: Equatable, Sendable {
    /// Where the credentials begin.
    public let source: Source
    /// What is called with them, one after the other.
    public private(set) var calls: [Call]
    /// The MFA device that the source's profile names, where the first role names none and is assumed
    /// without a code.
    public var unusedDevice: Setting<String>?

    /// Credentials of `source`, traded by `calls`.
    public init(_ source: Source, calls: [Call] = []) {
        self.source = source
        self.calls = calls
    }

    /// Adds a call behind the others.
    mutating func append(_ call: Call) { calls.append(call) }

    /// The plan for the credentials of a stage.
    public func upTo(stage: Int) -> CredentialPlan {
        stage == calls.count ? self : CredentialPlan(source, calls: Array(calls.prefix(stage)))
    }

    /// The plan for the credentials that the last call is made with; nil where there is no call.
    public var beforeLastCall: CredentialPlan? {
        calls.isEmpty ? nil : upTo(stage: calls.count - 1)
    }

    /// Whether the credentials are a long-term key, which alone GetSessionToken takes.
    public var isLongTermKey: Bool { calls.isEmpty && source.isLongTermKey }

    /// The account that the credentials belong to, where that is known beforehand; twelve digits.
    public var accountID: String? {
        for call in calls.reversed() {
            switch call {
            case .assumeRole(let call): return call.role.value.accountID
            case .assumeRoot(let call): return call.account.value
            // Of the one who calls.
            case .sessionToken, .federationToken: continue
            }
        }
        return source.accountID
    }

    /// The MFA device that a code is asked for, where no session is in the cache.
    public var mfaSerial: Setting<String>? { calls.lazy.compactMap(\.mfaSerial).last }

    /// The position of the first call that takes a code; nil where none does.
    public var firstPersonalCall: Int? { calls.firstIndex { $0.mfaSerial != nil } }

    /// How long the credentials live; nil where that is not for us to say.
    public var duration: Setting<Duration>? { calls.last?.duration ?? source.duration }

    /// The role whose session the credentials are; nil for any others.
    public var role: AssumeRoleCall? {
        switch (calls.last, source) {
        case (.assumeRole(let call), _): call
        case (nil, .webIdentity(let source)): source.role
        case (.sessionToken, _), (.federationToken, _), (.assumeRoot, _), (nil, _): nil
        }
    }

    /// The role whose session the source itself gives, by its ARN or the name that it has where
    /// somebody signs in; nil where calls follow, and for any other source.
    public var sourceRole: String? {
        guard calls.isEmpty else { return nil }
        switch source {
        case .sso(let source): return source.roleName?.value
        case .saml(let source): return source.role?.value
        case .rolesAnywhere(let source): return "\(source.role.value)"
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .webIdentity, .login:
            return nil
        }
    }

    /// The session policies of the plan, as JSON.
    public var policies: [Setting<String>] {
        [source.policy].compactMap { $0 } + calls.compactMap(\.policy)
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
    /// What else the profile says to the programs that run under it.
    public let clientSettings: [ClientSetting]
    /// The certificates to trust in place of the system's: a path.
    public let caBundle: Setting<String>?
    /// How a code is asked for, where one is needed.
    public let mfaPrompt: MFAPromptPlan
    /// How long the credentials must still live to be handed out.
    public let minimumTTL: Setting<Duration>
    /// What is asked of whoever uses the profile.
    public let guardRails: GuardRails
    /// `credtool_log_arguments`: whether the log has the arguments of the program.
    public let logsArguments: Setting<Bool>?
    /// `credtool_forget_on`: when the sessions of the plan are forgotten.
    public let forgetOn: Setting<Set<Occasion>>?
    /// `credtool_notify_before`: how long ahead of an end a person is told of it.
    public let notifyBefore: Setting<Duration>?
    /// Why it was decided so, a sentence each.
    public let reasons: [String]

    /// Whether the credentials are those that another exec or export left in the environment, or
    /// serves to it.
    public var isOuterSession: Bool {
        switch credentials.source {
        case .environment, .container: break
        case .storedKey, .staticKey, .credentialProcess, .instanceMetadata, .webIdentity, .sso,
            .rolesAnywhere, .saml, .login:
            return false
        }
        return credentials.calls.isEmpty && profile.origin == .variable("CREDTOOL_PROFILE")
    }
}

/// How an MFA code is asked for.
public struct MFAPromptPlan: Equatable, Sendable {
    /// `mfa_prompt`, a flag or a variable; nil where nothing is said.
    public let method: Setting<MFAPromptMethod>?
    /// `mfa_process` of the profile, else of the profile behind it.
    public let process: Setting<String>?
}
