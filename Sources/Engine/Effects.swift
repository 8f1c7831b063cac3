// What the engine is given: everything that touches the world.
public import AWS
public import HTTP
public import Model
public import Planning
public import Profiles
public import Prompts
public import SignIn
public import Store
public import System
public import Vault

/// The long-term keys, as the engine needs them: `KeyStore`, or a script in tests.
public protocol KeySource: Sendable {
    /// What the vaults hold, by the index; it is made anew where it is lost.
    /// - Parameter mayPrompt: Whether a person may be asked for the keyring's password then.
    func keys(mayPrompt: Bool) throws(VaultError) -> VaultIndex

    /// The index, made anew from the vaults, and why some of them could not be asked.
    func refresh(mayPrompt: Bool) throws(VaultError) -> KeyStore.Refreshed

    /// The key, from the vault that it says.
    func load(_ key: StoredKey) throws(VaultError) -> AccessKey

    /// Notes whose key it is, where the profile still has this one.
    func learn(caller: ARN, of key: StoredKey) throws(VaultError) -> StoredKey?
}

extension KeyStore: KeySource {}

/// A way to get MFA codes.
public struct CodePrompt: Sendable {
    /// Asks for a code of an MFA device.
    public var ask: @Sendable (_ mfaSerial: String) throws(PromptError) -> String
    /// Whether a program gives the code, which is the same until the next 30 seconds begin.
    public var isAutomatic: Bool
    /// Whether a person is asked on the terminal, where what explains the question is to stand too.
    public var isOnTerminal: Bool

    /// Joins them.
    public init(
        isAutomatic: Bool, isOnTerminal: Bool,
        ask: @escaping @Sendable (_ mfaSerial: String) throws(PromptError) -> String
    ) {
        self.ask = ask
        self.isAutomatic = isAutomatic
        self.isOnTerminal = isOnTerminal
    }
}

/// IAM Roles Anywhere, and the certificate that is shown there.
public struct RolesAnywhereAccess: Sendable {
    /// Gives the certificate and its key; a person may be asked for a passphrase.
    public let identity: @Sendable () throws(CertificateError) -> CertificateIdentity
    /// The service.
    public let service: RolesAnywhere

    /// Makes it for a source of a plan.
    public typealias Maker =
        @Sendable (RolesAnywhereSource, SessionPlan) throws(EngineError) -> RolesAnywhereAccess

    /// Joins the two.
    public init(
        service: RolesAnywhere,
        identity: @escaping @Sendable () throws(CertificateError) -> CertificateIdentity
    ) {
        self.service = service
        self.identity = identity
    }
}

extension Engine {
    /// Everything that touches the world. All of it may be used by several threads at once.
    public struct Effects: Sendable {
        /// Reads the config and credentials files.
        public var configFiles: @Sendable () throws(EngineError) -> ConfigFiles
        /// The long-term keys.
        public var keys: any KeySource
        /// What is known of this machine, with the keys of an index.
        public var facts: @Sendable (VaultIndex) -> PlanFacts
        /// Where sessions are kept.
        public var cache: SessionCache
        /// The STS of a plan.
        public var sts: @Sendable (SessionPlan) throws(EngineError) -> STS
        /// The IAM of a plan's partition.
        public var iam: @Sendable (SessionPlan) throws(EngineError) -> IAM
        /// The access portal of a role, and the sign-in there.
        public var accessPortal:
            @Sendable (SSOSource, SessionPlan) throws(EngineError) -> PortalAccess = {
                (source, _) throws(EngineError) in throw .unsupported(.sso(source))
            }
        /// The sign-in at the console.
        public var consoleSignIn:
            @Sendable (LoginSource, SessionPlan) throws(EngineError) -> ConsoleSignIn = {
                (source, _) throws(EngineError) in throw .unsupported(.login(source))
            }
        /// How a person takes part in a sign-in by SAML.
        public var samlSignIn: @Sendable (SessionPlan) -> SAMLSignIn = { _ in SAMLSignIn() }
        /// The bytes of a file that a setting names, `~` and all; nil where there is none.
        public var readSecretFile: @Sendable (String) throws(SystemError) -> Secret? = {
            (path) throws(SystemError) in try AtomicFile.readSecret(path, limit: 1 << 20)
        }
        /// All of standard input; nil where it is a terminal.
        public var standardInput: @Sendable () throws(SystemError) -> Secret? = { nil }
        /// IAM Roles Anywhere for a role, and the certificate to show there.
        public var rolesAnywhere: RolesAnywhereAccess.Maker = {
            (source, _) throws(EngineError) in throw .unsupported(.rolesAnywhere(source))
        }
        /// Whether a vault has a certificate of a profile that the list of them did not know, and
        /// now does.
        public var findCertificate: @Sendable (_ profile: String) -> Bool = { _ in false }
        /// The sign-in at an OpenID provider.
        public var openID:
            @Sendable (OpenIDSource, SessionPlan) throws(EngineError) -> OpenIDSignIn = {
                (source, plan) throws(EngineError) in
                throw .unsupported(plan.credentials.source)
            }
        /// The transport to services that are none of AWS's.
        public var web: any HTTPTransport
        /// The transport to services of this machine, which no proxy stands before.
        public var local: any HTTPTransport
        /// Gives a key that stands in the files in plain text.
        public var loadPlainKey: @Sendable (StaticKey) throws(PlainKeyFailure) -> Credentials
        /// Gives the value of a variable as a secret; nil where it is unset or empty.
        public var secretVariable: @Sendable (String) -> Secret?
        /// Gives the value of a variable; nil where it is unset or empty.
        public var variable: @Sendable (String) -> String?
        /// How a plan's MFA codes are asked for; called when the first one is needed.
        public var codePrompt: @Sendable (SessionPlan) -> CodePrompt
        /// The codes that were sent lately, by any process.
        public var sentCodes: SentCodes
        /// Where locks stand; nil where there is no such place, and so no single flight.
        public var lockDirectory: @Sendable () -> String?
        /// Whether a person can be asked on the terminal.
        public var hasPerson: @Sendable () -> Bool = { false }
        /// Asks a person what the guard rails of a profile want to know.
        public var answer:
            @Sendable (GuardQuestion, SessionPlan, HandOver) throws(GuardRailError) -> String = {
                (question, _, _) throws(GuardRailError) in
                throw .needsPerson(question)
            }
        /// Is told what happens.
        public var report: @Sendable (Progress) -> Void = { _ in }
        /// The wall clock.
        public var now: @Sendable () -> Timestamp = { Timestamp.now() }
        /// Waits.
        public var sleep: @Sendable (Duration) -> Void = CallEffects.system.sleep

        /// Joins the effects that every engine needs.
        public init(
            configFiles: @escaping @Sendable () throws(EngineError) -> ConfigFiles,
            keys: any KeySource, facts: @escaping @Sendable (VaultIndex) -> PlanFacts,
            cache: SessionCache, sts: @escaping @Sendable (SessionPlan) throws(EngineError) -> STS,
            iam: @escaping @Sendable (SessionPlan) throws(EngineError) -> IAM,
            local: any HTTPTransport,
            loadPlainKey: @escaping @Sendable (StaticKey) throws(PlainKeyFailure) -> Credentials,
            secretVariable: @escaping @Sendable (String) -> Secret?,
            variable: @escaping @Sendable (String) -> String?,
            codePrompt: @escaping @Sendable (SessionPlan) -> CodePrompt,
            sentCodes: SentCodes,
            lockDirectory: @escaping @Sendable () -> String?
        ) {
            self.configFiles = configFiles
            self.keys = keys
            self.facts = facts
            self.cache = cache
            self.sts = sts
            self.iam = iam
            self.local = local
            web = local
            self.loadPlainKey = loadPlainKey
            self.secretVariable = secretVariable
            self.variable = variable
            self.codePrompt = codePrompt
            self.sentCodes = sentCodes
            self.lockDirectory = lockDirectory
        }
    }
}
