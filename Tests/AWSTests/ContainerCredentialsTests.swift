// Credentials from a container's agent: which variables count, which hosts may be asked, faults.
import HTTP
import Model
import Testing

@testable import AWS

private let good = """
    {"RoleArn": "arn:aws:iam::123456789012:role/task", "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
     "SecretAccessKey": "made/up", "Token": "token==", "Expiration": "2015-08-30T18:36:00Z",
     "AccountId": "123456789012"}
    """

private let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
private let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
private let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
private let tokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

@Test(
    arguments: [
        ([:], nil, .none),
        ([relative: "", full: ""], nil, .none),
        ([token: "t", tokenFile: "/f"], nil, .none),
        ([relative: "/v2/x?id=1"], "http://169.254.170.2/v2/x?id=1", .none),
        ([full: "http://localhost:9911/x"], "http://localhost:9911/x", .none),
        ([relative: "/x", full: "http://evil.example/"], "http://169.254.170.2/x", .none),
        ([relative: "", full: "http://127.0.0.1/"], "http://127.0.0.1/", .none),
        ([full: "http://127.0.0.1/", token: "t"], "http://127.0.0.1/", .variable),
        (
            [full: "http://127.0.0.1/", token: "t", tokenFile: "/f"], "http://127.0.0.1/",
            .file("/f")
        ),
        ([relative: "/x", token: "t", tokenFile: ""], "http://169.254.170.2/x", .variable),
    ] as [([String: String], String?, ContainerSource.Authorization)])
func containerVariables(
    _ environment: [String: String], _ url: String?, _ authorization: ContainerSource.Authorization
) throws {
    let source = try ContainerSource(environment: environment)
    #expect(source == url.map { ContainerSource(url: $0, authorization: authorization) })
}

@Test(arguments: [
    "http://localhost", "http://LOCALHOST/", "http://localhost:80/x?y=z", "http://127.0.0.1",
    "http://127.255.255.254:1/", "http://[::1]/", "http://[0:0:0:0:0:0:0:1]:8080/x",
    "http://169.254.170.2/", "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/",
    "http://[fd00:0ec2:0::0023]:80", "https://example.com/x", "HTTPS://example.com:8443",
    "https://[2001:db8::1]/", "https://192.0.2.1",
])
func allowedAgents(_ url: String) throws {
    #expect(try ContainerSource(environment: [full: url])?.url == url)
}

@Test(arguments: [
    ("http://example.com/", "example.com"), ("http://169.254.169.254/", "169.254.169.254"),
    ("http://169.254.170.3/", "169.254.170.3"), ("http://169.254.170.22/", "169.254.170.22"),
    ("http://[fd00:ec2::24]/", "fd00:ec2::24"), ("http://[fd00:ec2::254]/", "fd00:ec2::254"),
    ("http://[::2]/", "::2"), ("http://[::]/", "::"), ("http://0.0.0.0/", "0.0.0.0"),
    ("http://128.0.0.1/", "128.0.0.1"), ("http://127.1/", "127.1"),
    ("http://0x7f000001/", "0x7f000001"),
    ("http://localhost.example.com/", "localhost.example.com"),
    ("http://localhost./", "localhost."), ("http://127.0.0.1.nip.io/", "127.0.0.1.nip.io"),
    ("http://[::ffff:192.0.2.1]/", "::ffff:192.0.2.1"),
])
func forbiddenAgents(_ url: String, _ host: String) {
    #expect(throws: ContainerCredentialsError.hostNotAllowed(host)) {
        _ = try ContainerSource(environment: [full: url])
    }
}

@Test(arguments: [
    (full, "localhost/x", "localhost/x"), (full, "ftp://localhost/", "ftp://localhost/"),
    (full, "http://", "http://"), (full, "http:///x", "http:///x"),
    (full, "http://localhost@evil.example/", "http://…@evil.example/"),
    (full, "https://user:password@example.com/", "https://…@example.com/"),
    (full, "http://localhost:0x50/", "http://localhost:0x50/"),
    (full, "http://localhost:70000/", "http://localhost:70000/"),
    (full, "http://[::1/", "http://[::1/"), (full, "http://[::1]x/", "http://[::1]x/"),
    (full, "http://localhost\\@evil.example/", "http://…@evil.example/"),
    (full, "http://localhost#.evil.example/", "http://localhost#.evil.example/"),
    (full, "http://local host/", "http://local host/"),
    (full, "http://localhost/\n", "http://localhost/\n"),
    (full, "http://löcalhost/", "http://löcalhost/"),
    (relative, "@evil.example/", "…@evil.example/"), (relative, "x", "x"),
    (relative, ".evil.example/", ".evil.example/"), (relative, "/x\r\nHost: y", "/x\r\nHost: y"),
    (relative, "http://169.254.170.2/x", "http://169.254.170.2/x"),
])
func urisThatAreNone(_ variable: String, _ uri: String, _ shown: String) {
    #expect(throws: ContainerCredentialsError.invalidURI(shown)) {
        _ = try ContainerSource(environment: [variable: uri])
    }
}

private func ask(
    _ transport: ScriptedTransport, _ clock: StillClock = StillClock(), token: String? = nil
) throws(ContainerCredentialsError) -> Credentials {
    let source = ContainerSource(url: "http://169.254.170.2/x", authorization: .variable)
    let agent = ContainerCredentials(source, transport: transport, effects: clock.effects())
    guard let token else { return try agent.credentials(authorization: nil) }
    return try agent.credentials(authorization: Secret(token))
}

@Test(arguments: [nil, "Basic made up", ""])
func agentsAreAsked(_ token: String?) throws {
    let transport = ScriptedTransport([.answer(200, good)])
    let credentials = try ask(transport, token: token)
    let sent = try #require(transport.sent.first)
    #expect(sent.method == "GET" && sent.url == "http://169.254.170.2/x" && sent.token == token)
    #expect(sent.headers == [HTTPHeader("Accept", "application/json")])
    #expect(sent.limits.whole == .seconds(2) && sent.limits.connect == .seconds(2))
    #expect(credentials.accountID == "123456789012")
    #expect(credentials.expiration?.description == "2015-08-30T18:36:00Z")
    let secret = credentials.secretAccessKey.withBytes { String(decoding: $0, as: UTF8.self) }
    #expect(secret == "made/up" && credentials.hasSessionToken)
}

@Test(arguments: ["t\n", "t\r", "a\r\nHost: b", "\n", "a\0"])
func tokensThatAreNoHeaderAreNotSent(_ token: String) {
    let transport = ScriptedTransport([.answer(200, good)])
    #expect(throws: ContainerCredentialsError.invalidToken) {
        _ = try ask(transport, token: token)
    }
    #expect(transport.sent.isEmpty)
}

@Test func agentsHaveThreeTries() throws {
    let timeout = Scripted.failure(.timedOut(host: "169.254.170.2", .whole))
    let clock = StillClock()
    let transport = ScriptedTransport([timeout, .answer(500, ""), .answer(200, good)])
    _ = try ask(transport, clock, token: "t")
    #expect(transport.sent.map(\.token) == ["t", "t", "t"] && clock.slept.count == 2)
    let garbled = ScriptedTransport([.answer(200, "x"), .answer(200, ""), .answer(200, good)])
    _ = try ask(garbled)
    let late = ScriptedTransport([timeout, timeout, timeout, .answer(200, good)])
    #expect(
        throws: ContainerCredentialsError.transport(.timedOut(host: "169.254.170.2", .whole))
    ) { _ = try ask(late) }
}

private let unreachable = HTTPError.tls(host: "h", reason: "")

@Test(
    arguments: [
        (.answer(400, ""), .refused(status: 400, message: "")),
        (
            .answer(401, "{\"message\": \"bad\\ttoken\"}"),
            .refused(status: 401, message: "bad token")
        ),
        (
            .answer(403, "{\"code\": \"x\", \"Message\": \"no\"}"),
            .refused(status: 403, message: "no")
        ),
        (.answer(404, "<html>"), .refused(status: 404, message: "")),
        (.answer(405, ""), .refused(status: 405, message: "")),
        (.failure(unreachable), .transport(unreachable)),
        (.answer(200, "{}"), .document(.missing(["AccessKeyId", "SecretAccessKey"]))),
        (
            .answer(200, "{\"code\": \"NoRole\", \"message\": \"none\"}"),
            .document(.refused(code: "NoRole", message: "none"))
        ),
        (
            .answer(200, good.replacing("18:36", with: "12:35")),
            .document(.expired(Timestamp(secondsSinceEpoch: 1_440_938_100)))
        ),
    ] as [(Scripted, ContainerCredentialsError)])
func agentFaults(_ answer: Scripted, _ error: ContainerCredentialsError) {
    let transport = ScriptedTransport([answer, .answer(200, good)])
    #expect(throws: error) { _ = try ask(transport) }
    #expect(transport.sent.count == 1)
}

/// An agent of another's making may have a long-term key only.
@Test func agentsMayGiveLastingKeys() throws {
    let credentials = try ask(
        ScriptedTransport([
            .answer(200, "{\"AccessKeyId\": \"AKIAIOSFODNN7EXAMPLE\", \"SecretAccessKey\": \"x\"}")
        ]))
    #expect(credentials.expiration == nil && !credentials.hasSessionToken)
}
