// The session of one profile, obtained once for all of its runs.
internal import Engine
internal import Handover
internal import Model
internal import Planning
internal import System

/// A session that threads share; it is let go of after the last run.
final class EachSession: Sendable {
    private struct Held: ~Copyable {
        var obtained: Obtained?
        var failure: Failure?
        var runsLeft: Int
    }

    let profile: String
    private let held: Monitor<Held>

    init(profile: String, runs: Int) {
        self.profile = profile
        held = Monitor(Held(obtained: nil, failure: nil, runsLeft: runs))
    }

    /// Gets the session ahead of its first run. A failure is told then.
    /// - Returns: The error of the engine, if there was one.
    @discardableResult
    func prepare(_ obtain: () throws(EngineError) -> Obtained) -> EngineError? {
        held.change { held in
            guard held.obtained == nil, held.failure == nil else { return nil }
            do throws(EngineError) {
                held.obtained = try obtain()
                return nil
            } catch {
                held.failure = Failure(error)
                return error
            }
        }
    }

    /// Gives up the session without trying.
    func fail(_ failure: Failure) { held.change { $0.failure = failure } }

    /// Why there is no session, once that is known.
    var failure: Failure? { held.change { $0.failure } }

    /// The environment of a run.
    /// - Parameters:
    ///   - region: The region in place of the plan's.
    ///   - obtain: Gets a session where there is none yet, or too little of it is left.
    func environment(
        region: String?, _ obtain: () throws(EngineError) -> Obtained
    ) throws(Failure) -> SessionEnvironment {
        try held.change { (held) throws(Failure) in
            if let failure = held.failure { throw failure }
            if held.obtained?.isShort != false {
                do throws(EngineError) { held.obtained = try obtain() } catch {
                    throw Failure(error)
                }
            }
            guard let environment = held.obtained?.environment(region: region) else {
                throw .unexpected("no session")
            }
            return environment
        }
    }

    /// Counts a run that is over, the last of which lets the session go.
    func endRun() {
        held.change { held in
            held.runsLeft -= 1
            if held.runsLeft == 0 { held.obtained = nil }
        }
    }
}

extension Obtained {
    /// Whether it lives no longer than a session has to that is handed out.
    fileprivate var isShort: Bool {
        guard let expiration = credentials.expiration else { return false }
        return expiration - .now() <= plan.minimumTTL.value
    }

    fileprivate func environment(region: String?) -> SessionEnvironment {
        SessionEnvironment(
            credentials: credentials.copy(), region: region ?? plan.region?.value,
            profile: plan.profile.value, role: SessionRole(plan, variable: Machine.variable),
            accountID: plan.credentials.accountID,
            settings: plan.clientSettings.map { ($0.variable, $0.value.value) })
    }
}

extension Credentials {
    /// A second owner, for a program of many that have the same.
    fileprivate func copy() -> Credentials {
        let token: Secret?
        if sessionToken != nil { token = sessionToken?.copy() } else { token = nil }
        return Credentials(
            accessKeyID: accessKeyID, secretAccessKey: secretAccessKey.copy(),
            sessionToken: token, expiration: expiration, accountID: accountID)
    }
}
