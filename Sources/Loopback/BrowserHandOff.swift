// An address that holds a secret on its way to the browser: its command line can be read by others.
internal import Glibc
public import Model
internal import System

/// An address of this machine that sends one browser on to another address, once.
///
/// The browser is opened with `url`, which other users can read off its command line, and is of no
/// use to them: a process of theirs is refused, whatever it sends.
public final class BrowserHandOff {
    /// What the browser is opened with.
    public let url: String

    private let rules: HandOffRules
    private let target: Secret
    /// Nil once it has served.
    private var server: HTTPServer?

    /// Binds a port and listens.
    /// - Parameter target: The address to go on to.
    /// - Throws: `ListenerError.library` or `.system`.
    public init(to target: consuming Secret) throws(ListenerError) {
        let server = try HTTPServer(port: nil, limits: .standard)
        let path = "/" + Base64.encodeForURL((0..<16).map { _ in UInt8.random(in: 0...255) })
        rules = HandOffRules(authority: "127.0.0.1:\(server.port)", path: path, user: getuid())
        url = "http://127.0.0.1:\(server.port)\(path)"
        self.server = server
        self.target = target
    }

    /// Waits for the browser and sends it on; its port is closed afterwards. To be called once.
    /// - Parameters:
    ///   - deadline: When to give up.
    ///   - tick: Called at once and each second, with the whole seconds left.
    /// - Returns: How many requests of other users were refused before.
    /// - Throws: `ListenerError.timedOut`.
    public func wait(
        until deadline: MonotonicTime, tick: (_ secondsLeft: Int) -> Void
    ) throws(ListenerError) -> Int {
        guard let server else { preconditionFailure("it hands over once") }
        defer { self.server = nil }
        var strangers = 0
        try server.serve(until: deadline, tick: tick) { request in
            let verdict = rules.verdict(
                on: request,
                owner: PeerOwner.user(ofPort: request.peerPort, connectedTo: server.port))
            switch verdict {
            case .sendOn: return .sending(to: target)
            case .refuse(let status):
                if status == HandOffRules.foreignUser { strangers += 1 }
                return .refusing(status)
            }
        }
        return strangers
    }
}

/// Which request is sent on: the rules, without a socket.
struct HandOffRules {
    /// The `Host` that a browser sends.
    let authority: String
    let path: String
    /// Whose browser it is to be.
    let user: uid_t

    enum Verdict: Equatable {
        case sendOn
        case refuse(status: UInt32)
    }

    static let foreignUser: UInt32 = 403

    /// - Parameter owner: Whose process has sent it; nil where that cannot be told. What root may do
    ///   is not for us to limit, and Windows' browsers come to WSL by a process of root's.
    func verdict(on request: ServerRequest, owner: uid_t?) -> Verdict {
        guard let owner, owner == user || owner == 0 else {
            return .refuse(status: Self.foreignUser)
        }
        // The name of another host, which leads here (DNS rebinding), or none.
        guard request.host?.lowercased() == authority else { return .refuse(status: 421) }
        guard request.target.elementsEqual(path.utf8) else { return .refuse(status: 404) }
        guard request.method == "GET" else { return .refuse(status: 405) }
        // A script of another page.
        guard request.origin == nil else { return .refuse(status: 400) }
        return .sendOn
    }
}

extension ServerAnswer {
    private static let headers: [Header] = [
        Header("Cache-Control", "no-store"), Header("Referrer-Policy", "no-referrer"),
        Header("X-Content-Type-Options", "nosniff"), Header("Content-Type", "text/plain"),
    ]

    /// The copies that the answer is made of are in no locked memory, as those are not that
    /// libmicrohttpd and the browser make: the process ends when it is sent.
    fileprivate static func sending(to target: borrowing Secret) -> ServerAnswer {
        let location = target.withBytes { String(decoding: $0, as: UTF8.self) }
        return ServerAnswer(
            status: 302, headers: headers + [Header("Location", location)], body: "",
            isAwaited: true)
    }

    fileprivate static func refusing(_ status: UInt32) -> ServerAnswer {
        let allow = status == 405 ? [Header("Allow", "GET")] : []
        return ServerAnswer(
            status: status, headers: headers + allow, body: "Nothing here for you.\n")
    }
}
