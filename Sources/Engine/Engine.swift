// The one way to credentials: from a request to a plan, and from there to the cache or to AWS.
public import AWS
public import Model
public import Planning
internal import Profiles
internal import Store
internal import System
internal import Vault

/// Who wants credentials, and how.
public struct CredentialRequest: Sendable {
    /// What the plan is made from.
    public var plan: PlanRequest
    /// Whether AWS is asked also where the cache has the session of the last stage. The sessions
    /// behind it are taken from the cache all the same.
    public var isFresh = false
    /// An MFA code that was given beforehand, in place of asking.
    public var givenCode: String?
    /// Whether a long-term key will do in the place of a session of it that is not cached: for a
    /// look at who it is, which must not cost a code.
    public var prefersKey = false
    /// Who gets the credentials, where that is more than a look at them: the profile's guard rails
    /// have a say then.
    public var handOver: HandOver?
    /// Whether the guard rails were heard, and a person asked what they want to know.
    public var isAdmitted = false
    /// The program that the credentials are for. Where there is none of that name, nobody is asked
    /// for anything: a code that was typed for it would be gone.
    public var program: String?

    /// A request for what `plan` asks.
    public init(_ plan: PlanRequest) { self.plan = plan }
}

/// Credentials, and the plan by which they came.
public struct Obtained: ~Copyable, Sendable {
    /// The plan.
    public let plan: SessionPlan
    /// The credentials.
    public let credentials: Credentials

    /// Gives up the plan.
    public consuming func takeCredentials() -> Credentials { credentials }
}

/// Obtains credentials. Everything outside is injected, and several threads may use it at once.
public struct Engine: Sendable {
    let effects: Effects

    /// An engine with these effects.
    public init(_ effects: Effects) { self.effects = effects }

    /// The credentials that `request` asks for: of the cache, else obtained as planned.
    public func credentials(for request: CredentialRequest) throws(EngineError) -> Obtained {
        do throws(EngineError) { return try found(request) } catch {
            effects.report(.notObtained(error, profile: request.plan.profile?.value))
            throw error
        }
    }

    /// The request with what the guard rails of its profile have a person asked: for who is to get
    /// credentials again and again, and is not to be asked again.
    public func admitted(_ request: CredentialRequest) throws(EngineError) -> CredentialRequest {
        do throws(EngineError) {
            return try admitted(request, plan(request.plan, try effects.configFiles()))
        } catch {
            effects.report(.notObtained(error, profile: request.plan.profile?.value))
            throw error
        }
    }

    private func admitted(
        _ request: CredentialRequest, _ plan: SessionPlan
    ) throws(EngineError) -> CredentialRequest {
        guard let use = request.handOver, !request.isAdmitted, !plan.guardRails.isEmpty else {
            return request
        }
        var request = request
        request.isAdmitted = true
        do throws(GuardRailError) {
            let questions = try plan.guardRails.questions(
                for: use, hasReason: request.plan.reason != nil, hasPerson: effects.hasPerson)
            for question in questions {
                let answer = try effects.answer(question, plan, use)
                if case .reason = question { request.plan.reason = answer }
            }
        } catch { throw .guardRail(error) }
        return request
    }

    /// Credentials that may live no longer than their profile says.
    private func handedOver(
        _ credentials: consuming Credentials, of plan: SessionPlan, _ request: CredentialRequest,
        isCached: Bool
    ) throws(EngineError) -> Obtained {
        let end = credentials.expiration
        if request.handOver != nil {
            do throws(GuardRailError) {
                try plan.guardRails.check(
                    lifetime: end.map { $0 - effects.now() }, of: plan.profile.value)
            } catch { throw .guardRail(error) }
        }
        effects.report(
            .handedOver(plan, until: end, reason: request.plan.reason, isCached: isCached))
        return Obtained(plan: plan, credentials: credentials)
    }

    private func found(_ asked: CredentialRequest) throws(EngineError) -> Obtained {
        let config = try effects.configFiles()
        var plan = try plan(asked.plan, config)
        var request = try admitted(asked, plan)
        if request.plan.reason != asked.plan.reason { plan = try self.plan(request.plan, config) }
        if !request.isFresh, let session = cached(plan) {
            return try handedOver(session.takeCredentials(), of: plan, request, isCached: true)
        }
        if let program = request.program {
            do throws(ExecuteError) { _ = try ProgramSearch.find(program) } catch {
                throw .program(error)
            }
        }
        if request.prefersKey, case .sessionToken = plan.credentials.calls.last {
            request.plan.noSession = true
            request.plan.isOutlook = true
            request.plan.duration = nil
            plan = try self.plan(request.plan, config)
        }
        do {
            return try carriedOut(plan, request)
        } catch {
            if let maximum = maximum(after: error, plan, request) {
                throw .roleMaximum(maximum, error)
            }
            guard let mended = try mended(plan, after: error, request, config) else { throw error }
            return try carriedOut(mended, request)
        }
    }

    /// The credentials of the stage before the last call of `plan`; nil where there is no call.
    func credentials(
        before plan: SessionPlan, _ request: CredentialRequest
    ) throws(EngineError) -> Credentials? {
        guard !plan.credentials.calls.isEmpty else { return nil }
        return try PlanRunner(effects, plan, givenCode: request.givenCode).credentials(
            upTo: plan.credentials.calls.count - 1, minimumTTL: PlanRunner.sourceTTL)
    }

    private func cached(_ plan: SessionPlan) -> Session? {
        guard let label = SessionLabel(plan.credentials, target: plan.sts) else { return nil }
        let now = effects.now()
        guard
            let session = effects.cache.load(label, minimumTTL: plan.minimumTTL.value, now: now)
        else { return nil }
        if let expiration = session.credentials.expiration {
            effects.report(.cached(subject: label.subject, timeLeft: expiration - now))
        }
        return session
    }

    private func carriedOut(
        _ plan: SessionPlan, _ request: CredentialRequest
    ) throws(EngineError) -> Obtained {
        effects.report(.obtaining(plan))
        let runner = try PlanRunner(effects, plan, givenCode: request.givenCode)
        return try handedOver(
            runner.credentials(isFresh: request.isFresh), of: plan, request, isCached: false)
    }

    // MARK: Planning

    /// The plan by what is known here, without asking a vault or AWS.
    public func offlinePlan(_ request: PlanRequest) throws(EngineError) -> SessionPlan {
        let config = try effects.configFiles()
        let index = try keys(mayPrompt: false)
        do { return try make(request, config, index) } catch {
            // What the index does not know may be in a vault that was not asked.
            guard !index.unread.isEmpty, case .plan(let cause) = error,
                cause.mayBeMendedByTheIndex
            else { throw error }
            throw .unreadIndex(cause)
        }
    }

    /// The plan that `credentials(for:)` would carry out: AWS and the vaults are asked for what it
    /// takes to make one, and for nothing else.
    public func plan(_ request: PlanRequest) throws(EngineError) -> SessionPlan {
        try plan(request, try effects.configFiles())
    }

    private func plan(
        _ request: PlanRequest, _ config: ConfigFiles
    ) throws(EngineError) -> SessionPlan {
        let index = try keys(mayPrompt: true)
        let plan: SessionPlan
        do throws(EngineError) {
            plan = try makeLearning(request, config, index)
        } catch {
            let cause: PlanError? = if case .plan(let cause) = error { cause } else { nil }
            // The index may be of another day; the vaults know better.
            if let profile = cause?.profileWithoutCertificate {
                guard effects.findCertificate(profile) else { throw error }
                plan = try makeLearning(request, config, index)
            } else {
                guard cause?.mayBeMendedByTheIndex ?? error.saysThatTheIndexIsWrong else {
                    throw error
                }
                let refreshed = try refresh(mayPrompt: !index.unread.isEmpty)
                guard refreshed.index.entries != index.entries else {
                    // A keyring that is down is no missing key.
                    if let cause, let failure = refreshed.reasonForUnread {
                        throw .unreadVault(failure, cause)
                    }
                    throw error
                }
                plan = try makeLearning(request, config, refreshed.index)
            }
        }
        effects.report(.planned(plan))
        return plan
    }

    /// A plan; where it needs to know whose key it is, AWS is asked once.
    private func makeLearning(
        _ request: PlanRequest, _ config: ConfigFiles, _ index: VaultIndex
    ) throws(EngineError) -> SessionPlan {
        do { return try make(request, config, index) } catch {
            guard case .plan(let cause) = error, let key = cause.keyToLearn else { throw error }
            try learnCaller(of: key, region: request.region, config, index)
            return try make(request, config, try keys(mayPrompt: false))
        }
    }

    private func make(
        _ request: PlanRequest, _ config: ConfigFiles, _ index: VaultIndex
    ) throws(EngineError) -> SessionPlan {
        let plan: SessionPlan
        do {
            plan = try Planner.plan(request, config: config, facts: effects.facts(index))
        } catch { throw EngineError(planning: error) }
        // AWS tells a policy that is no JSON only after a code was spent on it.
        for policy in plan.credentials.policies {
            do { _ = try JSONDocument(Secret(policy.value)) } catch {
                throw .policyIsNoJSON(policy.origin)
            }
        }
        return plan
    }

    /// Asks AWS whose key it is, for a key that was stored without asking.
    private func learnCaller(
        of key: StoredKey, region: String?, _ config: ConfigFiles, _ index: VaultIndex
    ) throws(EngineError) {
        effects.report(.learning(key))
        var request = PlanRequest()
        request.profile = Setting(key.profile, from: .standard)
        request.region = region
        request.noSession = true
        request.isOutlook = true
        let plan = try make(request, config, index)
        let secret: AccessKey
        do { secret = try effects.keys.load(key) } catch { throw .vault(error, key: key) }
        // AWS is not to be asked with one key whose the other is.
        guard secret.id == key.accessKeyID else { throw .otherKey(secret.id, key: key) }
        let sts = try effects.sts(plan)
        let caller: CallerIdentity
        do {
            caller = try sts.getCallerIdentity(credentials: Credentials(secret))
        } catch { throw .callerUnknown(error, key: key) }
        do { _ = try effects.keys.learn(caller: caller.arn, of: key) } catch { throw .index(error) }
    }

    private func keys(mayPrompt: Bool) throws(EngineError) -> VaultIndex {
        do { return try effects.keys.keys(mayPrompt: mayPrompt) } catch { throw .index(error) }
    }

    private func refresh(mayPrompt: Bool) throws(EngineError) -> KeyStore.Refreshed {
        do { return try effects.keys.refresh(mayPrompt: mayPrompt) } catch { throw .index(error) }
    }

    // MARK: After a failure

    /// A new plan where the vault was changed behind the index, and that is why the old one failed.
    private func mended(
        _ plan: SessionPlan, after error: EngineError, _ request: CredentialRequest,
        _ config: ConfigFiles
    ) throws(EngineError) -> SessionPlan? {
        guard error.saysThatTheIndexIsWrong, case .storedKey(let key) = plan.credentials.source
        else { return nil }
        let index = try refresh(mayPrompt: true).index
        guard let entry = index.entry(of: key.profile),
            entry.storedKey != key || error.saysThatTheKeyIsAbsent
        else { return nil }
        return try makeLearning(request.plan, config, index)
    }

    /// The longest session of a role that was asked for a longer one, where IAM tells it.
    private func maximum(
        after error: EngineError, _ plan: SessionPlan, _ request: CredentialRequest
    ) -> Duration? {
        guard case .call(.service(let refusal), let failed) = error,
            case .assumeRole(let call) = failed.calls.last, refusal.isAboutDuration,
            failed == plan.credentials,
            call.role.value.accountID == failed.source.callerARN?.accountID,
            let name = call.role.value.resource.split(separator: "/").last
        else { return nil }
        do {
            guard let credentials = try credentials(before: plan, request) else { return nil }
            return try effects.iam(plan).getRole(
                name: String(name), credentials: credentials, limits: .quick
            ).maximumSessionDuration
        } catch {
            return nil
        }
    }
}

extension PlanError {
    /// Whether a key that the index does not know would make a plan possible.
    fileprivate var mayBeMendedByTheIndex: Bool {
        switch self {
        case .unknownProfile, .noCredentials, .roleWithoutSource, .unknownSource,
            .metadataDisabled(nil):
            true
        case .halfKey, .twoSources, .tokenWithoutRole, .cycle, .noEnvironmentKey, .noContainer,
            .metadataDisabled, .halfSSO, .halfOpenID, .noJobToken,
            .unknownSSOSession, .misplacedSSO, .samlWithoutResponse,
            .flagWithoutSAML, .halfRolesAnywhere, .rolesAnywhereRegions, .profileWithoutRole,
            .unknownAccount,
            .unknownCaller, .invalidRole, .closedRole, .foreignRole, .flagWithoutRole,
            .flagNotTaken,
            .exclusive,
            .needsLongTermKey, .invalidValue, .malformed, .unreadablePolicy,
            .durationOutOfBounds, .chainedTooLong, .durationOfSource, .minimumTTLTooLong:
            false
        }
    }

    /// The profile that lacks nothing but a certificate, which a vault may have.
    fileprivate var profileWithoutCertificate: String? {
        guard case .halfRolesAnywhere(let profile, _, "roles_anywhere_certificate") = self
        else { return nil }
        return profile
    }

    /// The key whose owner has to be known for a plan.
    fileprivate var keyToLearn: StoredKey? {
        switch self {
        case .unknownAccount(_, let key): key
        case .unknownCaller(let key): key
        case .unknownProfile, .noCredentials, .roleWithoutSource, .unknownSource, .halfKey,
            .twoSources, .tokenWithoutRole, .cycle, .noEnvironmentKey, .noContainer,
            .metadataDisabled, .halfSSO, .halfOpenID, .noJobToken,
            .unknownSSOSession, .misplacedSSO, .samlWithoutResponse,
            .flagWithoutSAML, .halfRolesAnywhere, .rolesAnywhereRegions, .profileWithoutRole,
            .invalidRole, .closedRole,
            .foreignRole, .flagWithoutRole, .flagNotTaken,
            .exclusive, .needsLongTermKey, .invalidValue,
            .malformed,
            .unreadablePolicy, .durationOutOfBounds, .chainedTooLong, .durationOfSource,
            .minimumTTLTooLong:
            nil
        }
    }
}

extension EngineError {
    /// Whether the vault has no key where the index says so.
    fileprivate var saysThatTheKeyIsAbsent: Bool {
        if case .vault(.absent, _) = self { return true }
        return false
    }

    /// Whether the vault has another key than the index says, or none.
    fileprivate var saysThatTheIndexIsWrong: Bool {
        if case .otherKey = self { return true }
        return saysThatTheKeyIsAbsent
    }
}

extension AWSServiceError {
    /// Whether the role does not let its sessions live for as long as was asked.
    public var isAboutDuration: Bool {
        code == "ValidationError" && message.contains("DurationSeconds")
    }
}
