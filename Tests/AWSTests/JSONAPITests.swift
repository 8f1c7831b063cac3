// Services that speak JSON: what they are sent, what they may answer, and when they are asked again.
import HTTP
import Model
import Testing

@testable import AWS

private func api(
    _ transport: any HTTPTransport, url: String = "https://eu-central-1.signin.aws.amazon.com",
    clock: StillClock = StillClock()
) throws -> JSONAPI {
    JSONAPI(
        service: "signin",
        endpoint: try Endpoint(override: url, signingRegion: "eu-central-1"),
        transport: transport, effects: clock.effects())
}

private func credentials(token: String? = nil) throws -> Credentials {
    Credentials(
        accessKeyID: try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE")),
        secretAccessKey: Secret("made/up"), sessionToken: token.map { Secret($0) })
}

private func plainCall(
    _ transport: ScriptedTransport, spendsCode: Bool = false, clock: StillClock = StillClock()
) throws -> (String?, AWSError?) {
    let api = try api(transport, clock: clock)
    do throws(AWSError) {
        let name = try api.call(
            .rest("CreateToken", "POST", "/token", body: Secret("{}")), limits: CallLimits(),
            spendsCode: spendsCode
        ) { (document) throws(MissingField) in
            guard let name = document.string(["name"]) else { throw MissingField(field: "name") }
            return name
        }
        return (name, nil)
    } catch { return (nil, error) }
}

// MARK: Requests

@Test func rpcNamesTheOperationInAField() throws {
    let transport = ScriptedTransport([.answer(200, #"{"Made": 1}"#)])
    let request = JSONRequest.rpc(
        "Do", target: "Service", version: "1.1", body: Secret(json: .compact) { _ in })
    let made = try api(transport).call(
        request, credentials: try credentials(), limits: CallLimits()
    ) { (document) throws(MissingField) in document.integer(["Made"]) }
    #expect(made == 1)
    let sent = try #require(transport.sent.first)
    #expect(sent.method == "POST" && sent.url == "https://eu-central-1.signin.aws.amazon.com")
    #expect(sent.form == "{}" && sent.token == nil)
    #expect(sent.field("X-Amz-Target") == "Service.Do")
    #expect(sent.field("Content-Type") == "application/x-amz-json-1.1")
    // The signature that botocore makes.
    #expect(
        sent.field("Authorization")?.hasSuffix(
            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature="
                + "d25400a34c7ddf12fd8a836f0f0e98c919d7c911ebd05aca509f61e8c0d1d727") == true)
}

@Test func restSignsPathQueryAndBody() throws {
    let transport = ScriptedTransport([.answer(200, "{}"), .answer(200, "{}")])
    let post = JSONRequest.rest(
        "CreateToken", "POST", "/v1/token", query: [QueryItem("x-amz-client-auth-method", "iam")],
        body: Secret(json: .compact) { $0.member("clientId", .string("c")) })
    try api(transport).call(
        post, credentials: try credentials(token: "up"), limits: CallLimits()
    ) { (_) throws(MissingField) in }
    let get = JSONRequest.rest(
        "Get", "GET", "/a%20b", query: [QueryItem("z", "1"), QueryItem("a", "x/y ü")])
    try api(transport, url: "http://127.0.0.1:5000/base").call(
        get, credentials: try credentials(), limits: CallLimits()
    ) { (_) throws(MissingField) in }

    let first = transport.sent[0]
    #expect(
        first.url == "https://eu-central-1.signin.aws.amazon.com/v1/token"
            + "?x-amz-client-auth-method=iam")
    #expect(first.form == #"{"clientId":"c"}"# && first.token == "up")
    #expect(first.field("Content-Type") == "application/json")
    #expect(
        first.field("Authorization")?.hasSuffix(
            "c0d4db994be14ab959ca518fdc9031f319722fe942057974d25004d90ecd4652") == true)
    let second = transport.sent[1]
    #expect(second.url == "http://127.0.0.1:5000/base/a%20b?z=1&a=x%2Fy%20%C3%BC")
    #expect(second.field("Content-Type") == nil && second.form == "")
    #expect(
        second.field("Authorization")?.hasSuffix(
            "9f4ef9ec0a2a694b9109458ca01039a14c1adb2674331c72322555d6d64a8040") == true)
}

@Test func bearersSendTheirTokenAndNoSignature() throws {
    let transport = ScriptedTransport([.answer(200, "")])
    let request = JSONRequest.rest(
        "Logout", "POST", "/logout",
        secretHeader: SecretHTTPHeader("x-amz-sso_bearer_token", Secret("made up")))
    // An answer without a body reads as an empty object.
    let isEmpty = try api(transport).call(request, limits: CallLimits()) {
        (document) throws(MissingField) in document.children(of: document.root).isEmpty
    }
    #expect(isEmpty)
    #expect(transport.sent[0].token == "made up")
    #expect(transport.sent[0].headers.map(\.name) == ["Host"])
}

// MARK: Errors

private struct ErrorCase: CustomTestStringConvertible, Sendable {
    var status = 400
    var body: String
    var field: String?
    var code: String
    var message = ""
    var oauthCode: String?
    var testDescription: String { body }
}

@Test(arguments: [
    ErrorCase(
        body: #"{"message": "Session token not found"}"#,
        field: "UnauthorizedException:http://internal.amazon.com/coral/x/",
        code: "UnauthorizedException",
        message: "Session token not found"),
    ErrorCase(
        body: #"{"__type": "com.amazonaws.x#NotFoundException", "Message": "no\nsuch"}"#,
        code: "NotFoundException", message: "no such"),
    ErrorCase(body: #"{"__type": "a#b#Name:x"}"#, code: "Name"),
    ErrorCase(body: #"{"code": "aws.x#Denied", "__type": "Other"}"#, code: "Denied"),
    ErrorCase(
        body: #"{"error": "authorization_pending", "error_description": "wait"}"#,
        field: "AuthorizationPendingException", code: "AuthorizationPendingException",
        message: "wait", oauthCode: "authorization_pending"),
    ErrorCase(
        status: 401, body: #"{"error": "TOKEN_EXPIRED", "message": "over"}"#, code: "TOKEN_EXPIRED",
        message: "over", oauthCode: "TOKEN_EXPIRED"),
    ErrorCase(body: "<html>", field: "ForbiddenException", code: "ForbiddenException"),
    ErrorCase(body: "", field: "ForbiddenException", code: "ForbiddenException"),
    ErrorCase(body: #"{"__type": "A\u009b\u202eB"}"#, code: "A B"),
])
private func errors(_ example: ErrorCase) throws {
    var fields = [HTTPHeader("X-Amzn-RequestId", "r-1\u{85}2")]
    if let field = example.field { fields.append(HTTPHeader("x-amzn-ErrorType", field)) }
    let transport = ScriptedTransport([.answer(example.status, example.body, fields)])
    #expect(
        try plainCall(transport).1
            == .service(
                AWSServiceError(
                    operation: "CreateToken", code: example.code, message: example.message,
                    status: example.status, requestID: "r-1 2", oauthCode: example.oauthCode)))
}

@Test(arguments: [
    (200, "", "name is missing or not as it should be"),
    (200, "[]", "not a JSON object"), (200, "<html>", "not JSON"),
    (200, #"{"name": 1}"#, "name is missing or not as it should be"),
    (403, "<html>Log in</html>", "not JSON"), (403, "{}", "not an answer to CreateToken"),
    (302, "", "not an answer to CreateToken"),
    (403, #"{"message": "x"}"#, "not an answer to CreateToken"),
])
func answersOfOthers(_ status: Int, _ body: String, _ reason: String) throws {
    #expect(
        try plainCall(ScriptedTransport([.answer(status, body)])).1
            == .unreadable(operation: "CreateToken", status: status, reason: reason))
}

@Test(arguments: [
    (Scripted.answer(500, #"{"error": "server_error"}"#), true, false),
    (
        .answer(
            429, #"{"message": "HTTP 429"}"#,
            [HTTPHeader("x-amzn-errortype", "TooManyRequestsException")]), true, true
    ),
    (.answer(429, ""), true, true), (.answer(503, "<html>"), true, false),
    (.failure(.interrupted(host: "h", reason: "")), true, false),
    (.failure(.connect(host: "h", reason: "")), true, true),
    // Whoever polls for a device's code waits as the service says.
    (.answer(400, #"{"error": "slow_down"}"#), false, false),
    (.answer(400, #"{"error": "authorization_pending"}"#), false, false),
    (.answer(403, #"{"__type": "AccessDeniedException"}"#), false, false),
])
func anotherTryOfJSON(_ first: Scripted, _ isRetried: Bool, _ isRetriedWithCode: Bool) throws {
    for spendsCode in [false, true] {
        let transport = ScriptedTransport([first, .answer(200, #"{"name": "n"}"#)])
        let (name, _) = try plainCall(transport, spendsCode: spendsCode)
        #expect((name == "n") == (spendsCode ? isRetriedWithCode : isRetried))
        #expect(transport.sent.allSatisfy { $0.mayReuseConnection == !spendsCode })
    }
}

// MARK: A real server

@Test func jsonOverTheWire() throws {
    let server = try LocalServer.required()
    for base in ["http://127.0.0.1:\(server.http)", "https://127.0.0.1:\(server.tls)"] {
        let client = HTTPClient(version: "9.9", caBundle: server.certificate, proxy: .none)
        let request = JSONRequest.rest(
            "Tell", "POST", "/json", query: [QueryItem("a b", "ü&=")],
            secretHeader: SecretHTTPHeader("x-amz-sso_bearer_token", Secret("made up")),
            body: Secret(json: .compact) { $0.member("code", secret: Secret("\"\u{2028}ü")) })
        let said = try api(client, url: base).call(request, limits: CallLimits()) {
            (document) throws(MissingField) in
            [
                document.string(["path"]), document.string(["body", "code"]),
                document.string(["headers", "x-amz-sso_bearer_token"]),
                document.string(["headers", "content-type"]),
            ]
        }
        #expect(
            said == [
                "/json?a%20b=%C3%BC%26%3D", "\"\u{2028}ü", "made up", "application/json",
            ])
    }
}
