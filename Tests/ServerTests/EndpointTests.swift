// The whole server over real sockets: answers, waiting, refusals.
import Glibc
import Loopback
import Model
import Synchronization
import System
import Testing

@testable import Server

private func session(_ id: String, life: Int) -> ServedSession {
    // Answers are libmicrohttpd's.
    try? EndpointServer.load()
    let key = AccessKeyID(id) ?? { fatalError() }()
    return ServedSession(
        Credentials(
            accessKeyID: key, secretAccessKey: Secret("made-up"), sessionToken: Secret("token"),
            expiration: .now() + .seconds(life)),
        accountID: "111122223333")
}

/// A request of one line, and all that comes back.
private func ask(_ port: UInt16, _ token: String, path: String = "/work") -> String {
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
    guard connected == 0 else { return "" }
    let text =
        "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: \(token)\r\n"
        + "Connection: close\r\n\r\n"
    _ = text.withCString { write(socket, $0, strlen($0)) }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = read(socket, &buffer, buffer.count), count > 0 {
        answer += buffer.prefix(count)
    }
    return String(decoding: answer, as: UTF8.self)
}

@Test func oneRefreshServesAllWhoWait() throws {
    let calls = Mutex(0)
    let keeper = SessionKeeper(
        obtain: { _ in
            calls.withLock { $0 += 1 }
            usleep(300_000)
            return .success(session("ASIAEXAMPLE000000001", life: 900))
        }, report: { _ in })
    let socket = try ListeningSocket()
    let port = socket.port ?? 0
    let endpoint = CredentialEndpoint(
        gate: Gate(port: port), token: EndpointToken(Secret("right")),
        keepers: [("/work", keeper)], refused: { _ in })
    let server = try EndpointServer(
        socket, admits: { PeerOwner.user(ofSocket: $0) == getuid() },
        answer: { endpoint.answer($0) })
    let answers = Mutex<[String]>([])
    for _ in 0..<50 {
        try BackgroundThread.start {
            let answer = ask(port, "right")
            answers.withLock { $0.append(answer) }
        }
    }
    while answers.withLock({ $0.count }) < 50 { usleep(10_000) }
    let all = answers.withLock { $0 }
    #expect(all.allSatisfy { $0.hasPrefix("HTTP/1.1 200") && $0.contains("ASIAEXAMPLE000000001") })
    #expect(calls.withLock { $0 } == 1)
    #expect(ask(port, "wrong").hasPrefix("HTTP/1.1 401"))
    #expect(ask(port, "right", path: "/").hasPrefix("HTTP/1.1 404"))
    withExtendedLifetime(server) {}
}

@Test func aFailureIsToldAndTheSessionInHandGoesOn() throws {
    let events = Mutex<[KeeperEvent]>([])
    let first = session("ASIAEXAMPLE000000002", life: 1)
    let keeper = SessionKeeper(
        first: first,
        obtain: { _ in
            .failure(SessionKeeper.KeeperFailure("the vault is locked", isOfPerson: false))
        }, report: { event in events.withLock { $0.append(event) } })
    let socket = try ListeningSocket()
    let port = socket.port ?? 0
    let endpoint = CredentialEndpoint(
        gate: Gate(port: port), token: EndpointToken(Secret("right")),
        keepers: [("/work", keeper)], refused: { _ in })
    let server = try EndpointServer(socket, admits: { _ in true }, answer: { endpoint.answer($0) })
    #expect(ask(port, "right").contains("ASIAEXAMPLE000000002"))
    while Timestamp.now() < first.expiration { usleep(10_000) }
    let answer = ask(port, "right")
    #expect(answer.hasPrefix("HTTP/1.1 400") && answer.contains("the vault is locked"))
    // Who waits is answered first.
    let limit = MonotonicTime.now + .seconds(10)
    while events.withLock({ $0.isEmpty }), .now < limit { usleep(10_000) }
    #expect(events.withLock { $0.count } >= 1)
    withExtendedLifetime(server) {}
}

@Test func othersAreNotAnswered() throws {
    let refusals = Mutex<[Refusal]>([])
    let keeper = SessionKeeper(
        first: session("ASIAEXAMPLE000000003", life: 900),
        obtain: { _ in .failure(SessionKeeper.KeeperFailure("x", isOfPerson: false)) },
        report: { _ in })
    let socket = try ListeningSocket()
    let port = socket.port ?? 0
    let endpoint = CredentialEndpoint(
        gate: Gate(port: port), token: EndpointToken(Secret("right")),
        keepers: [("/work", keeper)],
        refused: { refusal in refusals.withLock { $0.append(refusal) } })
    let server = try EndpointServer(socket, admits: { _ in false }, answer: { endpoint.answer($0) })
    #expect(ask(port, "right").hasPrefix("HTTP/1.1 403"))
    #expect(refusals.withLock { $0 } == [.otherUser])
    withExtendedLifetime(server) {}
}
