// Plans carried out with scripted answers of AWS: which calls are made, and which are not.
import AWS
import HTTP
import Model
import Planning
import Profiles
import Prompts
import System
import Testing
import Vault

@testable import Engine
@testable import Store

private let mfaConfig = """
    [profile work]
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    [profile a]
    role_arn = arn:aws:iam::111122223333:role/A
    source_profile = work
    [profile b]
    role_arn = arn:aws:iam::111122223333:role/B
    source_profile = work
    """

final class EngineTests: @unchecked Sendable {
    private let store = MemoryRecords()
    private let transport = ScriptedTransport()
    private let keys = ScriptedKeys()
    private var codes: [String] = []
    private var asked = 0
    private var givenCode: String?
    private var progress: [Progress] = []
    private var variables: [String: String] = [:]
    private var sentCodes = SentCodes(directory: nil)
    private var codesAreAutomatic = false
    private var slept = 0

    /// What is asked for, and the config file that it is asked with.
    private struct Wish {
        var config: String
        var request: CredentialRequest
    }

    private func wish(
        _ profile: String, config: String = mfaConfig,
        _ change: (inout PlanRequest) -> Void = { _ in }
    ) -> Wish {
        var request = PlanRequest()
        request.profile = Setting(profile, from: .standard)
        change(&request)
        return Wish(config: config, request: CredentialRequest(request))
    }

    private func engine(_ config: String) -> Engine {
        let calls = CallEffects(
            now: { .now() }, uptime: { .zero }, sleep: { _ in }, random: { 0 })
        var effects = Engine.Effects(
            configFiles: { () throws(EngineError) in
                do {
                    return try ConfigFiles(
                        config: Secret(config), credentials: nil,
                        paths: ConfigPaths(variable: { _ in "/home/me" }))
                } catch { throw EngineError(planning: error) }
            },
            keys: keys,
            facts: { [self] index in
                PlanFacts(
                    keys: index.entries.map(\.storedKey), user: "me", host: "box",
                    variable: { [self] in variables[$0] })
            },
            cache: SessionCache(kernel: store, overflow: MemoryRecords()),
            sts: { [transport] (_) throws(EngineError) in
                do throws(EndpointError) {
                    return STS(
                        endpoint: try Endpoint(
                            override: "http://127.0.0.1:1", signingRegion: "us-east-1"),
                        transport: transport, effects: calls)
                } catch { throw .endpoint(error) }
            },
            iam: { (_) throws(EngineError) in throw .environment }, local: transport,
            loadPlainKey: { (_) throws(PlainKeyFailure) in throw .malformedID },
            secretVariable: { [self] name in
                guard let value = variables[name] else { return nil }
                return Secret(value)
            },
            variable: { [self] in variables[$0] },
            codePrompt: { [self] _ in
                CodePrompt(isAutomatic: codesAreAutomatic) { [self] (_) throws(PromptError) in
                    asked += 1
                    if codes.isEmpty { throw .terminal(.noTerminal) }
                    return codes.removeFirst()
                }
            }, sentCodes: { [self] in sentCodes }, lockDirectory: { nil })
        effects.report = { [self] in progress.append($0) }
        effects.sleep = { [self] _ in slept += 1 }
        return Engine(effects)
    }

    /// Obtains the credentials and gives back their key ID.
    private func obtain(_ wish: Wish, fresh: Bool = false) throws -> String {
        var request = wish.request
        request.isFresh = fresh
        request.givenCode = givenCode
        return try engine(wish.config).credentials(for: request).takeCredentials()
            .accessKeyID.description
    }

    @Test func theKeyItselfNeedsNoCall() throws {
        #expect(try obtain(wish("work") { $0.noSession = true }) == "AKIAWORKEXAMPLE00001")
        #expect(transport.calls.isEmpty)
    }

    @Test func oneCodeServesEveryRoleBehindTheDevice() throws {
        codes = ["123456"]
        transport.answers = [
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE01", lifetime: 43200),
            answer("AssumeRole", id: "ASIAROLEAEXAMPLE0001"),
            answer("AssumeRole", id: "ASIAROLEBEXAMPLE0001"),
        ]
        #expect(try obtain(wish("a")) == "ASIAROLEAEXAMPLE0001")
        #expect(try obtain(wish("b")) == "ASIAROLEBEXAMPLE0001")
        #expect(try obtain(wish("work")) == "ASIASESSIONEXAMPLE01")
        #expect(try obtain(wish("a")) == "ASIAROLEAEXAMPLE0001")
        #expect(asked == 1)
        #expect(keys.loaded == 1)
        #expect(transport.calls == ["GetSessionToken 123456", "AssumeRole", "AssumeRole"])
    }

    @Test func freshRenewsTheLastStepAndKeepsTheCode() throws {
        codes = ["123456"]
        transport.answers = [
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE01", lifetime: 43200),
            answer("AssumeRole", id: "ASIAROLEAEXAMPLE0001"),
            answer("AssumeRole", id: "ASIAROLEAEXAMPLE0002"),
        ]
        #expect(try obtain(wish("a")) == "ASIAROLEAEXAMPLE0001")
        #expect(try obtain(wish("a"), fresh: true) == "ASIAROLEAEXAMPLE0002")
        #expect(try obtain(wish("a")) == "ASIAROLEAEXAMPLE0002")
        #expect(asked == 1)
    }

    @Test func aSessionWithTooLittleLeftIsRenewed() throws {
        transport.answers = [
            answer("AssumeRole", id: "ASIAROLEAEXAMPLE0001", lifetime: 600),
            answer("AssumeRole", id: "ASIAROLEAEXAMPLE0002"),
        ]
        let config = mfaConfig.replacing("mfa_serial = arn:aws:iam::111122223333:mfa/me", with: "")
        #expect(try obtain(wish("a", config: config)) == "ASIAROLEAEXAMPLE0001")
        #expect(try obtain(wish("a", config: config)) == "ASIAROLEAEXAMPLE0001")
        let longer = wish("a", config: config) { $0.minimumTTL = .seconds(900) }
        #expect(try obtain(longer) == "ASIAROLEAEXAMPLE0002")
    }

    @Test func codesAreCheckedBeforeTheyAreSentAndAskedForAgain() throws {
        codes = ["12345", "abcdef", "111111", "111111", "222 222"]
        transport.answers = [
            wrongCode, answer("GetSessionToken", id: "ASIASESSIONEXAMPLE01", lifetime: 43200),
        ]
        #expect(try obtain(wish("work")) == "ASIASESSIONEXAMPLE01")
        #expect(transport.calls == ["GetSessionToken 111111", "GetSessionToken 222222"])
        #expect(progress.filter { $0 == .malformedCode }.count == 2)
        let repeated = progress.filter { progress in
            if case .repeatedCode = progress { return true }
            return false
        }
        #expect(repeated.count == 1)
        #expect(progress.contains(.wrongCode(triesLeft: 2)))
    }

    @Test func threeWrongCodesAreEnough() throws {
        codes = ["111111", "222222", "333333", "444444"]
        transport.answers = [wrongCode, wrongCode, wrongCode]
        let serial = "arn:aws:iam::111122223333:mfa/me"
        #expect(throws: EngineError.wrongCode(mfaSerial: serial, tries: 3)) {
            try obtain(wish("work"))
        }
        #expect(codes == ["444444"])
    }

    @Test func aGivenCodeIsTriedOnce() throws {
        givenCode = "111111"
        transport.answers = [wrongCode]
        let serial = "arn:aws:iam::111122223333:mfa/me"
        #expect(throws: EngineError.wrongCode(mfaSerial: serial, tries: 1)) {
            try obtain(wish("work"))
        }
        #expect(asked == 0)
    }

    @Test func anotherDenialIsNoWrongCode() throws {
        codes = ["111111", "222222"]
        transport.answers = [refusal("AccessDenied", "User is not authorized")]
        let error = #expect(throws: EngineError.self) { try obtain(wish("work")) }
        guard case .call(.service(let service), _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(service.message == "User is not authorized")
        #expect(codes == ["222222"])
    }

    @Test func aSessionThatAWSRevokedIsObtainedAnew() throws {
        codes = ["111111", "222222"]
        transport.answers = [
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE01", lifetime: 43200),
            answer("AssumeRole", id: "ASIAROLEAEXAMPLE0001"),
            refusal("ExpiredToken", "The security token included in the request is expired"),
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE02", lifetime: 43200),
            answer("AssumeRole", id: "ASIAROLEBEXAMPLE0001"),
        ]
        #expect(try obtain(wish("a")) == "ASIAROLEAEXAMPLE0001")
        #expect(try obtain(wish("b")) == "ASIAROLEBEXAMPLE0001")
        #expect(asked == 2)
    }

    @Test func aKeyThatTheIndexDoesNotKnowIsNotUsed() throws {
        keys.inVault = "AKIAOTHEREXAMPLE0001"
        let error = #expect(throws: EngineError.self) { try obtain(wish("a")) }
        guard case .otherKey(let id, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(id.description == keys.inVault)
        #expect(transport.calls.isEmpty)
    }

    @Test func withoutATerminalTheMissingCodeIsTold() throws {
        let serial = "arn:aws:iam::111122223333:mfa/me"
        #expect(throws: EngineError.code(.terminal(.noTerminal), mfaSerial: serial)) {
            try obtain(wish("a"))
        }
        #expect(transport.calls.isEmpty)
    }

    @Test func aCodeIsNeverSentTwice() throws {
        let config = mfaConfig.replacing("mfa/me", with: "mfa/other")
        codes = ["111111", "111111", "222222"]
        transport.answers = [
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE01", lifetime: 43200),
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE02", lifetime: 43200),
        ]
        _ = try obtain(wish("work") { $0.duration = .seconds(3600) })
        // Another session with the same device: the code on it was sent already.
        _ = try obtain(wish("work") { $0.duration = .seconds(7200) })
        #expect(transport.calls == ["GetSessionToken 111111", "GetSessionToken 222222"])
        // Another device may show the same digits.
        codes = ["111111"]
        transport.answers = [
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE03", lifetime: 43200)
        ]
        _ = try obtain(wish("work", config: config))
        #expect(transport.calls.last == "GetSessionToken 111111")

        givenCode = "222222"
        let error = #expect(throws: EngineError.self) {
            try obtain(wish("work") { $0.duration = .seconds(10_800) })
        }
        guard case .usedCode = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aDeviceThatAProgramReadsIsWaitedFor() throws {
        codesAreAutomatic = true
        codes = ["111111", "111111", "222222"]
        transport.answers = [
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE01", lifetime: 43200),
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE02", lifetime: 43200),
        ]
        #expect(try obtain(wish("work")) == "ASIASESSIONEXAMPLE01")
        #expect(
            try obtain(wish("work") { $0.duration = .seconds(3600) }) == "ASIASESSIONEXAMPLE02")
        #expect(slept == 1)
        #expect(transport.calls == ["GetSessionToken 111111", "GetSessionToken 222222"])
    }

    @Test func aProgramIsNotWaitedForWithoutEnd() throws {
        codesAreAutomatic = true
        codes = Array(repeating: "111111", count: 9)
        transport.answers = [
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE01", lifetime: 43200)
        ]
        _ = try obtain(wish("work"))
        let error = #expect(throws: EngineError.self) {
            try obtain(wish("work") { $0.duration = .seconds(3600) })
        }
        guard case .usedCode = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(slept == 2)
    }

    @Test func aProgramsWrongCodeIsNotFollowedByAnother() throws {
        codesAreAutomatic = true
        codes = ["111111", "222222"]
        transport.answers = [wrongCode]
        let error = #expect(throws: EngineError.self) { try obtain(wish("work")) }
        guard case .wrongCode(_, tries: 1) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(transport.calls == ["GetSessionToken 111111"])
    }

    @Test func theEnvironmentIsASourceOfItsOwn() throws {
        variables = [
            "AWS_ACCESS_KEY_ID": "AKIAENVEXAMPLE000001", "AWS_SECRET_ACCESS_KEY": "secret",
        ]
        transport.answers = [answer("AssumeRole", id: "ASIAROLEAEXAMPLE0001")]
        let config = """
            [profile x]
            role_arn = arn:aws:iam::111122223333:role/X
            credential_source = Environment
            """
        #expect(try obtain(wish("x", config: config)) == "ASIAROLEAEXAMPLE0001")
        #expect(keys.loaded == 0)
    }

    @Test func whatAProgramPrintsIsCachedWhereItEnds() throws {
        func config(_ expiration: String) -> String {
            """
            [profile tool]
            credential_process = /bin/echo '{"Version":1,"AccessKeyId":"ASIATOOLEXAMPLE00001",\
            "SecretAccessKey":"s","SessionToken":"t"\(expiration)}'
            """
        }
        let end = Timestamp.now() + .seconds(3600)
        let ends = wish("tool", config: config(",\"Expiration\":\"\(end)\""))
        #expect(try obtain(ends) == "ASIATOOLEXAMPLE00001")
        #expect(
            progress.filter {
                $0 == .requesting(subject: "credential_process of tool", operation: nil)
            }
            .count == 1)
        #expect(try obtain(ends) == "ASIATOOLEXAMPLE00001")
        #expect(
            progress.filter {
                $0 == .requesting(subject: "credential_process of tool", operation: nil)
            }
            .count == 1)
        let lasting = wish("tool", config: config(""))
        _ = try obtain(lasting)
        _ = try obtain(lasting)
        #expect(
            progress.filter {
                $0 == .requesting(subject: "credential_process of tool", operation: nil)
            }
            .count == 3)
    }

    @Test(arguments: [
        ("/bin/false", ProcessFailure.ended(.exited(1))),
        ("/nonexistent x", .run(.cannotStart(ExecuteError(program: "/nonexistent", code: 2)))),
        ("'open", .unsplittable(.noClosingQuotation)),
        ("/bin/echo {}", .document(.missing(["Version", "AccessKeyId", "SecretAccessKey"]))),
    ])
    func programsThatFail(command: String, failure: ProcessFailure) throws {
        let config = "[profile tool]\ncredential_process = \(command)"
        let error = #expect(throws: EngineError.self) { try obtain(wish("tool", config: config)) }
        guard case .process(let found, let use) = error, use.profile == "tool" else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == failure)
    }

    @Test func aProgramThatCallsItselfBackIsDetected() throws {
        variables = [
            "CREDTOOL_CREDENTIAL_PROCESS": "0123456789abcdef \(FNV1a.hexadecimal("/bin/true".utf8))"
        ]
        let config = "[profile tool]\ncredential_process = /bin/true"
        let error = #expect(throws: EngineError.self) { try obtain(wish("tool", config: config)) }
        guard case .process(.loop, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aWebIdentitysTokenIsTraded() throws {
        transport.answers = [answer("AssumeRoleWithWebIdentity", id: "ASIAROLEAEXAMPLE0001")]
        let config = """
            [profile token]
            role_arn = arn:aws:iam::111122223333:role/T
            web_identity_token_process = /bin/echo a-token
            """
        #expect(try obtain(wish("token", config: config)) == "ASIAROLEAEXAMPLE0001")
        #expect(transport.bodies[0].contains("WebIdentityToken=a-token"))
    }

    @Test func waysOfSigningInThatAreNotKnownAreNamed() throws {
        let config = """
            [profile sso]
            sso_start_url = https://x
            sso_region = us-east-1
            sso_account_id = 111122223333
            sso_role_name = R
            """
        let error = #expect(throws: EngineError.self) { try obtain(wish("sso", config: config)) }
        guard case .unsupported(.sso) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aCachedSessionThatAWSDoesNotKnowIsObtainedAnew() throws {
        codes = ["111111", "222222"]
        transport.answers = [
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE01", lifetime: 43200),
            answer("AssumeRole", id: "ASIAROLEAEXAMPLE0001"),
            refusal(
                "InvalidClientTokenId", "The security token included in the request is invalid"),
            answer("GetSessionToken", id: "ASIASESSIONEXAMPLE02", lifetime: 43200),
            answer("AssumeRole", id: "ASIAROLEBEXAMPLE0001"),
        ]
        #expect(try obtain(wish("a")) == "ASIAROLEAEXAMPLE0001")
        #expect(try obtain(wish("b")) == "ASIAROLEBEXAMPLE0001")
        #expect(asked == 2)
    }

    @Test func aKeyThatAWSDoesNotKnowIsNotAskedForAgain() throws {
        transport.answers = [
            refusal("InvalidClientTokenId", "The security token included in the request is invalid")
        ]
        let config = mfaConfig.replacing("mfa_serial = arn:aws:iam::111122223333:mfa/me", with: "")
        let error = #expect(throws: EngineError.self) { try obtain(wish("a", config: config)) }
        guard case .call(.service, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(transport.calls == ["AssumeRole"])
        #expect(keys.loaded == 1)
    }

    @Test func aProgramsSessionThatIsNearlyOverIsNotHandedOutOfTheCache() throws {
        func config(_ id: String, lives seconds: Int) -> String {
            """
            [profile tool]
            credential_process = /bin/sh -c 'echo "$0"' '{"Version":1,"AccessKeyId":"\(id)",\
            "SecretAccessKey":"s","SessionToken":"t",\
            "Expiration":"\(Timestamp.now() + .seconds(seconds))"}'
            """
        }
        let short = config("ASIATOOLEXAMPLE00001", lives: 120)
        #expect(try obtain(wish("tool", config: short)) == "ASIATOOLEXAMPLE00001")
        #expect(try obtain(wish("tool", config: short)) == "ASIATOOLEXAMPLE00001")
        let requests = { [self] in
            progress.filter {
                $0 == .requesting(subject: "credential_process of tool", operation: nil)
            }.count
        }
        #expect(requests() == 2)
        let enough = wish("tool", config: short) { $0.minimumTTL = .seconds(60) }
        #expect(try obtain(enough) == "ASIATOOLEXAMPLE00001")
        #expect(requests() == 2)
    }

    @Test func aKeyThatCameIntoTheVaultBehindTheIndexIsFound() throws {
        keys.entries = []
        keys.entriesOfVaults = ScriptedKeys.standard
        transport.answers = [answer("AssumeRole", id: "ASIAROLEAEXAMPLE0001")]
        let config = mfaConfig.replacing("mfa_serial = arn:aws:iam::111122223333:mfa/me", with: "")
        #expect(try obtain(wish("a", config: config)) == "ASIAROLEAEXAMPLE0001")
        #expect(keys.refreshed == 1)
    }

    @Test func aVaultThatCannotBeAskedIsNoMissingKey() {
        keys.entries = []
        keys.failures = [.secretService: .locked]
        let error = #expect(throws: EngineError.self) { try obtain(wish("a")) }
        guard case .unreadVault(.locked, .noCredentials) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let offline = #expect(throws: EngineError.self) {
            try engine(mfaConfig).offlinePlan(wish("a").request.plan)
        }
        guard case .unreadIndex(.noCredentials) = offline else {
            Issue.record("\(String(describing: offline))")
            return
        }
    }

    @Test func anAccountThatIsNotKnownIsAskedForOnce() throws {
        keys.entries = ScriptedKeys.standard.map { entry in
            VaultIndex.Entry(
                profile: entry.profile, accessKeyID: entry.accessKeyID, vault: entry.vault,
                added: entry.added, caller: nil)
        }
        transport.answers = [
            (
                200,
                """
                <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                <GetCallerIdentityResult><Arn>arn:aws:iam::444455556666:user/me</Arn>
                <UserId>AIDAEXAMPLE</UserId><Account>444455556666</Account>
                </GetCallerIdentityResult></GetCallerIdentityResponse>
                """
            ), answer("AssumeRole", id: "ASIAROLEAEXAMPLE0001"),
        ]
        let role = wish("work", config: "") { $0.role = "Own" }
        #expect(try obtain(role) == "ASIAROLEAEXAMPLE0001")
        #expect(transport.calls == ["GetCallerIdentity", "AssumeRole"])
        #expect(transport.bodies[1].contains("444455556666"))
        #expect(keys.entries.first?.caller?.accountID == "444455556666")
    }

    @Test func whereTheProgramIsMissingNobodyIsAsked() throws {
        var missing = wish("a")
        missing.request.program = "/nonexistent/program"
        let error = #expect(throws: EngineError.self) { try obtain(missing) }
        #expect(error == .program(ExecuteError(program: "/nonexistent/program", code: 2)))
        #expect(asked == 0 && keys.loaded == 0)
    }

    /// A server calls the engine from its threads.
    @Test func severalThreadsMayAsk() async throws {
        let config = mfaConfig.replacing("mfa_serial = arn:aws:iam::111122223333:mfa/me", with: "")
        transport.always = answer("AssumeRole", id: "ASIAROLEAEXAMPLE0001")
        let engine = engine(config)
        let ids = await withTaskGroup(of: String?.self) { group in
            for profile in ["a", "b", "a", "b", "a", "b", "a", "b"] {
                let request = wish(profile, config: config).request
                group.addTask {
                    try? engine.credentials(for: request).takeCredentials().accessKeyID.description
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(ids == Array(repeating: "ASIAROLEAEXAMPLE0001", count: 8))
    }
}
