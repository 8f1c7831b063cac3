// The ways to a token, with a vault in memory, a scripted sign-in service and a browser of our own.
import AWS
import Foundation
import HTTP
import Loopback
import Model
import Store
import Synchronization
import System
import Testing
import Vault

@testable import SignIn

/// Records by name, and nothing else of a vault.
final class MemoryVault: ItemStore {
    let kind = VaultKind.file
    private let items = Mutex<[(item: SecretItem, bytes: [UInt8])]>([])
    private let failure: VaultError?

    init(failure: VaultError? = nil) { self.failure = failure }

    func store(
        _ secret: borrowing Secret, schema: ItemSchema, attributes: [String: String],
        replacing replaced: [String: String], label: String
    ) throws(VaultError) {
        if let failure { throw failure }
        let item = SecretItem(
            schema: schema, attributes: attributes, label: label, created: .now(), modified: .now())
        let bytes = secret.withBytes { Array($0) }
        items.withLock { items in
            items.removeAll { Self.has($0.item, replaced) }
            items.append((item, bytes))
        }
    }

    func load(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isUsable: @escaping @Sendable (borrowing OpenItem) -> Bool
    ) throws(VaultError) -> OpenItem? {
        if let failure { throw failure }
        let found = items.withLock { $0.first { Self.has($0.item, attributes) } }
        guard let found else { return nil }
        let secret = Secret(capacity: found.bytes.count) { room in
            room.copyBytes(from: found.bytes)
            return found.bytes.count
        }
        return OpenItem(item: found.item, secret: secret)
    }

    func search(
        _ schema: ItemSchema, _ attributes: [String: String]
    ) throws(VaultError) -> [SecretItem] {
        items.withLock { $0.map(\.item).filter { Self.has($0, attributes) } }
    }

    func remove(
        _ schema: ItemSchema, _ attributes: [String: String],
        where isChosen: @escaping @Sendable (SecretItem) -> Bool
    ) throws(VaultError) -> Int {
        items.withLock { items in
            let before = items.count
            items.removeAll { Self.has($0.item, attributes) && isChosen($0.item) }
            return before - items.count
        }
    }

    private static func has(_ item: SecretItem, _ attributes: [String: String]) -> Bool {
        attributes.allSatisfy { item.attributes[$0.key] == $0.value }
    }
}

/// A sign-in service that answers each operation from a list of its own.
final class Service: HTTPTransport {
    private let answers: Mutex<[String: [(Int, String)]]>
    private let requests = Mutex<[String]>([])

    init(_ answers: [String: [(Int, String)]]) { self.answers = Mutex(answers) }

    /// The bodies that were sent, in their order.
    var bodies: [String] { requests.withLock { $0 } }

    func send(_ request: borrowing HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let path = request.url.split(separator: "/").last.map(String.init) ?? ""
        let body: String =
            switch request.body {
            case .some(let body): body.withBytes { String(decoding: $0, as: UTF8.self) }
            case .none: ""
            }
        requests.withLock { $0.append(body) }
        let next = answers.withLock { answers in
            answers[path].flatMap { $0.isEmpty ? nil : $0.first }
                .map { next in
                    answers[path]?.removeFirst()
                    return next
                }
        }
        guard let next else { throw .other(code: -1, reason: "nobody asks \(path)") }
        return HTTPResponse(status: next.0, body: Secret(next.1))
    }
}

private let registered = (
    200, #"{"clientId": "c", "clientSecret": "s", "clientSecretExpiresAt": 4000000000}"#
)
private let device = (
    200,
    #"{"deviceCode": "d", "userCode": "AB-CD", "verificationUri": "https://v", "interval": 1}"#
)

private func given(_ name: String, refreshToken: String? = nil, seconds: Int = 3600) -> (
    Int, String
) {
    let refresh = refreshToken.map { #", "refreshToken": "\#($0)""# } ?? ""
    return (200, #"{"accessToken": "\#(name)", "expiresIn": \#(seconds)\#(refresh)}"#)
}

private func refused(_ code: String) -> (Int, String) { (400, #"{"error": "\#(code)"}"#) }

/// One sign-in, whose session has a name that no other test has.
private final class Rig: @unchecked Sendable {
    let portal: AccessPortal
    let service: Service
    let folder: String
    let store: TokenStore
    private let said = Mutex<[SignInEvent]>([])
    private let start = MonotonicTime.now
    let slept = Mutex(Duration.zero)
    var opened: @Sendable (String) -> Void = { _ in }
    var clock = Timestamp.now()
    var hasLocks = false
    var timeout: Duration = .seconds(20)
    var began = MonotonicTime.now
    var web: (any HTTPTransport)?

    init(
        _ answers: [String: [(Int, String)]], vault: MemoryVault = MemoryVault(),
        isShared: Bool = false, startURL: String = "https://start"
    ) {
        portal = AccessPortal(
            session: "test-\(UUID())", startURL: startURL, region: "eu-west-1",
            scopes: ["x"], sharesCLICache: isShared)
        service = Service(answers)
        folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
        store = TokenStore(
            cli: CLITokenCache(directory: "\(folder)/cli"),
            index: SignInIndex(path: "\(folder)/index"),
            records: { _ in DurableRecords(vault) })
    }

    deinit {
        try? KernelKeyring(prefix: "credtool:sign-in:").remove(name: portal.recordName)
        try? FileManager.default.removeItem(atPath: folder)
    }

    var events: [SignInEvent] { said.withLock { $0 } }

    func center(_ method: SignInMethod?) throws -> IdentityCenter {
        let folder = hasLocks ? folder : nil
        var effects = SignInEffects(method: method, lockDirectory: { folder })
        effects.timeout = timeout
        effects.began = began
        effects.web = web
        effects.now = { [self] in clock }
        effects.uptime = { [self] in start + slept.withLock { $0 } }
        effects.sleep = { [self] duration in slept.withLock { $0 += duration } }
        effects.report = { [self] event in said.withLock { $0.append(event) } }
        effects.openBrowser = { [self] (page) throws(BrowserError) in opened(page) }
        return IdentityCenter(
            portal,
            oidc: SSOOIDC(
                endpoint: try .ssoOIDC(.init(region: "eu-west-1")), transport: service),
            store: store, effects: effects)
    }

    /// The access token, by name.
    func token(
        _ method: SignInMethod? = nil, not rejected: String? = nil
    ) throws -> String {
        let token = try center(method).token(not: rejected.map { Secret($0) })
        return token.accessToken.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

/// What a browser does with an address, on a thread of its own.
func visit(_ url: String) {
    Thread {
        guard let url = URL(string: url), let port = url.port else { return }
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let request =
            "GET \(url.path)?\(url.query ?? "") HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
            + "Connection: close\r\n\r\n"
        _ = request.withCString { write(socket, $0, strlen($0)) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        while read(socket, &buffer, buffer.count) > 0 {}
    }.start()
}

func field(_ name: String, of url: String) -> String {
    let items = URLComponents(string: url)?.queryItems ?? []
    return items.first { $0.name == name }?.value ?? ""
}

@Suite(.serialized) struct FlowTests {
    @Test func theBrowserIsOpenedAndBringsACode() throws {
        let rig = Rig(["register": [registered], "token": [given("one", refreshToken: "r")]])
        rig.opened = { page in
            visit(
                "\(field("redirect_uri", of: page))?code=made-up&state="
                    + field("state", of: page))
        }
        #expect(try rig.token(.browser(opens: true)) == "one")
        #expect(rig.service.bodies.last?.contains(#""code":"made-up""#) == true)
        #expect(
            rig.events.contains {
                if case .browser(_, let isOpened, _) = $0 { isOpened } else { false }
            })
        // It is kept.
        #expect(try rig.token() == "one" && rig.service.bodies.count == 2)
        #expect(rig.store.summary(rig.portal)?.refreshableUntil != nil)
    }

    @Test func aNoIsANo() throws {
        let rig = Rig(["register": [registered]])
        rig.opened = { page in
            visit(
                "\(field("redirect_uri", of: page))?error=access_denied&state="
                    + field("state", of: page))
        }
        #expect(throws: SignInError.denied(rig.portal)) { try rig.token(.browser(opens: true)) }
    }

    @Test(
        arguments: [
            ([refused("authorization_pending"), refused("slow_down"), given("one")], nil),
            ([(500, #"{"error": "server_error"}"#), (502, "<html>"), given("one")], nil),
            ([refused("access_denied")], "denied"), ([refused("expired_token")], "timedOut"),
            ([refused("invalid_request")], "unknownPortal"), ([refused("server_error")], "service"),
        ] as [([(Int, String)], String?)])
    func aDeviceWaits(answers: [(Int, String)], failure: String?) throws {
        let rig = Rig(
            ["register": [registered], "device_authorization": [device], "token": answers])
        do {
            #expect(try rig.token(.device) == "one" && failure == nil)
        } catch let error as SignInError {
            #expect("\(error)".hasPrefix(failure ?? "nothing"), "\(error)")
        }
        #expect(rig.events.contains(.waited))
        // After slow_down it is five seconds more between two questions.
        if answers.contains(where: { $0.1.contains("slow_down") }) {
            #expect(rig.slept.withLock { $0 } == .seconds(1 + 1 + 6))
        }
    }

    @Test func nobodyWaitsForLongerThanTheyWanted() throws {
        let rig = Rig([
            "register": [registered], "device_authorization": [device],
            "token": Array(repeating: refused("authorization_pending"), count: 30),
        ])
        #expect(throws: SignInError.timedOut(rig.portal, after: .seconds(20))) {
            try rig.token(.device)
        }
        #expect(rig.slept.withLock { $0 } == .seconds(20))
    }

    /// What stands at an organization's own domain.
    private struct OwnSite: HTTPTransport {
        let status: Int
        let location: String

        func send(_ request: borrowing HTTPRequest) throws(HTTPError) -> HTTPResponse {
            HTTPResponse(
                status: status, headers: [HTTPHeader("Location", location)], body: Secret(""))
        }
    }

    @Test(arguments: [
        (
            "https://aws.example.com", 302, "https://d-1.awsapps.com/start#/",
            "d-1.awsapps.com/start"
        ),
        ("https://aws.example.com/x", 301, "https://i.portal.eu-west-1.app.aws", "i.portal"),
        ("https://aws.example.com", 302, "http://d-1.awsapps.com/start", "aws.example.com"),
        ("https://aws.example.com", 302, "https://evil.example/x.awsapps.com", "aws.example.com"),
        ("https://aws.example.com", 302, "https://d.awsapps.com@evil.example", "aws.example.com"),
        ("https://aws.example.com", 302, "https://evil.example#.awsapps.com", "aws.example.com"),
        ("https://aws.example.com", 200, "https://d-1.awsapps.com/start", "aws.example.com"),
        ("https://d-2.awsapps.com/start", 302, "https://d-1.awsapps.com/start", "d-2.awsapps.com"),
    ])
    func anOwnDomainLeadsToAWS(
        url: String, status: Int, location: String, asked: String
    ) throws {
        let rig = Rig(
            [
                "register": [registered], "device_authorization": [device],
                "token": [given("one")],
            ], startURL: url)
        rig.web = OwnSite(status: status, location: location)
        #expect(try rig.token(.device) == "one")
        let body = rig.service.bodies[1]
        #expect(
            body.contains(#""startUrl":"https:\/\/\#(asked)"#)
                || body.contains(#""startUrl":"https://\#(asked)"#), "\(body)")
        #expect(!body.contains("#"))
    }

    @Test(arguments: ["access_denied", "expired_token"])
    func whoWaitedForANoDoesNotAskAgain(code: String) throws {
        let rig = Rig([
            "register": [registered], "device_authorization": [device, device],
            "token": [refused(code), given("one")],
        ])
        try FileManager.default.createDirectory(
            atPath: rig.folder, withIntermediateDirectories: true)
        rig.hasLocks = true
        #expect(throws: SignInError.self) { try rig.token(.device) }
        let asked = rig.service.bodies.count
        #expect {
            try rig.token(.device)
        } throws: {
            "\($0)".hasPrefix(code == "access_denied" ? "denied" : "timedOut")
        }
        #expect(rig.service.bodies.count == asked)
        // Who comes later means it.
        rig.began = MonotonicTime.now + .seconds(60)
        #expect(try rig.token(.device) == "one")
    }

    @Test func whoWaitedTooLongShowsNoPage() throws {
        let rig = Rig(["register": [registered], "device_authorization": [device]])
        try FileManager.default.createDirectory(
            atPath: rig.folder, withIntermediateDirectories: true)
        rig.hasLocks = true
        rig.timeout = .seconds(-30)  // so that others are not waited for
        let other = try FileLock(
            path: SignInLock.path(rig.portal.recordName, in: rig.folder), within: .seconds(1))
        defer { withExtendedLifetime(other) {} }
        #expect(throws: SignInError.timedOut(rig.portal, after: .zero)) {
            try rig.token(.device)
        }
        #expect(rig.service.bodies.isEmpty)
    }

    @Test(arguments: [
        ("5 denied", SignInRefusal.denied), ("5 timedOut", .timedOut), ("3 denied", nil),
        ("2 denied", nil), ("10 denied", nil), ("x denied", nil), ("5 other", nil), ("", nil),
    ])
    func aNoIsOfItsTime(text: String, refusal: SignInRefusal?) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(text.utf8).write(to: folder.appending(path: "a-b.lock.refused"))
        let refusals = SignInRefusals("a:b", in: folder.path)
        let (start, now) = (MonotonicTime(sinceBoot: 3), MonotonicTime(sinceBoot: 9))
        #expect(refusals.since(start, now: now) == refusal)
        #expect(SignInRefusals("a:b", in: nil).since(start, now: now) == nil)
    }

    @Test func aForgottenClientIsRegisteredAnew() throws {
        let rig = Rig([
            "register": [registered, registered],
            "device_authorization": [refused("invalid_client"), device],
            "token": [given("one")],
        ])
        #expect(try rig.token(.device) == "one")
    }

    private func signedIn(
        _ answers: [(Int, String)], seconds: Int = 200, refreshToken: String? = "r1"
    ) throws -> Rig {
        let rig = Rig([
            "register": [registered], "device_authorization": [device],
            "token": [given("one", refreshToken: refreshToken, seconds: seconds)] + answers,
        ])
        #expect(try rig.token(.device) == "one")
        return rig
    }

    @Test func anOldRefreshTokenGoesOnWhereThereIsNoNewOne() throws {
        let rig = try signedIn([given("two", seconds: 200), given("three")])
        #expect(try rig.token() == "two")
        #expect(try rig.token() == "three")
        #expect(rig.service.bodies.suffix(2).allSatisfy { $0.contains(#""refreshToken":"r1""#) })
    }

    @Test func aTokenThatIsStillGoodIsUsedWhereAWSIsAway() throws {
        let rig = try signedIn([refused("server_error")])
        #expect(try rig.token() == "one")
    }

    @Test func aTokenThatWasRejectedIsNotGivenAgain() throws {
        let rig = try signedIn([given("two", refreshToken: "r2")], seconds: 3600)
        #expect(try rig.token() == "one")
        #expect(try rig.token(not: "one") == "two")
        #expect(try rig.token() == "two")
    }

    @Test func aNewerSignInOfTheCLICountsHoweverShortItIs() throws {
        let rig = try signedIn([refused("invalid_grant")], seconds: 7200)
        let shared = SignInToken(
            accessToken: Secret("cli"), expiration: rig.clock + .seconds(3600), refreshToken: nil,
            client: nil, place: .cli, isDurable: true)
        try CLITokenCache(directory: "\(rig.folder)/cli").store(shared, of: rig.portal)
        #expect(try rig.token() == "one")
        #expect(try rig.token(not: "one") == "cli")
        #expect(rig.service.bodies.count == 3)
    }

    /// One that lives longer than the sign-in of the vault, and that AWS has ended.
    @Test func aRejectedTokenHidesNoneOfTheVault() throws {
        let rig = try signedIn([given("two")], seconds: 200)
        let ended = SignInToken(
            accessToken: Secret("ended"), expiration: rig.clock + .seconds(3600),
            refreshToken: nil, client: nil, place: .cli, isDurable: true)
        try CLITokenCache(directory: "\(rig.folder)/cli").store(ended, of: rig.portal)
        #expect(try rig.token() == "ended")
        #expect(try rig.token(not: "ended") == "two")
    }

    @Test func anOldSignInOfTheCLIDoesNotCount() throws {
        let rig = try signedIn([given("two")])
        let shared = SignInToken(
            accessToken: Secret("cli"), expiration: rig.clock + .seconds(-9),
            refreshToken: Secret("old"),
            client: ClientRegistration(
                clientID: "c", clientSecret: Secret("s"), expiration: rig.clock + .seconds(9999)),
            place: .cli, isDurable: true)
        try CLITokenCache(directory: "\(rig.folder)/cli").store(shared, of: rig.portal)
        rig.clock = rig.clock + .seconds(3600)
        #expect(try rig.token() == "two")
        #expect(rig.service.bodies.last?.contains(#""refreshToken":"r1""#) == true)
    }

    @Test(arguments: [
        ("invalid_grant", SignInReason.expired), ("invalid_client", .expired),
    ])
    func whatEndsASignInAsksForAnother(code: String, reason: SignInReason) throws {
        let rig = try signedIn([refused(code)])
        rig.clock = rig.clock + .seconds(3600)
        #expect(throws: SignInError.needed(rig.portal, reason)) { try rig.token() }
    }

    @Test func aSignInThatIsOverSaysSo() throws {
        let rig = try signedIn([], refreshToken: nil)
        rig.clock = rig.clock + .seconds(3600)
        #expect(throws: SignInError.needed(rig.portal, .expired)) { try rig.token() }
        let other = Rig([:])
        #expect(throws: SignInError.needed(other.portal, .absent)) { try other.token() }
    }

    @Test func aVaultThatIsLockedIsNoAnswer() throws {
        let rig = Rig([:], vault: MemoryVault(failure: .locked))
        #expect(throws: SignInError.vault(.locked, rig.portal)) { try rig.token() }
    }

    @Test func aVaultThatTakesNothingIsTold() throws {
        let rig = Rig(
            [
                "register": [registered], "device_authorization": [device],
                "token": [given("one", refreshToken: "r")],
            ], vault: MemoryVault(failure: .locked))
        #expect(try rig.token(.device) == "one")
        #expect(rig.events.contains(.notKept(rig.portal.displayName, .vault(.locked))))
    }
}
