// credtool each: one command in many accounts.
internal import Engine
internal import Flags
internal import Glibc
internal import Model
internal import Planning
internal import Profiles
internal import Store
internal import System

/// Runs a program once for each profile and region.
struct EachCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let selection = try EachSelection(invocation)
        let words = Array(CurrentProcess.arguments[(invocation.commandStart ?? 0)...])
        let path = try ProgramSearch.find(String(path: words[0]))
        // Read once: all profiles are those of one moment.
        let config = try machine.configFiles()
        let stop = try StopOrder()
        let regions = invocation.list(.regions)
        let profiles = try profiles(selection, config)
        let output = EachOutput(
            keepsOrder: invocation.isSet(.keepOrder), console: machine.console, stop: stop)
        let engine = engine(config, output)
        let targets = targets(profiles, selection, engine)
        let sessions = targets.map { target in
            EachSession(profile: target.profile, runs: max(1, regions.count))
        }
        let invocation = invocation
        let admitted = admitted(targets, sessions, engine)
        let obtain: @Sendable (String) throws(EngineError) -> Obtained = {
            (profile) throws(EngineError) in
            try engine.credentials(for: admitted[profile] ?? Self.request(invocation, profile))
        }
        askFirst(targets, sessions, obtain)
        let work = EachWork(
            path: path, arguments: ProgramWords(pointers: words), sessions: sessions,
            regions: regions.isEmpty ? [nil] : regions.map { $0 },
            jobs: invocation.number(.jobs) ?? Self.usualJobs,
            failsFast: invocation.isSet(.failFast), isJSON: invocation.isSet(.json),
            obtain: obtain)
        try carryOut(work, output, stop)
    }

    /// Four for each processor: most programs wait for AWS most of the time.
    private static var usualJobs: Int {
        min(32, 4 * max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    }

    private func carryOut(_ work: EachWork, _ output: EachOutput, _ stop: StopOrder) throws {
        // A reader that has gone is noticed by what cannot be written.
        signal(SIGPIPE, SIG_IGN)
        output.expect(runs: work.count)
        let run = EachRun(work, output: output, stop: stop)
        let signal = try run.run()
        // A thread may be waiting with the output in hand where nobody reads it.
        if signal == nil { output.finish() } else { machine.console.status(nil) }
        if let failure = signal == nil ? output.failure : nil {
            guard failure.code != EPIPE else {
                Glibc.signal(SIGPIPE, SIG_DFL)
                StopSignals.end(by: SIGPIPE)
            }
            throw failure
        }
        let summary = EachSummary(work, run.outcomes)
        for line in summary.lines { machine.console.report(line: line) }
        for hint in summary.hints { machine.console.hint(hint) }
        if let signal { StopSignals.end(by: signal) }
        if !summary.isSuccess { throw SilentExit(code: 1) }
    }

    // MARK: Which profiles

    private func profiles(_ selection: EachSelection, _ config: ConfigFiles) throws -> [String] {
        let names = config.profileNames.merged(
            with: try machine.keyStore().known().index.entries.map(\.profile)
        ).merged(with: machine.certificateStore().all().map(\.profile)).filter { name in
            // Of setup-process: the same account once more, under another name.
            selection.isNamed(name)
                || (try? config.completedSettings(ofProfile: name))?.text("credential_process")
                    .map(ProcessProfile.isCredtool) != true
        }
        return try selection.chosen(
            of: names, nearest: { config.suggestion(for: $0, orAmong: names) }
        ) { name in
            let settings = try? config.completedSettings(ofProfile: name)
            return settings?.text("session_tags").flatMap(SessionTag.list) ?? []
        }
    }

    /// A profile and what is known of its session before anybody is asked.
    private struct Target {
        let profile: String
        var plan: SessionPlan?
        /// What a person may be asked for; nil where nobody is.
        var beginning: String?
    }

    private static func request(_ invocation: Invocation, _ profile: String) -> CredentialRequest {
        var request = CredentialRequest(invocation)
        request.plan.profile = Setting(profile, from: .flag("PROFILE"))
        return request
    }

    /// Those of the profiles that can give credentials. One that was named stays, to be told of.
    private func targets(
        _ profiles: [String], _ selection: EachSelection, _ engine: Engine
    ) -> [Target] {
        var living: [String: Timestamp] = [:]
        for session in machine.sessionCache().summaries() {
            living[session.label.name] = session.expiration
        }
        let now = Timestamp.now()
        var leftOut: [String] = []
        var targets: [Target] = []
        for profile in profiles {
            var target = Target(profile: profile)
            do throws(EngineError) {
                let plan = try engine.offlinePlan(Self.request(invocation, profile).plan)
                let name = SessionLabel(plan.credentials, target: plan.sts)?.name
                let isCached =
                    name.flatMap { living[$0] }.map { $0 - now > plan.minimumTTL.value } ?? false
                target.plan = plan
                if !isCached || invocation.isSet(.fresh) {
                    target.beginning = Fingerprint.personalBeginning(
                        plan.credentials, target: plan.sts)
                }
            } catch {
                if case .plan(.noCredentials) = error, !selection.isNamed(profile) {
                    leftOut.append(profile)
                    continue
                }
                // Whatever it is, the run will tell.
            }
            targets.append(target)
        }
        if !leftOut.isEmpty {
            machine.console.say(
                "left out, since nothing gives them credentials: \(EachSummary.list(leftOut))")
        }
        return targets
    }

    // MARK: Sessions

    /// The requests of the profiles that are guarded, after a person was asked for each in turn.
    private func admitted(
        _ targets: [Target], _ sessions: [EachSession], _ engine: Engine
    ) -> [String: CredentialRequest] {
        var admitted: [String: CredentialRequest] = [:]
        for (target, session) in zip(targets, sessions)
        where target.plan?.guardRails.isEmpty == false {
            do throws(EngineError) {
                admitted[target.profile] = try engine.admitted(
                    Self.request(invocation, target.profile))
            } catch { session.fail(Failure(error)) }
        }
        return admitted
    }

    /// Asks whoever has to be asked, before anything runs: Ctrl-C ends this as it ends any question.
    private func askFirst(
        _ targets: [Target], _ sessions: [EachSession],
        _ obtain: (String) throws(EngineError) -> Obtained
    ) {
        EachBeginning.lead(targets.map(\.beginning)) { position in
            guard let plan = targets[position].plan else { return .isOpen }
            let error = sessions[position].prepare { () throws(EngineError) in
                try obtain(targets[position].profile)
            }
            return EachBeginning(error, of: plan.credentials)
        } giveUp: { position, failed in
            if let failure = sessions[failed].failure { sessions[position].fail(failure) }
        }
    }

    /// The engine, with the words of many that wait for each other left out.
    private func engine(_ config: ConfigFiles, _ output: EachOutput) -> Engine {
        let machine = machine
        let warnings = Monitor(0)
        return machine.engine { effects in
            effects.configFiles = { config }
            effects.cache = effects.cache.ofManySessions()
            effects.report = { progress in
                switch progress {
                case .waiting(_, let holder, _) where holder?.id == getpid(): return
                case .obtaining:
                    let isFirst = warnings.change { count in
                        count += 1
                        return count == 1
                    }
                    if isFirst { output.aside { machine.warnOfUnsafeFiles() } }
                default: output.aside { machine.tell(progress) }
                }
            }
        }
    }
}
