// When calls are made again, how long they pause, and when they must not be repeated.
import HTTP
import Model
import Testing

@testable import AWS

private let identity = """
    <GetSessionTokenResponse><GetSessionTokenResult><Credentials>
    <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>made</SecretAccessKey>
    <SessionToken>up</SessionToken><Expiration>2015-08-30T13:36:00Z</Expiration>
    </Credentials></GetSessionTokenResult></GetSessionTokenResponse>
    """

private func refusal(_ code: String, _ message: String = "m") -> String {
    "<ErrorResponse><Error><Code>\(code)</Code><Message>\(message)</Message></Error></ErrorResponse>"
}

private func call(
    _ transport: ScriptedTransport, _ clock: StillClock, mfa: Bool = false,
    limits: CallLimits = CallLimits(), random: Double = 0.5
) throws -> AWSError? {
    let sts = STS(
        endpoint: try Endpoint.sts(.init()), transport: transport,
        effects: clock.effects(random: random))
    let credentials = Credentials(
        accessKeyID: try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE")),
        secretAccessKey: Secret("made up"))
    do {
        _ = try sts.getSessionToken(
            mfa: mfa ? MFA(serialNumber: "s", tokenCode: "123456") : nil, credentials: credentials,
            limits: limits)
        return nil
    } catch { return error }
}

private struct RetryCase: CustomTestStringConvertible {
    let first: Scripted
    let retried: Bool
    let retriedWithCode: Bool
    var testDescription: String { String(describing: first) }

    init(_ first: Scripted, _ retried: Bool, withCode: Bool) {
        self.first = first
        self.retried = retried
        retriedWithCode = withCode
    }
}

private let retryCases = [
    RetryCase(.failure(.resolve(host: "h", reason: "")), true, withCode: true),
    RetryCase(.failure(.connect(host: "h", reason: "")), true, withCode: true),
    RetryCase(.failure(.timedOut(host: "sts", .connecting)), true, withCode: true),
    RetryCase(.failure(.proxy(reason: "", status: nil)), true, withCode: true),
    RetryCase(.failure(.proxy(reason: "", status: 503)), true, withCode: true),
    RetryCase(.failure(.proxy(reason: "", status: 407)), false, withCode: false),
    RetryCase(.failure(.timedOut(host: "sts", .whole)), true, withCode: false),
    RetryCase(.failure(.interrupted(host: "sts", reason: "")), true, withCode: false),
    RetryCase(.failure(.bodyTooLarge(limit: 1)), false, withCode: false),
    RetryCase(.failure(.tls(host: "h", reason: "")), false, withCode: false),
    RetryCase(.failure(.unknownAuthority(host: "h", reason: "")), false, withCode: false),
    RetryCase(.failure(.caBundle(path: "p", reason: "")), false, withCode: false),
    RetryCase(.failure(.invalidURL(reason: "")), false, withCode: false),
    RetryCase(
        .failure(.libraryUnavailable(.init(library: "l", package: "p", reason: "r"))), false,
        withCode: false),
    RetryCase(.answer(400, refusal("Throttling")), true, withCode: true),
    RetryCase(.answer(400, refusal("ThrottlingException")), true, withCode: true),
    RetryCase(.answer(400, refusal("RequestLimitExceeded")), true, withCode: true),
    RetryCase(.answer(503, refusal("SlowDown")), true, withCode: true),
    RetryCase(.answer(429, refusal("Anything")), true, withCode: true),
    RetryCase(.answer(429, "no XML"), true, withCode: true),
    RetryCase(.answer(500, refusal("InternalFailure")), true, withCode: false),
    RetryCase(.answer(503, refusal("ServiceUnavailable")), true, withCode: false),
    RetryCase(.answer(502, "<html>Bad Gateway</html>"), true, withCode: false),
    RetryCase(.answer(400, refusal("IDPCommunicationError")), true, withCode: false),
    RetryCase(
        .answer(
            400,
            refusal(
                "InvalidIdentityToken",
                "Couldn't retrieve verification key from your identity provider")),
        true, withCode: false),
    RetryCase(.answer(400, refusal("InvalidIdentityToken")), false, withCode: false),
    RetryCase(.answer(408, refusal("RequestTimeout")), true, withCode: false),
    RetryCase(.answer(403, refusal("AccessDenied")), false, withCode: false),
    RetryCase(.answer(403, refusal("ExpiredToken")), false, withCode: false),
    RetryCase(.answer(403, refusal("SignatureDoesNotMatch")), false, withCode: false),
    RetryCase(.answer(400, refusal("ValidationError")), false, withCode: false),
    RetryCase(.answer(404, "no XML"), false, withCode: false),
    RetryCase(.answer(200, "truncated"), false, withCode: false),
]

@Test(arguments: retryCases, [false, true])
private func secondTry(_ example: RetryCase, _ mfa: Bool) throws {
    let transport = ScriptedTransport([example.first, .answer(200, identity)])
    let retried = mfa ? example.retriedWithCode : example.retried
    let error = try call(transport, StillClock(), mfa: mfa)
    #expect((error == nil) == retried)
    #expect(transport.sent.count == (retried ? 2 : 1))
    // What libcurl sends again over another connection would spend a code too.
    #expect(transport.sent.allSatisfy { $0.mayReuseConnection == !mfa })
}

@Test func thirdTryIsTheLast() throws {
    let failure = Scripted.answer(503, refusal("ServiceUnavailable"))
    let transport = ScriptedTransport([failure, failure, failure, .answer(200, identity)])
    let clock = StillClock()
    guard case .service(let error) = try call(transport, clock) else {
        Issue.record("the fourth try was made")
        return
    }
    #expect(error.code == "ServiceUnavailable")
    #expect(transport.sent.count == 3)
    #expect(clock.slept == [.milliseconds(250), .milliseconds(500)])
    // Each try has what is left of the time.
    #expect(
        transport.sent.map(\.limits.whole)
            == [.seconds(20), .milliseconds(19_750), .milliseconds(19_250)])
}

@Test func throttlingIsWaitedOutLonger() throws {
    let failure = Scripted.answer(400, refusal("Throttling"))
    let transport = ScriptedTransport([failure, failure, .answer(200, identity)])
    let clock = StillClock()
    #expect(try call(transport, clock) == nil)
    #expect(clock.slept == [.milliseconds(1250), .milliseconds(2500)])
    #expect(Retry.throttledPause(attempt: 1, random: 0) == .milliseconds(500))
    #expect(Retry.throttledPause(attempt: 2, random: 1) == .seconds(4))
}

@Test func quickCallsHaveOneTry() throws {
    let transport = ScriptedTransport([
        .failure(.timedOut(host: "sts", .connecting)), .answer(200, identity),
    ])
    #expect(
        try call(transport, StillClock(), limits: .quick)
            == .transport(.timedOut(host: "sts", .connecting)))
    #expect(transport.sent.count == 1)
    #expect(transport.sent.first?.limits.whole == .seconds(3))
}

@Test func noTryBeginsAfterTheTimeIsUp() throws {
    let transport = ScriptedTransport([
        .failure(.timedOut(host: "sts", .connecting)), .answer(200, identity),
    ])
    let clock = StillClock()
    let limits = CallLimits(whole: .milliseconds(250))
    #expect(
        try call(transport, clock, limits: limits)
            == .transport(.timedOut(host: "sts", .connecting)))
    #expect(transport.sent.count == 1 && clock.slept.isEmpty)
}

@Test(arguments: [
    (1, 0.0, 0), (1, 0.5, 250), (1, 1.0, 500), (2, 1.0, 1000), (3, 1.0, 1000), (60, 0.5, 500),
])
func pauses(_ attempt: Int, _ random: Double, _ milliseconds: Int) {
    #expect(Retry.pause(attempt: attempt, random: random) == .milliseconds(milliseconds))
}
