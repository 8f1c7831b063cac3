// The calls of STS that trade other things than a key and a code: what is sent, what is read.
import HTTP
import Model
import Testing

@testable import AWS

private func credentials() throws -> Credentials {
    Credentials(
        accessKeyID: try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE")),
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))
}

private func sts(_ transport: ScriptedTransport) throws -> STS {
    STS(
        endpoint: try Endpoint.sts(.init(region: "eu-west-1")), transport: transport,
        effects: StillClock().effects())
}

private let role = ARN.role("path/Admin", accountID: "123456789012", partition: "aws")

private func session(_ operation: String, who: String = "") -> String {
    """
    <\(operation)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(operation)Result>
    \(who)<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>
    <SecretAccessKey>made</SecretAccessKey><SessionToken>up</SessionToken>
    <Expiration>2015-08-30T13:36:00Z</Expiration></Credentials>
    </\(operation)Result></\(operation)Response>
    """
}

private func assumed(_ arn: String) -> String {
    "<AssumedRoleUser><Arn>\(arn)</Arn></AssumedRoleUser>"
}

private func fields(_ transport: ScriptedTransport) -> [String] {
    transport.sent.first?.form.split(separator: "&").map(String.init) ?? []
}

@Test func webIdentityIsSentWithoutASignature() throws {
    let who = assumed("arn:aws:sts::123456789012:assumed-role/Admin/me")
    let transport = ScriptedTransport([
        .answer(200, session("AssumeRoleWithWebIdentity", who: who))
    ])
    let credentials = try sts(transport).assumeRoleWithWebIdentity(
        AssumeRoleWithWebIdentityRequest(
            roleARN: role,
            parameters: [
                RequestParameter("RoleSessionName", .text("me")),
                RequestParameter("DurationSeconds", .duration(.seconds(900))),
                RequestParameter("Policy", .text("{}")),
                RequestParameter("PolicyArns", .policyARNs(["a", "b"])),
            ], providerID: "www.amazon.com"),
        token: Secret("eyJ.made+up/==.x_-~"))
    #expect(
        fields(transport) == [
            "Action=AssumeRoleWithWebIdentity", "Version=2011-06-15",
            "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpath%2FAdmin",
            "RoleSessionName=me", "DurationSeconds=900",
            "Policy=%7B%7D", "PolicyArns.member.1.arn=a", "PolicyArns.member.2.arn=b",
            "ProviderId=www.amazon.com", "WebIdentityToken=eyJ.made%2Bup%2F%3D%3D.x_-~",
        ])
    let sent = try #require(transport.sent.first)
    #expect(sent.headers.map(\.name) == ["Content-Type", "Host"] && sent.token == nil)
    #expect(sent.method == "POST" && sent.url == "https://sts.eu-west-1.amazonaws.com")
    #expect(credentials.accountID == "123456789012")
    #expect(credentials.expiration?.description == "2015-08-30T13:36:00Z")
}

@Test func shortWebIdentityRequestsLeaveOut() throws {
    let transport = ScriptedTransport([.answer(200, session("AssumeRoleWithWebIdentity"))])
    let credentials = try sts(transport).assumeRoleWithWebIdentity(
        AssumeRoleWithWebIdentityRequest(
            roleARN: role, parameters: [RequestParameter("RoleSessionName", .text("me"))]),
        token: Secret("t"))
    #expect(
        fields(transport).map { $0.prefix { $0 != "=" } }.dropFirst(2) == [
            "RoleArn", "RoleSessionName", "WebIdentityToken",
        ])
    #expect(credentials.accountID == nil)
}

@Test(arguments: [
    ("ExpiredTokenException", 400, 1), ("InvalidIdentityToken", 400, 1),
    ("IDPRejectedClaim", 403, 1), ("IDPCommunicationError", 400, 2), ("Throttling", 400, 2),
])
func refusedWebIdentities(_ code: String, _ status: Int, _ requests: Int) throws {
    let refusal =
        "<ErrorResponse><Error><Code>\(code)</Code><Message>m</Message></Error></ErrorResponse>"
    let transport = ScriptedTransport([
        .answer(status, refusal), .answer(200, session("AssumeRoleWithWebIdentity")),
    ])
    let sts = try sts(transport)
    var told: String?
    do {
        _ = try sts.assumeRoleWithWebIdentity(
            AssumeRoleWithWebIdentityRequest(
                roleARN: role, parameters: [RequestParameter("RoleSessionName", .text("me"))]),
            token: Secret("made up"))
    } catch {
        guard case .service(let error) = error else { throw error }
        told = error.code
    }
    #expect(told == (requests == 1 ? code : nil))
    #expect(transport.sent.count == requests)
    #expect(transport.sent.allSatisfy { $0.form.hasSuffix("WebIdentityToken=made%20up") })
}

@Test func samlAssertionsAreSentWithoutASignature() throws {
    let transport = ScriptedTransport([.answer(200, session("AssumeRoleWithSAML"))])
    _ = try sts(transport).assumeRoleWithSAML(
        AssumeRoleWithSAMLRequest(
            roleARN: role, principalARN: try #require(ARN("arn:aws:iam::1:saml-provider/idp")),
            parameters: [
                RequestParameter("DurationSeconds", .duration(.seconds(3600))),
                RequestParameter("Policy", .text("{}")),
                RequestParameter("PolicyArns", .policyARNs(["a"])),
            ]),
        assertion: Secret("PHNhbWw+"))
    #expect(
        fields(transport) == [
            "Action=AssumeRoleWithSAML", "Version=2011-06-15",
            "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpath%2FAdmin",
            "PrincipalArn=arn%3Aaws%3Aiam%3A%3A1%3Asaml-provider%2Fidp", "DurationSeconds=3600",
            "Policy=%7B%7D", "PolicyArns.member.1.arn=a", "SAMLAssertion=PHNhbWw%2B",
        ])
    #expect(transport.sent.first?.headers.contains { $0.name == "Authorization" } == false)
}

@Test func federationTokensSendEveryParameter() throws {
    let who =
        "<FederatedUser><Arn>arn:aws:sts::123456789012:federated-user/bob</Arn></FederatedUser>"
    let transport = ScriptedTransport([.answer(200, session("GetFederationToken", who: who))])
    let session = try sts(transport).getFederationToken(
        GetFederationTokenRequest(
            name: "bob",
            parameters: [
                RequestParameter("DurationSeconds", .duration(.seconds(129_600))),
                RequestParameter("Policy", .text("{}")),
                RequestParameter("PolicyArns", .policyARNs(["a"])),
                RequestParameter("Tags", .tags([SessionTag("k", "v")])),
            ]), credentials: credentials())
    #expect(
        fields(transport) == [
            "Action=GetFederationToken", "Version=2011-06-15", "Name=bob",
            "DurationSeconds=129600", "Policy=%7B%7D", "PolicyArns.member.1.arn=a",
            "Tags.member.1.Key=k", "Tags.member.1.Value=v",
        ])
    #expect(session.accountID == "123456789012")
    #expect(transport.sent.first?.headers.contains { $0.name == "Authorization" } == true)
}

@Test func assumeRootNamesATaskPolicy() throws {
    let transport = ScriptedTransport([.answer(200, session("AssumeRoot"))])
    _ = try sts(transport).assumeRoot(
        AssumeRootRequest(
            targetPrincipal: "111122223333",
            taskPolicyARN: "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy",
            duration: .seconds(900)), credentials: credentials())
    #expect(
        fields(transport) == [
            "Action=AssumeRoot", "Version=2011-06-15", "TargetPrincipal=111122223333",
            "TaskPolicyArn.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2Froot-task%2FS3UnlockBucketPolicy",
            "DurationSeconds=900",
        ])
}
