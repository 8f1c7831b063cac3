// What is decided of a SAML response: whether it counts, which role, how long.
import AWS
import Foundation
import Glibc
import Loopback
import Model
import Synchronization
import Testing

@testable import SignIn

private let now = Timestamp(secondsSinceEpoch: 1_000_000)

private func role(_ name: String, _ account: String = "111122223333", _ idp: String = "Corp")
    -> SAMLRole
{
    SAMLRole(
        role: .role(name, accountID: account, partition: "aws"),
        provider: ARN("arn:aws:iam::\(account):saml-provider/\(idp)").unsafelyUnwrapped)
}

private func claims(_ change: (inout SAMLClaims) -> Void = { _ in }) -> SAMLClaims {
    var claims = SAMLClaims()
    claims.roles = [role("Admin"), role("team/Reader"), role("Admin", "444455556666")]
    change(&claims)
    return claims
}

private func verdict(_ claims: SAMLClaims) -> SAMLError? {
    do throws(SAMLError) {
        try claims.check(now: now)
        return nil
    } catch { return error }
}

@Test(
    arguments: [
        (nil, nil, nil), (-1, 1, nil), (300, 301, nil),
        (301, 600, SAMLError.notYetValid(now + .seconds(301), now: now)),
        (-600, 0, .tooOld(now, now: now)), (-600, -1, .tooOld(now + .seconds(-1), now: now)),
    ] as [(Int?, Int?, SAMLError?)])
func timesOfAResponse(_ start: Int?, _ end: Int?, _ error: SAMLError?) {
    let claims = claims {
        $0.notBefore = start.map { now + .seconds($0) }
        $0.notOnOrAfter = end.map { now + .seconds($0) }
    }
    #expect(verdict(claims) == error)
}

@Test func theSignInAtTheIdentityProviderEnds() {
    #expect(verdict(claims { $0.sessionEnd = now }) == .signInOver(now))
    #expect(verdict(claims { $0.sessionEnd = now + .seconds(1) }) == nil)
}

@Test func aResponseWithoutRoles() { #expect(verdict(claims { $0.roles = [] }) == .noRoles) }

@Test(arguments: [
    ([], true), (["urn:amazon:webservices"], true), (["urn:amazon:webservices:govcloud"], true),
    (["https://signin.aws.amazon.com/saml"], true), (["https://signin.amazonaws.cn/saml"], true),
    (["https://eu-west-1.signin.aws.amazon.com/saml"], true),
    (["https://signin.aws.amazon.com/saml/acs/SAMLSP1"], true),
    (["https://signin.aws.amazon.com/saml#2"], true),
    (["https://other.example", "urn:amazon:webservices"], true),
    (["https://other.example"], false), (["urn:amazon:webservicesx"], false),
    (["https://signin.aws.amazon.com.evil.example/saml"], false),
    (["https://evilsignin.aws.amazon.com/saml"], false), (["https://signin.aws.amazon.com"], false),
    (["http://signin.aws.amazon.com/saml"], false),
])
func audiences(_ audiences: [String], _ isAWS: Bool) {
    #expect(
        verdict(claims { $0.audiences = audiences }) == (isAWS ? nil : .wrongAudience(audiences)))
}

@Test(
    arguments: [
        (nil, nil, .several([role("Admin"), role("team/Reader"), role("Admin", "444455556666")])),
        ("Reader", nil, .one(role("team/Reader"))), ("team/Reader", nil, .one(role("team/Reader"))),
        ("arn:aws:iam::444455556666:role/Admin", nil, .one(role("Admin", "444455556666"))),
        ("Admin", nil, .several([role("Admin"), role("Admin", "444455556666")])),
        ("Admin", role("", "444455556666").provider, .one(role("Admin", "444455556666"))),
        (nil, role("", "444455556666").provider, .one(role("Admin", "444455556666"))),
    ] as [(String?, ARN?, SAMLChoice)])
func whatSettingsLeave(_ name: String?, _ provider: ARN?, _ choice: SAMLChoice) throws {
    #expect(try claims().choose(role: name, provider: provider) == choice)
}

@Test func whatIsNotOffered() {
    let all = claims().roles
    #expect(throws: SAMLError.noSuchRole("admin", all, nearest: "Admin")) {
        try claims().choose(role: "admin", provider: nil)
    }
    #expect(throws: SAMLError.noSuchRole("ops/Reader", all, nearest: nil)) {
        try claims().choose(role: "ops/Reader", provider: nil)
    }
    let typo = "arn:aws:iam::111122223333:role/Admim"
    #expect(throws: SAMLError.noSuchRole(typo, all, nearest: "\(role("Admin").role)")) {
        try claims().choose(role: typo, provider: nil)
    }
    let other = role("", "111122223333", "Other").provider
    #expect(throws: SAMLError.otherProvider(other, all)) {
        try claims().choose(role: nil, provider: other)
    }
}

@Test(
    arguments: [
        // Asked for, SessionDuration, the sign-in's rest; what AWS is asked.
        (nil, nil, nil, 3600), (7200, nil, nil, 7200), (nil, 7200, nil, 7200),
        (7200, 1800, nil, 1800), (1800, 7200, nil, 1800), (nil, 43200, 5000, 5000),
        (7200, nil, 2400, 2400), (7200, nil, 60, 900), (nil, 60, nil, 900),
        (nil, 90_000, nil, 43_200),
    ] as [(Int?, Int?, Int?, Int)])
func howLong(_ asked: Int?, _ session: Int?, _ left: Int?, _ expected: Int) {
    let claims = claims {
        $0.sessionDuration = session.map { .seconds($0) }
        $0.sessionEnd = left.map { now + .seconds($0) }
    }
    #expect(claims.duration(asked: asked.map { .seconds($0) }, now: now) == .seconds(expected))
}

@Test func aPersonIsAskedOnlyWhereSeveralAreLeft() throws {
    var signIn = SAMLSignIn()
    #expect(try signIn.role(of: claims(), role: "Reader", provider: nil) == role("team/Reader"))
    #expect(throws: SAMLError.severalRoles(claims().roles)) {
        try signIn.role(of: claims(), role: nil, provider: nil)
    }
    signIn.choose = { $0.last }
    #expect(
        try signIn.role(of: claims(), role: "Admin", provider: nil).role.accountID.hasPrefix("4"))
}

/// Posts a form to a port of this machine, from a thread of its own, as a browser would.
private func post(_ body: String, to port: UInt16) {
    Thread {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let request =
            "POST /saml/acs HTTP/1.1\r\nHost: localhost:\(port)\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        _ = request.withCString { write(socket, $0, strlen($0)) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(socket, &buffer, buffer.count) > 0 {}
    }.start()
}

private func effects(_ method: SignInMethod, _ timeout: Duration) -> SignInEffects {
    var effects = SignInEffects(method: method, lockDirectory: { nil })
    effects.timeout = timeout
    return effects
}

/// A port that was free a moment ago.
private func freePort() throws -> UInt16 {
    let uri = try LoopbackListener(path: "/", application: "test").redirectURI
    return try #require(UInt16(uri.split(separator: ":")[2].dropLast()))
}

@Test(arguments: [SignInMethod.browser(opens: true), .browser(opens: false), .device])
func theBrowserIsOpenedAndComesBack(_ method: SignInMethod) throws {
    let port = try freePort()
    let opened = Mutex<[String]>([])
    let events = Mutex<[SAMLEvent]>([])
    var effects = effects(method, .seconds(30))
    effects.openBrowser = { (page) throws(BrowserError) in opened.withLock { $0.append(page) } }
    var signIn = SAMLSignIn(effects: effects)
    signIn.report = { event in
        events.withLock { $0.append(event) }
        // The page was shown, or opened: somebody signs in.
        if case .browser = event { post("RelayState=&SAMLResponse=a%2Bb", to: port) }
    }
    let response = try signIn.response(idpURL: "https://idp.example", port: port)
    let isPosted = response.equals(Secret("a+b"))
    #expect(isPosted)
    let opens = method == .browser(opens: true)
    #expect(opened.withLock { $0 } == (opens ? ["https://idp.example"] : []))
    let told = events.withLock { $0 }
    #expect(
        told.first
            == .browser(
                page: "https://idp.example", isOpened: opens,
                comesBackTo: "http://localhost:\(port)/saml/acs", .seconds(30)))
    #expect(told.last == .waited)
}

@Test func aBrowserThatCannotBeOpenedIsNoEnd() throws {
    let port = try freePort()
    let events = Mutex<[SAMLEvent]>([])
    var effects = effects(.browser(opens: true), .milliseconds(50))
    effects.openBrowser = { (_) throws(BrowserError) in throw .noProgram(["xdg-open"]) }
    var signIn = SAMLSignIn(effects: effects)
    signIn.report = { event in events.withLock { $0.append(event) } }
    #expect(throws: SAMLError.timedOut(after: .milliseconds(50))) {
        _ = try signIn.response(idpURL: "https://idp.example", port: port)
    }
    #expect(events.withLock { $0.first } == .noBrowser(.noProgram(["xdg-open"])))
}

@Test func whoHasLetTheTimePassIsNotAskedAgain() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let port = try freePort()
    let pages = Mutex(0)
    var effects = SignInEffects(method: .browser(opens: false), lockDirectory: { folder })
    effects.timeout = .milliseconds(50)
    for (isNew, count) in [(false, 1), (false, 1), (true, 2)] {
        if isNew { effects.began = .now }
        var signIn = SAMLSignIn(effects: effects)
        signIn.report = { if case .browser = $0 { pages.withLock { $0 += 1 } } }
        #expect(throws: SAMLError.timedOut(after: .milliseconds(50))) {
            _ = try signIn.response(idpURL: "https://idp.example", port: port)
        }
        #expect(pages.withLock { $0 } == count)
    }
}

@Test func aPortThatIsTaken() throws {
    let other = try LoopbackListener(path: "/", application: "test")
    let port = try #require(UInt16(other.redirectURI.split(separator: ":")[2].dropLast()))
    #expect(throws: SAMLError.listener(.portInUse(port), port: port)) {
        _ = try SAMLSignIn(effects: effects(.device, .seconds(30))).response(
            idpURL: "https://idp.example", port: port)
    }
    withExtendedLifetime(other) {}
}

@Test func nobodyToOpenABrowser() {
    #expect(throws: SAMLError.needed) {
        _ = try SAMLSignIn().response(idpURL: "https://idp.example", port: 1)
    }
}
