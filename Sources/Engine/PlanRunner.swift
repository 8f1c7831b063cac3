// Carries one plan out: stage by stage, each of the cache or by its provider, one process at a time.
internal import AWS
internal import Model
internal import Planning
internal import Store
internal import System

/// A plan under way.
struct PlanRunner {
    let effects: Engine.Effects
    let plan: SessionPlan
    let sts: STS
    let givenCode: String?
    /// What is forgotten from here on is not cached any more: also while a lock is waited for, with
    /// the session of an earlier stage in hand.
    private let begun = Uptime.now()

    /// How long a session must still live for the calls that are made with it.
    static let sourceTTL: Duration = .seconds(60)

    init(
        _ effects: Engine.Effects, _ plan: SessionPlan, givenCode: String?
    ) throws(EngineError) {
        self.effects = effects
        self.plan = plan
        self.givenCode = givenCode
        sts = try effects.sts(plan)
    }

    private var lastStage: Int { plan.credentials.calls.count }

    /// The credentials of the last stage.
    func credentials(isFresh: Bool) throws(EngineError) -> Credentials {
        var stale: AccessKeyID?
        if isFresh, let label = label(lastStage),
            let session = effects.cache.load(label, minimumTTL: .zero, now: effects.now())
        {
            stale = session.credentials.accessKeyID
        }
        // Before any lock is waited for: the command that calls back is what holds it.
        try refuseLoop()
        return try credentials(upTo: lastStage, minimumTTL: plan.minimumTTL.value, not: stale)
    }

    /// The credentials of a stage.
    /// - Parameter stale: The session of this stage that is not wanted, by the ID of its key.
    func credentials(
        upTo stage: Int, minimumTTL: Duration, not stale: AccessKeyID? = nil
    ) throws(EngineError) -> Credentials {
        // What the cache has, the last stage first: nothing before it is needed then.
        var next = 0
        var held: Credentials?
        for index in stride(from: stage, through: 0, by: -1) {
            let isLast = index == stage
            guard let label = label(index),
                let session = load(
                    label, minimumTTL: isLast ? minimumTTL : Self.sourceTTL,
                    not: isLast ? stale : nil)
            else { continue }
            if isLast { return session.takeCredentials() }
            held = session.takeCredentials()
            next = index + 1
            break
        }
        // A source that is not kept is asked only where a call needs it, behind that one's lock.
        if next == 0, stage > 0, label(0) == nil { next = 1 }
        while next < stage {
            held = try credentials(
                of: next, from: held.take(), minimumTTL: Self.sourceTTL, not: nil)
            next += 1
        }
        return try credentials(of: stage, from: held.take(), minimumTTL: minimumTTL, not: stale)
    }

    /// The credentials of one stage: obtained by one process, found in the cache by the others.
    /// - Parameter previous: The credentials of the stage before; nil where they are the source's
    ///   and it was not asked yet.
    private func credentials(
        of stage: Int, from previous: consuming Credentials?, minimumTTL: Duration,
        not stale: AccessKeyID?
    ) throws(EngineError) -> Credentials {
        guard let label = label(stage) else { return try obtain(stage, from: previous) }
        // A killed holder frees the lock.
        let lock = lock(label, patience: patience(of: stage))
        defer { withExtendedLifetime(lock) {} }
        if let session = load(label, minimumTTL: minimumTTL, not: stale) {
            return session.takeCredentials()
        }
        let session = Session(
            label: label, credentials: try obtain(stage, from: previous),
            obtained: ClockReading(wall: effects.now(), uptime: .now()))
        guard let expiration = session.credentials.expiration else {
            // A program may give a lasting key; that is nobody's session.
            return session.takeCredentials()
        }
        let lifetime = expiration - effects.now()
        guard lifetime > .zero else { throw .over(subject: label.subject, expiration) }
        effects.report(
            .obtained(
                subject: label.subject, lifetime: lifetime, profile: plan.profile.value))
        if lifetime < minimumTTL, plan.minimumTTL.origin != .standard {
            effects.report(.shortLived(subject: label.subject, lifetime, plan.minimumTTL))
        }
        do throws(RecordStoreError) {
            let kernelIsFull = try effects.cache.store(session, begun: begun)
            if kernelIsFull { effects.report(.cachedElsewhere(subject: label.subject)) }
            effects.report(.kept(plan))
        } catch {
            effects.report(.notCached(subject: label.subject, error))
        }
        return session.takeCredentials()
    }

    private func obtain(
        _ stage: Int, from previous: consuming Credentials?
    ) throws(EngineError) -> Credentials {
        guard stage > 0 else { return try source() }
        let call = plan.credentials.calls[stage - 1]
        if case .assumeRole(let role) = call, role.role.value.roleKind == .service {
            effects.report(.serviceRole(role.role.value))
        }
        let credentials: Credentials
        if let previous { credentials = previous } else { credentials = try source() }
        let subject = SessionLabel.subject(of: call)
        effects.report(.requesting(subject: subject, operation: "sts:\(call.operation)"))
        do throws(EngineError) {
            return try request(call, stage, with: credentials)
        } catch {
            // A cached session can be over before its time: its key was deactivated, or AWS
            // revoked it. What is not cached is not asked for again.
            guard error.saysThatTheSessionIsGone, label(stage - 1) != nil else { throw error }
            let renewed = try self.credentials(
                upTo: stage - 1, minimumTTL: Self.sourceTTL, not: credentials.accessKeyID)
            effects.report(.requesting(subject: subject, operation: "sts:\(call.operation)"))
            return try request(call, stage, with: renewed)
        }
    }

    /// The one place that knows which provider gives which source.
    private func source() throws(EngineError) -> Credentials {
        let source = plan.credentials.source
        if let subject = SessionLabel.subject(of: source) {
            effects.report(.requesting(subject: subject, operation: source.operation))
        }
        switch source {
        case .storedKey(let key): return try storedKey(key)
        case .staticKey(let key): return try staticKey(key)
        case .environment(let key): return try environment(key)
        case .credentialProcess(let process): return try credentialProcess(process)
        case .instanceMetadata(let source): return try instanceMetadata(source)
        case .container: return try container()
        case .webIdentity(let source): return try webIdentity(source)
        case .sso(let source): return try identityCenter(source)
        case .saml(let source): return try saml(source)
        case .login(let source): return try console(source)
        case .rolesAnywhere(let source): return try rolesAnywhere(source)
        }
    }

    /// The one place that knows which request a call makes.
    private func request(
        _ call: Call, _ stage: Int, with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        let failed = plan.credentials.upTo(stage: stage)
        return switch call {
        case .sessionToken(let call): try sessionToken(call, failed, with: credentials)
        case .assumeRole(let call): try assumeRole(call, failed, with: credentials)
        case .federationToken(let call): try federationToken(call, failed, with: credentials)
        case .assumeRoot(let call): try assumeRoot(call, failed, with: credentials)
        }
    }

    // MARK: Cache and lock

    private func label(_ stage: Int) -> SessionLabel? {
        // What is made on the way belongs to no profile more than to that of the source.
        SessionLabel(
            plan.credentials.upTo(stage: stage), target: plan.sts,
            askedProfile: stage == lastStage ? plan.profile.value : nil)
    }

    private func load(
        _ label: SessionLabel, minimumTTL: Duration, not stale: AccessKeyID?
    ) -> Session? {
        let now = effects.now()
        guard let session = effects.cache.load(label, minimumTTL: minimumTTL, now: now),
            session.credentials.accessKeyID != stale
        else { return nil }
        if let expiration = session.credentials.expiration {
            effects.report(.cached(subject: label.subject, timeLeft: expiration - now))
        }
        return session
    }

    private func lock(_ label: SessionLabel, patience: Duration) -> Lock {
        guard let directory = effects.lockDirectory() else { return Lock(held: nil) }
        let path = "\(directory)/\(label.name).lock"
        do throws(SystemError) {
            return Lock(held: try FileLock(path: path, within: .seconds(1)))
        } catch {
            guard error.isHeldLock else { return Lock(held: nil) }
        }
        effects.report(
            .waiting(subject: label.subject, holder: LockHolder.find(path: path), patience))
        do { return Lock(held: try FileLock(path: path, within: patience)) } catch {
            if error.isHeldLock { effects.report(.gaveUpWaiting(subject: label.subject)) }
            return Lock(held: nil)
        }
    }

    /// A lock, or none where locks cannot be had: more calls then, but the same result.
    private struct Lock: ~Copyable {
        let held: FileLock?
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
