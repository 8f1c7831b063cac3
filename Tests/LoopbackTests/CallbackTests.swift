// Which request is the one that is waited for.
import Glibc
import Model
import Testing

@testable import Loopback

private let authority = "127.0.0.1:4321"

private enum Shown: Equatable {
    case accepted([String: String])
    case failed(code: String, description: String?)
    case refused(Callback.Refusal)
}

private func text(_ secret: consuming Secret?) -> String? {
    switch secret {
    case .some(let secret): secret.withBytes { String(decoding: $0, as: UTF8.self) }
    case .none: nil
    }
}

private struct Request {
    var method = "GET"
    var target = "/cb?state=right&code=abc"
    var host: String? = authority
    var origin: String?
    var contentType: String?
    var body = ""
    var isBodyTooLarge = false

    func verdict(_ kind: Callback.Kind, names: [String]) -> Shown {
        var target = target
        var body = body
        return target.withUTF8 { target in
            body.withUTF8 { body in
                let request = ServerRequest(
                    method: method, target: UnsafeRawBufferPointer(target), host: host,
                    origin: origin, contentType: contentType,
                    body: UnsafeRawBufferPointer(body), isBodyTooLarge: isBodyTooLarge)
                let callback = Callback(kind: kind, authority: authority, path: "/cb")
                switch callback.verdict(on: request) {
                case .accepted(let parameters):
                    var values: [String: String] = [:]
                    for name in names { values[name] = text(parameters.value(name)) }
                    return .accepted(values)
                case .failed(let code, let description):
                    return .failed(code: code, description: description)
                case .refused(let refusal): return .refused(refusal)
                }
            }
        }
    }
}

@Suite struct CallbackTests {
    @Test func redirects() {
        let cases: [(Request, Shown)] = [
            (Request(), .accepted(["state": "right", "code": "abc"])),
            (
                Request(target: "/cb?code=a%2Bb+c%zz%4&state=ri%67ht&x"),
                .accepted(["state": "right", "code": "a+b c%zz%4"])
            ),
            (
                Request(target: "/cb?&&code=%00%ff&state=right", host: "127.0.0.1:4321"),
                .accepted(["state": "right", "code": "\0\u{fffd}"])
            ),
            (Request(target: "/cb?state=right"), .refused(.wrongParameters)),
            (Request(target: "/cb?state=right&code="), .refused(.wrongParameters)),
            (Request(target: "/cb?code=abc"), .refused(.wrongParameters)),
            (Request(target: "/cb?state=wrong&code=abc"), .refused(.wrongParameters)),
            (Request(target: "/cb?state=right2&code=abc"), .refused(.wrongParameters)),
            (Request(target: "/cb?state=&code=abc"), .refused(.wrongParameters)),
            (Request(target: "/cb?state=right&state=right&code=a"), .refused(.wrongParameters)),
            (Request(target: "/cb?state=right&code=a&code=b"), .refused(.wrongParameters)),
            (Request(target: "/cb"), .refused(.wrongParameters)),
            (Request(target: "/cb?"), .refused(.wrongParameters)),
            (Request(target: ""), .refused(.wrongPath)),
            (Request(target: "/cb/?state=right&code=abc"), .refused(.wrongPath)),
            (Request(target: "/CB?state=right&code=abc"), .refused(.wrongPath)),
            (Request(target: "/?state=right&code=abc"), .refused(.wrongPath)),
            (Request(target: "/favicon.ico"), .refused(.wrongPath)),
            (Request(target: "http://127.0.0.1:4321/cb?state=right"), .refused(.wrongPath)),
            (Request(method: "POST"), .refused(.wrongMethod)),
            (Request(method: "HEAD"), .refused(.wrongMethod)),
            (Request(method: "OPTIONS"), .refused(.wrongMethod)),
            (Request(host: nil), .refused(.foreignHost)),
            (Request(host: ""), .refused(.foreignHost)),
            (Request(host: "localhost:4321"), .refused(.foreignHost)),
            (Request(host: "127.0.0.1"), .refused(.foreignHost)),
            (Request(host: "rebound.example:4321"), .refused(.foreignHost)),
            (Request(origin: "https://evil.example"), .refused(.foreignOrigin)),
            (Request(origin: "null"), .refused(.foreignOrigin)),
            (
                Request(target: "/cb?error=access_denied&state=right"),
                .failed(code: "access_denied", description: nil)
            ),
            (
                Request(
                    target: "/cb?state=right&error=server_error&error_description=It+broke%1b[2J"),
                .failed(code: "server_error", description: "It broke\u{fffd}[2J")
            ),
            (
                Request(target: "/cb?state=wrong&error=access_denied"),
                .refused(.wrongParameters)
            ),
            (Request(target: "/cb?error=access_denied"), .refused(.wrongParameters)),
        ]
        for (request, expected) in cases {
            let verdict = request.verdict(.redirect(state: "right"), names: ["state", "code"])
            #expect(verdict == expected, "\(request)")
        }
    }

    @Test func aForeignTextIsCut() {
        let long = String(repeating: "x", count: 10_000)
        let request = Request(target: "/cb?state=right&error=\(long)&error_description=\(long)")
        #expect(
            request.verdict(.redirect(state: "right"), names: [])
                == .failed(code: String(long.prefix(100)), description: String(long.prefix(500))))
    }

    @Test func manyParametersAreRefused() {
        let many = (0..<200).map { "&n\($0)=" }.joined()
        let request = Request(target: "/cb?state=right&code=abc\(many)")
        #expect(
            request.verdict(.redirect(state: "right"), names: []) == .refused(.wrongParameters))
    }

    @Test func forms() {
        let form = "application/x-www-form-urlencoded"
        let good = Request(
            method: "POST", target: "/cb", origin: "https://idp.example", contentType: form,
            body: "SAMLResponse=PHNhbWw%2B&RelayState=right")
        func with(_ change: (inout Request) -> Void) -> Request {
            var request = good
            change(&request)
            return request
        }
        let accepted = Shown.accepted(["SAMLResponse": "PHNhbWw+", "RelayState": "right"])
        let cases: [(Request, Shown)] = [
            (good, accepted),
            (
                with { $0.contentType = "Application/X-WWW-Form-URLEncoded ; charset=UTF-8" },
                accepted
            ),
            (with { $0.target = "/cb?x=y" }, accepted),
            (with { $0.origin = "null" }, accepted),
            (with { $0.method = "GET" }, .refused(.wrongMethod)),
            (with { $0.target = "/" }, .refused(.wrongPath)),
            (with { $0.host = "idp.example" }, .refused(.foreignHost)),
            (with { $0.contentType = nil }, .refused(.wrongForm)),
            (with { $0.contentType = "text/plain" }, .refused(.wrongForm)),
            (with { $0.contentType = "multipart/form-data" }, .refused(.wrongForm)),
            (with { $0.isBodyTooLarge = true }, .refused(.tooLarge)),
            (with { $0.body = "" }, .refused(.wrongParameters)),
            (with { $0.body = "SAMLResponse=&RelayState=right" }, .refused(.wrongParameters)),
            (with { $0.body = "SAMLResponse=x" }, .refused(.wrongParameters)),
            (with { $0.body = "SAMLResponse=x&RelayState=wrong" }, .refused(.wrongParameters)),
        ]
        for (request, expected) in cases {
            let verdict = request.verdict(
                .form(field: "SAMLResponse", relayState: "right"),
                names: ["SAMLResponse", "RelayState"])
            #expect(verdict == expected, "\(request)")
        }
        let free = with { $0.body = "SAMLResponse=x" }
        #expect(
            free.verdict(.form(field: "SAMLResponse", relayState: nil), names: ["SAMLResponse"])
                == .accepted(["SAMLResponse": "x"]))
    }
}
