// What the engine is given: everything that touches the world.
public import AWS
public import HTTP
public import Model
public import Planning
public import Prompts
public import Store
public import Vault

extension Engine {
    /// Everything that touches the world.
    public struct Effects {
        /// Where sessions are kept.
        public var cache: SessionCache
        /// The STS of the plan.
        public var sts: STS
        /// The transport to services of this machine, which no proxy stands before.
        public var local: any HTTPTransport
        /// Gives a profile's key.
        public var loadKey: (StoredKey) throws(VaultError) -> AccessKey
        /// Gives a key that stands in the files in plain text.
        public var loadPlainKey: (StaticKey) throws(PlainKeyFailure) -> Credentials
        /// Gives the value of a variable as a secret; nil where it is unset or empty.
        public var secretVariable: (String) -> Secret?
        /// Gives the value of a variable; nil where it is unset or empty.
        public var variable: (String) -> String?
        /// Asks for the code of an MFA device.
        public var askCode: (_ mfaSerial: String) throws(PromptError) -> String
        /// Whether a program gives the code, which is the same until the next 30 seconds begin.
        public var codesAreAutomatic = false
        /// The codes that were sent lately, by any process.
        public var sentCodes: SentCodes
        /// The code that was given beforehand, in place of asking.
        public var givenCode: String?
        /// Where locks stand; nil where there is no such place, and so no single flight.
        public var lockDirectory: String?
        /// Is told what happens.
        public var report: (Progress) -> Void = { _ in }
        /// The wall clock.
        public var now: () -> Timestamp = Timestamp.now
        /// Waits.
        public var sleep: (Duration) -> Void

        /// Joins the effects that every engine needs.
        public init(
            cache: SessionCache, sts: STS, local: any HTTPTransport,
            loadKey: @escaping (StoredKey) throws(VaultError) -> AccessKey,
            loadPlainKey: @escaping (StaticKey) throws(PlainKeyFailure) -> Credentials,
            secretVariable: @escaping (String) -> Secret?,
            variable: @escaping (String) -> String?,
            askCode: @escaping (_ mfaSerial: String) throws(PromptError) -> String,
            sentCodes: SentCodes, lockDirectory: String?,
            sleep: @escaping (Duration) -> Void = CallEffects.system.sleep
        ) {
            self.cache = cache
            self.sts = sts
            self.local = local
            self.loadKey = loadKey
            self.loadPlainKey = loadPlainKey
            self.secretVariable = secretVariable
            self.variable = variable
            self.askCode = askCode
            self.sentCodes = sentCodes
            self.lockDirectory = lockDirectory
            self.sleep = sleep
        }
    }
}
