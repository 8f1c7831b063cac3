// What an ID token has to be and to say: each way in which it may be none to be trusted.
import AWS
import Crypto
import Model
import Testing

@testable import SignIn

/// RFC 7515, appendix A.3: a token of `joe`, and its key.
private let example =
    "eyJhbGciOiJFUzI1NiJ9."
    + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p"
    + "c19yb290Ijp0cnVlfQ"
    + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

private func bytes(_ text: String) -> [UInt8] { Base64.decode(text.utf8) ?? [] }

private func key(_ id: String?) throws -> OpenIDKey {
    let point = PublicKey(
        curve: .p256, x: bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
        y: bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))
    return OpenIDKey(id: id, key: try #require(point))
}

private let now = Timestamp(secondsSinceEpoch: 1_800_000_000)

private func fault(_ body: () throws -> Void) -> IDTokenFault? {
    do {
        try body()
        return nil
    } catch {
        if case IDTokenCheck.Failure.fault(let fault) = error { return fault }
        return .missing("another error: \(error)")
    }
}

private func signatureFault(_ token: String, keys: [OpenIDKey]) -> IDTokenFault? {
    let check = IDTokenCheck(issuer: "joe", clientID: "c", keys: keys)
    return fault { try check.checkSignature(Secret(token)) }
}

/// A token with this header, the example's claims and its signature.
private func headed(_ header: String) -> String {
    let parts = example.split(separator: ".")
    return "\(Base64.encodeForURL(Array(header.utf8))).\(parts[1]).\(parts[2])"
}

@Test func theExampleOfRFC7515IsSigned() throws {
    #expect(signatureFault(example, keys: [try key(nil)]) == nil)
    // The token names no key: any may be meant.
    let rsa = OpenIDKey(id: "b", key: PublicKey(modulus: [1, 2, 3], exponent: [3]))
    #expect(signatureFault(example, keys: [rsa, try key("a")]) == nil)
    #expect(signatureFault(example, keys: [rsa]) == .unknownKey(nil))
    #expect(signatureFault(example, keys: []) == .unknownKey(nil))
}

@Test(arguments: [
    (#"{"alg":"none"}"#, IDTokenFault.algorithm("none")),
    (#"{"alg":"HS256"}"#, .algorithm("HS256")), (#"{"alg":"es256"}"#, .algorithm("es256")),
    ("{}", .malformed), ("[]", .malformed), ("x", .malformed),
    (#"{"alg":"ES256","kid":"b"}"#, .unknownKey("b")),
    (#"{"alg":"RS256","kid":"a"}"#, .unknownKey("a")),
    (#"{"alg":"ES256","kid":"a"}"#, .signature),
    (#"{"alg":"ES256","crit":["x"]}"#, .malformed),
])
func headersAreChecked(header: String, expected: IDTokenFault) throws {
    #expect(signatureFault(headed(header), keys: [try key("a")]) == expected)
}

@Test(arguments: ["", ".", "..", "a.b", "a.b.c.d", "é.é.é"])
func whatIsNoToken(text: String) throws {
    #expect(signatureFault(text, keys: [try key(nil)]) == .malformed)
}

@Test func anUnsignedTokenWithoutItsLastPart() throws {
    let parts = example.split(separator: ".")
    let token = "\(parts[0]).\(parts[1])."
    #expect(signatureFault(token, keys: [try key(nil)]) == .signature)
}

private let good: [String: String] = [
    "iss": #""https://x""#, "aud": #""c""#, "sub": #""me""#, "exp": "1800000600",
    "iat": "1800000000", "nonce": #""n""#,
]

private func claimFault(_ change: [String: String?], subject: String? = nil) -> IDTokenFault? {
    var claims = good
    for (name, value) in change { claims[name] = value }
    let json = claims.map { "\"\($0)\":\($1)" }.joined(separator: ",")
    let token = Secret("e30.\(Base64.encodeForURL(Array("{\(json)}".utf8))).x")
    let check = IDTokenCheck(
        issuer: "https://x", clientID: "c", nonce: "n", subject: subject, keys: [])
    return fault { _ = try check.checkClaims(token, now) }
}

@Test(
    arguments: [
        ([:], nil), (["aud": #"["c"]"#], nil), (["aud": #"["b","c"]"#, "azp": #""c""#], nil),
        (["iss": #""https://x/""#], .issuer("https://x/")), (["iss": nil], .missing("iss")),
        (["aud": #""d""#], .audience(["d"])), (["aud": #"["d","e"]"#], .audience(["d", "e"])),
        (["aud": nil], .missing("aud")), (["aud": "[]"], .missing("aud")),
        (["azp": #""d""#], .authorizedParty("d")), (["nonce": nil], .nonce),
        (["nonce": #""m""#], .nonce), (["sub": nil], .missing("sub")),
        (["sub": #""""#], .missing("sub")),
        (["exp": nil], .missing("exp")), (["exp": #""1800000600""#], .missing("exp")),
        (["exp": "-1"], .missing("exp")), (["exp": "9223372036854775807"], .missing("exp")),
        (["iat": nil], .missing("iat")),
        // Clocks may be two minutes apart.
        (["exp": "1799999881"], nil),
        (["exp": "1799999880"], .expired(Timestamp(secondsSinceEpoch: 1_799_999_880))),
        (["iat": "1800000119"], nil),
        (["iat": "1800000120"], .issuedLater(Timestamp(secondsSinceEpoch: 1_800_000_120))),
    ] as [([String: String?], IDTokenFault?)])
func claimsAreChecked(change: [String: String?], expected: IDTokenFault?) {
    #expect(claimFault(change) == expected)
}

@Test func aRefreshedTokenIsAboutTheSamePerson() {
    #expect(claimFault([:], subject: "me") == nil)
    #expect(claimFault([:], subject: "you") == .subject)
}
