// Why a plan could not be carried out: which step failed, and what stood in its way.
public import AWS
public import Model
public import Planning
public import Profiles
public import Prompts
public import SignIn
public import Store
public import System
public import Vault

/// A plan that was not carried out.
public indirect enum EngineError: Error, Equatable {
    // Before anything is carried out.

    /// The config or credentials file cannot be used.
    case config(ConfigError)
    /// A file cannot be read.
    case file(SystemError)
    /// No plan can be made.
    case plan(PlanError)
    /// No plan can be made, and what the vaults hold is not known.
    case unreadIndex(PlanError)
    /// No plan can be made, and a vault that may hold what it lacks could not be asked.
    case unreadVault(VaultError, PlanError)
    /// The index of keys can be neither read nor written.
    case index(VaultError)
    /// A session policy is no JSON; where it stands.
    case policyIsNoJSON(Origin)
    /// Whose key it is has to be known, and AWS did not tell.
    case callerUnknown(AWSError, key: StoredKey)
    /// The certificates that a setting names cannot be read.
    case caBundle(path: String, reason: String, Origin)

    /// The program that the credentials are for is not there.
    case program(ExecuteError)
    /// The guard rails of the profile let nothing through.
    case guardRail(GuardRailError)

    // On the way.

    /// The vault did not give the key.
    case vault(VaultError, key: StoredKey)
    /// The vault holds another key than the index says; its ID.
    case otherKey(AccessKeyID, key: StoredKey)
    /// The key in plain text was not to be read.
    case plainKey(PlainKeyFailure, key: StaticKey)
    /// The variables do not hold the key that was planned with.
    case environment
    /// AWS_CREDENTIAL_EXPIRATION says that the variables' credentials have ended.
    case endedEnvironment(Timestamp)
    /// AWS_CREDENTIAL_EXPIRATION is no time.
    case malformedExpiration(String)
    /// AWS refused the last call of a plan, or could not be asked.
    case call(AWSError, of: CredentialPlan)
    /// The role does not let its sessions live for as long as was asked; its own maximum.
    case roleMaximum(Duration, EngineError)
    /// STS gave a session that is over by this machine's clock.
    case over(subject: String, Timestamp)
    /// A code is needed and none was to be had.
    case code(PromptError, mfaSerial: String)
    /// The codes that were given are wrong; how many were tried.
    case wrongCode(mfaSerial: String, tries: Int)
    /// The code that was given was sent before.
    case usedCode(mfaSerial: String, untilNext: Duration)
    /// A program that was to print credentials or a token did not.
    case process(ProcessFailure, ProcessUse)
    /// The instance metadata gave no credentials.
    case instanceMetadata(InstanceMetadataError)
    /// The container's endpoint gave no credentials.
    case container(ContainerCredentialsError)
    /// The file with the container's token cannot be read.
    case containerToken(SystemError)
    /// The container's token has a line end in it; the variable or file that holds it.
    case malformedContainerToken(String)
    /// The file with the web identity's token cannot be read, or is empty.
    case tokenFile(SystemError, Setting<String>)
    /// The CI service's variable is not set any more that holds, or leads to, the job's token.
    case jobVariable(String, JobService)
    /// The CI service gave no token.
    case jobToken(JobTokenError, JobService)
    /// Nobody is signed in at an OpenID provider; the profile of the role.
    case openID(OpenIDError, profile: String)
    /// There is no such endpoint of STS.
    case endpoint(EndpointError)
    /// Nobody is signed in at IAM Identity Center, or the role is not theirs; the profile of the role.
    case signIn(SignInError, profile: String)
    /// Nobody is signed in at the console; the profile that names who is to be.
    case console(ConsoleSignInError, profile: String)
    /// A sign-in by SAML did not come about.
    case saml(SAMLError, SAMLSource)
    /// The file with the SAML response, or standard input, cannot be read.
    case samlFile(SystemError, Setting<String>)
    /// AWS refused the role of a SAML response; where the response was to be delivered.
    case samlRefused(AWSError, SAMLRole, recipient: String?, SAMLSource)
    /// The certificate for IAM Roles Anywhere is of no use; the profile that names it.
    case certificate(CertificateError, RolesAnywhereSource)
    /// A way of signing in that this version does not know.
    case unsupported(Source)
}

extension EngineError {
    /// What stood in the way of a plan.
    public init(planning error: any Error) {
        switch error {
        case let error as EngineError: self = error
        case let error as ConfigError: self = .config(error)
        case let error as PlanError: self = .plan(error)
        case let error as GuardRailError: self = .guardRail(error)
        case let error as EndpointError: self = .endpoint(error)
        case let error as SystemError: self = .file(error)
        default: preconditionFailure("planning throws nothing else")
        }
    }
}

/// Why a key in plain text was not to be read.
public enum PlainKeyFailure: Error, Equatable {
    /// The file cannot be read.
    case system(SystemError)
    /// The file has changed, or the key is not of a form.
    case config(ConfigError)
    /// The key ID has characters that no request can be signed with.
    case malformedID
}

/// A program that a profile names, and what for.
public struct ProcessUse: Equatable, Sendable {
    /// The setting's key: `credential_process`, `web_identity_token_process` and their like.
    public let key: String
    /// The command, as it stands there.
    public let command: Setting<String>
    /// The profile.
    public let profile: String

    /// Joins the parts.
    public init(key: String, command: Setting<String>, profile: String) {
        self.key = key
        self.command = command
        self.profile = profile
    }
}

/// Why a program's output was of no use.
public enum ProcessFailure: Error, Equatable {
    /// The command cannot be split into words.
    case unsplittable(ShellWordsError)
    /// It could not be run, or did not end.
    case run(SubprocessError)
    /// It ended with an error.
    case ended(Subprocess.Status)
    /// It printed something else than credentials.
    case document(CredentialDocumentError)
    /// It printed no token.
    case noToken
    /// It printed no secret.
    case noSecret
    /// It calls credtool, which would run the same command again.
    case loop
}

/// What happens on the way, for those who want to follow it.
public enum Progress: Equatable, Sendable {
    /// The plan is made.
    case planned(SessionPlan)
    /// The cache does not have its session, so that it is carried out.
    case obtaining(SessionPlan)
    /// AWS is asked whose key this is.
    case learning(StoredKey)
    /// A role that was made for an AWS service is assumed.
    case serviceRole(ARN)
    /// The cache has the session of this step.
    case cached(subject: String, timeLeft: Duration)
    /// Another process is obtaining the same session; how long it is waited for at the most.
    case waiting(subject: String, holder: LockHolder?, Duration)
    /// The other process took longer than it may, and is not waited for any more.
    case gaveUpWaiting(subject: String)
    /// A key in plain text is used.
    case plainKey(StaticKey)
    /// A source, or AWS by a call, is asked for this step.
    case requesting(subject: String, operation: String?)
    /// The session of this step is there.
    case obtained(subject: String, lifetime: Duration, profile: String)
    /// The credentials of a plan are there for who asked; when they end, the reason that was given,
    /// and whether the cache had them before anything was done.
    case handedOver(SessionPlan, until: Timestamp?, reason: String?, isCached: Bool)
    /// There are none; the profile that was named.
    case notObtained(EngineError, profile: String?)
    /// The session lives shorter than was asked for.
    case shortLived(subject: String, Duration, Setting<Duration>)
    /// A session of this plan was just kept, for later runs.
    case kept(SessionPlan)
    /// The session is kept in the Secret Service, since the kernel keyring is full.
    case cachedElsewhere(subject: String)
    /// The identity provider wants the session shorter than was asked for.
    case cutByIdentityProvider(subject: String, Setting<Duration>, Duration)
    /// The session is used, but no place took it for the next time.
    case notCached(subject: String, RecordStoreError)
    /// The instance gave credentials that ended then, as in an outage; they are used all the same.
    case endedInstanceCredentials(Timestamp)
    /// What became of a code, and whether it was asked for on the terminal.
    case code(CodeRemark, onTerminal: Bool)
}

/// What became of a code that is not taken.
public enum CodeRemark: Equatable, Sendable {
    /// It was refused; as many others are asked for, where that is any.
    case wrong(triesLeft: Int)
    /// The text is no code and was not sent.
    case malformed
    /// It was sent before; AWS takes each once.
    case repeated(untilNext: Duration)
}
