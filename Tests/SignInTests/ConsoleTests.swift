// The console's sign-in: names, forms, proofs, what is pasted, and what of others' files is survived.
import AWS
import Crypto
import Foundation
import Model
import Testing

@testable import SignIn

private let session = ConsoleSession("arn:aws:sts::012345678910:assumed-role/Admin/admin")

private func text(_ secret: borrowing Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
}

// MARK: Names

/// Source: SHA-256 by coreutils' sha256sum; the first is the AWS SDKs' own example.
@Test(arguments: [
    (
        "arn:aws:sts::012345678910:assumed-role/Admin/admin",
        "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255"
    ),
    (
        "  arn:aws:sts::012345678910:assumed-role/Admin/admin\t",
        "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255"
    ),
    (
        "arn:aws:iam::111122223333:user/alice",
        "5778c30d3fe8c123cb2ab0d5a82c81b6fdcedfb868a6625f6f5bf6f05a7f129b"
    ),
])
func loginFilesAreNamedAsTheCLINamesThem(name: String, file: String) throws {
    #expect(
        try CLILoginCache(directory: "/c").path(of: ConsoleSession(name)) == "/c/\(file).json")
}

@Test func twoIdentitiesAreTwoSignIns() {
    let others = ["arn:aws:iam::1:root", "arn:aws:iam::2:root"].map {
        ConsoleSession($0).recordName
    }
    #expect(Set(others + [session.recordName]).count == 3)
}

// MARK: Proofs

/// The key of RFC 6979, appendix A.2.5.
private let pem = """
    -----BEGIN EC PRIVATE KEY-----
    MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49
    AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8
    maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
    -----END EC PRIVATE KEY-----
    """

/// Header and claims byte by byte: what botocore 1.44 makes of the same key, URL, time and name.
@Test func aProofIsThatOfBotocore() throws {
    guard let key = try ECDSAKey(pem: Secret(pem)) else {
        Issue.record("no key")
        return
    }
    let token = ProofOfPossession.token(
        url: "https://eu-west-1.signin.aws.amazon.com/v1/token",
        now: Timestamp(secondsSinceEpoch: 1_800_000_000),
        id: "12345678-90ab-cdef-1234-567890abcdef", key: key)
    let parts = token.split(separator: ".")
    #expect(parts.count == 3)
    #expect(
        parts[0]
            == "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6IllQ"
            + "N1V1aVZhblRISllldDB4alZ0YU1CSnVKSTdZZnBzNW1saUxtRHluN1kiLCJ5IjoiZVFQLUVBaTR2"
            + "Sm1rR3VucFZpaThaUEx4c2d3dGZwOVJkNlBDbE5SR0lwayIsImNydiI6IlAtMjU2In19"
    )
    #expect(
        parts[1]
            == "eyJodG0iOiJQT1NUIiwiaHR1IjoiaHR0cHM6Ly9ldS13ZXN0LTEuc2lnbmluLmF3cy5hbWF6b24u"
            + "Y29tL3YxL3Rva2VuIiwiaWF0IjoxODAwMDAwMDAwLCJqdGkiOiIxMjM0NTY3OC05MGFiLWNkZWYt"
            + "MTIzNC01Njc4OTBhYmNkZWYifQ"
    )
    #expect(Base64.decode(parts[2].utf8)?.count == 64 && !token.contains("="))
}

@Test func noTwoProofsHaveOneName() throws {
    let key = try ECDSAKey()
    let claims = (0..<2).map { _ in
        ProofOfPossession.token(url: "u", now: Timestamp(secondsSinceEpoch: 1), key: key)
            .split(separator: ".")[1]
    }
    #expect(claims[0] != claims[1])
}

// MARK: What is pasted

private func pasted(_ text: String) -> String { Base64.encodeForURL(Array(text.utf8)) }

@Test(
    arguments: [
        (pasted("state=abc&code=x%2Fy"), "x/y"), (pasted("code=c&state=abc&more=1"), "c"),
        (" " + pasted("state=abc&code=c") + "  ", "c"),
        (pasted("state=abd&code=c"), nil), (pasted("code=c"), nil), (pasted("state=abc"), nil),
        (pasted("state=abc&code="), nil), (pasted("state=abc&state=abc&code=c"), nil),
        ("state=abc&code=c", nil), ("", nil), ("!", nil),
    ] as [(String, String?)])
func theCodeIsFoundInWhatThePageShows(pasted: String, code: String?) {
    let found: String? =
        switch ConsoleSignIn.code(in: Secret(pasted), state: "abc") {
        case .some(let secret): text(secret)
        case .none: nil
        }
    #expect(found == code)
}

// MARK: Who it was

private func jwt(_ claims: String) -> Secret { Secret("e30.\(pasted(claims)).c2ln") }

@Test(
    arguments: [
        (
            #"{"sub": "arn:aws:iam::1:root", "iat": 1800000000}"#, "arn:aws:iam::1:root",
            1_800_000_000
        ),
        (#"{"sub": 1, "iat": "x"}"#, nil, nil), ("[]", nil, nil), ("{", nil, nil),
    ] as [(String, String?, Int?)])
func identityTokensAreRead(claims: String, subject: String?, issued: Int?) {
    let read = IdentityClaims(jwt(claims))
    #expect(read.subject == subject && read.issued?.secondsSinceEpoch == issued)
}

@Test(arguments: ["", "a.b", "e30.e30.e30.e30", "e30.!.e30"])
func otherTokensSayNothing(token: String) {
    let read = IdentityClaims(Secret(token))
    #expect(read.subject == nil && read.issued == nil)
}

// MARK: Files

private func token(place: SignInToken.Place, isDurable: Bool = true) throws -> ConsoleToken {
    ConsoleToken(
        credentials: Credentials(
            accessKeyID: try #require(AccessKeyID("ASIAIOSFODNN7EXAMPLE")),
            secretAccessKey: Secret("secret"), sessionToken: Secret("session"),
            expiration: Timestamp(secondsSinceEpoch: 1_900_000_000), accountID: "012345678910"),
        refreshToken: Secret("refresh"), clientID: "client", idToken: jwt(#"{"iat":1800000000}"#),
        key: Secret("pem"), region: "eu-west-1",
        obtained: Timestamp(secondsSinceEpoch: 1_899_999_100), place: place, isDurable: isDurable)
}

@Test(arguments: [SignInToken.Place.vault, .cli], [true, false])
func consoleTokensAreReadBack(place: SignInToken.Place, isDurable: Bool) throws {
    let bytes = ConsoleCodec.encode(try token(place: place), isDurable: isDurable)
    guard let read = ConsoleCodec.decode(bytes, place: .vault) else {
        Issue.record("not read")
        return
    }
    let again = ConsoleCodec.encode(read, isDurable: read.isDurable)
    #expect(text(again) == text(bytes))
    let (foundPlace, found, end) = (read.place, read.isDurable, read.end)
    #expect(foundPlace == place && found == isDurable)
    #expect(end == Timestamp(secondsSinceEpoch: 1_800_000_000 + 12 * 3600))
}

/// What another version of the CLI wrote beside its fields stays.
@Test(arguments: [
    ("", ""), ("{", ""), ("[]", ""), (#"{"idToken":"x","obtained":1}"#, ""),
    (#"{"new":"a\"b","refreshToken":"old","more":{"x":1}}"#, #","new":"a\"b""#),
])
func theCLIsLoginFileHasItsFieldsAlone(old: String, more: String) throws {
    let document = try? JSONDocument(Secret(old))
    let bytes = ConsoleCodec.encode(try token(place: .cli), replacing: document)
    #expect(
        text(bytes)
            == #"{"accessToken":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","secretAccessKey":"secret","#
            + #""sessionToken":"session","accountId":"012345678910","#
            + #""expiresAt":"2030-03-17T17:46:40Z"},"tokenType":"aws_sigv4","clientId":"client","#
            + #""refreshToken":"refresh","idToken":"e30.eyJpYXQiOjE4MDAwMDAwMDB9.c2ln","#
            + #""dpopKey":"pem","signInRegion":"eu-west-1""# + more + "}")
}

private let access =
    #""accessToken":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","secretAccessKey":"s","#
    + #""sessionToken":"t","expiresAt":"2026-01-02T03:04:05Z"}"#

@Test(arguments: [
    (#"{"# + access + #","clientId":"c","refreshToken":"r","dpopKey":"k"}"#, true),
    (#"{"# + access + #","clientId":"c","refreshToken":"r","dpopKey":"k","new":[{}]}"#, true),
    (#"{"clientId":"c","refreshToken":"r","dpopKey":"k"}"#, false),
    (#"{"# + access + #","clientId":"c","dpopKey":"k"}"#, false),
    (#"{"# + access + #","refreshToken":"r","dpopKey":"k"}"#, false),
    (#"{"# + access + #","clientId":"c","refreshToken":"r"}"#, false),
    (#"{"# + access + #","clientId":"c","refreshToken":"r","dpopKey":"k""#, false),
    (#"{"# + access + #","clientId":"c","refreshToken":"","dpopKey":"k"}"#, false),
    (
        #"{"# + access.replacing("2026-01-02T03:04:05Z", with: "soon")
            + #","clientId":"c","refreshToken":"r","dpopKey":"k"}"#, false
    ),
    ("[]", false), ("null", false), ("", false),
])
func onlyWholeLoginFilesCount(json: String, isRead: Bool) {
    let found = ConsoleCodec.decode(Secret(json), place: .cli) != nil
    #expect(found == isRead)
}
