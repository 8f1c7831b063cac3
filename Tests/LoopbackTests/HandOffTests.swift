// Sending one browser on to an address with a secret, and nobody else.
import Foundation
import Glibc
import Model
import System
import Testing

@testable import Loopback

private let target = "https://signin.example/federation?Action=login&SigninToken=secret"

@Suite struct HandOffTests {
    @Test(
        arguments: [
            ("GET", "/path", "127.0.0.1:1", nil, 1000, nil),
            ("GET", "/path", "127.0.0.1:1", nil, 0, nil),
            ("GET", "/path", "127.0.0.1:1", nil, 1001, 403),
            ("GET", "/path", "127.0.0.1:1", nil, nil, 403),
            // Who it is comes first: a stranger learns nothing.
            ("POST", "/", "x", "y", 1001, 403),
            ("GET", "/path", "localhost:1", nil, 1000, 421),
            ("GET", "/path", "rebound.example", nil, 1000, 421),
            ("GET", "/path", nil, nil, 1000, 421), ("GET", "/pat", "127.0.0.1:1", nil, 1000, 404),
            ("GET", "/path?", "127.0.0.1:1", nil, 1000, 404),
            ("GET", "/", "127.0.0.1:1", nil, 1000, 404),
            ("POST", "/path", "127.0.0.1:1", nil, 1000, 405),
            ("HEAD", "/path", "127.0.0.1:1", nil, 1000, 405),
            ("GET", "/path", "127.0.0.1:1", "https://x", 1000, 400),
            ("GET", "/path", "127.0.0.1:1", "null", 1000, 400),
        ] as [(String, String, String?, String?, uid_t?, UInt32?)])
    func rules(
        method: String, path: String, host: String?, origin: String?, owner: uid_t?,
        refusal: UInt32?
    ) {
        let rules = HandOffRules(authority: "127.0.0.1:1", path: "/path", user: 1000)
        Array(path.utf8).withUnsafeBytes { target in
            let request = ServerRequest(method: method, target: target, host: host, origin: origin)
            #expect(
                rules.verdict(on: request, owner: owner)
                    == refusal.map { .refuse(status: $0) } ?? .sendOn)
        }
    }

    private func parts(_ url: String) throws -> (port: UInt16, path: String) {
        let rest = url.dropFirst("http://127.0.0.1:".count)
        let port = try #require(UInt16(rest.prefix { $0 != "/" }))
        return (port, String(rest.drop { $0 != "/" }))
    }

    @Test func theBrowserIsSentOnOnce() throws {
        let handOff = try BrowserHandOff(to: Secret(target))
        let (port, path) = try parts(handOff.url)
        #expect(path.utf8.count == 23)
        let wrong = try #require(Client(port: port))
        wrong.send("GET / HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
        let right = try #require(Client(port: port))
        right.send("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
        let strangers = try handOff.wait(until: .now + .seconds(60)) { _ in }
        #expect(strangers == 0)
        let answer = right.answer()
        #expect(answer.hasPrefix("HTTP/1.1 302 "))
        #expect(answer.contains("\r\nLocation: \(target)\r\n"))
        #expect(answer.contains("\r\nCache-Control: no-store\r\n"))
        #expect(answer.contains("\r\nReferrer-Policy: no-referrer\r\n"))
        #expect(!wrong.answer().contains("secret"))
        #expect(Client(port: port) == nil)
    }

    @Test func nobodyComes() throws {
        let handOff = try BrowserHandOff(to: Secret(target))
        var ticks: [Int] = []
        #expect(throws: ListenerError.timedOut) {
            _ = try handOff.wait(until: .now + .milliseconds(1200)) { ticks.append($0) }
        }
        #expect(ticks == [2, 1])
        #expect(Client(port: try parts(handOff.url).port) == nil)
    }

    @Test func noTwoAddressesAreAlike() throws {
        let one = try parts(BrowserHandOff(to: Secret(target)).url).path
        let other = try parts(BrowserHandOff(to: Secret(target)).url).path
        #expect(one != other)
    }
}
