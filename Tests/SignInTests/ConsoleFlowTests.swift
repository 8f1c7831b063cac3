// The ways to credentials of the console, with a vault in memory, a scripted service, and a clock.
import AWS
import Crypto
import Foundation
import Loopback
import Model
import Store
import Synchronization
import System
import Testing
import Vault

@testable import SignIn

private func given(_ name: String, subject: String? = nil, seconds: Int = 900) -> (Int, String) {
    let claims = subject.map {
        Base64.encodeForURL(Array(#"{"sub":"\#($0)","iat":1800000000}"#.utf8))
    }
    let id = claims.map { #", "idToken": "e30.\#($0).c2ln""# } ?? ""
    return (
        200,
        #"{"accessToken": {"accessKeyId": "ASIA\#(name)", "secretAccessKey": "s", "#
            + #""sessionToken": "t"}, "tokenType": "aws_sigv4", "expiresIn": \#(seconds), "#
            + #""refreshToken": "r-\#(name)"\#(id)}"#
    )
}

private func refused(_ code: String, status: Int = 401) -> (Int, String) {
    (status, #"{"error": "\#(code)", "message": "No."}"#)
}

/// One sign-in, of an identity that no other test has.
private final class Rig: @unchecked Sendable {
    let session = ConsoleSession("arn:aws:iam::111122223333:user/\(UUID())")
    let service: Service
    let vault: MemoryVault
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    let regions = Mutex<[String]>([])
    private let said = Mutex<[SignInEvent]>([])
    var opened: @Sendable (String) -> Void = { _ in }
    var pasted: @Sendable (String) -> String = { _ in "" }
    var clock = Timestamp(secondsSinceEpoch: 1_800_000_000)

    /// - Parameter answers: What the service answers, by the name of the identity.
    init(
        vault: MemoryVault = MemoryVault(), _ answers: (_ name: String) -> [(Int, String)]
    ) {
        service = Service(["token": answers(session.name)])
        self.vault = vault
    }

    convenience init(_ answers: [(Int, String)], vault: MemoryVault = MemoryVault()) {
        self.init(vault: vault) { _ in answers }
    }

    deinit {
        try? KernelKeyring(prefix: "credtool:sign-in:").remove(name: session.recordName)
        try? FileManager.default.removeItem(atPath: folder)
    }

    var events: [SignInEvent] { said.withLock { $0 } }
    var cli: CLILoginCache { CLILoginCache(directory: "\(folder)/cli") }

    func console(_ method: SignInMethod?) -> ConsoleSignIn {
        let store = ConsoleTokenStore(
            cli: cli, index: SignInIndex(path: "\(folder)/index"),
            records: { [vault] _ in DurableRecords(vault) })
        var effects = SignInEffects(method: method, lockDirectory: { nil })
        effects.timeout = .seconds(20)
        effects.now = { [self] in clock }
        effects.report = { [self] event in said.withLock { $0.append(event) } }
        effects.openBrowser = { [self] (page) throws(BrowserError) in opened(page) }
        effects.hasTerminal = { true }
        effects.askForPaste = { [self] () throws(TerminalError) in
            let pages = events.compactMap { if case .paste(let page) = $0 { page } else { nil } }
            return Secret(pasted(pages.last ?? ""))
        }
        return ConsoleSignIn(
            region: "eu-west-1",
            service: { [self] (region) throws(EndpointError) in
                regions.withLock { $0.append(region) }
                return ConsoleOAuth(
                    endpoint: try .signIn(.init(region: region)), transport: service,
                    effects: CallEffects(
                        now: { .now() }, uptime: { .zero }, sleep: { _ in }, random: { 0 }))
            }, store: store, effects: effects)
    }

    /// The access key's ID.
    func key(_ method: SignInMethod? = nil) throws -> String {
        let token = try console(method).token(of: session)
        return token.credentials.accessKeyID.description
    }

    /// What `aws login` leaves behind, with credentials that live so many seconds.
    func cliSignsIn(seconds: Int, region: String? = nil) throws {
        let token = ConsoleToken(
            credentials: Credentials(
                accessKeyID: try #require(AccessKeyID("ASIACLI")), secretAccessKey: Secret("s"),
                sessionToken: Secret("t"), expiration: clock + .seconds(seconds),
                accountID: "111122223333"),
            refreshToken: Secret("r-cli"), clientID: "c", idToken: nil, key: try ECDSAKey().pem(),
            region: region, obtained: nil, place: .cli, isDurable: true)
        try cli.store(token, of: session)
    }

    /// A browser of this machine that comes back at once.
    func returns(_ query: String) {
        opened = { page in
            visit("\(field("redirect_uri", of: page))?\(query)&state=\(field("state", of: page))")
        }
    }
}

@Suite(.serialized) struct ConsoleFlowTests {
    @Test func theBrowserIsOpenedAndBringsACode() throws {
        let rig = Rig { [given("ONE", subject: $0)] }
        rig.returns("code=made-up")
        #expect(try rig.console(.browser(opens: true)).signIn() == rig.session)
        #expect(rig.service.bodies.last?.contains(#""code":"made-up""#) == true)
        #expect(
            rig.events.contains {
                if case .browser(_, let isOpened, _) = $0 { isOpened } else { false }
            })
        // It is kept, and its end is twelve hours after it began.
        let token = try rig.console(nil).token(of: rig.session)
        let end = token.end
        #expect(end == Timestamp(secondsSinceEpoch: 1_800_000_000 + 12 * 3600))
        #expect(rig.service.bodies.count == 1)
    }

    @Test(arguments: [
        ("error=access_denied", ConsoleSignInError.denied),
        (
            "error=server_error&error_description=Oh",
            .refused(code: "server_error", description: "Oh")
        ),
    ])
    func aBrowserMayBringSomethingElse(query: String, error: ConsoleSignInError) throws {
        let rig = Rig([])
        rig.returns(query)
        #expect(throws: error) { _ = try rig.console(.browser(opens: true)).signIn() }
    }

    @Test func whatThePageShowsIsPasted() throws {
        let rig = Rig { [given("ONE", subject: $0)] }
        let tries = Mutex(0)
        rig.pasted = { page in
            let count = tries.withLock { tries in
                tries += 1
                return tries
            }
            let state = count == 1 ? "other" : field("state", of: page)
            return Base64.encodeForURL(Array("state=\(state)&code=made-up".utf8))
        }
        #expect(try rig.console(.device).signIn() == rig.session)
        #expect(rig.events.contains(.malformedPaste))
        #expect(rig.service.bodies.last?.contains("cross-device") == true)
    }

    @Test func anIdentityThatIsNotToldIsNone() throws {
        for answer in [given("ONE"), given("ONE", subject: "alice")] {
            let rig = Rig([answer])
            rig.returns("code=c")
            #expect(throws: ConsoleSignInError.noIdentity) {
                _ = try rig.console(.browser(opens: true)).signIn()
            }
        }
    }

    @Test func nobodyElseMaySignInForAProfile() throws {
        let rig = Rig([given("ONE", subject: "arn:aws:iam::1:root")])
        rig.returns("code=c")
        #expect(
            throws: ConsoleSignInError.otherIdentity(
                ConsoleSession("arn:aws:iam::1:root"), asked: rig.session)
        ) { _ = try rig.key(.browser(opens: true)) }
        #expect(throws: ConsoleSignInError.needed(rig.session, .absent)) { _ = try rig.key() }
    }

    @Test func aSignInIsRenewedInItsOwnRegion() throws {
        let rig = Rig([given("TWO"), given("THREE")])
        try rig.cliSignsIn(seconds: 100, region: "us-west-2")
        #expect(try rig.key() == "ASIATWO")
        rig.clock = rig.clock + .seconds(800)
        #expect(try rig.key() == "ASIATHREE")
        #expect(rig.regions.withLock { $0 } == ["us-west-2", "us-west-2"])
        #expect(rig.service.bodies.last?.contains("r-TWO") == true)
    }

    @Test func aSignInOfNoKnownRegionIsRenewedInThatOfTheProfile() throws {
        let rig = Rig([given("TWO")])
        try rig.cliSignsIn(seconds: 100)
        #expect(try rig.key() == "ASIATWO")
        #expect(rig.regions.withLock { $0 } == ["eu-west-1"])
    }

    /// Below five minutes they are renewed, above not.
    @Test(arguments: [(301, "ASIACLI"), (300, "ASIATWO"), (0, "ASIATWO")])
    func credentialsAreRenewedBeforeTheyAreOver(seconds: Int, key: String) throws {
        let rig = Rig([given("TWO")])
        try rig.cliSignsIn(seconds: seconds)
        #expect(try rig.key() == key)
    }

    @Test func whatWasGivenAMomentAgoIsNotRenewed() throws {
        let rig = Rig([given("TWO", seconds: 60), given("THREE")])
        try rig.cliSignsIn(seconds: 0)
        #expect(try [rig.key(), rig.key()] == ["ASIATWO", "ASIATWO"])
        rig.clock = rig.clock + .seconds(31)
        #expect(try rig.key() == "ASIATHREE")
    }

    @Test(arguments: [
        ("TOKEN_EXPIRED", ConsoleSignInReason.expired),
        ("USER_CREDENTIALS_CHANGED", .credentialsChanged), ("INVALID_REQUEST", .refused),
    ])
    func aSignInThatEndedIsTold(code: String, reason: ConsoleSignInReason) throws {
        let rig = Rig([refused(code), refused(code)])
        try rig.cliSignsIn(seconds: 30)
        #expect(throws: ConsoleSignInError.needed(rig.session, reason)) { _ = try rig.key() }
        // What is left of it goes on for as long as it is of use.
        try rig.cliSignsIn(seconds: 200)
        #expect(try rig.key() == "ASIACLI")
    }

    /// AWS's model calls it rate_exceeded, and older ones INVALID_REQUEST, which is an end elsewhere.
    @Test func aServiceThatIsAskedTooOftenEndsNothing() throws {
        let busy = refused("INVALID_REQUEST", status: 429)
        let rig = Rig([busy, busy, busy, given("TWO")])
        try rig.cliSignsIn(seconds: 30)
        #expect {
            _ = try rig.key(.device)
        } throws: { error in
            if case ConsoleSignInError.service = error { true } else { false }
        }
        #expect(try rig.key() == "ASIATWO")
    }

    /// Two sign-ins of one identity, here and by the AWS CLI: each has an end of its own.
    @Test func whereTheLatestSignInHasEndedTheOtherGoesOn() throws {
        let rig = Rig {
            [given("ONE", subject: $0, seconds: 100), refused("TOKEN_EXPIRED"), given("TWO")]
        }
        rig.returns("code=c")
        _ = try rig.console(.browser(opens: true)).signIn()
        rig.clock = rig.clock + .seconds(200)
        try rig.cliSignsIn(seconds: 0)
        #expect(try rig.key() == "ASIATWO")
        let sent = rig.service.bodies.suffix(2)
        #expect(sent.first?.contains("r-cli") == true && sent.last?.contains("r-ONE") == true)
    }

    @Test func theEndOfTheLatestSignInIsTold() throws {
        let rig = Rig {
            [
                given("ONE", subject: $0, seconds: 100), refused("TOKEN_EXPIRED"),
                refused("INVALID_REQUEST", status: 400),
            ]
        }
        rig.returns("code=c")
        _ = try rig.console(.browser(opens: true)).signIn()
        rig.clock = rig.clock + .seconds(200)
        try rig.cliSignsIn(seconds: 0)
        #expect(throws: ConsoleSignInError.needed(rig.session, .expired)) { _ = try rig.key() }
    }

    @Test func aVaultThatIsLockedIsTold() throws {
        let rig = Rig([], vault: MemoryVault(failure: .locked))
        #expect(throws: ConsoleSignInError.vault(.locked, rig.session)) { _ = try rig.key() }
    }

    @Test func aVaultThatIsLockedHidesNoEnd() throws {
        let rig = Rig([refused("TOKEN_EXPIRED")], vault: MemoryVault(failure: .locked))
        try rig.cliSignsIn(seconds: 30)
        #expect(throws: ConsoleSignInError.needed(rig.session, .expired)) { _ = try rig.key() }
    }

    @Test func whatTheVaultDoesNotTakeIsUsedAndTold() throws {
        let rig = Rig(vault: MemoryVault(failure: .locked)) { [given("ONE", subject: $0)] }
        rig.returns("code=c")
        #expect(try rig.key(.browser(opens: true)) == "ASIAONE")
        #expect(rig.events.contains(.notKept(rig.session.displayName, .vault(.locked))))
    }

    @Test func aSignInIsForgotten() throws {
        let rig = Rig([])
        #expect(try !rig.console(nil).forget(rig.session))
        try rig.cliSignsIn(seconds: 900)
        #expect(try rig.console(nil).forget(rig.session))
        #expect(throws: ConsoleSignInError.needed(rig.session, .absent)) { _ = try rig.key() }
    }
}
