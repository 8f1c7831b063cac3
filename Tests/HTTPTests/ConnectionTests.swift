// Which exchanges share a connection, which must not, and what is left of it in the end.
import Glibc
import HTTP
import Model
import Testing

extension HTTPClientTests {
    @Suite struct Connections {
        let server: LocalServer

        init() throws { server = try LocalServer.required() }

        private var bases: [String] {
            ["http://127.0.0.1:\(server.http)", "https://127.0.0.1:\(server.tls)"]
        }

        private func client(
            _ connections: HTTPConnections = HTTPConnections(), trusting: Bool = true,
            proxy: HTTPProxy = .none
        ) -> HTTPClient {
            HTTPClient(
                version: "9.9", caBundle: trusting ? server.certificate : nil, proxy: proxy,
                connections: connections)
        }

        /// The number that the server gave the connection of this exchange.
        private func connection(
            _ base: String, _ client: HTTPClient, path: String = "/connection", reuses: Bool = true
        ) throws(HTTPError) -> String {
            let response = try client.send(
                HTTPRequest(method: "GET", url: base + path, mayReuseConnection: reuses))
            return response.body.withBytes { String(decoding: $0, as: UTF8.self) }
        }

        @Test func oneForAllExchangesOfAClient() throws {
            for base in bases {
                let client = client()
                let first = try connection(base, client)
                #expect(try connection(base, client) == first)
                #expect(try connection(base, client, path: "/connection?2") == first)
                #expect(try connection(base, self.client()) != first)
            }
        }

        @Test func clientsMayShare() throws {
            let connections = HTTPConnections()
            for base in bases {
                let first = try connection(base, client(connections))
                #expect(try connection(base, client(connections)) == first)
            }
        }

        @Test func requestsThatCountOnceGoOverANewOne() throws {
            for base in bases {
                let client = client()
                let first = try connection(base, client)
                #expect(try connection(base, client, reuses: false) != first)
            }
        }

        @Test func noneIsSharedWithOtherTrust() throws {
            let connections = HTTPConnections()
            _ = try connection(bases[1], client(connections))
            #expect(throws: HTTPError.self) {
                _ = try connection(bases[1], client(connections, trusting: false))
            }
        }

        @Test func noneIsSharedWithAnotherHost() throws {
            let client = client()
            _ = try connection(bases[1], client)
            // The certificate does not have this name.
            #expect(throws: HTTPError.self) {
                _ = try connection("https://localhost:\(server.tls)", client)
            }
        }

        @Test func noneIsSharedWithAProxy() throws {
            let connections = HTTPConnections()
            let direct = try connection(bases[0], client(connections))
            let proxy = HTTPProxy.url("http://127.0.0.1:\(server.proxy)", except: "")
            #expect(
                try connection(bases[0], client(connections, proxy: proxy)).hasPrefix("proxied"))
            #expect(try connection(bases[0], client(connections)) == direct)
        }

        @Test func oneThatTheServerClosedIsReplaced() throws {
            for base in bases {
                let client = client()
                let first = try connection(base, client, path: "/connection/last")
                #expect(try connection(base, client) != first)
            }
        }

        @Test func threadsTakeTheirOwn() async throws {
            let client = client()
            let base = bases[1]
            let used = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try (0..<5).map { _ in try connection(base, client) }
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
            }
            #expect((1...8).contains(used.count))
        }

        @Test func descriptorsAreClosedInTheEndAndNotInherited() throws {
            _ = try connection(bases[1], client())
            let before = openDescriptors()
            do {
                let client = client()
                for base in bases { _ = try connection(base, client) }
                let kept = openDescriptors().filter { !before.contains($0) }
                #expect(kept.count == 2)
                for descriptor in kept.compactMap({ Int32($0) }) {
                    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
                }
                withExtendedLifetime(client) {}
            }
            #expect(openDescriptors() == before)
        }

        /// What stays open has not kept what went through it.
        @Test(arguments: [0, 1])
        func openConnectionsHoldNoTrace(_ index: Int) throws {
            let client = client()
            let needle = MemoryScan.marker()
            let target = Secret(capacity: needle.count + 8) { room in
                var writer = SecretWriter(room)
                writer.write("/echo?a=")
                needle.withBytes { writer.write($0) }
                return writer.count
            }
            func exchange() throws -> Bool {
                let response = try client.send(
                    HTTPRequest(
                        method: "POST", url: bases[index], secretTarget: target.copy(),
                        secretHeader: SecretHTTPHeader("X-Amz-Security-Token", needle.copy()),
                        body: needle.copy()))
                // In the line, the field and the body.
                return response.status == 200 && response.body.count > 3 * needle.count
            }
            #expect(try exchange())
            // The server's other answers pass through the same buffers.
            let after = MemoryScan.count(of: needle)
            #expect(after == 1, "only the target itself")
            #expect(try connection(bases[index], client).isEmpty == false)
        }

        @Test func secretTargetsArriveAndAreNeverQuoted() throws {
            let client = client()
            let response = try client.send(
                HTTPRequest(
                    method: "GET", url: bases[0],
                    secretTarget: Secret("/echo?Session=%7B%22made%22%7D")))
            let text = response.body.withBytes { String(decoding: $0, as: UTF8.self) }
            #expect(text.hasPrefix("GET /echo?Session=%7B%22made%22%7D\n"))
            for (base, target) in [
                ("http://127.0.0.1:1", "/?hush"), ("http://no-such-host.invalid", "/?hush"),
                (bases[0], "/cut?hush"), (bases[0], "hush"), (bases[0], "/ hush"),
                (bases[0], "/hush\n"), ("ftp://127.0.0.1", "/hush"),
            ] {
                do {
                    _ = try client.send(
                        HTTPRequest(method: "GET", url: base, secretTarget: Secret(target)))
                    // Answered, as with a path that the server does not know.
                    Issue.record("\(base) \(target) was answered")
                } catch { #expect(!String(describing: error).contains("hush")) }
            }
        }
    }
}
