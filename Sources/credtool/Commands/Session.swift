// What exec and export share: from the flags to the credentials.
internal import AWS
internal import Engine
internal import Flags
internal import Handover
internal import Model
internal import Planning
internal import Profiles
internal import SessionCache
internal import System
internal import Vault

/// A request for credentials, and the way to them.
struct SessionCommand {
    let invocation: Invocation
    let world: World
    private let request: PlanRequest

    init(_ invocation: Invocation, _ world: World) {
        self.invocation = invocation
        self.world = world
        request = PlanRequest(invocation, world)
    }

    /// The credentials, obtained as planned.
    func handedOver() throws -> HandedOver {
        let config = try world.configFiles()
        let plan = try plan(config)
        let cache = world.sessionCache()
        for reason in plan.reasons { world.console.tell(reason) }

        if !invocation.isSet(.fresh), let session = Engine.cached(plan, in: cache) {
            if let expiration = session.credentials.expiration {
                world.tell(
                    .cached(subject: session.tag.subject, timeLeft: expiration - Timestamp.now()))
            }
            return HandedOver(plan, session.takeCredentials())
        }
        return HandedOver(plan, try obtain(plan, cache, config))
    }

    // MARK: Planning

    private func plan(_ config: ConfigFiles) throws -> SessionPlan {
        let index = try world.index(mayPrompt: true)
        do {
            return try makePlan(config, index)
        } catch let error as PlanError where error.mayBeMendedByTheIndex {
            // The index may be of another day; the vaults know better.
            let (rebuilt, failures) = try world.rebuildIndex(mayPrompt: !index.unread.isEmpty)
            if rebuilt.entries != index.entries { return try makePlan(config, rebuilt) }
            // A keyring that is down is no missing key.
            if let failure = rebuilt.unread.lazy.compactMap({ failures[$0] }).first {
                throw Failure.unreadVault(failure, error)
            }
            throw error
        }
    }

    private func makePlan(_ config: ConfigFiles, _ index: VaultIndex) throws -> SessionPlan {
        do {
            return try Planner.plan(request, config: config, facts: world.facts(index))
        } catch PlanError.unknownAccount(_, let key) {
            let learned = try learnCaller(of: key)
            return try Planner.plan(request, config: config, facts: world.facts(learned))
        }
    }

    /// Asks AWS whose key it is, for a key that was stored without asking.
    private func learnCaller(of key: StoredKey) throws -> VaultIndex {
        world.console.tell("asking AWS for the account of key \(key.accessKeyID.masked)")
        let credentials = Credentials(try world.load(key))
        let target = STSTarget(
            region: request.region?.value ?? Endpoint.defaultRegion,
            endpointURL: request.endpointURL)
        let caller: CallerIdentity
        do {
            caller = try world.sts(target).getCallerIdentity(credentials: credentials)
        } catch let error as AWSError {
            throw Failure.callerUnknown(error, key: key)
        }
        try world.indexFile().update { index in
            guard let entry = index.entry(of: key.profile) else { return }
            index.set(
                VaultIndex.Entry(
                    profile: entry.profile, accessKeyID: entry.accessKeyID, vault: entry.vault,
                    added: entry.added, caller: caller.arn))
        }
        return try world.index(mayPrompt: false)
    }

    // MARK: Obtaining

    private func obtain(
        _ plan: SessionPlan, _ cache: SessionCache, _ config: ConfigFiles
    ) throws -> Credentials {
        let engine = Engine(
            Engine.Parts(
                cache: cache, sts: try world.sts(plan.sts), loadKey: world.load,
                askCode: { serial throws(TerminalError) in
                    try Terminal.ask(
                        "MFA code of \(serial) for profile \(plan.credentials.key.profile): ")
                },
                givenCode: invocation.value(.mfaToken), lockDirectory: world.lockDirectory(),
                report: { world.tell($0) }),
            target: plan.sts)
        do throws(EngineError) {
            return try engine.credentials(of: plan, fresh: invocation.isSet(.fresh))
        } catch {
            guard error.saysThatTheIndexIsWrong else { throw error }
            // The vault was changed behind the index: mend it, and plan with what there is.
            let (index, _) = try world.rebuildIndex(mayPrompt: true)
            let key = plan.credentials.key
            guard let entry = index.entry(of: key.profile),
                entry.storedKey != key || error.isAbsence
            else { throw error }
            let mended = try makePlan(config, index)
            return try engine.credentials(of: mended, fresh: invocation.isSet(.fresh))
        }
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
        case .unknownProfile, .noCredentials, .plainKey, .roleWithoutSource, .unknownSource: true
        default: false
        }
    }
}

extension World {
    /// The key of an entry of the index, from the vault that the index names.
    func load(_ key: StoredKey) throws(VaultError) -> AccessKey {
        let kind: VaultKind
        do throws(SystemError) {
            kind = try indexFile().read()?.entry(of: key.profile)?.vault ?? .secretService
        } catch { throw .file(error) }
        console.tell(
            "asking the \(kind.rawValue) vault for key \(key.accessKeyID.masked) of profile"
                + " \(key.profile)")
        return try withPassphraseRetries(kind) { (vault) throws(VaultError) in
            try vault.load(profile: key.profile)
        }
    }

    /// Tells what happens, as far as a person needs or wants to know it.
    func tell(_ progress: Progress) {
        switch progress {
        case .cached(let subject, let timeLeft):
            console.tell("\(subject): in the cache, \(rounded(timeLeft)) left")
        case .waiting(let subject):
            console.say(
                "another credtool is obtaining \(subject), and may be asking for a code there; waiting"
            )
        case .requesting(let subject): console.tell("\(subject): asking STS")
        case .obtained(let subject, let lifetime):
            console.tell("\(subject): obtained, lives \(rounded(lifetime))")
        case .notCached(let subject):
            console.say("\(subject): could not be cached, so the next command asks AWS again")
        case .wrongCode(let triesLeft):
            console.say(
                "AWS did not accept that code; \(triesLeft) more \(triesLeft == 1 ? "try" : "tries")"
            )
        case .malformedCode: console.say("an MFA code has six digits")
        case .repeatedCode:
            console.say("that code was just used; wait until the device shows the next one")
        }
    }
}

extension HandedOver {
    /// The credentials of a plan.
    init(_ plan: SessionPlan, _ credentials: consuming Credentials) {
        self.init(
            credentials: credentials, region: plan.region?.value, profile: plan.profile.value)
    }
}
