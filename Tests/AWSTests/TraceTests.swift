// What reading answers and signing requests leave behind in memory: nothing.
import HTTP
import Model
import Testing

@testable import AWS

@Test func documentsLeaveNoTrace() throws {
    let needle = MemoryScan.marker()
    func read() throws -> Bool {
        let body = Secret(capacity: 100) { room in
            var writer = SecretWriter(room)
            writer.write("<a><b>")
            needle.withBytes { writer.write($0) }
            writer.write("</b></a>")
            return writer.count
        }
        let document = try XMLDocument(body)
        switch document.secret(["b"], in: document.root) {
        case .some(let secret): return secret.equals(needle)
        case .none: return false
        }
    }
    #expect(try read())
    let after = MemoryScan.count(of: needle)
    #expect(after == 0)
}

@Test func signaturesLeaveNoTrace() throws {
    let key = MemoryScan.marker()
    let token = MemoryScan.marker()
    func sign(_ placement: SignatureV4.Placement) throws -> Int {
        let credentials = Credentials(
            accessKeyID: try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE")),
            secretAccessKey: key.copy(), sessionToken: token.copy())
        let signer = SignatureV4(
            region: "us-east-1", service: "sts", date: .init(secondsSinceEpoch: 0),
            placement: placement)
        let request = SignableRequest(method: "GET", headers: [], bodyHash: "")
        _ = try signer.headerFields(request, credentials: credentials)
        return try signer.presignedTarget(request, credentials: credentials).count
    }
    #expect(try sign(.header) > 0)
    #expect(try sign(.query(expires: .seconds(60))) > 0)
    let traces = [MemoryScan.count(of: key), MemoryScan.count(of: token)]
    #expect(traces == [0, 0])
}

/// A long text with the needle in many places: where a copy of it is freed, some stay as they were.
private func padded(_ needle: borrowing Secret) -> Secret {
    Secret(capacity: 80_000) { room in
        var writer = SecretWriter(room)
        for _ in 0..<1000 {
            writer.write("made up, made up, made up, made up, made up, ")
            needle.withBytes { writer.write($0) }
        }
        return writer.count
    }
}

/// Answers with a document around the needles, and keeps nothing of what it is sent.
private struct NeedleTransport: HTTPTransport {
    let status: Int
    let pieces: [String]
    let needles: [Secret.Holder]

    func send(_ request: borrowing HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let body = Secret(capacity: 4096) { room in
            var writer = SecretWriter(room)
            for (index, piece) in pieces.enumerated() {
                writer.write(piece)
                if index < needles.count { needles[index].secret.withBytes { writer.write($0) } }
            }
            return writer.count
        }
        return HTTPResponse(status: status, body: body)
    }
}

extension Secret {
    /// Lets an array hold secrets.
    fileprivate final class Holder: Sendable {
        let secret: Secret
        init(_ secret: consuming Secret) { self.secret = secret }
    }
}

private func document(_ token: String) -> [String] {
    [
        "{\"Version\": 1, \"AccessKeyId\": \"ASIAIOSFODNN7EXAMPLE\", \"SecretAccessKey\": \"",
        "\", \"\(token)\": \"\\u0041", "\", \"Expiration\": \"2100-01-01T00:00:00Z\"}",
    ]
}

@Test func credentialDocumentsLeaveNoTrace() throws {
    let needles = [Secret.Holder(MemoryScan.marker()), .init(MemoryScan.marker())]
    let transport = NeedleTransport(
        status: 200, pieces: document("SessionToken"), needles: needles)
    func read() throws -> Bool {
        let output = try transport.send(HTTPRequest(method: "GET", url: "")).body.copy()
        let credentials = try CredentialProcessDocument.credentials(output, now: .now())
        return credentials.secretAccessKey.equals(needles[0].secret) && credentials.hasSessionToken
    }
    #expect(try read())
    let traces = needles.map { MemoryScan.count(of: $0.secret) }
    #expect(traces == [0, 0])
}

@Test func containersLeaveNoTrace() throws {
    let authorization = MemoryScan.marker()
    let needles = [Secret.Holder(MemoryScan.marker()), .init(MemoryScan.marker())]
    let transport = NeedleTransport(status: 200, pieces: document("Token"), needles: needles)
    func ask() throws -> Bool {
        let agent = ContainerCredentials(
            ContainerSource(url: "http://localhost", authorization: .variable),
            transport: transport)
        let credentials = try agent.credentials(authorization: padded(authorization))
        return credentials.secretAccessKey.equals(needles[0].secret)
    }
    #expect(try ask())
    let traces = needles.map { MemoryScan.count(of: $0.secret) }
    let own = MemoryScan.count(of: authorization)
    #expect(traces == [0, 0] && own == 0)
}

@Test func webIdentitiesLeaveNoTrace() throws {
    let token = MemoryScan.marker()
    let needles = [Secret.Holder(MemoryScan.marker()), .init(MemoryScan.marker())]
    let name = "AssumeRoleWithWebIdentity"
    let transport = NeedleTransport(
        status: 200,
        pieces: [
            "<\(name)Response><\(name)Result><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE"
                + "</AccessKeyId><SecretAccessKey>", "</SecretAccessKey><SessionToken>",
            "</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>"
                + "</\(name)Result></\(name)Response>",
        ], needles: needles)
    func ask() throws -> Bool {
        let sts = STS(endpoint: try Endpoint.sts(.init()), transport: transport)
        let role = ARN.role("x", accountID: "123456789012", partition: "aws")
        let credentials = try sts.assumeRoleWithWebIdentity(
            AssumeRoleWithWebIdentityRequest(roleARN: role, parameters: []),
            token: padded(token))
        return credentials.secretAccessKey.equals(needles[0].secret)
    }
    #expect(try ask())
    let traces = needles.map { MemoryScan.count(of: $0.secret) }
    let own = MemoryScan.count(of: token)
    #expect(traces == [0, 0] && own == 0)
}

@Test func jsonCallsLeaveNoTrace() throws {
    let code = MemoryScan.marker()
    let bearer = MemoryScan.marker()
    let needles = [Secret.Holder(MemoryScan.marker()), .init(MemoryScan.marker())]
    let transport = NeedleTransport(
        status: 200,
        pieces: ["{\"accessToken\": \"", "\", \"more\": {\"refreshToken\": \"\\u0041", "\"}}"],
        needles: needles)
    func ask() throws -> Bool {
        let api = JSONAPI(
            service: "x", endpoint: try Endpoint.sts(.init()), transport: transport,
            effects: .system)
        let request = JSONRequest.rest(
            "CreateToken", "POST", "/token",
            secretHeader: SecretHTTPHeader("Authorization", padded(bearer)),
            body: Secret(json: .compact) { $0.member("code", secret: padded(code)) })
        return try api.call(request, limits: CallLimits(tries: 1)) {
            (document) throws(MissingField) in
            guard let token = document.secret(["accessToken"]),
                let refresh = document.secret(["more", "refreshToken"])
            else { throw MissingField(field: "accessToken") }
            return token.equals(needles[0].secret) && refresh.count == 33
        }
    }
    #expect(try ask())
    let traces = needles.map { MemoryScan.count(of: $0.secret) }
    let own = [MemoryScan.count(of: code), MemoryScan.count(of: bearer)]
    #expect(traces == [0, 0] && own == [0, 0])
}
