// The console's sign-in service: its page, what it is sent, what it answers, what is told apart.
import HTTP
import Model
import Testing

@testable import AWS

private func oauth(
    _ transport: any HTTPTransport, region: String = "eu-west-1", override: String? = nil
) throws -> ConsoleOAuth {
    ConsoleOAuth(
        endpoint: try .signIn(.init(region: region, override: override)), transport: transport,
        effects: StillClock().effects())
}

private let answer =
    #"{"accessToken": {"accessKeyId": "ASIAIOSFODNN7EXAMPLE", "secretAccessKey": "s", "#
    + #""sessionToken": "t"}, "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "r", "#
    + #""idToken": "i"}"#

/// The hosts are those of the endpoint rules; the method has its own name.
@Test(
    arguments: [
        (
            "eu-west-1", nil, ConsoleClient.sameDevice, "http://127.0.0.1:5/oauth/callback",
            "https://eu-west-1.signin.aws.amazon.com/v1/authorize?response_type=code"
                + "&client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device&state=st"
                + "&code_challenge_method=SHA-256&scope=openid"
                + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A5%2Foauth%2Fcallback&code_challenge=ch"
        ),
        (
            "cn-north-1", nil, .crossDevice, "x",
            "https://cn-north-1.signin.amazonaws.cn/v1/authorize?response_type=code"
                + "&client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fcross-device&state=st"
                + "&code_challenge_method=SHA-256&scope=openid&redirect_uri=x&code_challenge=ch"
        ),
        (
            "eu-west-1", "http://localhost:1/base/", .crossDevice, "x",
            "http://localhost:1/base/v1/authorize?response_type=code"
                + "&client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fcross-device&state=st"
                + "&code_challenge_method=SHA-256&scope=openid&redirect_uri=x&code_challenge=ch"
        ),
    ] as [(String, String?, ConsoleClient, String, String)])
func thePageNamesTheClientAndTheMethod(
    region: String, override: String?, client: ConsoleClient, redirect: String, url: String
) throws {
    let oauth = try oauth(ScriptedTransport([]), region: region, override: override)
    #expect(
        oauth.authorizationURL(client, redirectURI: redirect, state: "st", codeChallenge: "ch")
            == url)
}

@Test func theConfirmationAndTheTokensAreOfTheSameHost() throws {
    let oauth = try oauth(ScriptedTransport([]))
    let host = "https://eu-west-1.signin.aws.amazon.com"
    #expect(oauth.confirmationURL == "\(host)/v1/sessions/confirmation")
    #expect(oauth.tokenURL == "\(host)/v1/token" && oauth.region == "eu-west-1")
}

@Test func bothGrantsCarryTheirOwnAndAProof() throws {
    let transport = ScriptedTransport([.answer(200, answer), .answer(200, answer)])
    let oauth = try oauth(transport)
    let tokens = try oauth.createToken(
        .crossDevice, code: Secret("c"), redirectURI: "u", codeVerifier: Secret("v")
    ) { "proof" }
    let (id, lifetime) = (tokens.credentials.accessKeyID, tokens.lifetime)
    #expect(id.description == "ASIAIOSFODNN7EXAMPLE" && lifetime == .seconds(900))
    _ = try oauth.createToken(clientID: "client", refreshToken: Secret("r")) { "proof" }
    #expect(
        transport.sent.map(\.form) == [
            #"{"clientId":"arn:aws:signin:::devtools/cross-device","#
                + #""grantType":"authorization_code","code":"c","codeVerifier":"v","#
                + #""redirectUri":"u"}"#,
            #"{"clientId":"client","grantType":"refresh_token","refreshToken":"r"}"#,
        ])
    for sent in transport.sent {
        #expect(sent.method == "POST" && sent.url == oauth.tokenURL)
        #expect(sent.field("DPoP") == "proof" && sent.field("Authorization") == nil)
        #expect(!sent.mayReuseConnection)
    }
}

/// AWS takes a proof once, also where it had no time for the request.
@Test func eachTryHasAProofOfItsOwn() throws {
    let busy = #"{"error": "rate_exceeded", "message": "m"}"#
    let header = [HTTPHeader("x-amzn-ErrorType", "TooManyRequestsError")]
    let transport = ScriptedTransport([.answer(429, busy, header), .answer(200, answer)])
    var count = 0
    _ = try oauth(transport).createToken(clientID: "c", refreshToken: Secret("r")) {
        count += 1
        return "proof \(count)"
    }
    #expect(transport.sent.compactMap { $0.field("DPoP") } == ["proof 1", "proof 2"])
}

@Test(arguments: [
    (401, "TOKEN_EXPIRED"), (401, "AUTHCODE_EXPIRED"), (403, "USER_CREDENTIALS_CHANGED"),
    (403, "INSUFFICIENT_PERMISSIONS"), (400, "INVALID_REQUEST"),
])
func refusalsAreToldApart(status: Int, code: String) throws {
    let transport = ScriptedTransport([
        .answer(
            status, #"{"error": "\#(code)", "message": "No."}"#,
            [HTTPHeader("x-amzn-ErrorType", "AccessDeniedException")])
    ])
    let oauth = try oauth(transport)
    do throws(AWSError) {
        _ = try oauth.createToken(clientID: "c", refreshToken: Secret("r")) { "p" }
        Issue.record("no error")
    } catch {
        guard case .service(let error) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.oauthCode == code && error.message == "No." && error.status == status)
    }
    #expect(transport.sent.count == 1)
}

@Test(arguments: ["accessKeyId", "secretAccessKey", "sessionToken", "expiresIn", "refreshToken"])
func answersThatLackSomethingAreRefused(field: String) throws {
    let transport = ScriptedTransport([
        .answer(200, answer.replacing("\"\(field)\"", with: "\"other\""))
    ])
    #expect(throws: AWSError.self) {
        _ = try oauth(transport).createToken(clientID: "c", refreshToken: Secret("r")) { "p" }
    }
}
