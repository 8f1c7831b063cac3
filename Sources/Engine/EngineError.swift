// Why a plan could not be carried out: which step failed, and what stood in its way.
public import AWS
public import Model
public import Planning
public import Profiles
public import Prompts
public import System
public import Vault

/// A plan that was not carried out.
public enum EngineError: Error, Equatable {
    /// The vault did not give the key.
    case vault(VaultError, key: StoredKey)
    /// The vault holds another key than the index says; its ID.
    case otherKey(AccessKeyID, key: StoredKey)
    /// The key in plain text was not to be read.
    case plainKey(PlainKeyFailure, key: StaticKey)
    /// The variables do not hold the key that was planned with.
    case environment
    /// AWS refused the call of a step, or could not be asked.
    case call(AWSError, step: CredentialPlan)
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
    /// The variables forbid to ask the instance metadata.
    case instanceMetadataDisabled
    /// The container's endpoint gave no credentials.
    case container(ContainerCredentialsError)
    /// The file with the container's token cannot be read.
    case containerToken(SystemError)
    /// The container's token has a line end in it; the variable or file that holds it.
    case malformedContainerToken(String)
    /// The file with the web identity's token cannot be read, or is empty.
    case tokenFile(SystemError, Setting<String>)
    /// There is no such endpoint of STS.
    case endpoint(EndpointError)
    /// A way of signing in that this version does not know.
    case unsupported(CredentialPlan)
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
    /// The setting's key: `credential_process` or `web_identity_token_process`.
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
    /// It calls credtool, which would run the same command again.
    case loop
}

/// What happens on the way, for those who want to follow it.
public enum Progress: Equatable, Sendable {
    /// The cache has the session of this step.
    case cached(subject: String, timeLeft: Duration)
    /// Another process is obtaining the same session.
    case waiting(subject: String)
    /// A key in plain text is used.
    case plainKey(StaticKey)
    /// A source, or AWS by a call, is asked for this step.
    case requesting(subject: String, call: String?)
    /// The session of this step is there.
    case obtained(subject: String, lifetime: Duration)
    /// The session is used, but no place took it for the next time.
    case notCached(subject: String)
    /// A code was refused; another is asked for.
    case wrongCode(triesLeft: Int)
    /// The text is no code and was not sent.
    case malformedCode
    /// The code was sent before; AWS takes each once.
    case repeatedCode(untilNext: Duration)
}
