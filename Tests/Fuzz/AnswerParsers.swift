// What AWS answers over HTTP: results and errors in XML and in JSON, header fields.
import HTTP
import Model

@testable import AWS

/// Gives the same answer to whatever is asked.
private struct FuzzedTransport: HTTPTransport {
    let status: Int
    let headers: [HTTPHeader]
    let body: [UInt8]

    /// The bytes as they come behind a status line: its last digits, header fields, an empty line,
    /// the body. Without an empty line all is body.
    init(_ bytes: [UInt8]) {
        let feed = UInt8(ascii: "\n")
        var lines: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: feed), end > rest.startIndex {
            lines.append(rest[..<end])
            rest = rest[(end + 1)...]
        }
        guard rest.first == feed, let first = lines.first,
            let number = Int(String(decoding: first, as: UTF8.self))
        else {
            (status, headers, body) = (200, [], bytes)
            return
        }
        status = number
        headers = lines.dropFirst().compactMap { line in
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
                .map { String(decoding: $0, as: UTF8.self) }
            return parts.count == 2 ? HTTPHeader(parts[0], parts[1]) : nil
        }
        body = Array(rest.dropFirst())
    }

    func send(_ request: borrowing HTTPRequest) throws(HTTPError) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Secret(bytes: body))
    }
}

private let effects = CallEffects(
    now: { fuzzedNow }, uptime: { .zero }, sleep: { _ in }, random: { 0 })
private let once = CallLimits(tries: 1)

extension FuzzedParser {
    static let answers: [FuzzedParser] = [
        .bytes("answer-xml") { bytes in
            guard let endpoint = try? Endpoint(override: "http://x", signingRegion: "eu-west-1")
            else { return }
            let sts = STS(endpoint: endpoint, transport: FuzzedTransport(bytes), effects: effects)
            let assertion = Secret("x")
            guard let request = role() else { return }
            do throws(AWSError) {
                let made = try sts.assumeRoleWithSAML(request, assertion: assertion, limits: once)
                precondition(made.expiration != nil, "a session without an end is taken")
            } catch { check(error) }
        },
        .bytes("answer-json") { bytes in
            guard let endpoint = try? Endpoint(override: "http://x", signingRegion: "eu-west-1")
            else { return }
            let transport = FuzzedTransport(bytes)
            let sso = SSO(endpoint: endpoint, transport: transport, effects: effects)
            do throws(AWSError) {
                _ = try sso.getRoleCredentials(
                    accountID: "111122223333", roleName: "r", token: Secret("x"), limits: once)
            } catch { check(error) }
            do throws(AWSError) {
                _ = try sso.listAccounts(token: Secret("x"), limits: once)
            } catch { check(error) }
        },
    ]

    private static func role() -> AssumeRoleWithSAMLRequest? {
        guard let role = ARN("arn:aws:iam::111122223333:role/r"),
            let provider = ARN("arn:aws:iam::111122223333:saml-provider/p")
        else { return nil }
        return AssumeRoleWithSAMLRequest(roleARN: role, principalARN: provider)
    }

    /// What will be shown is on one line and of some length.
    private static func check(_ error: AWSError) {
        guard case .service(let answer) = error else { return }
        for text in [answer.code, answer.message, answer.requestID ?? "", answer.oauthCode ?? ""] {
            precondition(
                !text.unicodeScalars.contains { $0.value < 0x20 || $0.steersDisplay },
                "an answer's words steer the display")
            precondition(text.unicodeScalars.count <= 1001, "an answer's words have no end")
        }
    }
}
