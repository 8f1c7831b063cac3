// The console's federation endpoint: what it is sent, what is told of its answers, and addresses.
import HTTP
import Model
import Testing

@testable import AWS

private func credentials(token: String? = "to+ken/=") throws -> Credentials {
    Credentials(
        accessKeyID: try #require(AccessKeyID("ASIAIOSFODNN7EXAMPLE")),
        secretAccessKey: Secret(#"se"cr\et"#), sessionToken: token.map { Secret($0) })
}

private func endpoint(_ region: String = "eu-west-1") throws -> Endpoint {
    try Endpoint.signIn(.init(region: region))
}

private func federation(_ script: [Scripted]) throws -> (Federation, ScriptedTransport) {
    let transport = ScriptedTransport(script)
    return (
        Federation(
            endpoint: try endpoint(), transport: transport, effects: StillClock().effects()),
        transport
    )
}

private func text(_ secret: borrowing Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
}

private let session =
    "Session=%7B%22sessionId%22%3A%22ASIAIOSFODNN7EXAMPLE%22%2C"
    + "%22sessionKey%22%3A%22se%5C%22cr%5C%5Cet%22%2C"
    + "%22sessionToken%22%3A%22to%2Bken%2F%3D%22%7D"

@Test(arguments: [(nil, ""), (Duration.seconds(43_200), "SessionDuration=43200&")])
func theSessionGoesInABody(duration: Duration?, field: String) throws {
    let (federation, transport) = try federation([.answer(200, #"{"SigninToken":"t-1_"}"#)])
    let token = try federation.signInToken(credentials: try credentials(), duration: duration)
    #expect(text(token) == "t-1_")
    let sent = try #require(transport.sent.first)
    #expect(sent.method == "POST" && sent.target == nil)
    #expect(sent.url == "https://eu-west-1.signin.aws.amazon.com/federation")
    #expect(sent.form == "Action=getSigninToken&\(field)\(session)")
    #expect(sent.field("Authorization") == nil && sent.token == nil)
}

/// In a query that no error quotes, and only where there is no other way.
@Test(arguments: [404, 405, 501])
func aServerWithoutPostsIsAskedByAQuery(status: Int) throws {
    let tries = status == 501 ? 3 : 1
    let (federation, transport) = try federation(
        Array(repeating: .answer(status, ""), count: tries)
            + [.answer(200, #"{"SigninToken":"t"}"#)])
    _ = try federation.signInToken(
        credentials: try credentials(), limits: CallLimits(tries: tries))
    let sent = try #require(transport.sent.last)
    #expect(sent.method == "GET" && sent.form.isEmpty)
    #expect(sent.url == "https://eu-west-1.signin.aws.amazon.com/federation")
    #expect(sent.target == "?Action=getSigninToken&\(session)")
}

@Test(arguments: [
    (400, "bad se\"cr", "no token"), (302, "", "no token"), (200, "<html>", "not JSON"),
    (200, "{}", "SigninToken is missing or not as it should be"),
    (200, #"{"SigninToken":""}"#, "SigninToken is missing or not as it should be"),
    (200, #"{"SigninToken":"a b"}"#, "SigninToken is missing or not as it should be"),
    (200, #"{"SigninToken":["a"]}"#, "SigninToken is missing or not as it should be"),
])
func nothingOfAnAnswerIsQuoted(status: Int, body: String, reason: String) throws {
    let (federation, transport) = try federation([.answer(status, body)])
    #expect(
        throws: AWSError.unreadable(operation: "getSigninToken", status: status, reason: reason)
    ) {
        _ = try federation.signInToken(credentials: try credentials())
    }
    #expect(transport.sent.count == 1)
}

@Test func theLinkThatSignsIn() throws {
    let link = ConsoleLink.login(
        at: try endpoint(), destination: "https://c/x?a=b#c:d", issuer: "me & co",
        token: Secret("t/+="))
    let expected =
        "https://eu-west-1.signin.aws.amazon.com/federation?Action=login&Issuer=me%20%26%20co"
        + "&Destination=https%3A%2F%2Fc%2Fx%3Fa%3Db%23c%3Ad&SigninToken=t%2F%2B%3D"
    #expect(text(link) == expected)
    let fresh = ConsoleLink.logout(at: try endpoint("us-gov-east-1"), next: link)
    #expect(
        text(fresh)
            == "https://us-gov-east-1.signin.amazonaws-us-gov.com/oauth?Action=logout&redirect_uri="
            + percentEncoded(expected))
}

@Test(arguments: [
    ("arn:aws:iam::111122223333:role/Admin", "Admin"),
    ("arn:aws:iam::111122223333:role/path/to/Admin", "path%2Fto%2FAdmin"),
    ("arn:aws:iam::111122223333:user/Admin", nil),
])
func theLinkThatSwitchesToARole(arn: String, name: String?) throws {
    let link = ConsoleLink.switchRole(
        at: try endpoint("us-east-1"), to: try #require(ARN(arn)),
        name: String(repeating: "ä b", count: 40), color: "37adff")
    let shown = percentEncoded(String(String(repeating: "ä b", count: 40).prefix(64)))
    #expect(
        link
            == name.map {
                "https://us-east-1.signin.aws.amazon.com/switchrole?account=111122223333"
                    + "&roleName=\($0)&displayName=\(shown)&color=37adff"
            })
}

@Test(arguments: [
    "https://d-1.awsapps.com/start", "https://d-1.awsapps.com/start/",
    "https://d-1.awsapps.com/start#/", "https://d-1.awsapps.com/start/#/?tab=accounts",
])
func theLinkOfThePortal(start: String) {
    func link(_ destination: String?) -> String {
        ConsoleLink.portal(
            startURL: start, accountID: "111122223333", roleName: "A+B", destination: destination)
    }
    let plain =
        "https://d-1.awsapps.com/start/#/console?account_id=111122223333&role_name=A%2BB"
    #expect(link(nil) == plain)
    #expect(link("https://x/?a=b") == plain + "&destination=https%3A%2F%2Fx%2F%3Fa%3Db")
}

@Test(arguments: [
    (nil, "eu-west-1", "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1"),
    ("ec2", "eu-west-1", "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1"),
    ("ec2", "cn-north-1", "https://cn-north-1.console.amazonaws.cn/ec2/home?region=cn-north-1"),
    (
        "s3", "us-gov-west-1",
        "https://us-gov-west-1.console.amazonaws-us-gov.com/s3/home?region=us-gov-west-1"
    ),
    (
        "s3", "eusc-de-east-1",
        "https://eusc-de-east-1.console.amazonaws-eusc.eu/s3/home?region=eusc-de-east-1"
    ),
    ("iam", "aws-global", "https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1"),
    (
        "logs", "us-west-2",
        "https://us-west-2.console.aws.amazon.com/cloudwatch/home?region=us-west-2"
            + "#logsV2:log-groups"
    ),
    (
        "dynamodb", "us-west-2",
        "https://us-west-2.console.aws.amazon.com/dynamodbv2/home?region=us-west-2"
    ),
    ("https://x.example/a?b#c", "us-iso-east-1", "https://x.example/a?b#c"),
])
func aServiceHasItsPage(service: String?, region: String, page: String) throws {
    #expect(try ConsoleLink.destination(service: service, region: region) == page)
}

@Test(
    arguments: [
        ("EC2", "eu-west-1", ConsoleLinkError.service("EC2")), ("", "x", .service("")),
        ("../x", "x", .service("../x")), ("-x", "x", .service("-x")), ("a?b", "x", .service("a?b")),
        ("http://x.example", "x", .service("http://x.example")),
        ("https://", "x", .service("https://")), ("https://x/ y", "x", .service("https://x/ y")),
        ("https://ä", "x", .service("https://ä")), ("ec2", "x.example/", .region("x.example/")),
        ("ec2", "us-iso-east-1", .unknownConsole(partition: "aws-iso")),
        (nil, "eu-isoe-west-1", .unknownConsole(partition: "aws-iso-e")),
    ] as [(String?, String, ConsoleLinkError)])
func whatHasNoPage(service: String?, region: String, error: ConsoleLinkError) {
    #expect(throws: error) { try ConsoleLink.destination(service: service, region: region) }
}
