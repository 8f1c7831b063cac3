// What the engine does before and after a plan: the index, the account of a key, the program, threads.
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

final class RequestTests: EngineRig, @unchecked Sendable {
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

    /// The index is of another day, and its key has no account: AWS must not be asked with the one
    /// key, and told of as the other.
    @Test func theOwnerOfAnotherKeyThanTheIndexSaysIsNotLearned() throws {
        let known = ScriptedKeys.standard
        let old = try #require(AccessKeyID("AKIAOLDEXAMPLE000001"))
        keys.entries = known.map { entry in
            VaultIndex.Entry(
                profile: entry.profile, accessKeyID: old,
                vault: entry.vault, added: entry.added, caller: nil)
        }
        let role = wish("work", config: "") { $0.role = "Own" }
        #expect(
            throws: EngineError.otherKey(
                known[0].accessKeyID, key: keys.entries[0].storedKey)
        ) { try obtain(role) }
        #expect(transport.calls.isEmpty && keys.refreshed == 1)
        // The vaults know better.
        keys.entriesOfVaults = known
        transport.answers = [answer("AssumeRole", id: "ASIAROLEAEXAMPLE0001")]
        #expect(try obtain(role) == "ASIAROLEAEXAMPLE0001")
        #expect(transport.calls == ["AssumeRole"])
    }

    /// A look at who it is must not cost a code, also where the index has to be mended on the way.
    @Test func whereTheKeyWillDoNoCodeIsAskedForAfterMending() throws {
        let known = ScriptedKeys.standard
        let old = try #require(AccessKeyID("AKIAOLDEXAMPLE000001"))
        keys.entries = known.map { entry in
            VaultIndex.Entry(
                profile: entry.profile, accessKeyID: old,
                vault: entry.vault, added: entry.added, caller: entry.caller)
        }
        keys.entriesOfVaults = known
        var look = wish("work")
        look.request.prefersKey = true
        #expect(try obtain(look) == "AKIAWORKEXAMPLE00001")
        #expect(asked == 0 && keys.refreshed == 1 && transport.calls.isEmpty)
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
