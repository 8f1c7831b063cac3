// IAM Identity Center: what its two services are sent, what they answer, what is told apart.
import HTTP
import Model
import Testing

@testable import AWS

private func oidc(_ transport: any HTTPTransport) throws -> SSOOIDC {
    SSOOIDC(
        endpoint: try .ssoOIDC(.init(region: "eu-central-1")), transport: transport,
        effects: StillClock().effects())
}

private func portal(
    _ transport: any HTTPTransport, clock: StillClock = StillClock()
) throws -> SSO {
    SSO(
        endpoint: try .sso(.init(region: "eu-central-1")), transport: transport,
        effects: clock.effects())
}

private func client() -> ClientRegistration {
    ClientRegistration(
        clientID: "id", clientSecret: Secret("s"), expiration: Timestamp(secondsSinceEpoch: 9))
}

private let tokens = #"{"accessToken": "a", "expiresIn": 3600, "refreshToken": "r"}"#

/// The form of AWS CLI v2's requests.
@Test(arguments: [
    (
        SSOOIDC.Flow.code,
        #"{"clientName":"me","clientType":"public","scopes":["x"],"grantTypes":"#
            + #"["authorization_code","refresh_token"],"redirectUris":["http://127.0.0.1/cb"],"#
            + #""issuerUrl":"https://start"}"#
    ),
    (
        .device,
        #"{"clientName":"me","clientType":"public","scopes":["x"],"grantTypes":"#
            + #"["urn:ietf:params:oauth:grant-type:device_code","refresh_token"]}"#
    ),
])
func aClientIsRegisteredForItsFlow(flow: SSOOIDC.Flow, body: String) throws {
    let transport = ScriptedTransport([
        .answer(
            200, #"{"clientId": "i", "clientSecret": "s", "clientSecretExpiresAt": 1900000000}"#)
    ])
    let made = try oidc(transport).registerClient(
        name: "me", flow: flow, scopes: ["x"], redirectURI: "http://127.0.0.1/cb",
        startURL: "https://start")
    let sent = try #require(transport.sent.first)
    #expect(sent.url == "https://oidc.eu-central-1.amazonaws.com/client/register")
    #expect(sent.method == "POST" && sent.form == body && sent.field("Authorization") == nil)
    let end = made.expiration
    #expect(end == Timestamp(secondsSinceEpoch: 1_900_000_000))
}

@Test func eachGrantCarriesItsOwn() throws {
    let transport = ScriptedTransport(Array(repeating: .answer(200, tokens), count: 3))
    let oidc = try oidc(transport)
    let first = try oidc.createToken(deviceCode: Secret("d"), client: client())
    let lifetime = first.lifetime
    #expect(lifetime == .seconds(3600))
    _ = try oidc.createToken(
        code: Secret("c"), redirectURI: "http://127.0.0.1:5/cb", codeVerifier: Secret("v"),
        client: client())
    _ = try oidc.createToken(refreshToken: Secret("r"), client: client())
    let start = #"{"clientId":"id","clientSecret":"s","grantType":""#
    #expect(
        transport.sent.map(\.form) == [
            start + #"urn:ietf:params:oauth:grant-type:device_code","deviceCode":"d"}"#,
            start + #"authorization_code","code":"c","redirectUri":"http://127.0.0.1:5/cb","#
                + #""codeVerifier":"v"}"#,
            start + #"refresh_token","refreshToken":"r"}"#,
        ])
    #expect(transport.sent.allSatisfy { $0.url.hasSuffix("/token") && !$0.mayReuseConnection })
}

/// A refresh token that AWS may have taken is not sent again.
@Test(arguments: [
    (Scripted.failure(.interrupted(host: "h", reason: "x")), 1),
    (.failure(.connect(host: "h", reason: "x")), 3), (.answer(500, "{}"), 1),
    (.answer(429, #"{"error": "slow_down"}"#), 3),
])
func whatIsTakenOnceIsSentOnce(fault: Scripted, requests: Int) throws {
    let transport = ScriptedTransport([fault, fault, .answer(200, tokens)])
    _ = try? oidc(transport).createToken(refreshToken: Secret("r"), client: client())
    #expect(transport.sent.count == requests)
}

@Test(arguments: [
    ("authorization_pending", "AuthorizationPendingException"), ("slow_down", "SlowDownException"),
    ("expired_token", "ExpiredTokenException"), ("access_denied", "AccessDeniedException"),
    ("invalid_grant", "InvalidGrantException"),
])
func errorsKeepTheirOAuthCode(code: String, shape: String) throws {
    let transport = ScriptedTransport([
        .answer(
            400, #"{"error": "\#(code)", "error_description": "No."}"#,
            [HTTPHeader("x-amzn-ErrorType", shape)])
    ])
    let oidc = try oidc(transport)
    do throws(AWSError) {
        _ = try oidc.createToken(deviceCode: Secret("d"), client: client())
        Issue.record("no error")
    } catch {
        guard case .service(let error) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.oauthCode == code && error.code == shape && error.message == "No.")
    }
    #expect(transport.sent.count == 1)
}

@Test func aDeviceThatIsToldNoIntervalWaitsFiveSeconds() throws {
    let transport = ScriptedTransport([
        .answer(
            200, #"{"deviceCode": "d", "userCode": "AB", "verificationUri": "https://v"}"#)
    ])
    let device = try oidc(transport).startDeviceAuthorization(
        client: client(), startURL: "https://start")
    let (interval, lifetime) = (device.interval, device.lifetime)
    #expect(interval == .seconds(5) && lifetime == .seconds(600))
    let complete = device.verificationURIComplete
    #expect(complete == "https://v")
    #expect(
        transport.sent[0].form
            == #"{"clientId":"id","clientSecret":"s","startUrl":"https://start"}"#)
}

@Test func thePageForABrowserIsEncoded() throws {
    let url = try oidc(ScriptedTransport([])).authorizationURL(
        clientID: "i/d", redirectURI: "http://127.0.0.1:5/cb", state: "s", codeChallenge: "c-_",
        scopes: ["sso:account:access", "b"])
    #expect(
        url == "https://oidc.eu-central-1.amazonaws.com/authorize?response_type=code"
            + "&client_id=i%2Fd&redirect_uri=http%3A%2F%2F127.0.0.1%3A5%2Fcb&state=s"
            + "&code_challenge_method=S256&code_challenge=c-_&scopes=sso%3Aaccount%3Aaccess%20b")
}

@Test func roleCredentialsComeWithTheirAccount() throws {
    let transport = ScriptedTransport([
        .answer(
            200,
            #"{"roleCredentials": {"accessKeyId": "ASIAMADEUPMADEUP0001", "secretAccessKey": "s","#
                + #" "sessionToken": "t", "expiration": 1900000000999}}"#)
    ])
    let credentials = try portal(transport).getRoleCredentials(
        accountID: "111122223333", roleName: "A b", token: Secret("bearer"))
    let (end, account) = (credentials.expiration, credentials.accountID)
    #expect(end == Timestamp(secondsSinceEpoch: 1_900_000_000) && account == "111122223333")
    let sent = try #require(transport.sent.first)
    #expect(
        sent.url == "https://portal.sso.eu-central-1.amazonaws.com/federation/credentials"
            + "?role_name=A%20b&account_id=111122223333")
    #expect(sent.method == "GET" && sent.token == "bearer" && sent.form.isEmpty)
}

@Test func tooManyRequestsAreWaitedOut() throws {
    let busy = Scripted.answer(429, #"{"message": "Slow", "__type": "TooManyRequestsException"}"#)
    let transport = ScriptedTransport(
        Array(repeating: busy, count: 9) + [.answer(200, #"{"accountList": []}"#)])
    let clock = StillClock()
    #expect(try portal(transport, clock: clock).listAccounts(token: Secret("b")).isEmpty)
    #expect(transport.sent.count == 10 && clock.slept.reduce(.zero, +) > .seconds(30))
}

@Test func accountsAndRolesAreReadPageByPage() throws {
    let transport = ScriptedTransport([
        .answer(
            200,
            #"{"nextToken": "2", "accountList": [{"accountId": "1", "accountName": "one"}]}"#),
        .answer(200, #"{"accountList": [{"accountId": "2", "emailAddress": "e"}]}"#),
        .answer(200, #"{"nextToken": "x", "roleList": [{"roleName": "A"}]}"#),
        .answer(200, #"{"nextToken": "x", "roleList": [{"roleName": "B"}]}"#),
    ])
    let sso = try portal(transport)
    var progress: [Int] = []
    let accounts = try sso.listAccounts(token: Secret("b")) { progress.append($0) }
    #expect(
        accounts == [
            SSOAccount(id: "1", name: "one", email: ""), SSOAccount(id: "2", name: "", email: "e"),
        ])
    #expect(progress == [1, 2])
    #expect(
        transport.sent.map { $0.url.split(separator: "?").last } == [
            "max_result=100", "max_result=100&next_token=2",
        ])
    // The same page for ever is none.
    #expect(throws: AWSError.self) {
        _ = try sso.listAccountRoles(accountID: "1", token: Secret("b"))
    }
}

@Test(arguments: [
    ("https://d-1.awsapps.com/start/#/device?user_code=AB-CD", true),
    ("https://device.sso.eu-west-1.amazonaws.com/", true), ("http://127.0.0.1:80/x", true),
    ("http://device.example/", false), ("javascript:alert(1)", false), ("file:///etc", false),
    ("https://a.example/ x", false), ("https://a.example/\nb", false),
    ("https://a.example/\u{1b}[2J", false), ("https://a.example/#\"", false),
    ("https://b@a.example/", false), ("https://", false), ("", false),
])
func peopleAreSentToPagesAlone(url: String, isPage: Bool) {
    #expect(WebAddress.isPage(url) == isPage)
}
