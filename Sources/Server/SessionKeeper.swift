// The session of one profile that is served: obtained once for all who ask, renewed before its end.
public import Loopback
public import Model
internal import Synchronization
internal import System

/// What happens to a session that is served.
public enum KeeperEvent: Equatable, Sendable {
    /// It was renewed.
    case renewed(until: Timestamp)
    /// It was not, for a reason in words; the session in hand ends then, where there is one.
    case failed(String, inHandUntil: Timestamp?, nextTry: Duration)
}

/// Keeps one session fresh. Several threads may use it.
public final class SessionKeeper: Sendable {
    /// Gives a session that lives for longer than `left`, the reason in words where there is none.
    public typealias Obtain =
        @Sendable (_ left: Duration) -> Result<ServedSession, KeeperFailure>

    /// Why there is no session, in words.
    public struct KeeperFailure: Error {
        let message: String
        /// Whether a person was asked in vain, who is not to be asked again within seconds.
        let isOfPerson: Bool

        /// States the words.
        public init(_ message: String, isOfPerson: Bool) {
            self.message = message
            self.isOfPerson = isOfPerson
        }
    }

    private struct State {
        var session: ServedSession?
        var schedule: RenewalSchedule?
        /// When the thread was started that obtains one; nil where there is none.
        var obtainingSince: MonotonicTime?
        var waiting: [SuspendedRequest] = []
        var failure: EndpointDocument?
        /// Where there is no session: when the next one is tried for.
        var retry = RenewalSchedule(
            obtained: Timestamp(secondsSinceEpoch: 0), expiration: Timestamp(secondsSinceEpoch: 0))
    }

    /// How long a request is kept waiting. SDKs wait a second or two themselves.
    private static let patience: Duration = .seconds(20)

    private let state: Mutex<State>
    private let obtain: Obtain
    private let isForgotten: @Sendable () -> Bool
    private let report: @Sendable (KeeperEvent) -> Void

    /// Keeps a session.
    /// - Parameters:
    ///   - first: The first one; nil where it is to be obtained for the first request.
    ///   - obtain: Gives another one; called on a thread of its own, by one at a time.
    ///   - isForgotten: Whether the session that was given last has been forgotten since.
    ///   - report: Is told what happens.
    public init(
        first: ServedSession? = nil, obtain: @escaping Obtain,
        isForgotten: @escaping @Sendable () -> Bool = { false },
        report: @escaping @Sendable (KeeperEvent) -> Void
    ) {
        var state = State()
        state.session = first
        state.schedule = first.map {
            RenewalSchedule(obtained: $0.obtained, expiration: $0.expiration)
        }
        self.state = Mutex(state)
        self.obtain = obtain
        self.isForgotten = isForgotten
        self.report = report
    }

    /// Answers a request with the session, or puts it off until there is one.
    /// - Parameter answer: Writes the answer of a session.
    public func answer(
        _ request: EndpointRequest, with answer: (ServedSession) -> EndpointDocument
    ) {
        let now = Timestamp.now()
        let document = state.withLock { state -> EndpointDocument? in
            dropForgotten(&state)
            if let session = state.session, now < session.expiration { return answer(session) }
            if let since = state.obtainingSince {
                if MonotonicTime.now - since > Self.patience { return Self.busy }
            } else if let failure = state.failure, now < state.retry.next {
                return failure
            } else {
                begin(&state)
            }
            guard state.obtainingSince != nil else { return Self.busy }
            state.waiting.append(request.suspend())
            return nil
        }
        if let document { request.answer(document) }
    }

    /// Renews the session where it is time to, and lets those go who wait for too long. To be called
    /// each second.
    public func tick() {
        let waiting = state.withLock { state -> [SuspendedRequest] in
            dropForgotten(&state)
            if let since = state.obtainingSince {
                guard MonotonicTime.now - since > Self.patience else { return [] }
                defer { state.waiting = [] }
                return state.waiting
            }
            if let schedule = state.schedule, schedule.next <= .now() { begin(&state) }
            return []
        }
        for request in waiting { request.resume() }
    }

    /// Drops a session that was forgotten. The next one is obtained for who asks for it.
    private func dropForgotten(_ state: inout State) {
        guard state.session != nil, isForgotten() else { return }
        state.session = nil
        state.schedule = nil
    }

    private static var busy: EndpointDocument {
        EndpointDocument(
            status: 400, code: "CredentialsNotReady",
            message: "credtool is still obtaining the session; it may be waiting for a person")
    }

    /// Starts a thread that obtains a session.
    private func begin(_ state: inout State) {
        state.obtainingSince = .now
        do throws(SystemError) {
            try BackgroundThread.start { [self] in renew() }
        } catch { state.obtainingSince = nil }
    }

    private func renew() {
        let held = state.withLock { $0.session?.expiration }
        let left = held.map { max(.zero, $0 - .now()) } ?? .zero
        let result = obtain(left)
        let now = Timestamp.now()
        let (event, waiting) = state.withLock { state -> (KeeperEvent?, [SuspendedRequest]) in
            defer {
                state.obtainingSince = nil
                state.waiting = []
            }
            return (settle(&state, result, now), state.waiting)
        }
        for request in waiting { request.resume() }
        if let event { report(event) }
    }

    private func settle(
        _ state: inout State, _ result: Result<ServedSession, KeeperFailure>, _ now: Timestamp
    ) -> KeeperEvent? {
        switch result {
        case .success(let session):
            let isNewer = state.session.map { $0.expiration < session.expiration } ?? true
            state.session = session
            state.failure = nil
            state.retry = RenewalSchedule(obtained: now, expiration: now)
            // A source that gives the same session until shortly before its end is asked again.
            guard isNewer || state.schedule == nil else {
                _ = state.schedule?.fail(at: now)
                return nil
            }
            state.schedule = RenewalSchedule(
                obtained: now, expiration: session.expiration)
            return .renewed(until: session.expiration)
        case .failure(let error):
            state.failure = EndpointDocument(
                status: 400, code: "CredentialsNotAvailable", message: error.message)
            let inHand = state.session?.expiration
            var pause = state.retry.fail(at: now, asked: error.isOfPerson)
            if inHand != nil {
                pause = state.schedule?.fail(at: now, asked: error.isOfPerson) ?? pause
            }
            let isAlive = inHand.map { now < $0 } ?? false
            return .failed(error.message, inHandUntil: isAlive ? inHand : nil, nextTry: pause)
        }
    }
}
