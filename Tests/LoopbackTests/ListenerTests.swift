// The listener on a real port, with clients that mean well and others that do not.
import CMicroHTTPD
import Foundation
import Model
import Synchronization
import Testing

@testable import Loopback

private func text(_ secret: consuming Secret?) -> String? {
    switch secret {
    case .some(let secret): secret.withBytes { String(decoding: $0, as: UTF8.self) }
    case .none: nil
    }
}

/// Where a listener is, for clients of any thread.
private struct Site: Sendable {
    let port: UInt16

    func client() throws -> Client { try #require(Client(port: port)) }

    func request(
        _ target: String = "/cb?state=right&code=abc", method: String = "GET",
        host: String? = nil, extra: String = ""
    ) -> String {
        "\(method) \(target) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(port)")\r\n\(extra)\r\n"
    }

    func sent(_ text: String) throws -> Client {
        let client = try client()
        client.send(text)
        return client
    }
}

private struct Rig {
    let listener: LoopbackListener
    let site: Site

    init(limits: cmicrohttpd_limits = .standard) throws {
        listener = try LoopbackListener(path: "/cb", application: "credtool", limits: limits)
        let authority = listener.redirectURI.dropFirst("http://".count).prefix { $0 != "/" }
        site = Site(port: try #require(UInt16(authority.split(separator: ":")[1])))
    }

    /// The code that came back.
    func code(seconds: Int = 60) throws(ListenerError) -> String? {
        let parameters = try listener.redirect(
            state: "right", deadline: .now + .seconds(seconds)
        ) { _ in }
        return text(parameters.value("code"))
    }

    /// The code that came back while `work` was done on another thread.
    func code(while work: @escaping @Sendable () -> Void) throws -> String? {
        let thread = Thread(block: work)
        thread.start()
        return try code()
    }
}

@Suite struct ListenerTests {
    @Test func theBrowserMayBeFasterThanTheWaiting() throws {
        let rig = try Rig()
        let site = rig.site
        #expect(rig.listener.redirectURI == "http://127.0.0.1:\(site.port)/cb")
        let client = try site.sent(site.request())
        #expect(try rig.code() == "abc")
        let answer = client.answer()
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.contains("You’re done here") && answer.hasSuffix("</html>\n"))
        for header in [
            "Connection: close", "Cache-Control: no-store", "Referrer-Policy: no-referrer",
            "Content-Type: text/html; charset=utf-8", "X-Content-Type-Options: nosniff",
        ] {
            #expect(answer.contains("\r\n\(header)\r\n"), "\(header)")
        }
        // The port is closed when the waiting is over.
        #expect(Client(port: site.port) == nil)
    }

    @Test func onlyThisMachineIsHeard() throws {
        let rig = try Rig()
        let site = rig.site
        #expect(Client(port: site.port, address: "127.0.0.2") == nil)
        #expect(Client(port: site.port) != nil)
    }

    @Test func anErrorOfTheServiceEndsTheWaiting() throws {
        let rig = try Rig()
        let site = rig.site
        let client = try site.sent(
            site.request("/cb?error=access_denied&error_description=Not+you&state=right"))
        #expect(throws: ListenerError.refused(code: "access_denied", description: "Not you")) {
            try rig.code()
        }
        let answer = client.answer()
        #expect(answer.contains("The sign-in failed"))
        #expect(answer.contains("Not you (access_denied)"))
        #expect(Client(port: site.port) == nil)
    }

    @Test func theDeadlineEndsTheWaiting() throws {
        let rig = try Rig()
        let site = rig.site
        let seconds = Mutex<[Int]>([])
        #expect(throws: ListenerError.timedOut) {
            _ = try rig.listener.redirect(state: "right", deadline: .now + .seconds(2)) { left in
                seconds.withLock { $0.append(left) }
            }
        }
        #expect(seconds.withLock { $0 } == [2, 1])
        #expect(Client(port: site.port) == nil)
        let late = try Rig()
        #expect(throws: ListenerError.timedOut) { try late.code(seconds: -1) }
    }

    @Test func portsAndAddresses() throws {
        let first = try Rig()
        #expect(throws: ListenerError.portInUse(first.site.port)) {
            try LoopbackListener(port: first.site.port, path: "/cb", application: "credtool")
        }
        _ = try first.site.sent(first.site.request())
        _ = try first.code()
        // At once again, though a connection of the last listener lingers.
        let second = try LoopbackListener(
            host: "localhost", port: first.site.port, path: "/a/b", application: "credtool")
        #expect(second.redirectURI == "http://localhost:\(first.site.port)/a/b")
        for host in ["example.com", "::1", "0.0.0.0", "", "127.0.0.2"] {
            #expect(throws: ListenerError.invalidAddress(.host(host))) {
                try LoopbackListener(host: host, path: "/", application: "credtool")
            }
        }
        for path in ["", "cb", "/a?b", "/a#b", "/a b", "/ä", "/\r\nX: y", "/\"", "/\0"] {
            #expect(throws: ListenerError.invalidAddress(.path(path))) {
                try LoopbackListener(path: path, application: "credtool")
            }
        }
    }

    @Test func formsArePosted() throws {
        let rig = try Rig()
        let site = rig.site
        // As large as an assertion gets, in two parts, by a browser that asks first.
        let assertion = String(repeating: "PHNhbWw%2B", count: 20_000)
        let body = "SAMLResponse=\(assertion)&RelayState=relay"
        let form = "Content-Type: application/x-www-form-urlencoded\r\n"
        let client = try site.client()
        let worker = Thread {
            client.send(
                site.request(
                    "/cb", method: "POST",
                    extra: "\(form)Origin: https://idp.example\r\nContent-Length: "
                        + "\(body.utf8.count)\r\n"))
            client.send(String(body.prefix(100_000)))
            client.send(String(body.dropFirst(100_000)))
        }
        worker.start()
        let parameters = try rig.listener.form(
            field: "SAMLResponse", relayState: "relay", deadline: .now + .seconds(60)
        ) { _ in }
        let decoded = String(repeating: "PHNhbWw+", count: 20_000)
        #expect(text(parameters.value("SAMLResponse")) == decoded)
        #expect(text(parameters.value("RelayState")) == "relay")
        #expect(text(parameters.value("Other")) == nil)
        #expect(client.status() == "200")
    }

    @Test func formsOfOthersAreRefused() throws {
        let rig = try Rig()
        let site = rig.site
        @Sendable func post(_ body: String, _ extra: String, length: Int? = nil) throws -> String {
            let length = "Content-Length: \(length ?? body.utf8.count)\r\n"
            let client = try site.sent(
                site.request("/cb", method: "POST", extra: length + extra) + body)
            return client.status()
        }
        let form = "Content-Type: application/x-www-form-urlencoded\r\n"
        let statuses = Mutex<[String]>([])
        let worker = Thread {
            let chunk = "20000\r\n\(String(repeating: "x", count: 0x20000))\r\n"
            let chunked = String(repeating: chunk, count: 5) + "0\r\n\r\n"
            let found = [
                try? post("a=b", form), try? post("SAMLResponse=x", ""),
                try? post("", form, length: 1 << 40), try? post("", form, length: (512 << 10) + 1),
                try? site.sent(
                    site.request(
                        "/cb", method: "POST", extra: "\(form)Transfer-Encoding: chunked\r\n")
                        + chunked
                ).status(),
                try? site.sent(site.request("/cb?SAMLResponse=x")).status(),
                try? post("SAMLResponse=x", form),
            ]
            statuses.withLock { $0 = found.map { $0 ?? "none" } }
        }
        worker.start()
        let parameters = try rig.listener.form(
            field: "SAMLResponse", deadline: .now + .seconds(60)
        ) { _ in }
        #expect(text(parameters.value("SAMLResponse")) == "x")
        while !worker.isFinished { usleep(10_000) }
        #expect(
            statuses.withLock { $0 } == ["400", "415", "413", "413", "413", "405", "200"])
    }

    @Test func whatIsNoCallbackIsRefusedAndWaitedPast() throws {
        let rig = try Rig()
        let site = rig.site
        let megabyte = String(repeating: "x", count: 1 << 20)
        let good = site.request()
        let cases: [(String, [String])] = [
            (site.request("/"), ["404"]),
            (site.request("/favicon.ico"), ["404"]),
            (site.request("/cb"), ["400"]),
            (site.request("/cb?state=wrong&code=abc"), ["400"]),
            (site.request("/cb?code=abc"), ["400"]),
            (site.request("/cb?error=access_denied"), ["400"]),
            (site.request(method: "POST", extra: "Content-Length: 0\r\n"), ["405"]),
            (site.request(method: "HEAD"), ["405"]),
            (site.request(method: "OPTIONS"), ["405"]),
            (site.request(host: "rebound.example"), ["421"]),
            (site.request(host: "rebound.example:\(site.port)"), ["421"]),
            (site.request(extra: "Origin: https://evil.example\r\n"), ["403"]),
            ("GET /cb?state=right&code=abc HTTP/1.1\r\n\r\n", ["400"]),
            ("GET /cb?state=right&code=abc HTTP/1.0\r\n\r\n", ["421"]),
            // libmicrohttpd's own refusals; some versions just close the connection.
            (site.request(extra: "X: \(megabyte)\r\n"), ["431", ""]),
            (site.request("/cb?state=right&code=\(megabyte)"), ["414", "431", ""]),
            (site.request(extra: String(repeating: "X: y\r\n", count: 200_000)), ["431", ""]),
            ("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}\r\n\r\n", ["400", ""]),
            ("\r\n\r\n\r\n\r\n", ["400", ""]),
            ("GET\r\n\r\n", ["400", ""]),
            ("\0", [""]),
            (String(good.dropLast(3)), [""]),
            ("GET /cb?state=right&co", [""]),
            ("", [""]),
        ]
        let failures = Mutex<[String]>([])
        let answer = Mutex("")
        let code = try rig.code {
            for (request, expected) in cases {
                guard let client = Client(port: site.port) else {
                    failures.withLock { $0.append("no connection") }
                    continue
                }
                client.send(request)
                client.end()
                let status = client.status()
                if !expected.contains(status) {
                    failures.withLock { $0.append("\(request.prefix(60)): \(status)") }
                }
            }
            let client = Client(port: site.port)
            client?.send(good)
            let text = client?.answer() ?? ""
            answer.withLock { $0 = text }
        }
        #expect(code == "abc")
        #expect(failures.withLock { $0 } == [])
        while answer.withLock({ $0.isEmpty }) { usleep(10_000) }
        #expect(answer.withLock { $0.hasPrefix("HTTP/1.1 200 ") })
    }

    @Test func aBrowserThatAsksTwiceGetsThePageTwice() throws {
        let rig = try Rig()
        let site = rig.site
        // Both wait in the kernel's queue, so that the second comes while the first is served.
        let first = try site.sent(site.request())
        let second = try site.sent(site.request("/cb?state=right&code=other"))
        let code = try #require(try rig.code())
        #expect(["abc", "other"].contains(code))
        let answers = [first.answer(), second.answer()]
        #expect(answers.contains { $0.hasPrefix("HTTP/1.1 200 ") && $0.hasSuffix("</html>\n") })
        #expect(answers.allSatisfy { $0.isEmpty || $0.hasPrefix("HTTP/1.1 200 ") })
    }

    @Test func moreThanOneRequestDoesNotCostThePage() throws {
        let rig = try Rig()
        let site = rig.site
        let client = try site.sent(site.request() + site.request("/x") + "trailing")
        #expect(try rig.code() == "abc")
        #expect(client.answer().hasSuffix("</html>\n"))
    }

    @Test func aBrowserThatDoesNotReadDoesNotHoldOn() throws {
        let rig = try Rig()
        let site = rig.site
        let client = try site.sent(site.request())
        #expect(try rig.code() == "abc")
        let gone = try Rig()
        let other = try gone.site.sent(gone.site.request())
        other.close()
        #expect(try gone.code() == "abc")
        withExtendedLifetime(client) {}
    }

    @Test func slowAndManyClientsDoNotKeepTheBrowserOut() throws {
        var limits = cmicrohttpd_limits.standard
        limits.connections = 8
        limits.idle_seconds = 1
        limits.whole_seconds = 1
        let rig = try Rig(limits: limits)
        let site = rig.site
        let isOver = Atomic(false)
        let client = try site.client()
        // Twice as many as may be open send a letter now and then; as many send nothing at all.
        let slow = (0..<16).compactMap { _ in Client(port: site.port) }
        let silent = (0..<16).compactMap { _ in Client(port: site.port) }
        let trickle = Thread {
            for client in slow { client.send("GET /cb?state=") }
            while !isOver.load(ordering: .relaxed) {
                for client in slow { client.send("x") }
                usleep(100_000)
            }
        }
        trickle.start()
        // Behind all of them.
        let last = try site.sent(site.request())
        client.close()
        #expect(try rig.code() == "abc")
        isOver.store(true, ordering: .relaxed)
        while !trickle.isFinished { usleep(10_000) }
        #expect(last.answer().hasSuffix("</html>\n"))
        withExtendedLifetime(silent) {}
    }

    @Test func nothingOfItStaysInMemory() throws {
        let marker = MemoryScan.marker()
        let rig = try Rig()
        let site = rig.site
        let client = try site.client()
        // A piece of memory that is not soon in use again.
        client.send("GET /cb?state=right&pad=\(String(repeating: "x", count: 20_000))&code=")
        marker.withBytes { _ = client.send($0) }
        client.send(" HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\r\n")
        try {
            let parameters = try rig.listener.redirect(
                state: "right", deadline: .now + .seconds(60)
            ) { _ in }
            switch parameters.value("code") {
            case .some(let code):
                let isSame = code.equals(marker)
                #expect(isSame)
            case .none: Issue.record("no code")
            }
        }()
        let count = MemoryScan.count(of: marker)
        #expect(count == 0)
    }
}
