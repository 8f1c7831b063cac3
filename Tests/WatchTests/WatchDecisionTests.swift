// What is forgotten on what, when a person is told, and what logind's sessions mean for it.
import Glibc
import Model
import Profiles
import System
import Testing

@testable import Watch

private let now = Timestamp(secondsSinceEpoch: 4_000_000_000)
private let key = AccessKeyID("AKIAWORKEXAMPLE00001").unsafelyUnwrapped

private func entry(
    _ name: String, _ forgetOn: Set<Occasion> = [], login: String = "", end: Int = 3600,
    notice: Int? = nil
) -> WatchEntry {
    WatchEntry(
        .session, name: name, profile: "work", subject: "session", accessKeyID: key,
        sourceProfile: "work", end: now + .seconds(end), forgetOn: forgetOn,
        notice: notice.map { now + .seconds($0) }, login: login)
}

/// One entry for each occasion, one for all, one for none.
private let entries = [
    entry("lock", [.screenLock]), entry("sleep", [.suspend]), entry("out", [.logout], login: "2"),
    entry("all", Set(Occasion.allCases), login: "5"), entry("none", notice: 60),
]

@Test(arguments: [
    (WatchEvent.locked, ["lock", "all"]),
    (.sleeping, ["sleep", "all"]),
    (.loggedOut(LoginEnd(id: "2", hadSeat: true, others: ["5"])), ["out"]),
    (.loggedOut(LoginEnd(id: "5", hadSeat: false, others: ["2"])), ["all"]),
    (.loggedOut(LoginEnd(id: "7", hadSeat: true, others: ["2", "5"])), []),
    // The last one takes with it what is of none that logind knows.
    (.loggedOut(LoginEnd(id: "7", hadSeat: false, others: [])), ["out", "all"]),
    (.ending, ["lock", "sleep", "out", "all"]),
])
func forgetting(event: WatchEvent, names: [String]) {
    #expect(entries.forgotten(on: event).map(\.name) == names)
}

@Test(arguments: [
    // The session it was made in; one that logind knows not, as under `systemd --user`.
    ("2", true, ["3"], true), ("3", true, ["3"], false), ("", true, ["3"], true),
    ("", false, ["3"], false), ("", false, [], true), ("3", false, [], true),
])
func endsOfLogins(login: String, hadSeat: Bool, others: [String], isOf: Bool) {
    #expect(LoginEnd(id: "2", hadSeat: hadSeat, others: others).isOf(login) == isOf)
}

@Test func loginSessionsThatComeAndGo() {
    let desk = LoginSession(id: "2", path: "/s2", hasSeat: true)
    let remote = LoginSession(id: "7", path: "/s7", hasSeat: false)
    var logins = LoginSessions()
    #expect(logins.update([desk, remote]) == [])
    #expect(logins.has(path: "/s2") && !logins.has(path: "/s9"))
    #expect(logins.remove(id: "9") == nil)
    #expect(
        logins.remove(id: "7")
            == .loggedOut(LoginEnd(id: "7", hadSeat: false, others: ["2"])))
    // What went while the bus was away.
    #expect(logins.update([]) == [.loggedOut(LoginEnd(id: "2", hadSeat: true, others: []))])
}

@Test(arguments: [
    ("user", true), ("user-early", true), ("manager", false), ("greeter", false),
    ("background", false), ("lock-screen", false), ("", false),
])
func classesOfSessions(name: String, isOfPerson: Bool) {
    #expect(LoginSession.isOfPerson(class: name) == isOfPerson)
}

@Test func sleepWaitsForWhatIsForgottenBefore() {
    #expect(entries.delaySleep)
    #expect(![entry("lock", [.screenLock]), entry("none", notice: 60)].delaySleep)
}

@Test func noticesComeInTime() {
    let list = [entry("a", notice: 60), entry("b", notice: -1), entry("c", [.logout])]
    #expect(list.due(at: now).map(\.name) == ["b"])
    #expect(list.due(at: now + .seconds(60)).map(\.name) == ["a", "b"])
    #expect(list.pause(from: now) == .zero)
    #expect([entry("a", end: 90, notice: 60)].pause(from: now) == .seconds(60))
    #expect([entry("c", [.logout], end: 90)].pause(from: now) == .seconds(90))
    #expect([WatchEntry]().pause(from: now) == nil)
}

@Test(arguments: [
    (entry("a", [.logout]), false), (entry("a", notice: 60), false), (entry("a"), true),
    (entry("a", [.logout], end: 0), true), (entry("a", end: -1, notice: 60), true),
])
func whatIsDone(entry: WatchEntry, isDone: Bool) {
    #expect(entry.isDone(at: now) == isDone)
}

// MARK: The list

private func inDirectory(_ body: (WatchList) throws -> Void) rethrows {
    var template = Array("/tmp/credtool-watch-XXXXXX".utf8CString)
    let directory = template.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    guard let directory else {
        Issue.record("no directory")
        return
    }
    defer {
        for name in ["watch", "watch.lock", "watcher.lock"] { unlink("\(directory)/\(name)") }
        rmdir(directory)
    }
    try body(WatchList(directory: directory))
}

@Test func entriesAreReadAsTheyWereWritten() throws {
    let odd = WatchEntry(
        .signIn, name: "n", profile: "tab\tquote\"line\n", subject: "ü", end: now + .seconds(5),
        notice: now, login: "c1")
    try inDirectory { list in
        try list.add(entries + [odd]) {}
        #expect(list.entries(now: now) == entries + [odd])
        // A line of another version, and half of one, keep nobody from the others.
        #expect(WatchEntry(line: "{\"kind\":\"other\"}") == nil)
        #expect(WatchEntry(line: "{\"kind\":\"sess") == nil)
    }
}

@Test func aNewerEntryTakesTheOldOnesPlace() throws {
    try inDirectory { list in
        try list.add([entry("a", [.logout], end: 60), entry("b", [.logout])]) {}
        try list.add([entry("a", [.suspend], end: 90)]) {}
        #expect(
            list.entries(now: now) == [entry("b", [.logout]), entry("a", [.suspend], end: 90)])
        // One that was made anew meanwhile is not taken away with the old one.
        try list.remove([entry("a", [.logout], end: 60), entry("b", [.logout])])
        #expect(list.entries(now: now) == [entry("a", [.suspend], end: 90)])
    }
}

@Test func noticesAreGivenOnce() throws {
    try inDirectory { list in
        try list.add([entry("a", [.logout], notice: 1), entry("b", notice: 1)]) {}
        try list.settleNotices(of: list.entries(now: now))
        #expect(list.entries(now: now) == [entry("a", [.logout])])
    }
}

@Test func nobodyIsStartedBesideOneWhoWatches() throws {
    try inDirectory { list in
        var starts = 0
        try list.add([entry("a", [.logout])]) { starts += 1 }
        #expect(starts == 1)
        guard let lock = list.watch() else {
            Issue.record("nobody watches")
            return
        }
        try list.add([entry("b", [.logout])]) { starts += 1 }
        #expect(starts == 1)
        // Something came, so it has to go on; without anything left it ends.
        guard let mine = list.unlessAddedTo(lock) else {
            Issue.record("it ended too soon")
            return
        }
        try list.remove(list.entries(now: now))
        let rest = list.unlessAddedTo(mine)
        switch rest {
        case .some: Issue.record("it did not end")
        case .none: break
        }
        try list.add([entry("c", [.logout])]) { starts += 1 }
        #expect(starts == 2)
    }
}
