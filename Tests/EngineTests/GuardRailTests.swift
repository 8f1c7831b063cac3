// Guard rails where credentials are handed over: heard before anything is done, and once.
import Model
import Planning
import Profiles
import Testing

@testable import Engine

private let prod = """
    [profile prod]
    role_arn = arn:aws:iam::111122223333:role/A
    source_profile = work

    """
private let shell = HandOver(command: "exec", program: "sh")

@Suite struct GuardRailTests {
    private func wish(_ rig: EngineRig, _ settings: String) -> EngineRig.Wish {
        var wish = rig.wish("prod", config: prod + settings)
        wish.request.handOver = shell
        return wish
    }

    @Test func nothingIsDoneWhereNobodyCanBeAsked() {
        let rig = EngineRig()
        rig.hasPerson = false
        let rail = Setting<GuardRails.Confirmation>(.yes, from: .file(path: "/home/me", line: 4))
        let error = EngineError.guardRail(
            .needsPerson(.confirmation(GuardRail(rail, of: "prod"))))
        #expect(throws: error) { try rig.obtain(wish(rig, "credtool_confirm = true")) }
        #expect(rig.keys.loaded == 0 && rig.transport.calls.isEmpty)
        #expect(rig.progress.last == .notObtained(error, profile: "prod"))
    }

    @Test func whoOnlyLooksIsNotAsked() throws {
        let rig = EngineRig()
        rig.hasPerson = false
        rig.transport.answers = [answer("AssumeRole", id: "ASIAA0000000000000001")]
        var wish = wish(rig, "credtool_confirm = true")
        wish.request.handOver = nil
        #expect(try rig.obtain(wish) == "ASIAA0000000000000001")
    }

    @Test func itIsAskedEachTimeAndOfAServerOnce() throws {
        let rig = EngineRig()
        rig.transport.answers = [answer("AssumeRole", id: "ASIAA0000000000000001")]
        var wish = wish(rig, "credtool_confirm = true")
        for _ in 1...2 { _ = try rig.obtain(wish) }
        #expect(rig.questions.count == 2)
        wish.request = try rig.engine(wish.config).admitted(wish.request)
        for _ in 1...2 { _ = try rig.obtain(wish) }
        #expect(rig.questions.count == 3)
    }

    @Test func aReasonIsAskedForBeforeThePlanAndGoesToAWS() throws {
        let rig = EngineRig()
        rig.transport.answers = [answer("AssumeRole", id: "ASIAA0000000000000001")]
        _ = try rig.obtain(wish(rig, "credtool_reason = required"))
        #expect(rig.transport.bodies.last?.contains("SourceIdentity=TICKET-1") == true)
        guard case .handedOver(_, until: _, let reason, let isCached)? = rig.progress.last else {
            Issue.record("\(String(describing: rig.progress.last))")
            return
        }
        #expect(reason == "TICKET-1" && !isCached)
    }

    @Test func aSessionOfTheCacheThatLivesTooLongIsNotHandedOver() throws {
        let rig = EngineRig()
        rig.transport.answers = [answer("AssumeRole", id: "ASIAA0000000000000001", lifetime: 7200)]
        let wish = wish(rig, "credtool_max_duration = 1h")
        for _ in 1...2 {
            #expect(throws: EngineError.self) { try rig.obtain(wish) }
        }
        var look = wish
        look.request.handOver = nil
        #expect(try rig.obtain(look) == "ASIAA0000000000000001")
        #expect(rig.transport.calls.count == 1)
    }

    @Test func aLookAtAKeyDoesNotFailForItsEnd() throws {
        let rig = EngineRig()
        var wish = rig.wish("work", config: "[profile work]\ncredtool_max_duration = 1h\n")
        wish.request.prefersKey = true
        #expect(try rig.obtain(wish) == "AKIAWORKEXAMPLE00001")
    }
}
