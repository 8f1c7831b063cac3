// The instance metadata service: versions, paths, faults.
import HTTP
import Model
import Testing

@testable import AWS

private let good = """
    {"Code": "Success", "LastUpdated": "2015-08-30T12:00:00Z", "Type": "AWS-HMAC",
     "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "made/up", "Token": "token==",
     "Expiration": "2015-08-30T18:36:00Z", "AccountId": "123456789012"}
    """

private let v2 = Scripted.answer(200, "session token\n")
private let role = Scripted.answer(200, "web+role\n")
private let empty = Scripted.answer(200, "")
private let broken = Scripted.answer(200, "{\"Code\": \"Succ")
private let down = Scripted.answer(500, "")
private let missing = Scripted.answer(404, "<html>Not Found</html>")

private func metadata(
    _ transport: ScriptedTransport, _ options: InstanceMetadata.Options = .init(),
    clock: StillClock = StillClock()
) throws(InstanceMetadataError) -> InstanceMetadata {
    try InstanceMetadata(options, transport: transport, effects: clock.effects())
}

/// What goes wrong; nil where credentials come.
private func failure(
    _ script: [Scripted], _ options: InstanceMetadata.Options = .init()
) -> InstanceMetadataError? {
    do {
        _ = try metadata(ScriptedTransport(script), options).credentials()
        return nil
    } catch { return error }
}

/// `GET 2 /path`: the method, the version, the path below the credentials' folder.
private func requests(_ transport: ScriptedTransport) -> [String] {
    transport.sent.map { sent in
        let url = sent.url.replacing("http://169.254.169.254/latest/", with: "")
            .replacing("meta-data/iam/security-credentials", with: "…")
        return "\(sent.method) \(sent.token == nil ? 1 : 2) \(url)"
    }
}

@Test func version2IsAskedOnTheExtendedPath() throws {
    let transport = ScriptedTransport([v2, role, .answer(200, good)])
    let credentials = try metadata(transport).credentials()
    #expect(
        requests(transport) == [
            "PUT 1 api/token", "GET 2 …-extended/", "GET 2 …-extended/web+role",
        ])
    #expect(
        transport.sent[0].headers == [HTTPHeader("x-aws-ec2-metadata-token-ttl-seconds", "21600")])
    #expect(transport.sent.dropFirst().allSatisfy { $0.token == "session token" })
    #expect(
        transport.sent.allSatisfy {
            $0.limits == HTTPLimits(connect: .seconds(1), whole: .seconds(1), body: 64 << 10)
        })
    #expect(credentials.accessKeyID.description == "ASIAIOSFODNN7EXAMPLE")
    #expect(credentials.expiration?.description == "2015-08-30T18:36:00Z")
    #expect(credentials.accountID == "123456789012")
    let secret = credentials.secretAccessKey.withBytes { String(decoding: $0, as: UTF8.self) }
    #expect(secret == "made/up" && credentials.hasSessionToken)
}

@Test(arguments: [404, 400, 403, 500, 301])
func olderServicesHaveThePlainPathOnly(_ status: Int) throws {
    let transport = ScriptedTransport([v2, .answer(status, ""), role, .answer(200, good)])
    _ = try metadata(transport).credentials()
    #expect(
        requests(transport)
            == ["PUT 1 api/token", "GET 2 …-extended/", "GET 2 …/", "GET 2 …/web+role"])
}

@Test(arguments: [404, 400])
func theExtendedPathMayEndAtTheList(_ status: Int) throws {
    let transport = ScriptedTransport([v2, role, .answer(status, ""), .answer(200, good)])
    _ = try metadata(transport).credentials()
    #expect(requests(transport).last == "GET 2 …/web+role")
}

@Test(
    arguments: [
        .answer(403, ""), .answer(404, ""), .answer(405, ""),
        .failure(.timedOut(host: "169.254.169.254", .whole)),
        .failure(.timedOut(host: "169.254.169.254", .connecting)),
    ] as [Scripted])
func version1IsAskedWhereVersion2IsNotThere(_ answer: Scripted) throws {
    let transport = ScriptedTransport([answer, role, .answer(200, good)])
    _ = try metadata(transport).credentials()
    #expect(
        requests(transport) == [
            "PUT 1 api/token", "GET 1 …-extended/", "GET 1 …-extended/web+role",
        ])
    let refused = ScriptedTransport([answer, role, .answer(200, good)])
    #expect(throws: InstanceMetadataError.version1Disabled) {
        _ = try metadata(refused, .init(allowsVersion1: false)).credentials()
    }
    #expect(refused.sent.count == 1)
}

private let lost = Array(repeating: Scripted.failure(unreachable), count: 3)
private let unreachable = HTTPError.connect(host: "169.254.169.254", reason: "no route")

@Test(
    arguments: [
        ([.answer(400, "")], .tokenRefused(status: 400)),
        ([.answer(401, "")], .tokenRefused(status: 401)),
        ([down, down, down], .tokenRefused(status: 500)),
        ([.answer(302, "")], .tokenRefused(status: 302)),
        ([.failure(unreachable)], .transport(unreachable)),
        ([v2] + lost, .transport(unreachable)),
        ([v2, role] + lost, .transport(unreachable)),
        ([v2, missing, missing], .noRole),
        ([v2, empty, empty, empty, empty], .noRole),
        ([v2, empty, missing], .noRole),
        ([v2, missing, .answer(200, " "), .answer(200, "\n\n"), empty], .noRole),
        ([v2, .answer(401, "")], .refused(status: 401, version: 2)),
        ([.answer(403, ""), .answer(401, "")], .refused(status: 401, version: 1)),
        ([v2, down, down, down, .answer(503, "")], .refused(status: 503, version: 2)),
        ([v2, role, .answer(401, "")], .refused(status: 401, version: 2)),
        ([v2, role, missing, missing], .refused(status: 404, version: 2)),
        ([v2, role, empty, empty, empty], .document(.notJSON(.malformed(offset: 0)))),
        (
            [v2, role, broken, empty, .answer(200, "<html>")],
            .document(.notJSON(.malformed(offset: 0)))
        ),
        ([v2, role, broken, empty, .answer(200, "[]")], .document(.notAnObject)),
        (
            [v2, role, .answer(200, "{\"Code\": \"Success\"}")],
            .document(.missing(["AccessKeyId", "SecretAccessKey", "Token", "Expiration"]))
        ),
        (
            [
                v2, role,
                .answer(
                    200, "{\"Code\": \"AssumeRoleUnauthorizedAccess\", \"Message\": \"EC2\\nno\"}"),
            ],
            .document(.refused(code: "AssumeRoleUnauthorizedAccess", message: "EC2 no"))
        ),
    ] as [([Scripted], InstanceMetadataError)])
func metadataFaults(_ script: [Scripted], _ error: InstanceMetadataError) {
    #expect(failure(script) == error)
}

/// What answers badly is asked three times for each thing.
@Test(
    arguments: [
        [down, down, v2, role, .answer(200, good)],
        [empty, .answer(200, " \n"), v2, role, .answer(200, good)],
        [empty, empty, empty, role, .answer(200, good)],
        [v2, missing, down, .answer(503, ""), role, .answer(200, good)],
        [v2, empty, .answer(429, ""), empty, role, .answer(200, good)],
        [v2, role, down, empty, .answer(200, good)],
        [v2, role, broken, .answer(200, "[]"), .answer(200, good)],
        [v2, role, hungUp, .failure(.timedOut(host: "h", .whole)), .answer(200, good)],
        [hungUp, hungUp, v2, role, .answer(200, good)],
        // The plain path, after the extended one.
        [v2, role, down, down, down, down, broken, .answer(200, good)],
    ] as [[Scripted]])
func whatAnswersBadlyIsAskedAgain(_ script: [Scripted]) throws {
    let transport = ScriptedTransport(script)
    let clock = StillClock()
    _ = try metadata(transport, clock: clock).credentials()
    #expect(transport.sent.count == script.count && !clock.slept.isEmpty)
}

private let hungUp = Scripted.failure(.interrupted(host: "h", reason: "reset"))

/// Where nothing answers, nobody waits for more.
@Test func whatDoesNotAnswerIsAskedOnce() throws {
    let silence = Scripted.failure(.timedOut(host: "h", .connecting))
    let transport = ScriptedTransport([silence, silence])
    #expect(throws: InstanceMetadataError.transport(.timedOut(host: "h", .connecting))) {
        _ = try metadata(transport).credentials()
    }
    #expect(transport.sent.count == 2)
}

/// Answers four seconds late.
private struct SlowTransport: HTTPTransport {
    let inner: ScriptedTransport
    let clock: StillClock

    func send(_ request: borrowing HTTPRequest) throws(HTTPError) -> HTTPResponse {
        clock.effects().sleep(.seconds(4))
        return try inner.send(request)
    }
}

/// After ten seconds nothing is asked again, unless each try may take longer.
@Test(arguments: [(1, 4), (300, 8)])
func triesHaveADeadline(_ timeout: Int64, _ expected: Int) {
    let clock = StillClock()
    let script = ScriptedTransport([v2, role] + Array(repeating: down, count: 6))
    #expect(throws: InstanceMetadataError.refused(status: 500, version: 2)) {
        _ = try InstanceMetadata(
            .init(timeout: .seconds(timeout)),
            transport: SlowTransport(inner: script, clock: clock), effects: clock.effects()
        ).credentials()
    }
    #expect(script.sent.count == expected)
}

/// In an outage the service goes on giving what has ended, and AWS goes on taking it.
@Test(arguments: ["12:36:00", "12:35:59", "00:00:00"])
func credentialsMayHaveEnded(_ time: String) throws {
    let transport = ScriptedTransport([
        v2, role, .answer(200, good.replacing("18:36:00", with: time)),
    ])
    let end = try metadata(transport).credentials().expiration
    #expect(end?.description == "2015-08-30T\(time)Z")
}

@Test func triesAreForEachRequest() throws {
    let timeout = Scripted.failure(.timedOut(host: "h", .whole))
    let script = [
        .answer(500, ""), v2, timeout, .answer(503, ""), role, timeout, .answer(200, good),
    ]
    let clock = StillClock()
    let transport = ScriptedTransport(script)
    let options = InstanceMetadata.Options(timeout: .seconds(3), tries: 3)
    _ = try metadata(transport, options, clock: clock).credentials()
    // Of the extended list, a bad answer is not asked for again: the plain one is.
    #expect(transport.sent.count == 7 && clock.slept.count == 3)
    #expect(transport.sent.allSatisfy { $0.limits.whole == .seconds(3) })
    // Refusals are meant.
    let refused = ScriptedTransport([.answer(400, ""), v2])
    #expect(throws: InstanceMetadataError.tokenRefused(status: 400)) {
        _ = try metadata(refused, options).credentials()
    }
}

@Test(
    arguments: [
        (nil, "IPv4", "http://169.254.169.254/latest/api/token"),
        (nil, "ipv6", "http://[fd00:ec2::254]/latest/api/token"),
        ("http://localhost:1338/", "IPv6", "http://localhost:1338/latest/api/token"),
        ("http://localhost:1338/imds", "IPv4", "http://localhost:1338/imds/latest/api/token"),
    ] as [(String?, String, String)])
func metadataAddresses(_ endpoint: String?, _ mode: String, _ url: String) throws {
    let family = try #require(InstanceMetadata.AddressFamily(setting: mode))
    let transport = ScriptedTransport([.answer(400, "")])
    let service = try metadata(transport, .init(endpoint: endpoint, addressFamily: family))
    _ = try? service.credentials()
    #expect(transport.sent.first?.url == url)
}

@Test func settingsThatAreNoneAreRefused() {
    #expect(InstanceMetadata.AddressFamily(setting: "IPv5") == nil)
    #expect(throws: InstanceMetadataError.invalidEndpoint(.invalidURL("169.254.169.254"))) {
        _ = try metadata(ScriptedTransport([]), .init(endpoint: "169.254.169.254"))
    }
}

@Test(arguments: [
    ("role", "role"), ("a+=,.@-_z\nother", "a+=,.@-_z"), ("a/../../x", "a%2F..%2F..%2Fx"),
    ("a?b#c", "a%3Fb%23c"), ("\r\n role \r\n", "role"),
])
func roleNamesStayInTheirPath(_ list: String, _ path: String) throws {
    let transport = ScriptedTransport([v2, .answer(200, list), .answer(200, good)])
    _ = try metadata(transport).credentials()
    #expect(requests(transport).last == "GET 2 …-extended/\(path)")
}

@Test(arguments: [
    (Int64.max, Int.max, 300, 100), (300, 100, 300, 100), (301, 101, 300, 100), (2, 3, 2, 3),
    (0, 0, 1, 1), (.min, .min, 1, 1),
])
func patienceHasItsBounds(_ seconds: Int64, _ tries: Int, _ bounded: Int, _ boundedTries: Int) {
    let options = InstanceMetadata.Options(timeout: .seconds(seconds), tries: tries)
    #expect(options.timeout == .seconds(bounded) && options.tries == boundedTries)
}
