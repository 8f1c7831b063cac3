// STS calls over a scripted transport: what is sent, what is read, what is told.
import HTTP
import Model
import Testing

@testable import AWS

private func credentials(token: String? = nil) throws -> Credentials {
    Credentials(
        accessKeyID: try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE")),
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        sessionToken: token.map { Secret($0) } ?? nil)
}

private func sts(_ transport: ScriptedTransport) throws -> STS {
    STS(
        endpoint: try Endpoint.sts(.init(region: "eu-west-1")), transport: transport,
        effects: StillClock().effects())
}

private func text(_ secret: borrowing Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
}

private let role = ARN.role("path/Admin", accountID: "123456789012", partition: "aws")
private let namespace = "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\""

private func session(
    _ operation: String = "AssumeRole",
    id: String = "<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>",
    secret: String = "<SecretAccessKey>a/made+up&amp;key</SecretAccessKey>",
    token: String = "<SessionToken>made/up//token==</SessionToken>",
    expiration: String = "<Expiration>2015-08-30T13:36:00Z</Expiration>"
) -> String {
    """
    <\(operation)Response \(namespace)>
      <\(operation)Result>
        <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/Admin/me</Arn></AssumedRoleUser>
        <Credentials>\(id)\(secret)\(token)\(expiration)</Credentials>
      </\(operation)Result>
      <ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>
    </\(operation)Response>
    """
}

// MARK: - What is sent

@Test func callerIdentityIsAskedForAndRead() throws {
    let transport = ScriptedTransport([
        .answer(
            200,
            """
            <GetCallerIdentityResponse \(namespace)>
              <GetCallerIdentityResult>
                <Arn>arn:aws:iam::123456789012:user/alice</Arn>
                <UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>
                <Account>123456789012</Account>
              </GetCallerIdentityResult>
              <ResponseMetadata><RequestId>01234567</RequestId></ResponseMetadata>
            </GetCallerIdentityResponse>
            """)
    ])
    let identity = try sts(transport).getCallerIdentity(credentials: credentials())
    #expect(identity.arn.description == "arn:aws:iam::123456789012:user/alice")
    #expect(identity.accountID == "123456789012")
    #expect(identity.userID == "AIDACKCEVSQ6C2EXAMPLE")

    let sent = try #require(transport.sent.first)
    #expect(sent.method == "POST" && sent.url == "https://sts.eu-west-1.amazonaws.com")
    #expect(sent.form == "Action=GetCallerIdentity&Version=2011-06-15")
    #expect(sent.token == nil)
    #expect(sent.limits == HTTPLimits(connect: .seconds(5), whole: .seconds(20)))
    #expect(sent.headers.contains(HTTPHeader("Host", "sts.eu-west-1.amazonaws.com")))
    #expect(sent.headers.contains(HTTPHeader("X-Amz-Date", "20150830T123600Z")))
    let authorization = try #require(sent.headers.first { $0.name == "Authorization" }?.value)
    #expect(
        authorization.hasPrefix(
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20150830/eu-west-1/sts/aws4_request, "
                + "SignedHeaders=content-type;host;x-amz-date, Signature="))
}

@Test func sessionTokensAreSentAndSigned() throws {
    let transport = ScriptedTransport([.answer(200, session())])
    _ = try sts(transport).assumeRole(
        AssumeRoleRequest(roleARN: role, parameters: []),
        credentials: credentials(token: "made up"))
    let sent = try #require(transport.sent.first)
    #expect(sent.token == "made up")
    #expect(
        sent.headers.contains { $0.value.contains("host;x-amz-date;x-amz-security-token") })
    #expect(!sent.headers.contains { $0.value.contains("made up") })
}

@Test func assumeRoleSendsEveryParameter() throws {
    let transport = ScriptedTransport([.answer(200, session())])
    _ = try sts(transport).assumeRole(
        AssumeRoleRequest(
            roleARN: role,
            parameters: [
                RequestParameter("RoleSessionName", .text("me@host")),
                RequestParameter("DurationSeconds", .duration(.seconds(900))),
                RequestParameter("ExternalId", .text("a/b")),
                RequestParameter(
                    "Tags", .tags([SessionTag("k 1", "v&1"), SessionTag("k2", "")])),
                RequestParameter("TransitiveTagKeys", .list(["k 1"])),
                RequestParameter("Policy", .text("{\"a\": 1}")),
                RequestParameter(
                    "PolicyArns",
                    .policyARNs([
                        "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/X",
                    ])),
            ], mfa: MFA(serialNumber: "arn:aws:iam::123456789012:mfa/me", tokenCode: "012345")),
        credentials: credentials())
    #expect(
        transport.sent.first?.form.split(separator: "&").map(String.init) == [
            "Action=AssumeRole", "Version=2011-06-15",
            "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpath%2FAdmin",
            "RoleSessionName=me%40host", "DurationSeconds=900", "ExternalId=a%2Fb",
            "Tags.member.1.Key=k%201", "Tags.member.1.Value=v%261",
            "Tags.member.2.Key=k2", "Tags.member.2.Value=", "TransitiveTagKeys.member.1=k%201",
            "Policy=%7B%22a%22%3A%201%7D",
            "PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess",
            "PolicyArns.member.2.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FX",
            "SerialNumber=arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Fme", "TokenCode=012345",
        ])
}

@Test func getSessionTokenSendsWhatIsGiven() throws {
    let transport = ScriptedTransport([
        .answer(200, session("GetSessionToken")), .answer(200, session("GetSessionToken")),
    ])
    let sts = try sts(transport)
    _ = try sts.getSessionToken(credentials: credentials())
    _ = try sts.getSessionToken(
        duration: .seconds(3600), mfa: MFA(serialNumber: "GAHT12345678", tokenCode: "123456"),
        credentials: credentials())
    #expect(
        transport.sent.map(\.form) == [
            "Action=GetSessionToken&Version=2011-06-15",
            "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=3600"
                + "&SerialNumber=GAHT12345678&TokenCode=123456",
        ])
}

// MARK: - What is read

@Test(arguments: [
    "2015-08-30T13:36:00Z", "2015-08-30T13:36:00.123Z", "2015-08-30T13:36:00.999999Z",
])
func credentialsAreRead(_ expiration: String) throws {
    let transport = ScriptedTransport([
        .answer(200, session(expiration: "<Expiration>\(expiration)</Expiration>"))
    ])
    let credentials = try sts(transport).assumeRole(
        AssumeRoleRequest(roleARN: role, parameters: []), credentials: credentials())
    #expect(credentials.accessKeyID.description == "ASIAIOSFODNN7EXAMPLE")
    #expect(text(credentials.secretAccessKey) == "a/made+up&key")
    #expect(credentials.expiration?.description == "2015-08-30T13:36:00Z")
    switch credentials.sessionToken {
    case .some(let token): #expect(text(token) == "made/up//token==")
    case .none: Issue.record("no token")
    }
}

private struct Unreadable: CustomTestStringConvertible {
    let body: String
    var status = 200
    let reason: String
    var testDescription: String { "\(status) \(body.prefix(60))" }
}

private let unreadable = [
    Unreadable(body: session(id: ""), reason: "AccessKeyId is missing"),
    Unreadable(body: session(id: "<AccessKeyId>no,id</AccessKeyId>"), reason: "AccessKeyId is"),
    Unreadable(body: session(secret: ""), reason: "SecretAccessKey is missing"),
    Unreadable(body: session(secret: "<SecretAccessKey/>"), reason: "SecretAccessKey is missing"),
    Unreadable(
        body: session(secret: "<SecretAccessKey>made&#10;up</SecretAccessKey>"),
        reason: "SecretAccessKey is"),
    Unreadable(
        body: session(token: "<SessionToken>made&#13;up</SessionToken>"),
        reason: "SessionToken is"),
    Unreadable(
        body: session(token: "<SessionToken>made \u{9b}up</SessionToken>"),
        reason: "SessionToken is"),
    Unreadable(body: session(token: ""), reason: "SessionToken is missing"),
    Unreadable(body: session(expiration: ""), reason: "Expiration is missing"),
    Unreadable(body: session(expiration: "<Expiration>soon</Expiration>"), reason: "Expiration is"),
    Unreadable(
        body: "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>",
        reason: "Credentials is missing"),
    Unreadable(body: "<AssumeRoleResponse/>", reason: "Credentials is missing"),
    Unreadable(body: session("GetSessionToken"), reason: "not an answer to AssumeRole"),
    Unreadable(body: String(session().dropLast(30)), reason: "not XML"),
    Unreadable(body: "garbage", reason: "not XML"),
    Unreadable(body: "", reason: "not XML"),
    Unreadable(
        body: "<html>Access denied by the proxy</html>", status: 403, reason: "not an answer"),
    Unreadable(body: session(), status: 302, reason: "not an answer"),
]

@Test(arguments: unreadable)
private func unreadableAnswers(_ example: Unreadable) throws {
    let transport = ScriptedTransport([.answer(example.status, example.body)])
    do {
        _ = try sts(transport).assumeRole(
            AssumeRoleRequest(roleARN: role, parameters: []), credentials: credentials())
        Issue.record("it was read")
    } catch let error as AWSError {
        guard case .unreadable("AssumeRole", example.status, let reason) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reason.contains(example.reason))
        #expect(!String(describing: error).contains("made"))
    }
    #expect(transport.sent.count == 1)
}

// MARK: - What is told

private func refusal(_ code: String, _ message: String) -> String {
    """
    <ErrorResponse \(namespace)>
      <Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error>
      <RequestId>0f2c5b1e</RequestId>
    </ErrorResponse>
    """
}

private func told(
    _ body: String, status: Int = 403, headers: [HTTPHeader] = []
) throws -> AWSServiceError? {
    let transport = ScriptedTransport([.answer(status, body, headers)])
    do {
        _ = try sts(transport).getCallerIdentity(credentials: credentials())
        return nil
    } catch let error as AWSError {
        guard case .service(let error) = error else {
            Issue.record("\(error)")
            return nil
        }
        return error
    }
}

@Test func refusalsKeepAWSsWords() throws {
    let error = try #require(
        try told(refusal("AccessDenied", "User: a is not authorized &amp; &lt;b&gt;")))
    #expect(
        error
            == AWSServiceError(
                operation: "GetCallerIdentity", code: "AccessDenied",
                message: "User: a is not authorized & <b>", status: 403, requestID: "0f2c5b1e"))
    // 200 with an error, and the other form of error documents.
    #expect(try told(refusal("AccessDenied", "no"), status: 200)?.code == "AccessDenied")
    let other = try told(
        "<Response><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error></Errors>"
            + "<RequestID>r</RequestID></Response>", status: 401)
    #expect(other?.code == "AuthFailure" && other?.requestID == "r")
}

@Test(arguments: [
    ("AccessDenied", "a\n\u{9b}31mb\tc", "a 31mb c"),
    (
        "SignatureDoesNotMatch",
        "The signature does not match. Check your key.\n\nThe Canonical String should have been\n'POST",
        "The signature does not match"
    ),
    (
        "SignatureDoesNotMatch", "It does not match.\nx-amz-security-token:made",
        "It does not match."
    ),
    (
        "IncompleteSignature", "'Credential' must be there, Authorization=AWS4-HMAC-SHA256 x",
        "'Credential' must be there,"
    ),
    ("ValidationError", "One. Two.", "One. Two."),
    ("Odd", "a\u{202e}b\u{2066}c\u{200f}d\u{2028}e\u{85}f", "abcd e f"),
    ("Odd", String(repeating: "ü ", count: 500), String(repeating: "ü ", count: 499) + "ü"),
    ("Odd", String(repeating: "ü", count: 1000), String(repeating: "ü", count: 1000)),
    ("Odd", String(repeating: "ü", count: 1001), String(repeating: "ü", count: 1000) + "…"),
    ("Odd", String(repeating: "x", count: 900_000), String(repeating: "x", count: 1000) + "…"),
])
func messagesAreFitToShow(_ code: String, _ message: String, _ shown: String) throws {
    #expect(try told(refusal(code, message))?.message == shown)
}

/// They go into the index and on terminals.
@Test(arguments: ["\n", "&#9;", "&#x9b;", "&#x202e;", "&#x2028;"])
func idsOfSeveralLinesAreRefused(_ mark: String) throws {
    for field in ["Arn", "UserId", "Account"] {
        let fields = [
            "Arn": "arn:aws:iam::123456789012:user/a", "UserId": "AIDA", "Account": "123456789012",
        ].map { name, text in "<\(name)>\(text)\(name == field ? mark + "x" : "")</\(name)>" }
        let transport = ScriptedTransport([
            .answer(
                200,
                "<GetCallerIdentityResponse><GetCallerIdentityResult>\(fields.joined())"
                    + "</GetCallerIdentityResult></GetCallerIdentityResponse>")
        ])
        #expect(
            throws: AWSError.unreadable(
                operation: "GetCallerIdentity", status: 200,
                reason: "\(field) is missing or not as it should be")
        ) { _ = try sts(transport).getCallerIdentity(credentials: credentials()) }
    }
}

@Test func codesAndRequestIDsAreFitToShow() throws {
    let long = String(repeating: "C", count: 200)
    let error = try told(
        "<ErrorResponse><Error><Code>\(long)</Code><Message/></Error>"
            + "<RequestId>a&#x9b;b\u{202e}\(long)</RequestId></ErrorResponse>")
    #expect(error?.code == String(repeating: "C", count: 128) + "…")
    #expect(error?.requestID == "a b" + String(repeating: "C", count: 126) + "…")
}

@Test(arguments: [
    ("RequestExpired", "Request has expired.", "Sun, 30 Aug 2015 12:26:00 GMT", 600),
    ("RequestTimeTooSkewed", "too large", "Sun, 30 Aug 2015 12:46:01 GMT", -601),
    (
        "SignatureDoesNotMatch", "Signature expired: 20150830T123600Z is now earlier than …",
        "Sun, 30 Aug 2015 11:36:00 GMT", 3600
    ),
    (
        "SignatureDoesNotMatch",
        "Signature not yet current: 20150830T123600Z is still later than …",
        "Sat, 29 Aug 2015 12:36:00 GMT", 86400
    ),
    ("SignatureDoesNotMatch", "The request signature …", "Sun, 30 Aug 2015 11:36:00 GMT", nil),
    ("InvalidClientTokenId", "invalid", "Sun, 30 Aug 2015 11:36:00 GMT", nil),
    ("RequestExpired", "Request has expired.", "not a date", nil),
    ("RequestExpired", "Request has expired.", "Sun, 31 Feb 2015 11:36:00 GMT", nil),
])
func clockSkewIsMeasuredWhereAWSComplains(
    _ code: String, _ message: String, _ date: String, _ seconds: Int?
) throws {
    let error = try told(refusal(code, message), headers: [HTTPHeader("Date", date)])
    #expect(error?.clockSkew == seconds.map { .seconds($0) })
}
