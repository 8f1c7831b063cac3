// Telling what a server refuses: on standard error, and no more than a line a second.
internal import Model
internal import Server
internal import Synchronization

extension Machine {
    /// Tells of refusals.
    func refusalLog() -> @Sendable (Refusal) -> Void {
        let console = console
        let log = RefusalLog()
        return { refusal in
            guard let silent = log.next() else { return }
            let rest = silent == 0 ? "" : ", and \(silent) others before"
            console.say("refused a request: \(refusal.reason)\(rest)")
        }
    }
}

/// Counts what is left unsaid.
private final class RefusalLog: Sendable {
    private let state = Mutex<(last: MonotonicTime?, silent: Int)>((nil, 0))

    /// How many refusals were not told since the last that was; nil where this one is not to be.
    func next() -> Int? {
        state.withLock { state in
            if let last = state.last, .now - last < .seconds(1) {
                state.silent += 1
                return nil
            }
            defer { state = (.now, 0) }
            return state.silent
        }
    }
}

extension Refusal {
    /// Why, for the user's eyes. What the client sent is cut to a line.
    var reason: String {
        switch self {
        case .otherUser: "it comes from a program of another user"
        case .host(let host): "it is meant for host \(quoted(String(host.prefix(80))))"
        case .origin(let origin): "a page of \(quoted(String(origin.prefix(80)))) sends it"
        case .forwarded: "a proxy hands it on"
        case .token: "it has no token, or a wrong one"
        case .method(let method): "its method is \(quoted(String(method.prefix(20))))"
        case .path(let path): "there is no profile at \(quoted(String(path.prefix(80))))"
        }
    }
}
