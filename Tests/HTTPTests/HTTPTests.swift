// The client against a real server: what arrives, what is refused, and how failures are told.
import Glibc
import HTTP
import Model
import Synchronization
import Testing

/// One after the other: some look at the process's descriptors, signals and environment.
@Suite(.serialized) struct HTTPClientTests {
    let server: LocalServer

    init() throws { server = try LocalServer.required() }

    private var plain: String { "http://127.0.0.1:\(server.http)" }
    private var secure: String { "https://127.0.0.1:\(server.tls)" }

    private func client(
        trusting: Bool = false, proxy: HTTPProxy = HTTPProxy.none
    ) -> HTTPClient {
        HTTPClient(version: "9.9", caBundle: trusting ? server.certificate : nil, proxy: proxy)
    }

    private func text(_ response: borrowing HTTPResponse) -> String {
        response.body.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private func get(
        _ url: String, _ client: HTTPClient, limits: HTTPLimits = HTTPLimits()
    ) throws(HTTPError) -> String {
        text(try client.send(HTTPRequest(method: "GET", url: url, limits: limits)))
    }

    private func failure(
        _ url: String, _ client: HTTPClient, limits: HTTPLimits = HTTPLimits()
    ) -> HTTPError? {
        do {
            _ = try get(url, client, limits: limits)
            return nil
        } catch { return error }
    }

    @Test func methodHeadersAndBodyArrive() throws {
        let response = try client().send(
            HTTPRequest(
                method: "POST", url: "\(plain)/echo",
                headers: [HTTPHeader("Content-Type", "text/x-test")],
                secretHeader: SecretHTTPHeader("X-Amz-Security-Token", Secret("made up")),
                body: Secret("Action=Test")))
        #expect(response.status == 200)
        #expect(response.header("content-length") == response.header("CONTENT-LENGTH"))
        #expect(response.header("date")?.hasSuffix("GMT") == true)
        let lines = text(response).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.first == "POST /echo")
        #expect(lines.contains("User-Agent: credtool/9.9"))
        #expect(lines.contains("Content-Type: text/x-test"))
        #expect(lines.contains("X-Amz-Security-Token: made up"))
        #expect(lines.contains("Content-Length: 11"))
        #expect(lines.contains("Host: 127.0.0.1:\(server.http)"))
        #expect(lines.last == "Action=Test")
    }

    @Test func emptyPutSaysSo() throws {
        let response = try client().send(
            HTTPRequest(method: "PUT", url: "\(plain)/echo", body: Secret("")))
        #expect(text(response).contains("Content-Length: 0"))
    }

    @Test(arguments: [400, 429, 503])
    func anyStatusIsAnAnswer(_ status: Int) throws {
        let response = try client().send(
            HTTPRequest(method: "GET", url: "\(plain)/status/\(status)"))
        #expect(response.status == status)
        #expect(text(response) == "told")
    }

    @Test func redirectsAreNotFollowed() throws {
        let response = try client().send(HTTPRequest(method: "GET", url: "\(plain)/redirect"))
        #expect(response.status == 302)
        #expect(response.header("location") == "/echo")
    }

    @Test func certificateIsCheckedAgainstTheBundle() throws {
        guard case .unknownAuthority("127.0.0.1", let reason) = failure("\(secure)/echo", client())
        else {
            Issue.record("a certificate that nobody vouches for was not refused as one")
            return
        }
        #expect(reason.contains("certificate"))
        #expect(try get("\(secure)/echo", client(trusting: true)).hasPrefix("GET /echo"))
        // Trusted, but for another host.
        guard
            case .tls("localhost", _) = failure(
                "https://localhost:\(server.tls)/echo", client(trusting: true))
        else {
            Issue.record("a certificate for another host was not refused as one")
            return
        }
    }

    @Test func unreadableBundleIsNamed() {
        let client = HTTPClient(version: "9.9", caBundle: "/nonexistent/ca.pem", proxy: .none)
        guard case .caBundle("/nonexistent/ca.pem", _) = failure("\(secure)/echo", client) else {
            Issue.record("a missing bundle was not told as one")
            return
        }
    }

    @Test func tlsToAPlainServerIsToldAsTLS() {
        let error = failure("https://127.0.0.1:\(server.http)/echo", client())
        guard case .tls("127.0.0.1", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func timeLimitsSayWhichPhaseRanOut() {
        // The silent port takes the connection and never answers the handshake.
        #expect(
            failure(
                "https://127.0.0.1:\(server.silent)/", client(),
                limits: HTTPLimits(connect: .milliseconds(200)))
                == .timedOut(host: "127.0.0.1", .connecting))
        #expect(
            failure(
                "https://127.0.0.1:\(server.silent)/", client(),
                limits: HTTPLimits(whole: .milliseconds(200)))
                == .timedOut(host: "127.0.0.1", .connecting))
        #expect(
            failure(
                "\(plain)/slow", client(), limits: HTTPLimits(whole: .milliseconds(200)))
                == .timedOut(host: "127.0.0.1", .whole))
        #expect(
            failure(
                "\(secure)/slow", client(trusting: true),
                limits: HTTPLimits(whole: .milliseconds(500)))
                == .timedOut(host: "127.0.0.1", .whole))
    }

    @Test(arguments: ["/cut", "/drop"])
    func cutConnectionsAreInterruptions(_ path: String) {
        for base in [plain, secure] {
            let error = failure("\(base)\(path)", client(trusting: true))
            guard case .interrupted = error else {
                Issue.record("\(base)\(path): \(String(describing: error))")
                continue
            }
            #expect(error?.isBeforeSending == false)
        }
    }

    @Test func nobodyListeningAndNoSuchHost() {
        let refused = failure("http://127.0.0.1:1/", client())
        guard case .connect("127.0.0.1", _) = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        let unknown = failure("http://no-such-host.invalid/", client())
        guard case .resolve("no-such-host.invalid", _) = unknown else {
            Issue.record("\(String(describing: unknown))")
            return
        }
        #expect(refused?.isBeforeSending == true && unknown?.isBeforeSending == true)
    }

    @Test func otherProtocolsAreRefused() {
        for url in ["file:///etc/passwd", "ftp://127.0.0.1/", "nonsense"] {
            let error = failure(url, client())
            switch error {
            case .invalidURL: break
            case .resolve(_, _) where url == "nonsense": break  // A bare word is a host to libcurl.
            default: Issue.record("\(url): \(String(describing: error))")
            }
        }
    }

    @Test func bodiesAreLimited() throws {
        let limits = HTTPLimits(body: 1000)
        #expect(try get("\(plain)/large/1000", client(), limits: limits).utf8.count == 1000)
        #expect(
            failure("\(plain)/large/1001", client(), limits: limits) == .bodyTooLarge(limit: 1000))
        #expect(try get("\(plain)/large/1048576", client()).utf8.count == 1 << 20)
        #expect(failure("\(plain)/large/104857600", client()) == .bodyTooLarge(limit: 1 << 20))
    }

    @Test(arguments: ["a\r\nb", "a\nb", "a\0b"])
    func lineBreaksInHeadersAreRefused(_ value: String) throws {
        #expect(throws: HTTPError.invalidHeader(name: "X-A")) {
            _ = try client().send(
                HTTPRequest(
                    method: "GET", url: "\(plain)/echo", headers: [HTTPHeader("X-A", value)]))
        }
        #expect(throws: HTTPError.invalidHeader(name: "X-B")) {
            _ = try client().send(
                HTTPRequest(
                    method: "GET", url: "\(plain)/echo",
                    secretHeader: SecretHTTPHeader("X-B", Secret(value))))
        }
    }

    // MARK: - Proxies

    @Test func proxyForwardsAndTunnels() throws {
        let proxied = client(
            trusting: true, proxy: .url("http://127.0.0.1:\(server.proxy)", except: ""))
        #expect(
            try get("http://elsewhere.invalid/x", proxied)
                == "proxied GET http://elsewhere.invalid/x")
        // The name has no address: only the proxy can lead there.
        #expect(try get("https://tunnelled.invalid/echo", proxied).hasPrefix("GET /echo"))
    }

    @Test func exceptedHostsBypassTheProxy() throws {
        let proxied = client(proxy: .url("http://127.0.0.1:1", except: "localhost,127.0.0.1"))
        #expect(try get("\(plain)/echo", proxied).hasPrefix("GET /echo"))
    }

    @Test func proxyFailuresAreToldAsSuch() {
        let refusing = client(proxy: .url("http://127.0.0.1:\(server.proxy)", except: ""))
        guard case .proxy(_, 403) = failure("https://refused.invalid/", refusing) else {
            Issue.record("the proxy's 403 was not told")
            return
        }
        for proxy in ["http://127.0.0.1:1", "http://no-such-proxy.invalid:8080"] {
            let error = failure(
                "https://tunnelled.invalid/", client(proxy: .url(proxy, except: "")))
            guard case .proxy(_, nil) = error else {
                Issue.record("\(proxy): \(String(describing: error))")
                continue
            }
        }
    }

    @Test func proxyPasswordsStayOutOfErrors() {
        for proxy in [
            "htp://me:hush@127.0.0.1:1", "http://me:hush@127.0.0.1:x", "http://me:hush@[::1",
        ] {
            let error = failure("\(plain)/echo", client(proxy: .url(proxy, except: "")))
            #expect(error != nil)
            #expect(!String(describing: error).contains("hush"))
        }
    }

    @Test func environmentNamesTheProxy() throws {
        let names = [
            "https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "no_proxy", "NO_PROXY",
        ]
        let before = names.map { name in getenv(name).map { String(cString: $0) } }
        defer {
            for (name, value) in zip(names, before) {
                if let value { setenv(name, value, 1) } else { unsetenv(name) }
            }
        }
        for name in names { unsetenv(name) }
        setenv("HTTPS_PROXY", "http://127.0.0.1:\(server.proxy)", 1)
        setenv("http_proxy", "http://127.0.0.1:\(server.proxy)", 1)
        let proxied = client(trusting: true, proxy: .environment)
        #expect(try get("https://tunnelled.invalid/echo", proxied).hasPrefix("GET /echo"))
        #expect(try get("http://elsewhere.invalid/", proxied).hasPrefix("proxied"))
        setenv("NO_PROXY", "127.0.0.1", 1)
        #expect(try get("\(plain)/echo", proxied).hasPrefix("GET /echo"))
    }

    // MARK: - What the process keeps

    @Test func noDescriptorStaysOpen() throws {
        // The tests that run beside this one open and close some as well.
        let times = 50
        _ = try get("\(secure)/echo", client(trusting: true))
        let before = openDescriptors().count
        for _ in 0..<times {
            _ = try get("\(secure)/echo", client(trusting: true))
            _ = failure("\(plain)/cut", client())
        }
        #expect(openDescriptors().count < before + times)
    }

    @Test func socketsAreNotInherited() async throws {
        let (client, url) = (client(), "\(plain)/slow")
        let done = Flag()
        try await withThrowingTaskGroup { group in
            group.addTask {
                let limits = HTTPLimits(whole: .seconds(1))
                let request = HTTPRequest(method: "GET", url: url, limits: limits)
                do { _ = try client.send(request) } catch {}
                done.raise()
            }
            var inherited: [Bool] = []
            while inherited.isEmpty, !done.isRaised {
                inherited = sockets(to: server.http).map { fcntl($0, F_GETFD) & FD_CLOEXEC == 0 }
                usleep(1000)
            }
            #expect(inherited == [false])
            try await group.waitForAll()
        }
    }

    private func sockets(to port: Int) -> [Int32] {
        openDescriptors().compactMap { Int32($0) }.filter { descriptor in
            var address = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafeMutablePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getpeername(descriptor, $0, &size)
                }
            }
            return result == 0 && Int(UInt16(bigEndian: address.sin_port)) == port
        }
    }

    @Test func brokenPipeNeitherKillsNorLingers() throws {
        // Whoever started the tests may have it ignored, which would prove nothing.
        let inherited = signal(SIGPIPE, SIG_DFL)
        defer { signal(SIGPIPE, inherited) }
        var before = sigaction()
        sigaction(SIGPIPE, nil, &before)
        for base in [plain, secure] {
            do {
                _ = try client(trusting: true).send(
                    HTTPRequest(
                        method: "POST", url: "\(base)/drop-upload",
                        body: Secret(String(repeating: "x", count: 4 << 20))))
                Issue.record("the upload was not cut")
            } catch {
                guard case .interrupted = error else {
                    Issue.record("\(error)")
                    return
                }
            }
        }
        var after = sigaction()
        sigaction(SIGPIPE, nil, &after)
        #expect(
            unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(after.__sigaction_handler.sa_handler, to: Int.self))
        var mask = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        #expect(sigismember(&mask, SIGPIPE) == 0)
        sigpending(&mask)
        #expect(sigismember(&mask, SIGPIPE) == 0)
    }

    /// The server turns the body around, so that the answer's text stands nowhere but in the answer.
    @Test(arguments: [false, true])
    func answersLeaveNoTrace(_ overTLS: Bool) throws {
        let marker = "\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"
        let sent =
            String(repeating: "x", count: 4000) + marker + String(repeating: "y", count: 4000)
        let needle = Secret(capacity: marker.utf8.count) { room in
            room.copyBytes(from: Array(marker.utf8).reversed())
            return marker.utf8.count
        }
        func exchange(_ body: (borrowing HTTPResponse) -> Void) throws {
            body(
                try client(trusting: true).send(
                    HTTPRequest(
                        method: "POST", url: "\(overTLS ? secure : plain)/reversed",
                        body: Secret(sent))))
        }
        var during = 0
        try exchange { response in
            during = MemoryScan.count(of: needle)
        }
        #expect(during == 1)
        let after = MemoryScan.count(of: needle)
        #expect(after == 0)
    }

    @Test(arguments: [false, true])
    func requestsLeaveNoTrace(_ overTLS: Bool) throws {
        let needle = MemoryScan.marker()
        func exchange() throws -> Int {
            try client(trusting: true).send(
                HTTPRequest(
                    method: "POST", url: "\(overTLS ? secure : plain)/status/200",
                    secretHeader: SecretHTTPHeader("X-Amz-Security-Token", needle.copy()),
                    body: needle.copy())
            ).status
        }
        #expect(try exchange() == 200)
        let after = MemoryScan.count(of: needle)
        #expect(after == 0)
    }
}

/// The descriptors that are open in this process.
func openDescriptors() -> [String] {
    guard let folder = opendir("/proc/self/fd") else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        names.append(
            withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            })
    }
    return names.sorted()
}

private final class Flag: Sendable {
    private let state = Atomic(false)
    var isRaised: Bool { state.load(ordering: .relaxed) }
    func raise() { state.store(true, ordering: .relaxed) }
}
