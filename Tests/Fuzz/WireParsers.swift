// HTTP as it comes over a socket: answers to libcurl's owner, requests to libmicrohttpd's.
import Glibc
import Loopback
import Model
import Synchronization
import System

@testable import HTTP
@testable import Server

extension FuzzedParser {
    static let wire: [FuzzedParser] = [
        .bytes("http-answer") { bytes in
            let client = HTTPClient(version: "0", proxy: .none)
            AnsweringPort.shared.answer.withLock { $0 = bytes }
            let request = HTTPRequest(
                method: "GET", url: "http://127.0.0.1:\(AnsweringPort.shared.number)/",
                limits: HTTPLimits(connect: .seconds(5), whole: .seconds(5), body: 1 << 14))
            do throws(HTTPError) {
                let response = try client.send(request)
                precondition(response.body.count <= 1 << 14, "an answer is longer than it may be")
                for header in response.headers {
                    precondition(
                        !(header.name + header.value).unicodeScalars.contains {
                            $0 == "\r" || $0 == "\n" || $0 == "\0"
                        }, "a header field of several lines")
                }
            } catch { _ = "\(error)" }
        },
        .bytes("http-request") { bytes in
            let answer = Exchange.answer(of: EndpointPort.shared.number, to: bytes)
            guard answer.holds(EndpointPort.secret) else { return }
            precondition(
                bytes.holds(EndpointPort.token), "a session is given to who has no token")
        },
    ]
}

extension [UInt8] {
    /// Whether the bytes of a text stand in it.
    fileprivate func holds(_ text: String) -> Bool {
        let text = Array(text.utf8)
        guard count >= text.count else { return false }
        return (0...(count - text.count)).contains { self[$0...].starts(with: text) }
    }
}

// MARK: - Who answers libcurl

/// A port of this machine that answers everything with the same bytes, and closes.
private final class AnsweringPort: @unchecked Sendable {
    static let shared = AnsweringPort()
    let answer = Mutex<[UInt8]>([])
    private let socket: ListeningSocket
    var number: UInt16 { socket.port ?? 0 }

    private init() {
        do {
            socket = try ListeningSocket()
            try BackgroundThread.start { [self] in
                while true {
                    var event = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
                    poll(&event, 1, -1)
                    let client = accept(socket.descriptor, nil, nil)
                    guard client >= 0 else { continue }
                    _ = Exchange.read(client, until: Array("\r\n\r\n".utf8))
                    Exchange.write(client, answer.withLock { $0 })
                    shutdown(client, Int32(SHUT_WR))
                    close(client)
                }
            }
        } catch { preconditionFailure("\(error)") }
    }
}

// MARK: - Who is asked

/// Both kinds of endpoints behind one port: containers, and instances below `/latest`.
private final class EndpointPort: Sendable {
    static let shared = EndpointPort()
    static let token = "made-up-token-of-the-endpoint"
    static let secret = "made-up-secret-of-a-session"
    let number: UInt16
    private let server: EndpointServer

    private init() {
        guard (try? EndpointServer.load()) != nil, let socket = try? ListeningSocket(),
            let id = AccessKeyID("ASIAEXAMPLE000000001")
        else { preconditionFailure("no port") }
        number = socket.port ?? 0
        let session = ServedSession(
            Credentials(
                accessKeyID: id, secretAccessKey: Secret(Self.secret), sessionToken: Secret("t"),
                expiration: .now() + .seconds(1_000_000)),
            accountID: "111122223333", now: .now())
        let keeper = SessionKeeper(
            first: session, obtain: { _ in .failure(.init("none", isOfPerson: false)) },
            report: { _ in })
        let gate = Gate(port: number)
        let containers = CredentialEndpoint(
            gate: gate, token: EndpointToken(Secret(Self.token)), keepers: [("/work", keeper)],
            refused: { _ in })
        let instances = MetadataEndpoint(
            gate: gate,
            instance: MetadataEndpoint.Instance(
                role: "work", accountID: "111122223333", region: "eu-west-1"),
            keeper: keeper, refused: { _ in })
        let answer: @Sendable (EndpointRequest) -> Void = { request in
            let endpoint: any LocalEndpoint =
                request.path.hasPrefix("/latest/") ? instances : containers
            endpoint.answer(request)
        }
        var limits = EndpointServer.Limits()
        limits.idleSeconds = 1
        guard
            let server = try? EndpointServer(
                socket, limits: limits, admits: { _ in true }, answer: answer)
        else { preconditionFailure("no server") }
        self.server = server
    }
}

/// Bytes over a socket.
private enum Exchange {
    /// What comes back for what is sent, until the other side closes; this one has nothing more to
    /// say.
    static func answer(of port: UInt16, to bytes: [UInt8]) -> [UInt8] {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(connected == 0, "the endpoint does not listen any more")
        write(socket, bytes)
        // libmicrohttpd does not see an end that comes with the bytes: it waits until it is tired.
        var event = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        poll(&event, 1, 1)
        shutdown(socket, Int32(SHUT_WR))
        return read(socket, until: nil)
    }

    static func read(_ socket: Int32, until end: [UInt8]?) -> [UInt8] {
        var found: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = Glibc.recv(socket, &buffer, buffer.count, 0), count > 0 {
            found += buffer.prefix(count)
            if let end, found.suffix(end.count) == end[...] { break }
        }
        return found
    }

    static func write(_ socket: Int32, _ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}
