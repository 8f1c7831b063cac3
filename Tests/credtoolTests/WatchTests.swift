// What is watched of a plan, what a person is told, and what `doctor` makes of a machine without it.
import Model
import Planning
import Profiles
import Store
import Testing
import Watch

@testable import Engine
@testable import credtool

private let now = Timestamp(secondsSinceEpoch: 4_000_000_000)

private func plan(_ text: String, of profile: String) throws -> SessionPlan {
    let config = try ConfigFiles(
        config: Secret(text), credentials: nil,
        paths: ConfigPaths { $0 == "HOME" ? "/h" : nil })
    var request = PlanRequest()
    request.profile = Setting(profile, from: .flag("PROFILE"))
    let key = StoredKey(
        profile: "work", accessKeyID: AccessKeyID("AKIAWORKEXAMPLE00001").unsafelyUnwrapped,
        vault: .file, callerARN: nil)
    return try Planner.plan(
        request, config: config,
        facts: PlanFacts(
            keys: [key], userAndHost: { ("alice", "desk") }, variable: { _ in nil },
            file: { _ in nil }))
}

/// All that a plan may leave in the cache.
private func living(_ plan: SessionPlan) -> [SessionSummary] {
    (0...plan.credentials.calls.count).compactMap { stage in
        SessionLabel(plan.credentials.upTo(stage: stage), target: plan.sts).map {
            SessionSummary(label: $0, expiration: now + .seconds(3600))
        }
    }
}

private let device = "mfa_serial = arn:aws:iam::123456789012:mfa/alice"
private let role = "role_arn = arn:aws:iam::123456789012:role/Admin\nsource_profile = work"

@Suite struct WatchRegistrationTests {
    private func shown(_ text: String, isAutomatic: Bool = false) throws -> [String] {
        let plan = try plan(text, of: "admin")
        return plan.sessionEntries(
            living: living(plan), isAutomatic: isAutomatic, login: "2"
        ).map { entry in
            let notice = entry.notice.map { " \((entry.end - $0).argument)" } ?? ""
            return "\(entry.subject)[\(entry.forgetOn.text)]\(notice)"
        }
    }
    private let admin = "arn:aws:iam::123456789012:role/Admin"

    @Test func nothingWithoutASetting() throws {
        #expect(try shown("[profile work]\n\(device)\n[profile admin]\n\(role)\n\(device)") == [])
    }

    @Test func theSessionsThatItIsMadeOf() throws {
        let text = "[profile work]\n\(device)\n[profile admin]\n\(role)\n\(device)\n"
        #expect(
            try shown(text + "credtool_forget_on = suspend logout") == [
                "session[suspend,logout]", "\(admin)[suspend,logout]",
            ])
        #expect(
            try shown(text + "credtool_notify_before = 10m") == ["session[] 10m"])
        #expect(
            try shown(text + "credtool_notify_before = 10m", isAutomatic: true) == [])
    }

    @Test func takenOverFromTheSourceProfile() throws {
        let source = "[profile work]\n\(device)\ncredtool_forget_on = Screen-Lock\n"
        #expect(
            try shown(source + "[profile admin]\n\(role)\n\(device)") == [
                "session[screen-lock]", "\(admin)[screen-lock]",
            ])
        #expect(
            try shown(source + "[profile admin]\n\(role)\n\(device)\ncredtool_forget_on = logout")
                == ["session[logout]", "\(admin)[logout]"])
    }

    @Test(arguments: ["never", "screen-lock, sleep", ","])
    func otherWordsAreRefused(text: String) {
        #expect(throws: ConfigError.self) {
            try plan("[profile admin]\n\(role)\ncredtool_forget_on = \(text)", of: "admin")
        }
    }

    @Test func sessionsOfTheSameRoleAndKeyAreMeant() throws {
        let plan = try plan(
            "[profile work]\n[profile admin]\n\(role)\ncredtool_forget_on = logout", of: "admin")
        let entries = plan.sessionEntries(living: living(plan), isAutomatic: false, login: "")
        let id = try #require(AccessKeyID("AKIAWORKEXAMPLE00001"))
        #expect(entries.map(\.selection) == [.roleOfKey(admin, id)])
    }

    @Test func whatIsSaidOfAnEnd() {
        let session = WatchEntry(
            .session, name: "n", profile: "my prod", subject: "session", end: now)
        #expect(
            session.noticeText(at: now + .seconds(-600)).summary == "credtool: my prod ends in 10m")
        #expect(session.noticeText(at: now).body.contains("credtool exec 'my prod' --fresh"))
        let signIn = WatchEntry(.signIn, name: "n", profile: "dev", subject: "corp", end: now)
        #expect(
            signIn.noticeText(at: now + .seconds(-60)).summary
                == "credtool: the sign-in of dev ends in 1m")
        #expect(signIn.noticeText(at: now).body.contains("at corp again"))
    }
}

@Suite struct WatchCheckTests {
    private let lock = Setting<Set<Occasion>>([.screenLock], from: .flag("a"))
    private let sleep = Setting<Set<Occasion>>([.screenLock, .suspend], from: .flag("b"))
    private let ahead = Setting(Duration.seconds(600), from: .flag("c"))

    private func found(
        _ forgetOn: [Setting<Set<Occasion>>], _ notify: [Setting<Duration>] = [],
        logind: Bool, bus: Bool
    ) -> [String] {
        WatchCheck.findings(
            forgetOn: forgetOn, notifyBefore: notify,
            DesktopLook(hasLogind: logind, hasSessionBus: bus)
        ).map { "\($0.severity.rawValue) \($0.place ?? "")" }
    }

    @Test func whatCannotWorkIsTold() {
        #expect(found([lock, sleep], [ahead], logind: true, bus: true) == ["ok "])
        #expect(found([lock], logind: false, bus: true) == ["ok "])
        #expect(found([lock, sleep], logind: false, bus: true) == ["problem b"])
        #expect(found([lock], logind: false, bus: false) == ["problem a"])
        #expect(found([sleep], [ahead], logind: true, bus: false) == ["problem c"])
        #expect(found([lock], logind: true, bus: false) == ["ok "])
    }
}
