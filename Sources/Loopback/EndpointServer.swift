// The owner of libmicrohttpd's threads: a server for programs that ask again and again.
internal import CMicroHTTPD
internal import Glibc
public import Model
internal import System

/// A socket that listens, until a server takes it.
public struct ListeningSocket: ~Copyable {
    /// The descriptor.
    public let descriptor: Int32
    /// The port; nil for a Unix socket.
    public let port: UInt16?

    /// Takes over a descriptor that listens already, such as systemd's.
    public init(descriptor: Int32, port: UInt16?) {
        self.descriptor = descriptor
        self.port = port
    }

    /// Listens on TCP.
    /// - Parameters:
    ///   - address: An IPv4 address as a number, 0x7f000001 for 127.0.0.1.
    ///   - port: The port; 0 for any that is free.
    /// - Throws: `ListenerError.portInUse` or `.system`.
    public init(address: UInt32 = 0x7f00_0001, port: UInt16 = 0) throws(ListenerError) {
        var number = port
        let socket = cserver_listen(address, &number)
        if socket == -EADDRINUSE { throw .portInUse(port) }
        guard socket >= 0 else {
            throw .system(SystemError("bind", "port \(port)", code: -socket))
        }
        self.init(descriptor: socket, port: number)
    }

    /// Listens on a Unix socket, to which this user alone may connect.
    /// - Throws: `ListenerError.system`; EADDRINUSE where another program listens there.
    public init(path: String) throws(ListenerError) {
        let socket = path.withPath { cserver_listen_unix($0) }
        guard socket >= 0 else { throw .system(SystemError("bind", path, code: -socket)) }
        self.init(descriptor: socket, port: nil)
    }
}

/// What a request is answered with, once or a million times: its body lies in locked memory.
public final class EndpointDocument: @unchecked Sendable {
    fileprivate let document: OpaquePointer

    /// An answer of a status, with a body of a media type.
    public convenience init(
        status: UInt32, type: String = "application/json", headers: [(String, String)] = [],
        body: borrowing Secret
    ) {
        let lines = [("Content-Type", type), ("Cache-Control", "no-store")] + headers
        let header = lines.map { "\($0.0): \($0.1)\0" }.joined()
        self.init(
            body.withBytes { cserver_document(status, header, $0.baseAddress, $0.count) })
    }

    private init(_ document: OpaquePointer?) {
        guard let document else { fatalError("out of memory") }
        self.document = document
    }

    deinit { cserver_document_free(document) }
}

/// A request that is to be answered, or put off; of use during the call that brings it.
public struct EndpointRequest {
    /// The method.
    public let method: String
    /// The path, its percent signs resolved, without the query.
    public let path: String
    /// Whether the connection was admitted when it came in.
    public let isAdmitted: Bool
    fileprivate let exchange: OpaquePointer

    /// Lends the bytes of a header field; nil where it is missing.
    public func withHeader<R>(_ name: String, _ body: (UnsafeRawBufferPointer?) -> R) -> R {
        guard let value = cserver_header(exchange, name) else { return body(nil) }
        return body(UnsafeRawBufferPointer(start: value, count: strlen(value)))
    }

    /// A header field that is no secret.
    public func header(_ name: String) -> String? {
        cserver_header(exchange, name).map { String(cString: $0) }
    }

    /// Answers it.
    public func answer(_ document: EndpointDocument) {
        cserver_answer(exchange, document.document)
        withExtendedLifetime(document) {}
    }

    /// Puts it off; the server brings it again after `SuspendedRequest.resume`.
    public func suspend() -> SuspendedRequest {
        cserver_suspend(exchange)
        return SuspendedRequest(exchange: exchange)
    }
}

/// A request that waits.
public struct SuspendedRequest: @unchecked Sendable {
    fileprivate let exchange: OpaquePointer

    /// Has the server bring it again. To be called once, by any thread.
    public func resume() { cserver_resume(exchange) }
}

/// A server with threads of its own, from its creation to its end.
public final class EndpointServer: @unchecked Sendable {
    /// What hostile clients can take.
    public struct Limits: Sendable {
        /// How many threads answer.
        public var threads: UInt32 = 2
        /// How many connections may be open; the next ones wait in the kernel.
        public var connections: UInt32 = 4096
        /// How much memory the request line and headers of one may take, in bytes.
        public var headerSize = 16 << 10
        /// How long a connection may be silent, in seconds.
        public var idleSeconds: UInt32 = 30

        /// The usual ones.
        public init() {}
    }

    private final class Handlers: Sendable {
        let admits: @Sendable (Int32) -> Bool
        let answer: @Sendable (EndpointRequest) -> Void

        init(
            _ admits: @escaping @Sendable (Int32) -> Bool,
            _ answer: @escaping @Sendable (EndpointRequest) -> Void
        ) {
            self.admits = admits
            self.answer = answer
        }
    }

    private let server: OpaquePointer
    private let handlers: Unmanaged<Handlers>

    /// Loads libmicrohttpd, which the other calls here take for granted.
    /// - Throws: `ListenerError.library`.
    public static func load() throws(ListenerError) {
        if let reason = cmicrohttpd_load() {
            throw .library(
                LibraryUnavailable(
                    library: CMICROHTTPD_LIBRARY, package: "libmicrohttpd12",
                    reason: String(cString: reason)))
        }
    }

    /// Serves `socket`.
    /// - Parameters:
    ///   - admits: Is asked once for each connection, with its socket.
    ///   - answer: Answers a request, or puts it off. Called by several threads.
    /// - Throws: `ListenerError.system`.
    public init(
        _ socket: consuming ListeningSocket, limits: Limits = Limits(),
        admits: @escaping @Sendable (Int32) -> Bool,
        answer: @escaping @Sendable (EndpointRequest) -> Void
    ) throws(ListenerError) {
        try Self.load()
        let handlers = Unmanaged.passRetained(Handlers(admits, answer))
        var calls = cserver_handlers(
            context: handlers.toOpaque(),
            admit: { context, socket in
                guard let context else { return 0 }
                let handlers = Unmanaged<Handlers>.fromOpaque(context).takeUnretainedValue()
                return handlers.admits(socket) ? 1 : 0
            },
            answer: { context, method, path, isAdmitted, exchange in
                guard let context, let method, let path, let exchange else { return }
                let handlers = Unmanaged<Handlers>.fromOpaque(context).takeUnretainedValue()
                handlers.answer(
                    EndpointRequest(
                        method: String(cString: method), path: String(cString: path),
                        isAdmitted: isAdmitted != 0, exchange: exchange))
            })
        var bounds = cserver_limits(
            threads: limits.threads, connections: limits.connections,
            header_size: limits.headerSize, idle_seconds: limits.idleSeconds)
        guard let server = cserver_start(socket.descriptor, &bounds, &calls) else {
            let error = SystemError("epoll_create1", "the endpoint")
            handlers.release()
            throw .system(error)
        }
        self.server = server
        self.handlers = handlers
    }

    deinit {
        cserver_stop(server)
        handlers.release()
    }
}
