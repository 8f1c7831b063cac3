// The owner of libmicrohttpd: a server on 127.0.0.1 that works while it is told to.
internal import CMicroHTTPD
internal import Glibc
internal import Model
internal import System

/// A request that has come in whole. Its bytes are there during the call alone.
struct ServerRequest {
    var method = "GET"
    /// Path and query as they were sent.
    var target: UnsafeRawBufferPointer
    var host: String?
    var origin: String?
    var contentType: String?
    var body = UnsafeRawBufferPointer(start: nil, count: 0)
    var isBodyTooLarge = false
    /// The client's port on 127.0.0.1; 0 where it is not known.
    var peerPort: UInt16 = 0
}

/// What a request is answered with.
struct ServerAnswer: Equatable {
    struct Header: Equatable {
        var name: String
        var value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    var status: UInt32
    var headers: [Header]
    var body: String
    /// Whether `serve` ends when this is sent.
    var isAwaited = false
}

extension cmicrohttpd_limits {
    /// What hostile clients can take. A browser opens a handful of connections, some of them ahead
    /// of time and silent, and opens new ones where those are gone.
    static let standard = cmicrohttpd_limits(
        connections: 64, header_size: 64 << 10, body_size: 512 << 10, idle_seconds: 5,
        whole_seconds: 10)
}

/// A server that is bound to a port of 127.0.0.1 from its creation to its end.
final class HTTPServer {
    let port: UInt16
    private let server: OpaquePointer

    init(port: UInt16?, limits: cmicrohttpd_limits) throws(ListenerError) {
        if let reason = cmicrohttpd_load() {
            throw .library(
                LibraryUnavailable(
                    library: CMICROHTTPD_LIBRARY, package: "libmicrohttpd12",
                    reason: String(cString: reason)))
        }
        let socket = try ListeningSocket(port: port ?? 0)
        var limits = limits
        guard let server = cmicrohttpd_start(socket.descriptor, &limits) else {
            throw .system(SystemError("epoll_create1", "port \(port ?? 0)"))
        }
        self.port = socket.port ?? 0
        self.server = server
    }

    deinit { cmicrohttpd_stop(server) }

    /// How long a browser may take to fetch the awaited answer.
    private static let deliveryLimit: Duration = .seconds(5)

    /// Answers requests until one has got an answer that is awaited, and that is sent.
    /// - Parameters:
    ///   - deadline: When to give up where no such answer was given.
    ///   - tick: Called at once and each second, with the whole seconds left.
    /// - Throws: `ListenerError.timedOut`.
    func serve(
        until deadline: MonotonicTime, tick: (_ secondsLeft: Int) -> Void,
        answering handler: (ServerRequest) -> ServerAnswer
    ) throws(ListenerError) {
        var isOver = false
        func answer(_ request: ServerRequest) -> ServerAnswer {
            let answer = handler(request)
            if answer.isAwaited { isOver = true }
            return answer
        }
        var shown: Int?
        while !isOver {
            let left = deadline - .now
            guard left > .zero else { throw .timedOut }
            let seconds = Int((left + .milliseconds(999)) / .seconds(1))
            if seconds != shown { tick(seconds) }
            shown = seconds
            run(atMost: left - .seconds(seconds - 1), answering: answer)
        }
        let limit = MonotonicTime.now + Self.deliveryLimit
        while cmicrohttpd_awaited(server) > 0, .now < limit {
            run(atMost: limit - .now, answering: answer)
        }
    }

    /// Waits so long for something to do, or for a signal, and answers the requests that have come.
    private func run(
        atMost duration: Duration, answering handler: (ServerRequest) -> ServerAnswer
    ) {
        // Rounded up: a wait that ends too early would be a busy one.
        let milliseconds = Int32(min(max(.zero, duration), .seconds(60)) / .milliseconds(1)) + 1
        withoutActuallyEscaping(handler) { handler in
            var handler = handler
            withUnsafeMutablePointer(to: &handler) { context in
                cmicrohttpd_run(server, milliseconds, answer, context)
            }
        }
    }
}

/// Calls the handler that `run` was given.
private func answer(
    _ context: UnsafeMutableRawPointer?, _ request: UnsafePointer<cmicrohttpd_request>?,
    _ exchange: OpaquePointer?
) {
    guard let request = request?.pointee,
        let handler = context?.assumingMemoryBound(to: ((ServerRequest) -> ServerAnswer).self)
    else { return }
    let answer = handler.pointee(ServerRequest(request))
    let headers = answer.headers.map { "\($0.name): \($0.value)\0" }.joined()
    var body = answer.body
    body.withUTF8 { body in
        cmicrohttpd_answer(
            exchange, answer.status, headers, body.baseAddress, body.count,
            answer.isAwaited ? 1 : 0)
    }
}

extension ServerRequest {
    fileprivate init(_ request: cmicrohttpd_request) {
        method = String(cString: request.method)
        target = UnsafeRawBufferPointer(start: request.target, count: strlen(request.target))
        host = request.host.map { String(cString: $0) }
        origin = request.origin.map { String(cString: $0) }
        contentType = request.content_type.map { String(cString: $0) }
        body = UnsafeRawBufferPointer(start: request.body, count: request.body_size)
        isBodyTooLarge = request.body_too_large != 0
        peerPort = request.peer_port
    }
}
