// What is kept of a sign-in and read of others' files: names, forms, and what is survived.
import AWS
import Foundation
import Model
import Testing

@testable import SignIn

let portal = AccessPortal(
    session: "my-sso", startURL: "https://d-123.awsapps.com/start", region: "us-west-2",
    scopes: ["sso:account:access"])

private func token(
    refreshToken: String? = "refresh", place: SignInToken.Place = .vault, isDurable: Bool = true
) -> SignInToken {
    SignInToken(
        accessToken: Secret("access"), expiration: Timestamp(secondsSinceEpoch: 1_900_000_000),
        refreshToken: refreshToken.map { Secret($0) },
        client: ClientRegistration(
            clientID: "id", clientSecret: Secret("client-secret"),
            expiration: Timestamp(secondsSinceEpoch: 1_900_000_000)),
        place: place, isDurable: isDurable)
}

private func text(_ secret: borrowing Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
}

/// Source: SHA-1 of the name, or of the start URL, by coreutils' sha1sum.
@Test(
    arguments: [
        ("my-sso", "0ad374308c5a4e22f723adf10145eafad7c4031c"),
        (nil, "2b829a45f04c9828cb45b7d092d8e4aa30818393"),
    ] as [(String?, String)])
func filesAreNamedAsTheCLINamesThem(session: String?, name: String) throws {
    let other = AccessPortal(
        session: session, startURL: portal.startURL, region: portal.region, scopes: [])
    #expect(try CLITokenCache(directory: "/c").path(of: other) == "/c/\(name).json")
}

@Test(arguments: [SignInToken.Place.vault, .cli], [true, false])
func whatIsKeptIsReadBack(place: SignInToken.Place, isDurable: Bool) throws {
    let bytes = SignInCodec.encode(
        token(place: place, isDurable: isDurable), of: portal, isOwn: true, isDurable: isDurable)
    let read = SignInCodec.decode(bytes, of: portal, place: .vault)
    guard let read else {
        Issue.record("not read")
        return
    }
    let (foundPlace, found) = (read.place, read.isDurable)
    #expect(foundPlace == place && found == isDurable)
    let (access, end) = (text(read.accessToken), read.expiration)
    #expect(access == "access" && end == Timestamp(secondsSinceEpoch: 1_900_000_000))
    let isGood = [-1, 0].map { read.isRefreshable(now: end + .seconds($0)) }
    #expect(isGood == [true, false])
}

@Test func theCLIsFileHasItsFieldsAlone() {
    let bytes = SignInCodec.encode(token(), of: portal, isOwn: false, isDurable: true)
    #expect(
        text(bytes)
            == #"{"startUrl":"https://d-123.awsapps.com/start","region":"us-west-2","#
            + #""accessToken":"access","expiresAt":"2030-03-17T17:46:40Z","clientId":"id","#
            + #""clientSecret":"client-secret","registrationExpiresAt":"2030-03-17T17:46:40Z","#
            + #""refreshToken":"refresh"}"#)
}

@Test(arguments: [
    (#"{"accessToken":"a","expiresAt":"2026-01-02T03:04:05Z"}"#, true),
    (#"{"accessToken":"a","expiresAt":"2026-01-02T03:04:05UTC"}"#, true),
    (#"{"accessToken":"a","expiresAt":"2026-01-02T03:04:05Z","future":[1,{"x":2}]}"#, true),
    (
        #"{"startUrl":"https://d-123.awsapps.com/start","accessToken":"a","expiresAt":"2026-01-"#,
        false
    ),
    ("", false), ("null", false), ("[]", false), ("\u{0}\u{1}", false),
    (#"{"accessToken":"a"}"#, false), (#"{"expiresAt":"2026-01-02T03:04:05Z"}"#, false),
    (#"{"accessToken":7,"expiresAt":"2026-01-02T03:04:05Z"}"#, false),
    (#"{"accessToken":"a b","expiresAt":"2026-01-02T03:04:05Z"}"#, false),
    (#"{"accessToken":"a","expiresAt":"tomorrow"}"#, false),
    (#"{"startUrl":"https://other","accessToken":"a","expiresAt":"2026-01-02T03:04:05Z"}"#, false),
    (#"{"region":"eu-west-1","accessToken":"a","expiresAt":"2026-01-02T03:04:05Z"}"#, false),
])
func othersFilesAreSurvived(text: String, isRead: Bool) {
    let read = SignInCodec.decode(Secret(text), of: portal, place: .cli)
    let isThere = read.isThere
    #expect(isThere == isRead)
    guard let read else { return }
    let (place, isRefreshable) = (read.place, read.isRefreshable(now: .now()))
    #expect(place == .cli && !isRefreshable)
}

@Test func twoNamesOfAPortalAreTwoSignIns() {
    let other = AccessPortal(
        session: "other", startURL: portal.startURL, region: portal.region, scopes: portal.scopes)
    #expect(portal.recordName != other.recordName)
    #expect(portal.clientName("device") == other.clientName("device"))
    #expect(portal.clientName("device") != portal.clientName("code"))
}

@Test func anAddressLinesEndIsLeftOut() {
    let pasted = AccessPortal(
        session: nil, startURL: "https://d-123.awsapps.com/start#/", region: "x", scopes: [])
    #expect(pasted.requestURL == "https://d-123.awsapps.com/start")
}

@Test(
    arguments: [
        (false, false, false, false, nil), (false, false, false, true, .device),
        (false, false, true, false, .browser(opens: true)),
        (false, false, true, true, .browser(opens: true)),
        (false, true, true, true, .browser(opens: false)),
        (false, true, false, false, .browser(opens: false)),
        (true, false, true, true, .device), (true, false, false, false, .device),
    ] as [(Bool, Bool, Bool, Bool, SignInMethod?)])
func thePersonIsAskedWhereTheyAre(
    device: Bool, noBrowser: Bool, hasBrowser: Bool, hasTerminal: Bool, method: SignInMethod?
) {
    var facts = SignInMethod.Facts()
    facts.wantsDevice = device
    facts.wantsNoBrowser = noBrowser
    facts.hasBrowser = hasBrowser
    facts.hasTerminal = hasTerminal
    #expect(SignInMethod.choose(facts) == method)
}

@Test func theIndexKeepsOneLineASignIn() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let index = SignInIndex(path: "\(folder)/sign-ins.tsv")
    #expect(index.summaries().isEmpty)
    let end = Timestamp(secondsSinceEpoch: 1_900_000_000)
    index.set(SignInSummary(name: "a", expiration: end, refreshableUntil: nil))
    index.set(SignInSummary(name: "b", expiration: end, refreshableUntil: end))
    let newer = SignInSummary(name: "a", expiration: end + .seconds(9), refreshableUntil: end)
    index.set(newer)
    #expect(index.summaries().map(\.name).sorted() == ["a", "b"] && index.summary("a") == newer)
    index.remove("a")
    #expect(index.summary("a") == nil && index.summary("b") != nil)
    try "half a\nb\tx\ty\nc\t5\t\n".write(
        toFile: "\(folder)/sign-ins.tsv", atomically: true, encoding: .utf8)
    #expect(index.summaries().map(\.name) == ["c"])
}
