// Carries a plan out: from the cache, or by the steps of the plan, one process at a time.
public import Model
public import Planning
public import Store
internal import System

/// Obtains credentials. Everything outside is injected.
public struct Engine {
    let effects: Effects
    let target: STSTarget

    /// How long a session must still live for the calls that are made with it.
    private static let sourceTTL: Duration = .seconds(60)

    /// An engine for plans whose calls go to `target`.
    public init(_ effects: Effects, target: STSTarget) {
        self.effects = effects
        self.target = target
    }

    /// The credentials of `plan`, if the cache has them for long enough; nothing else is asked.
    public static func cached(_ plan: SessionPlan, in cache: SessionCache) -> Session? {
        guard let tag = SessionLabel(plan.credentials, target: plan.sts) else { return nil }
        return cache.load(tag, minimumTTL: plan.minimumTTL.value)
    }

    /// Obtains the credentials of `plan`.
    /// - Parameter fresh: Asks AWS also where the cache has the session of the last step. The
    ///   sessions behind it are taken from the cache all the same.
    public func credentials(
        of plan: SessionPlan, fresh: Bool
    ) throws(EngineError) -> Credentials {
        var stale: AccessKeyID?
        if fresh, let tag = SessionLabel(plan.credentials, target: target),
            let session = effects.cache.load(tag, minimumTTL: .zero, now: effects.now())
        {
            stale = session.credentials.accessKeyID
        }
        // Before any lock is waited for: the command that calls back is what holds it.
        try refuseLoop(plan.credentials.root)
        return try obtain(plan.credentials, minimumTTL: plan.minimumTTL.value, not: stale)
    }

    /// The credentials that a step of a plan starts from.
    public func credentials(
        before step: CredentialPlan
    ) throws(EngineError) -> Credentials? {
        guard let source = step.source else { return nil }
        return try obtain(source, minimumTTL: Self.sourceTTL)
    }

    /// - Parameter stale: The session of this step that is not wanted, by the ID of its key.
    private func obtain(
        _ plan: CredentialPlan, minimumTTL: Duration, not stale: AccessKeyID? = nil
    ) throws(EngineError) -> Credentials {
        guard let tag = SessionLabel(plan, target: target) else { return try call(plan, "source") }
        if let session = load(tag, minimumTTL: minimumTTL, not: stale) {
            return session.takeCredentials()
        }
        // Whoever waited here finds what the one before obtained; a killed holder frees the lock.
        let lock = lock(tag, patience: plan.mfaSerial == nil ? Self.patience : Self.mfaPatience)
        defer { withExtendedLifetime(lock) {} }
        if let session = load(tag, minimumTTL: minimumTTL, not: stale) {
            return session.takeCredentials()
        }
        let begun = Uptime.now()
        let credentials = try call(plan, tag.subject)
        let session = Session(
            tag: tag, credentials: credentials,
            obtained: ClockReading(wall: effects.now(), uptime: .now()))
        guard let expiration = session.credentials.expiration else {
            // A program may give a lasting key; that is nobody's session.
            return session.takeCredentials()
        }
        let lifetime = expiration - effects.now()
        guard lifetime > .zero else { throw .over(subject: tag.subject, expiration) }
        effects.report(.obtained(subject: tag.subject, lifetime: lifetime))
        do { try effects.cache.store(session, begun: begun) } catch {
            effects.report(.notCached(subject: tag.subject))
        }
        return session.takeCredentials()
    }

    private func load(
        _ tag: SessionLabel, minimumTTL: Duration, not stale: AccessKeyID?
    ) -> Session? {
        let now = effects.now()
        guard let session = effects.cache.load(tag, minimumTTL: minimumTTL, now: now),
            session.credentials.accessKeyID != stale
        else { return nil }
        if let expiration = session.credentials.expiration {
            effects.report(.cached(subject: tag.subject, timeLeft: expiration - now))
        }
        return session
    }

    /// How long another process is waited for: somewhat longer than its calls can take, or than a
    /// person needs for a code. After that it is taken for stuck, and each process asks AWS itself.
    private static let patience: Duration = .seconds(30)
    private static let mfaPatience: Duration = .seconds(120)

    private func lock(_ tag: SessionLabel, patience: Duration) -> Lock {
        guard let directory = effects.lockDirectory else { return Lock(held: nil) }
        let path = "\(directory)/\(tag.name).lock"
        do throws(SystemError) {
            return Lock(held: try FileLock(path: path, within: .seconds(1)))
        } catch {
            guard error.isHeldLock else { return Lock(held: nil) }
        }
        effects.report(.waiting(subject: tag.subject))
        do { return Lock(held: try FileLock(path: path, within: patience)) } catch {
            return Lock(held: nil)
        }
    }

    /// A lock, or none where locks cannot be had: more calls then, but the same result.
    private struct Lock: ~Copyable {
        let held: FileLock?
    }

    /// The one place that knows which provider carries out which step.
    private func call(
        _ plan: CredentialPlan, _ subject: String
    ) throws(EngineError) -> Credentials {
        switch plan {
        case .storedKey(let key): return try storedKey(key)
        case .staticKey(let key): return try staticKey(key)
        case .environment: return try environment()
        case .credentialProcess(let process):
            effects.report(.requesting(subject: subject, call: plan.call))
            return try credentialProcess(process)
        case .instanceMetadata(let source):
            effects.report(.requesting(subject: subject, call: plan.call))
            return try instanceMetadata(source)
        case .container:
            effects.report(.requesting(subject: subject, call: plan.call))
            return try container()
        case .webIdentity(let step):
            effects.report(.requesting(subject: subject, call: plan.call))
            return try webIdentity(step)
        case .sso, .login: throw .unsupported(plan)
        case .sessionToken(_, let source), .assumeRole(_, let source),
            .federationToken(_, let source), .assumeRoot(_, let source):
            let credentials = try obtain(source, minimumTTL: Self.sourceTTL)
            effects.report(.requesting(subject: subject, call: plan.call))
            do throws(EngineError) {
                return try request(plan, with: credentials)
            } catch {
                // A cached session can be over before its time: its key was deactivated, or AWS
                // revoked it. What is not cached is not asked for again.
                guard error.saysThatTheSessionIsGone, SessionLabel(source, target: target) != nil
                else { throw error }
                let renewed = try obtain(
                    source, minimumTTL: Self.sourceTTL, not: credentials.accessKeyID)
                effects.report(.requesting(subject: subject, call: plan.call))
                return try request(plan, with: renewed)
            }
        }
    }

    private func request(
        _ plan: CredentialPlan, with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        switch plan {
        case .sessionToken(let step, _): try sessionToken(step, plan, with: credentials)
        case .assumeRole(let step, _): try assumeRole(step, plan, with: credentials)
        case .federationToken(let step, _): try federationToken(step, plan, with: credentials)
        case .assumeRoot(let step, _): try assumeRoot(step, plan, with: credentials)
        default: throw .unsupported(plan)
        }
    }
}

extension EngineError {
    /// Whether the session that signed the request is not known, or not any more.
    fileprivate var saysThatTheSessionIsGone: Bool {
        guard case .call(.service(let error), _) = self else { return false }
        return ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId"]
            .contains(error.code)
    }
}

extension SessionLabel {
    /// The tag of the session that `plan` leads to; nil for a source that is asked each time.
    public init?(_ plan: CredentialPlan, target: STSTarget) {
        guard let fingerprint = Fingerprint(plan, target: target) else { return nil }
        let subject =
            switch plan {
            case .assumeRole(let step, _): step.role.value.description
            case .webIdentity(let step): step.role.role.value.description
            case .credentialProcess(let process): "credential_process of \(process.profile)"
            case .instanceMetadata: "instance"
            case .container: "container"
            case .federationToken(let step, _): "federated user \(step.name.value)"
            case .assumeRoot(let step, _): "root of \(step.account.value)"
            default: "session"
            }
        self.init(
            name: fingerprint.name, fingerprint: fingerprint.text, profile: plan.profile,
            accessKeyID: plan.accessKeyID, subject: subject)
    }
}
