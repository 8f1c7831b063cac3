// What exec and export share: from the flags to the credentials.
internal import AWS
internal import Engine
internal import Flags
internal import HTTP
internal import Handover
internal import Model
internal import Planning
internal import Profiles
internal import Prompts
internal import Store
internal import System
internal import Vault

/// Credentials, and the plan by which they came.
struct Obtained: ~Copyable {
    let plan: SessionPlan
    let credentials: Credentials

    init(plan: SessionPlan, credentials: consuming Credentials) {
        self.plan = plan
        self.credentials = credentials
    }

    consuming func takeCredentials() -> Credentials { credentials }
}

/// A request for credentials, and the way to them.
struct SessionCommand {
    let invocation: Invocation
    let machine: Machine
    private let request: PlanRequest
    private let prefersKey: Bool

    /// - Parameter prefersKey: Whether a long-term key will do in the place of a session of it that
    ///   is not cached: for a look at who it is, which must not cost a code.
    init(_ invocation: Invocation, _ machine: Machine, prefersKey: Bool = false) {
        self.invocation = invocation
        self.machine = machine
        // Who says how the session is to be made wants it made.
        self.prefersKey =
            prefersKey && !invocation.isSet(.mfaToken) && !invocation.isSet(.duration)
        request = PlanRequest(invocation, machine)
    }

    /// The credentials as they are handed to programs.
    func sessionEnvironment() throws -> SessionEnvironment {
        let obtained = try obtained()
        let plan = obtained.plan
        return SessionEnvironment(
            credentials: obtained.takeCredentials(), region: plan.region?.value,
            profile: plan.profile.value)
    }

    /// The credentials, obtained as planned, and the plan.
    func obtained() throws -> Obtained {
        let config = try machine.configFiles()
        var plan = try plan(config)
        let cache = machine.sessionCache()
        for reason in plan.reasons { machine.console.trace(reason) }

        if !invocation.isSet(.fresh), let session = Engine.cached(plan, in: cache) {
            if let expiration = session.credentials.expiration {
                machine.tell(
                    .cached(subject: session.tag.subject, timeLeft: expiration - Timestamp.now()))
            }
            return Obtained(plan: plan, credentials: session.takeCredentials())
        }
        if prefersKey, case .sessionToken = plan.credentials {
            var request = request
            request.noSession = true
            request.duration = nil
            plan = try Planner.plan(
                request, config: config,
                facts: machine.facts(try machine.keyStore().keys(mayPrompt: false)))
        }
        return Obtained(plan: plan, credentials: try obtain(plan, cache, config))
    }

    /// The plan by what is known here, without asking a vault or AWS.
    func offlinePlan() throws -> SessionPlan {
        let index = try machine.keyStore().index() ?? VaultIndex()
        let plan = try Planner.plan(
            request, config: try machine.configFiles(), facts: machine.facts(index))
        try Self.checkPolicies(of: plan)
        return plan
    }

    // MARK: Planning

    private func plan(_ config: ConfigFiles) throws -> SessionPlan {
        let index = try machine.keyStore().keys(mayPrompt: true)
        do {
            return try makePlan(config, index)
        } catch let error as PlanError where error.mayBeMendedByTheIndex {
            // The index may be of another day; the vaults know better.
            let refreshed = try machine.keyStore().refresh(mayPrompt: !index.unread.isEmpty)
            let rebuilt = refreshed.index
            if rebuilt.entries != index.entries { return try makePlan(config, rebuilt) }
            // A keyring that is down is no missing key.
            if let failure = refreshed.reasonForUnread {
                throw Failure.unreadVault(failure, error)
            }
            throw error
        }
    }

    private func makePlan(_ config: ConfigFiles, _ index: VaultIndex) throws -> SessionPlan {
        let plan: SessionPlan
        do {
            plan = try Planner.plan(request, config: config, facts: machine.facts(index))
        } catch PlanError.unknownAccount(_, let key?) {
            let learned = try learnCaller(of: key)
            plan = try Planner.plan(request, config: config, facts: machine.facts(learned))
        }
        try Self.checkPolicies(of: plan)
        return plan
    }

    /// AWS tells a policy that is no JSON only after a code was spent on it.
    private static func checkPolicies(of plan: SessionPlan) throws {
        for step in plan.credentials.steps {
            let policy: Setting<String>? =
                switch step {
                case .assumeRole(let step, _): step.policy
                case .webIdentity(let step): step.role.policy
                case .federationToken(let step, _): step.policy
                default: nil
                }
            guard let policy else { continue }
            do { _ = try JSONDocument(Secret(policy.value)) } catch {
                throw Failure.policyIsNoJSON(policy.origin)
            }
        }
    }

    /// Asks AWS whose key it is, for a key that was stored without asking.
    private func learnCaller(of key: StoredKey) throws -> VaultIndex {
        machine.console.trace("asking AWS for the account of key \(key.accessKeyID.masked)")
        let caller: CallerIdentity
        do {
            caller = try machine.identity(
                of: Credentials(try machine.keyStore().load(key)), region: request.region,
                profile: key.profile)
        } catch let error as AWSError {
            throw Failure.callerUnknown(error, key: key)
        }
        try machine.keyStore().learn(caller: caller.arn, of: key)
        return try machine.keyStore().keys(mayPrompt: false)
    }

    // MARK: Obtaining

    /// The credentials of `plan`; where the vault was changed behind the index, of a new plan.
    private func obtain(
        _ plan: SessionPlan, _ cache: SessionCache, _ config: ConfigFiles
    ) throws -> Credentials {
        let isFresh = invocation.isSet(.fresh)
        for case .assumeRole(let step, _) in plan.credentials.steps
        where step.role.value.roleKind == .service {
            machine.console.say(
                "\(step.role.value) is a service role, made for an AWS service; most likely nobody else"
                    + " may assume it")
        }
        do throws(EngineError) {
            return try engine(plan, cache).credentials(of: plan, fresh: isFresh)
        } catch {
            if case .call(.transport(.caBundle(let path, let reason)), _) = error,
                let setting = plan.caBundle
            {
                throw Failure.caBundle(path: path, reason: reason, setting.origin)
            }
            if let maximum = maximum(after: error, plan, cache) {
                throw Failure.roleMaximum(maximum, error)
            }
            guard error.saysThatTheIndexIsWrong, case .storedKey(let key) = plan.credentials.root
            else { throw error }
            let index = try machine.keyStore().refresh(mayPrompt: true).index
            guard let entry = index.entry(of: key.profile),
                entry.storedKey != key || error.isAbsence
            else { throw error }
            let mended = try makePlan(config, index)
            return try engine(mended, cache).credentials(of: mended, fresh: isFresh)
        }
    }

    /// The longest session of a role that was asked for a longer one, where IAM tells it.
    private func maximum(
        after error: EngineError, _ plan: SessionPlan, _ cache: SessionCache
    ) -> Duration? {
        guard case .call(.service(let refusal), let step) = error,
            case .assumeRole(let call, let source) = step, refusal.isAboutDuration,
            call.role.value.accountID == source.callerARN?.accountID,
            let name = call.role.value.resource.split(separator: "/").last
        else { return nil }
        do {
            guard let credentials = try engine(plan, cache).credentials(before: step) else {
                return nil
            }
            return try machine.iam(plan).getRole(
                name: String(name), credentials: credentials, limits: .quick
            ).maximumSessionDuration
        } catch {
            return nil
        }
    }

    private func engine(_ plan: SessionPlan, _ cache: SessionCache) throws(EngineError) -> Engine {
        let sts: STS
        do { sts = try machine.sts(plan.sts, caBundle: plan.caBundle?.value) } catch {
            throw .endpoint(error)
        }
        let prompt = MFAPrompting(plan, machine)
        var effects = Engine.Effects(
            cache: cache, sts: sts,
            local: HTTPClient(version: version, proxy: .none),
            loadKey: machine.keyStore().load, loadPlainKey: machine.loadPlainKey,
            secretVariable: Machine.secretVariable, variable: Machine.variable,
            askCode: prompt.ask,
            sentCodes: SentCodes(directory: machine.lockDirectory()),
            lockDirectory: machine.lockDirectory())
        effects.codesAreAutomatic = prompt.isAutomatic
        effects.givenCode = invocation.value(.mfaToken)
        effects.report = machine.tell
        return Engine(effects, target: plan.sts)
    }
}

extension EngineError {
    fileprivate var isAbsence: Bool {
        if case .vault(.absent, _) = self { return true }
        return false
    }

    /// Whether the vault has another key than the index says, or none.
    fileprivate var saysThatTheIndexIsWrong: Bool {
        if case .otherKey = self { return true }
        return isAbsence
    }
}

extension PlanError {
    /// Whether a key that the index does not know would make a plan possible.
    fileprivate var mayBeMendedByTheIndex: Bool {
        switch self {
        case .unknownProfile, .noCredentials, .roleWithoutSource, .unknownSource: true
        default: false
        }
    }
}

extension Machine {
    /// The key that stands in a file in plain text.
    func loadPlainKey(_ key: StaticKey) throws(PlainKeyFailure) -> Credentials {
        let paths: ConfigPaths
        do { paths = try configPaths() } catch { throw .config(error) }
        let path = key.file == .config ? paths.config : paths.credentials
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try AtomicFile.read(path.path) ?? [] } catch {
            throw .system(error)
        }
        let plain: PlainKey
        do throws(ConfigError) {
            plain = try PlainKey(
                ofProfile: key.profile, in: key.file, bytes: bytes, path: path.display)
        } catch { throw .config(error) }
        guard let id = AccessKeyID(plain.accessKeyID.value) else { throw .malformedID }
        return plain.credentials(id)
    }

    /// Tells what happens, as far as a person needs or wants to know it.
    func tell(_ progress: Progress) {
        switch progress {
        case .cached(let subject, let timeLeft):
            console.trace("\(subject): in the cache, \(rounded(timeLeft)) left")
        case .waiting(let subject):
            console.say(
                "another credtool is obtaining \(subject), and may be asking for a code there; waiting"
            )
        case .plainKey(let key):
            console.say(key.warning)
        case .requesting(let subject, let call):
            console.trace("\(subject): " + (call.map { "asking STS (\($0))" } ?? "asking for it"))
        case .obtained(let subject, let lifetime):
            console.trace("\(subject): obtained, lives \(rounded(lifetime))")
        case .notCached(let subject):
            console.say("\(subject): could not be cached, so the next command asks AWS again")
        case .wrongCode(let triesLeft):
            console.say(
                "AWS did not accept that code; \(triesLeft) more \(triesLeft == 1 ? "try" : "tries")"
            )
        case .malformedCode: console.say("an MFA code has six digits")
        case .repeatedCode(let wait):
            console.say(
                "that code was used already, and AWS takes each once; the next one comes in"
                    + " \(wait.argument)")
        }
    }
}
