// Which place is asked, what counts as a hit, and what is forgotten.
import Model
import Testing

@testable import Store

/// A place in memory that can be told to refuse.
private final class FakeStore: SessionStore {
    var sessions: [String: [UInt8]] = [:]
    var failure: SessionStoreError?
    private(set) var loads = 0

    private func check(storing: Bool = false) throws(SessionStoreError) {
        // What is full can still be read.
        if let failure, storing || failure != .full { throw failure }
    }

    func load(name: String) throws(SessionStoreError) -> Session? {
        loads += 1
        try check()
        guard let bytes = sessions[name] else { return nil }
        return SessionCoding.decode(secret(bytes), name: name)
    }

    func store(_ session: borrowing Session) throws(SessionStoreError) {
        try check(storing: true)
        guard let bytes = SessionCoding.encode(session) else { throw .notASession }
        sessions[session.tag.name] = bytes.withBytes { Array($0) }
    }

    func remove(names: [String]) throws(SessionStoreError) {
        try check()
        for name in names { sessions[name] = nil }
    }

    func names() throws(SessionStoreError) -> [String] {
        try check()
        return Array(sessions.keys)
    }

    func summaries() throws(SessionStoreError) -> [SessionSummary] {
        try check()
        var summaries: [SessionSummary] = []
        for name in sessions.keys {
            if let session = try load(name: name), let end = session.credentials.expiration {
                summaries.append(SessionSummary(tag: session.tag, expiration: end))
            }
        }
        return summaries
    }
}

struct StoreTests {
    private let kernel = FakeStore()
    private let overflow = FakeStore()
    private var uptime = Uptime(seconds: 1000, boot: "b")
    private var cache: SessionCache {
        var cache = SessionCache(kernel: kernel, overflow: overflow)
        cache.uptime = { [uptime] in uptime }
        return cache
    }

    private func isHit(
        _ tag: SessionLabel, minimumTTL: Int = 300, now: Timestamp = .now()
    ) -> Bool {
        cache.load(tag, minimumTTL: .seconds(minimumTTL), now: now) != nil
    }

    @Test func theKernelComesFirst() throws {
        try cache.store(session())
        #expect(kernel.sessions.count == 1)
        #expect(overflow.sessions.isEmpty)
        #expect(isHit(try session().tag))
        #expect(overflow.loads == 0)
    }

    @Test(arguments: [SessionStoreError.refused, .full])
    func whereTheKernelDoesNotTakeItTheSecretServiceDoes(_ failure: SessionStoreError) throws {
        kernel.failure = failure
        try cache.store(session())
        #expect(overflow.sessions.count == 1)
        #expect(isHit(try session().tag))
        #expect(cache.summaries().count == 1)
        #expect(try cache.remove { $0.profile == "work" } == 1)
        #expect(overflow.sessions.isEmpty)
    }

    @Test func anotherFailureOfTheKernelIsTold() throws {
        kernel.failure = .notASession
        #expect(throws: SessionStoreError.notASession) { try cache.store(session()) }
    }

    @Test func onlyTheSameFingerprintIsAHit() throws {
        try cache.store(session())
        #expect(isHit(try session().tag))
        // The same short name for another session: a miss, not a wrong session.
        #expect(!isHit(try session(fingerprint: "another").tag))
        #expect(!isHit(try session("other name").tag))
    }

    @Test(arguments: [(3599, true), (3600, false), (0, true)])
    func aSessionMustOutliveTheMinimum(minimum: Int, expected: Bool) throws {
        let now = Timestamp.now()
        try cache.store(session(lifetime: 3600))
        let end = try #require(cache.summaries().first?.expiration)
        let tag = try session().tag
        #expect(
            isHit(tag, minimumTTL: minimum, now: end + .seconds(-3600)) == expected, "\(now)")
    }

    @Test func anExpiredSessionIsNeverAHit() throws {
        try cache.store(session(lifetime: 60))
        let end = try #require(cache.summaries().first?.expiration)
        #expect(isHit(try session().tag, minimumTTL: 0, now: end + .seconds(-1)))
        #expect(!isHit(try session().tag, minimumTTL: 0, now: end))
        #expect(cache.summaries(now: end).isEmpty)
    }

    /// A session of an hour; the wall clock and the one since boot have gone so far since.
    @Test(arguments: [
        (0, 0, "b", true), (3599, 3599, "b", true), (3600, 3600, "b", false),
        // Set back or on by a day while it lives.
        (-86_400, 60, "b", true), (86_400, 60, "b", false),
        // Set back by a day when it is over.
        (-86_400 + 3600, 3600, "b", false), (60, 4000, "b", false),
        // After another start, which begins to count anew, the wall clock alone counts, but not
        // where it has gone back.
        (60, -900, "c", true), (3600, -900, "c", false), (-200, -900, "c", true),
        (-86_400, -900, "c", false), (-86_400, 60, "", false),
        // It cannot run backward.
        (60, -1, "b", false),
    ])
    func bothClocksCount(wall: Int, uptime: Int, boot: String, expected: Bool) throws {
        let start = ClockReading(
            wall: Timestamp(secondsSinceEpoch: 1_800_000_000),
            uptime: Uptime(seconds: 1000, boot: "b"))
        let later = ClockReading(
            wall: start.wall + .seconds(wall), uptime: Uptime(seconds: 1000 + uptime, boot: boot))
        let left = later.timeLeft(until: start.wall + .seconds(3600), since: start)
        #expect((left.map { $0 > .zero } ?? false) == expected)
    }

    @Test func aSessionDoesNotOutliveItsTimeOnAClockThatWasSetBack() throws {
        try cache.store(session(lifetime: 900, uptime: Uptime(seconds: 0, boot: "b")))
        #expect(!isHit(try session().tag, minimumTTL: 0, now: .now() + .seconds(-86_400)))
        try cache.store(session(lifetime: 900, uptime: Uptime(seconds: 200, boot: "b")))
        #expect(isHit(try session().tag, minimumTTL: 0, now: .now() + .seconds(-86_400)))
    }

    @Test func theRealClocksTellThisBoot() {
        let uptime = Uptime.now()
        #expect(uptime.seconds > 0)
        #expect(uptime.boot.count == 36)
    }

    @Test func removingTakesTheChosenOnes() throws {
        try cache.store(session("a", profile: "work"))
        try cache.store(session("b", profile: "home"))
        #expect(try cache.remove { $0.profile == "work" } == 1)
        #expect(cache.summaries().map(\.tag.profile) == ["home"])
    }

    @Test func removingAllTakesAlsoWhatCannotBeRead() throws {
        try cache.store(session())
        kernel.sessions["damaged"] = [1, 2, 3]
        #expect(try cache.removeAll() == 1)
        #expect(kernel.sessions.isEmpty)
    }
}

@Test func theLedgerIsReadBackAndAnythingElseIsNone() throws {
    let summary = SessionSummary(
        tag: SessionLabel(
            name: "n", fingerprint: "", profile: "a\\b work",
            accessKeyID: AccessKeyID("AKIAWORKEXAMPLE00001"), subject: "session"),
        expiration: Timestamp(secondsSinceEpoch: 1_800_000_000))
    let text = SessionLedger.text([summary])
    #expect(SessionLedger.parse(Array(text.utf8)) == [summary])
    #expect(SessionLedger.parse(Array(text.replacing(" 1\n", with: " 2\n").utf8)).isEmpty)
    #expect(SessionLedger.parse([]).isEmpty)
    #expect(SessionLedger.parse(Array("credtool-sessions 1\nx\ty\n".utf8)).isEmpty)
}
