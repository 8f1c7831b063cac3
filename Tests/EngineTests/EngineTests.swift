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

final class EngineTests: EngineRig, @unchecked Sendable {
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
        let remarks = remarks(onTerminal: false)
        #expect(remarks.filter { $0 == .malformed }.count == 2)
        let repeated = remarks.filter { remark in
            if case .repeated = remark { return true }
            return false
        }
        #expect(repeated.count == 1)
        #expect(remarks.contains(.wrong(triesLeft: 2)))
    }

    /// The remarks on codes that were asked for on the terminal, or not.
    private func remarks(onTerminal: Bool) -> [CodeRemark] {
        progress.compactMap { progress in
            guard case .code(let remark, onTerminal) = progress else { return nil }
            return remark
        }
    }

    /// The last one, too: the failure itself may go where nobody sees it.
    @Test func onTheTerminalEachRefusalIsRemarkedOn() throws {
        codesAreOnTerminal = true
        codes = ["12345", "111111", "222222", "333333"]
        transport.answers = [wrongCode, wrongCode, wrongCode]
        #expect(throws: EngineError.self) { try obtain(wish("work")) }
        #expect(
            remarks(onTerminal: true) == [
                .malformed, .wrong(triesLeft: 2), .wrong(triesLeft: 1), .wrong(triesLeft: 0),
            ])
    }

    @Test func threeWrongCodesAreEnough() throws {
        codes = ["111111", "222222", "333333", "444444"]
        transport.answers = [wrongCode, wrongCode, wrongCode]
        let serial = "arn:aws:iam::111122223333:mfa/me"
        #expect(throws: EngineError.wrongCode(mfaSerial: serial, tries: 3)) {
            try obtain(wish("work"))
        }
        #expect(codes == ["444444"])
        // The failure says it.
        #expect(remarks(onTerminal: false) == [.wrong(triesLeft: 2), .wrong(triesLeft: 1)])
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

    /// The variables beside the key; the end in seconds from now.
    @Test(
        arguments: [
            ([:], nil, nil, nil),
            (["AWS_SESSION_TOKEN": "new"], nil, "new", nil),
            (["AWS_SECURITY_TOKEN": "old"], nil, "old", nil),
            (["AWS_SECURITY_TOKEN": "old", "AWS_SESSION_TOKEN": "new"], nil, "new", nil),
            (
                ["AWS_SESSION_TOKEN": "new", "AWS_ACCOUNT_ID": "111122223333"], 600, "new",
                "111122223333"
            ),
            (["AWS_SESSION_TOKEN": "new", "AWS_ACCOUNT_ID": "1111222233334"], 600, "new", nil),
        ] as [([String: String], Int?, String?, String?)])
    func whatStandsBesideTheKeyInTheEnvironmentCounts(
        _ beside: [String: String], _ seconds: Int?, _ token: String?, _ account: String?
    ) throws {
        variables = environmentKey.merging(beside) { $1 }
        let end = seconds.map { Timestamp.now() + .seconds($0) }
        variables["AWS_CREDENTIAL_EXPIRATION"] = end?.description
        var request = PlanRequest()
        request.noSession = true
        let credentials = try engine("").credentials(for: CredentialRequest(request))
            .takeCredentials()
        #expect(credentials.expiration?.description == end?.description)
        #expect(credentials.accountID == account)
        let found = credentials.sessionToken?.withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(found == token)
    }

    @Test func anEndInTheEnvironmentThatHasPassedOrIsNoneIsAFailure() throws {
        let past = Timestamp(secondsSinceEpoch: 1_440_938_160)
        for (text, error) in [
            (past.description, EngineError.endedEnvironment(past)),
            ("soon", .malformedExpiration("soon")),
        ] {
            variables = environmentKey.merging([
                "AWS_SESSION_TOKEN": "token", "AWS_CREDENTIAL_EXPIRATION": text,
            ]) { $1 }
            #expect(throws: error) {
                _ = try engine("").credentials(for: CredentialRequest(PlanRequest()))
            }
        }
    }

    private var environmentKey: [String: String] {
        ["AWS_ACCESS_KEY_ID": "AKIAENVEXAMPLE000001", "AWS_SECRET_ACCESS_KEY": "secret"]
    }

    /// Without an end nobody is told a wrong one, and nothing is kept.
    @Test func instanceCredentialsThatHaveEndedAreUsedAndNotKept() throws {
        variables = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"]
        keys.entries = []
        let document = """
            {"Code": "Success", "AccessKeyId": "ASIAENDEDEXAMPLE0001", "SecretAccessKey": "secret",
             "Token": "token", "Expiration": "2015-08-30T12:36:00Z", "AccountId": "111122223333"}
            """
        for _ in 1...2 {
            transport.answers = [(200, "metadata token"), (200, "box"), (200, document)]
            let credentials = try engine("").credentials(for: CredentialRequest(PlanRequest()))
                .takeCredentials()
            #expect(credentials.expiration == nil && credentials.accountID == "111122223333")
            #expect(transport.answers.isEmpty)
        }
        let warnings = progress.filter {
            $0 == .endedInstanceCredentials(Timestamp(secondsSinceEpoch: 1_440_938_160))
        }
        #expect(warnings.count == 2)
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
}
