// IAM Roles Anywhere: the stages of a signature against a vector made elsewhere, and the call.
import Crypto
import HTTP
import Model
import Testing

@testable import AWS

private let date = Timestamp(rfc3339: "2026-02-03T04:05:06Z").unsafelyUnwrapped
private let body = "1a15f67f6619aa540b13e9a4c37d149fb2c9bdea25d82b73a3878826694dfe27"
private let account = "123456789012"
private let arns = (
    anchor: ARN("arn:aws:rolesanywhere:eu-central-1:\(account):trust-anchor/t"),
    profile: ARN("arn:aws:rolesanywhere:eu-central-1:\(account):profile/p"),
    role: ARN("arn:aws:iam::\(account):role/builder")
)

private func certificate(_ text: String) throws -> Certificate {
    try #require(try Certificate.read(Secret(text)).first)
}

private func signature(
    _ text: String, chain: [Certificate] = []
) throws -> X509Signature {
    try #require(
        X509Signature(
            region: "eu-central-1", service: "rolesanywhere", date: date,
            certificate: try certificate(text), chain: chain))
}

private func request() throws -> CreateSessionRequest {
    CreateSessionRequest(
        trustAnchor: try #require(arns.anchor), profile: try #require(arns.profile),
        role: try #require(arns.role), duration: .seconds(3600))
}

private let signable = SignableRequest(
    method: "POST", path: "/sessions",
    query: [
        QueryItem("trustAnchorArn", arns.anchor?.description ?? ""),
        QueryItem("roleArn", arns.role?.description ?? ""),
        QueryItem("profileArn", arns.profile?.description ?? ""),
    ],
    headers: [
        HTTPHeader("Host", "rolesanywhere.eu-central-1.amazonaws.com"),
        HTTPHeader("Content-Type", "application/json"),
    ], bodyHash: body)

@Test func theCanonicalRequestHasTheCertificateInIt() throws {
    let signature = try signature(MadeUp.rsaCertificate)
    let der = Base64.encode(signature.certificate.der)
    #expect(
        signature.canonicalRequest(signable) == """
            POST
            /sessions
            profileArn=arn%3Aaws%3Arolesanywhere%3Aeu-central-1%3A123456789012%3Aprofile%2Fp&\
            roleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fbuilder&\
            trustAnchorArn=arn%3Aaws%3Arolesanywhere%3Aeu-central-1%3A123456789012%3A\
            trust-anchor%2Ft
            content-type:application/json
            host:rolesanywhere.eu-central-1.amazonaws.com
            x-amz-date:20260203T040506Z
            x-amz-x509:\(der)

            content-type;host;x-amz-date;x-amz-x509
            \(body)
            """)
    let pem = MadeUp.rsaCertificate.split(separator: "\n").dropFirst().dropLast().joined()
    #expect(der == pem)
}

/// Made with Python's `cryptography`; RSA with PKCS#1 v1.5 always signs the same.
@Test func theVectorOfRSA() throws {
    let signature = try signature(MadeUp.rsaCertificate)
    let text = try signature.stringToSign(signature.canonicalRequest(signable))
    #expect(
        text == """
            AWS4-X509-RSA-SHA256
            20260203T040506Z
            20260203/eu-central-1/rolesanywhere/aws4_request
            bf131004f319f0cf0bfecf7cb2220865148379d0b4b3e3795fab9e08c59ce239
            """)
    let key = try PrivateKey.read(Secret(MadeUp.rsaPKCS1))
    let fields = try signature.headerFields(signable, key: key)
    #expect(
        fields.last?.value
            == "AWS4-X509-RSA-SHA256 Credential=730750818665451459101842416358141509827966271487/"
            + "20260203/eu-central-1/rolesanywhere/aws4_request, "
            + "SignedHeaders=content-type;host;x-amz-date;x-amz-x509, Signature="
            + "b66645f5cce58564daebfff09c37019361ec8b570cb1779edac1b8130f627aaf93391208b3b9acd3"
            + "f675142b01942249ed8ab6f35b0f57e6328cfa162c03ec7e9c37fca22f023707c996fa664f1ceffa"
            + "67eb962eae337032cdf8d50e9a2bb1dae83c6099867250b83f47ee028a67e15af134d7c91e54f8cb"
            + "d2b788937ba500ea")
}

@Test func ecdsaSignsInDER() throws {
    let signature = try signature(MadeUp.ecCertificate)
    let fields = try signature.headerFields(
        signable, key: try PrivateKey.read(Secret(MadeUp.ecSEC1)))
    let value = try #require(fields.last?.value)
    #expect(value.hasPrefix("AWS4-X509-ECDSA-SHA256 Credential=1/20260203/"))
    let hex = try #require(value.split(separator: "=").last)
    // A sequence of two integers of 32 bytes or so.
    #expect(hex.hasPrefix("304") && (136...144).contains(hex.count))
}

@Test func aChainIsSignedBesideIt() throws {
    let other = try certificate(MadeUp.ecCertificate)
    let more = try certificate(MadeUp.ecCertificate64)
    let signature = try signature(MadeUp.rsaCertificate, chain: [other, more])
    let chain = Base64.encode(other.der) + "," + Base64.encode(more.der)
    #expect(signature.addedHeaders.last == HTTPHeader("X-Amz-X509-Chain", chain))
    #expect(signature.canonicalRequest(signable).contains("\nx-amz-x509-chain:\(chain)\n"))
}

private func service(_ transport: any HTTPTransport) throws -> RolesAnywhere {
    RolesAnywhere(
        endpoint: try .rolesAnywhere(.init(region: "eu-central-1")), transport: transport,
        effects: StillClock().effects())
}

private let whole =
    #"{"accessKeyId": "ASIAXXXXXXXXXXXXXXXX", "secretAccessKey": "s", "#
    + #""sessionToken": "t", "expiration": "2026-02-03T05:05:06Z"}"#

@Test func aSessionIsCreated() throws {
    let transport = ScriptedTransport([
        .answer(201, #"{"credentialSet": [{"credentials": \#(whole)}]}"#)
    ])
    let credentials = try service(transport).createSession(
        try request(), certificate: try certificate(MadeUp.ecCertificate), chain: [],
        key: try PrivateKey.read(Secret(MadeUp.ecSEC1)))
    let end = credentials.expiration
    #expect(credentials.accountID == account && end == Timestamp(rfc3339: "2026-02-03T05:05:06Z"))
    let sent = try #require(transport.sent.first)
    #expect(sent.method == "POST" && sent.form == #"{"durationSeconds":3600}"#)
    #expect(sent.url.hasPrefix("https://rolesanywhere.eu-central-1.amazonaws.com/sessions?profile"))
    #expect(sent.field("Authorization")?.hasPrefix("AWS4-X509-ECDSA-SHA256 ") == true)
}

@Test(arguments: [
    "{}", #"{"credentialSet": []}"#, #"{"credentialSet": [{}]}"#,
    #"{"credentialSet": [{"credentials": {"accessKeyId": "ASIAXXXXXXXXXXXXXXXX"}}]}"#,
    #"{"credentialSet": [{"credentials": \#(whole.replacing("2026", with: "x"))}]}"#,
])
func answersThatLackSomething(text: String) throws {
    let transport = ScriptedTransport([.answer(201, text)])
    #expect(throws: AWSError.self) {
        _ = try service(transport).createSession(
            try request(), certificate: try certificate(MadeUp.ecCertificate), chain: [],
            key: try PrivateKey.read(Secret(MadeUp.ecSEC1)))
    }
}

@Test(arguments: [
    ("eu-central-1", false, false, "rolesanywhere.eu-central-1.amazonaws.com"),
    ("us-gov-west-1", true, false, "rolesanywhere-fips.us-gov-west-1.amazonaws.com"),
    ("eu-west-1", false, true, "rolesanywhere.eu-west-1.api.aws"),
    ("us-east-1", true, true, "rolesanywhere-fips.us-east-1.api.aws"),
    ("cn-north-1", false, false, "rolesanywhere.cn-north-1.amazonaws.com.cn"),
])
func endpointsOfRolesAnywhere(region: String, fips: Bool, dualStack: Bool, host: String) throws {
    let options = Endpoint.Options(region: region, useFIPS: fips, useDualStack: dualStack)
    let endpoint = try Endpoint.rolesAnywhere(options)
    #expect(endpoint.host == host && endpoint.signingRegion == region)
}
