// All runs of a command: threads that obtain sessions ahead, threads that run, and how both are stopped.
internal import Engine
internal import Handover
internal import Model
internal import System

/// What is to be run, where, and how many at a time.
struct EachWork: Sendable {
    /// The program as it was found, and its words as this process got them.
    let path: String
    let arguments: ProgramWords
    let sessions: [EachSession]
    /// Nil in it: the profile's own region.
    let regions: [String?]
    let jobs: Int
    let failsFast: Bool
    let isJSON: Bool
    /// Obtains the session of a profile.
    let obtain: @Sendable (_ profile: String) throws(EngineError) -> Obtained

    /// How many runs there are.
    var count: Int { sessions.count * regions.count }

    /// The name of a run, for people.
    func name(_ run: Int) -> String {
        let profile = sessions[run / regions.count].profile
        return regions[run % regions.count].map { "\(profile) \($0)" } ?? profile
    }
}

/// Words that stand where this process got them, and never move.
struct ProgramWords: @unchecked Sendable {
    let pointers: [UnsafeMutablePointer<CChar>]
}

/// The runs on their way.
final class EachRun: Sendable {
    private struct State {
        var next = 0
        var ahead = 0
        var hasFailed = false
        var children = 0
        var outcomes: [Int: EachOutcome] = [:]
    }

    private let work: EachWork
    private let output: EachOutput
    private let stop: StopOrder
    private let state: Monitor<State>

    /// How long is waited, after the order to stop, for threads that end their children: the grace of
    /// a program and that of its end, and a moment.
    private static let patience: Duration = .seconds(11)

    init(_ work: EachWork, output: EachOutput, stop: StopOrder) {
        self.work = work
        self.output = output
        self.stop = stop
        state = Monitor(State())
    }

    /// What became of the runs that were begun.
    var outcomes: [Int: EachOutcome] { state.change { $0.outcomes } }

    /// Runs all, and gives the signal that stopped it; nil for none.
    /// - Throws: `SystemError` where no thread can be had.
    func run() throws(SystemError) -> Int32? {
        let signals = try StopSignals()
        let count = min(work.jobs, work.count)
        // They wait for the network, not for the processor: a session is there when its turn comes.
        let ahead = try WorkerThreads(min(work.jobs, work.sessions.count)) { [self] in
            while let session = nextAhead() {
                session.prepare { () throws(EngineError) in try work.obtain(session.profile) }
            }
        }
        defer { withExtendedLifetime(ahead) {} }
        let threads = try WorkerThreads(count) { [self] in
            while let run = next() { carryOut(run) }
        }
        var signal: Int32?
        var end: MonotonicTime?
        while !threads.haveEnded {
            signals.wait(orEndOf: threads)
            if let taken = signals.take() {
                signal = signal ?? taken.signal
                stop.give(signal: taken.signal, isKnown: taken.isOfTerminal)
            }
            guard stop.isGiven else { continue }
            output.wake()
            state.wake()
            // Threads that wait for AWS have nothing that has to be ended.
            end = end ?? .now + Self.patience
            if let end, MonotonicTime.now >= end || childrenHaveEnded { break }
        }
        return signal
    }

    private var childrenHaveEnded: Bool { state.change { $0.children == 0 } }

    // MARK: Taking turns

    /// The next run to begin; nil where there is none any more.
    private func next() -> Int? {
        state.change { state in
            guard state.next < work.count, !stop.isGiven, !(work.failsFast && state.hasFailed)
            else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    /// The next session to obtain, a few ahead of the runs, so that those held are few.
    private func nextAhead() -> EachSession? {
        state.change(when: { state in
            state.ahead <= state.next / work.regions.count + 2 * work.jobs || stop.isGiven
                || isOver(state)
        }) { state in
            guard state.ahead < work.sessions.count, !stop.isGiven, !isOver(state) else {
                return nil
            }
            state.ahead += 1
            return work.sessions[state.ahead - 1]
        }
    }

    private func isOver(_ state: State) -> Bool {
        state.next >= work.count || work.failsFast && state.hasFailed
    }

    // MARK: One run

    private func carryOut(_ run: Int) {
        let name = work.name(run)
        let session = work.sessions[run / work.regions.count]
        output.begin(run, name: name)
        let outcome = stop.isGiven ? nil : outcome(of: run, session, name)
        session.endRun()
        state.change { state in
            state.outcomes[run] = outcome
            if outcome?.isSuccess == false { state.hasFailed = true }
        }
        output.end(run, name: name, isSuccess: outcome?.isSuccess != false)
    }

    private func outcome(of run: Int, _ session: EachSession, _ name: String) -> EachOutcome {
        let region = work.regions[run % work.regions.count]
        var lines = EachLines(name: name)
        var errors = EachLines(name: name)
        var text = EachText()
        var known = region
        let outcome: EachOutcome
        do {
            let environment = try session.environment(region: region) { () throws(EngineError) in
                try work.obtain(session.profile)
            }
            known = environment.region
            let program = try start(environment)
            outcome = try wait(for: program) { stream, bytes in
                switch stream {
                case .errors: output.write(errors.add(bytes), .errors, of: run)
                case .output where work.isJSON: text.add(bytes)
                case .output: output.write(lines.add(bytes), .output, of: run)
                }
            }
        } catch {
            outcome = .notRun(Failure(error).wording)
        }
        output.write(errors.takeRest(), .errors, of: run)
        output.write(lines.takeRest(), .output, of: run)
        if work.isJSON {
            let line = outcome.json(profile: session.profile, region: known, output: text)
            output.write(Array(line.utf8), .output, of: run)
        }
        return outcome
    }

    private func start(
        _ environment: borrowing SessionEnvironment
    ) throws(SystemError) -> StreamedProgram {
        try ChildEnvironment.withEntries(
            inherited: CurrentProcess.environment, session: environment,
            handedOver: Machine.handedOver
        ) { (entries) throws(SystemError) in
            try StreamedProgram(
                path: work.path, arguments: work.arguments.pointers, environment: entries)
        }
    }

    private func wait(
        for program: consuming StreamedProgram,
        _ take: (StreamedProgram.Stream, UnsafeRawBufferPointer) -> Void
    ) throws(SystemError) -> EachOutcome {
        state.change { $0.children += 1 }
        defer { state.change { $0.children -= 1 } }
        let status = try program.run(until: stop, take)
        // Here, and not where it goes out of use: it is ended before it counts as gone.
        end(program)
        switch status {
        case .exited(let code): return .ended(code)
        case .signalled(let signal): return .signalled(signal)
        case nil: return .killed
        }
    }

    private func end(_ program: consuming StreamedProgram) { _ = consume program }
}
