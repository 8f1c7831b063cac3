// An engine whose world is scripted, and what it is asked with.
import AWS
import HTTP
import Model
import Planning
import Profiles
import Prompts

@testable import Engine
@testable import Store
@testable import Vault

let mfaConfig = """
    [profile work]
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    [profile a]
    role_arn = arn:aws:iam::111122223333:role/A
    source_profile = work
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    [profile b]
    role_arn = arn:aws:iam::111122223333:role/B
    source_profile = work
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    """

class EngineRig: @unchecked Sendable {
    let store = MemoryRecords()
    let transport = ScriptedTransport()
    let keys = ScriptedKeys()
    var codes: [String] = []
    var asked = 0
    var givenCode: String?
    var progress: [Progress] = []
    var variables: [String: String] = [:]
    var sentCodes = SentCodes { nil }
    var codesAreAutomatic = false
    var codesAreOnTerminal = false
    var slept = 0
    var hasPerson = true
    var questions: [GuardQuestion] = []

    /// What is asked for, and the config file that it is asked with.
    struct Wish {
        var config: String
        var request: CredentialRequest
    }

    func wish(
        _ profile: String, config: String = mfaConfig,
        _ change: (inout PlanRequest) -> Void = { _ in }
    ) -> Wish {
        var request = PlanRequest()
        request.profile = Setting(profile, from: .standard)
        change(&request)
        return Wish(config: config, request: CredentialRequest(request))
    }

    func engine(_ config: String) -> Engine {
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
                    keys: index.entries.map(\.storedKey), userAndHost: { ("me", "box") },
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
                CodePrompt(
                    isAutomatic: codesAreAutomatic, isOnTerminal: codesAreOnTerminal
                ) { [self] (_) throws(PromptError) in
                    asked += 1
                    if codes.isEmpty { throw .terminal(.noTerminal) }
                    return codes.removeFirst()
                }
            }, sentCodes: sentCodes, lockDirectory: { nil })
        effects.report = { [self] in progress.append($0) }
        effects.hasPerson = { [self] in hasPerson }
        effects.answer = { [self] (question, _, _) throws(GuardRailError) in
            questions.append(question)
            return "TICKET-1"
        }
        effects.sleep = { [self] _ in slept += 1 }
        return Engine(effects)
    }

    /// Obtains the credentials and gives back their key ID.
    func obtain(_ wish: Wish, fresh: Bool = false) throws -> String {
        var request = wish.request
        request.isFresh = fresh
        request.givenCode = givenCode
        return try engine(wish.config).credentials(for: request).takeCredentials()
            .accessKeyID.description
    }
}
