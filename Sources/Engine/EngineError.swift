// Why a plan could not be carried out: which step failed, and what stood in its way.
public import AWS
public import Model
public import Planning
public import System
public import Vault

/// A plan that was not carried out.
public enum EngineError: Error, Equatable {
    /// The vault did not give the key.
    case vault(VaultError, key: StoredKey)
    /// The vault holds another key than the index says; its ID.
    case otherKey(AccessKeyID, key: StoredKey)
    /// AWS refused GetSessionToken, or could not be asked.
    case sessionToken(AWSError, key: StoredKey)
    /// AWS refused AssumeRole, or could not be asked.
    case assumeRole(AWSError, step: AssumeRoleStep, source: CredentialPlan)
    /// STS gave a session that is over by this machine's clock.
    case over(subject: String, Timestamp)
    /// A code is needed and nobody can be asked.
    case code(TerminalError, mfaSerial: String)
    /// The codes that were given are wrong; how many were tried.
    case wrongCode(mfaSerial: String, tries: Int)
}

/// What happens on the way, for those who want to follow it.
public enum Progress: Equatable, Sendable {
    /// The cache has the session of this step.
    case cached(subject: String, timeLeft: Duration)
    /// Another process is obtaining the same session.
    case waiting(subject: String)
    /// STS is asked for the session of this step.
    case requesting(subject: String)
    /// STS gave the session of this step.
    case obtained(subject: String, lifetime: Duration)
    /// The session is used, but no place took it for the next time.
    case notCached(subject: String)
    /// A code was refused; another is asked for.
    case wrongCode(triesLeft: Int)
    /// The text is no code and was not sent.
    case malformedCode
    /// The code was sent before; AWS takes each once.
    case repeatedCode
}
