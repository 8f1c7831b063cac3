// Carries a plan out: from the cache, or by the steps of the plan, one process at a time.
public import AWS
public import Model
public import Planning
public import SessionCache
public import System
public import Vault

/// Obtains credentials. Everything outside is injected.
public struct Engine {
    /// The parts that touch the world.
    public struct Parts {
        /// Where sessions are kept.
        public var cache: SessionCache
        /// The STS of the plan.
        public var sts: STS
        /// Gives a profile's key.
        public var loadKey: (StoredKey) throws(VaultError) -> AccessKey
        /// Asks a person for the code of an MFA device.
        public var askCode: (_ mfaSerial: String) throws(TerminalError) -> String
        /// The code that was given beforehand, in place of asking.
        public var givenCode: String?
        /// Where locks stand; nil where there is no such place, and so no single flight.
        public var lockDirectory: String?
        /// Is told what happens.
        public var report: (Progress) -> Void
        /// The wall clock.
        public var now: () -> Timestamp

        /// Joins the parts.
        public init(
            cache: SessionCache, sts: STS,
            loadKey: @escaping (StoredKey) throws(VaultError) -> AccessKey,
            askCode: @escaping (_ mfaSerial: String) throws(TerminalError) -> String,
            givenCode: String? = nil, lockDirectory: String?,
            report: @escaping (Progress) -> Void = { _ in },
            now: @escaping () -> Timestamp = Timestamp.now
        ) {
            self.cache = cache
            self.sts = sts
            self.loadKey = loadKey
            self.askCode = askCode
            self.givenCode = givenCode
            self.lockDirectory = lockDirectory
            self.report = report
            self.now = now
        }
    }

    let parts: Parts
    let target: STSTarget

    /// How long a session must still live for the calls that are made with it.
    private static let sourceTTL: Duration = .seconds(60)

    /// An engine for plans whose calls go to `target`.
    public init(_ parts: Parts, target: STSTarget) {
        self.parts = parts
        self.target = target
    }

    /// The credentials of `plan`, if the cache has them for long enough; nothing else is asked.
    public static func cached(_ plan: SessionPlan, in cache: SessionCache) -> Session? {
        guard let tag = SessionTag(plan.credentials, target: plan.sts) else { return nil }
        return cache.load(tag, minimumTTL: plan.minimumTTL)
    }

    /// Obtains the credentials of `plan`.
    /// - Parameter fresh: Asks AWS also where the cache has the session of the last step. The
    ///   sessions behind it are taken from the cache all the same.
    public func credentials(
        of plan: SessionPlan, fresh: Bool
    ) throws(EngineError) -> Credentials {
        var stale: AccessKeyID?
        if fresh, let tag = SessionTag(plan.credentials, target: target),
            let session = parts.cache.load(tag, minimumTTL: .zero, now: parts.now())
        {
            stale = session.credentials.accessKeyID
        }
        return try obtain(plan.credentials, minimumTTL: plan.minimumTTL, not: stale)
    }

    /// - Parameter stale: The session of this step that is not wanted, by the ID of its key.
    private func obtain(
        _ plan: CredentialPlan, minimumTTL: Duration, not stale: AccessKeyID? = nil
    ) throws(EngineError) -> Credentials {
        guard let tag = SessionTag(plan, target: target) else {
            return try storedKey(plan.key)
        }
        if let session = load(tag, minimumTTL: minimumTTL, not: stale) {
            return session.takeCredentials()
        }
        // Whoever waited here finds what the one before obtained; a killed holder frees the lock.
        let lock = lock(tag, patience: plan.mfaSerial == nil ? Self.patience : Self.mfaPatience)
        defer { withExtendedLifetime(lock) {} }
        if let session = load(tag, minimumTTL: minimumTTL, not: stale) {
            return session.takeCredentials()
        }
        let session = Session(tag: tag, credentials: try call(plan, tag))
        if let expiration = session.credentials.expiration {
            let lifetime = expiration - parts.now()
            guard lifetime > .zero else { throw .over(subject: tag.subject, expiration) }
            parts.report(.obtained(subject: tag.subject, lifetime: lifetime))
        }
        do { try parts.cache.store(session) } catch {
            parts.report(.notCached(subject: tag.subject))
        }
        return session.takeCredentials()
    }

    private func load(
        _ tag: SessionTag, minimumTTL: Duration, not stale: AccessKeyID?
    ) -> Session? {
        let now = parts.now()
        guard let session = parts.cache.load(tag, minimumTTL: minimumTTL, now: now),
            session.credentials.accessKeyID != stale
        else { return nil }
        if let expiration = session.credentials.expiration {
            parts.report(.cached(subject: tag.subject, timeLeft: expiration - now))
        }
        return session
    }

    /// How long another process is waited for: somewhat longer than its calls can take, or than a
    /// person needs for a code. After that it is taken for stuck, and each process asks AWS itself.
    private static let patience: Duration = .seconds(30)
    private static let mfaPatience: Duration = .seconds(120)

    private func lock(_ tag: SessionTag, patience: Duration) -> Lock {
        guard let directory = parts.lockDirectory else { return Lock(held: nil) }
        let path = "\(directory)/\(tag.name).lock"
        do {
            if let lock = try FileLock(path: path, within: .seconds(1)) { return Lock(held: lock) }
            parts.report(.waiting(subject: tag.subject))
            return Lock(held: try FileLock(path: path, within: patience))
        } catch {
            return Lock(held: nil)
        }
    }

    /// A lock, or none where locks cannot be had: more calls then, but the same result.
    private struct Lock: ~Copyable {
        let held: FileLock?
    }

    private func call(
        _ plan: CredentialPlan, _ tag: SessionTag
    ) throws(EngineError) -> Credentials {
        switch plan {
        case .storedKey(let key): return try storedKey(key)
        case .sessionToken(let step, let source):
            let key = try obtain(source, minimumTTL: Self.sourceTTL)
            parts.report(.requesting(subject: tag.subject))
            return try sessionToken(step, key: source.key, with: key)
        case .assumeRole(let step, let source):
            let credentials = try obtain(source, minimumTTL: Self.sourceTTL)
            parts.report(.requesting(subject: tag.subject))
            do {
                return try assumeRole(step, source: source, with: credentials)
            } catch .assumeRole(let error, _, _) where error.saysThatTheSessionIsGone {
                // A cached session can be over before its time: its key was deactivated, or AWS
                // revoked it. The key itself is not asked for again.
                guard SessionTag(source, target: target) != nil else {
                    throw .assumeRole(error, step: step, source: source)
                }
                let renewed = try obtain(
                    source, minimumTTL: Self.sourceTTL, not: credentials.accessKeyID)
                parts.report(.requesting(subject: tag.subject))
                return try assumeRole(step, source: source, with: renewed)
            }
        }
    }
}

extension AWSError {
    /// Whether the session that signed the request is not known, or not any more.
    fileprivate var saysThatTheSessionIsGone: Bool {
        guard case .service(let error) = self else { return false }
        return ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId"]
            .contains(error.code)
    }
}

extension SessionTag {
    /// The tag of the session that `plan` leads to; nil for a key.
    public init?(_ plan: CredentialPlan, target: STSTarget) {
        guard let fingerprint = Fingerprint(plan, target: target) else { return nil }
        let subject =
            switch plan {
            case .assumeRole(let step, _): step.role.value.description
            case .storedKey, .sessionToken: "session"
            }
        self.init(
            name: fingerprint.name, fingerprint: fingerprint.text, profile: plan.key.profile,
            accessKeyID: plan.key.accessKeyID, subject: subject)
    }
}
