// Which place is asked, what counts as a hit, and what is forgotten.
import Glibc
import Model
import System
import Testing

@testable import Store

/// A place in memory that can be told to refuse, or to do something before it stores or removes.
private final class FakePlace: RecordPlace, @unchecked Sendable {
    var records: [String: [UInt8]] = [:]
    var failure: RecordStoreError?
    var beforeStoring: () -> Void = {}
    var beforeRemoving: () -> Void = {}
    let endsWithBoot: Bool
    private(set) var loads = 0

    init(endsWithBoot: Bool) { self.endsWithBoot = endsWithBoot }

    private func check(storing: Bool = false) throws(RecordStoreError) {
        // What is full can still be read.
        if let failure, storing || failure != .full { throw failure }
    }

    func load(name: String) throws(RecordStoreError) -> Secret? {
        loads += 1
        try check()
        return records[name].map { secret($0) }
    }

    func store(_ record: borrowing SecretRecord) throws(RecordStoreError) {
        try check(storing: true)
        beforeStoring()
        records[record.name] = record.bytes.withBytes { Array($0) }
    }

    func remove(names: [String]) throws(RecordStoreError) {
        try check()
        beforeRemoving()
        for name in names { records[name] = nil }
    }

    func summaries(isThorough: Bool) throws(RecordStoreError) -> [RecordSummary] {
        try check()
        return records.keys.map { RecordSummary(name: $0, expiration: nil, note: "") }
    }

    func removeAll() throws(RecordStoreError) {
        try check()
        beforeRemoving()
        records = [:]
    }
}

extension SessionCache {
    /// Keeps a session that began to be obtained just now.
    fileprivate func store(_ session: borrowing Session) throws(RecordStoreError) {
        try store(session, begun: .now())
    }
}

struct StoreTests {
    private let kernel = FakePlace(endsWithBoot: true)
    private let overflow = FakePlace(endsWithBoot: false)
    private var cache: SessionCache { SessionCache(kernel: kernel, overflow: overflow) }

    private func isHit(
        _ label: SessionLabel, minimumTTL: Int = 300, now: Timestamp = .now()
    ) -> Bool {
        cache.load(label, minimumTTL: .seconds(minimumTTL), now: now) != nil
    }

    @Test func theKernelComesFirst() throws {
        try cache.store(session())
        #expect(kernel.records.count == 1)
        #expect(overflow.records.isEmpty)
        #expect(isHit(try session().label))
        #expect(overflow.loads == 0)
    }

    @Test(arguments: [RecordStoreError.refused, .full])
    func whereTheKernelDoesNotTakeItTheSecretServiceDoes(_ failure: RecordStoreError) throws {
        kernel.failure = failure
        // That a machine refuses is its nature, and no news.
        #expect(try cache.store(session(), begun: .now()) == (failure == .full))
        #expect(overflow.records.count == 1)
        #expect(isHit(try session().label))
        #expect(cache.summaries().count == 1)
        #expect(try cache.forget([.profile("work")]) == 1)
        #expect(overflow.records.isEmpty)
    }

    /// Of a kernel keyring that is full a person can make room, of one that is refused not.
    @Test(arguments: [
        (RecordStoreError.refused, RecordStoreError.vault(.locked)), (.full, .full),
    ])
    func whereNoPlaceTakesItTheReasonIsTold(_ failure: RecordStoreError, _ told: RecordStoreError) {
        kernel.failure = failure
        overflow.failure = .vault(.locked)
        #expect(throws: told) { try cache.store(session()) }
    }

    @Test func anotherFailureOfTheKernelIsTold() throws {
        kernel.failure = .malformed
        #expect(throws: RecordStoreError.malformed) { try cache.store(session()) }
    }

    @Test func onlyTheSameFingerprintIsAHit() throws {
        try cache.store(session())
        #expect(isHit(try session().label))
        // The same short name for another session: a miss, not a wrong session.
        #expect(!isHit(try session(fingerprint: "another").label))
        #expect(!isHit(try session("other name").label))
    }

    @Test(arguments: [(3599, true), (3600, false), (0, true)])
    func aSessionMustOutliveTheMinimum(minimum: Int, expected: Bool) throws {
        let now = Timestamp.now()
        try cache.store(session(lifetime: 3600))
        let end = try #require(cache.summaries().first?.expiration)
        let label = try session().label
        #expect(
            isHit(label, minimumTTL: minimum, now: end + .seconds(-3600)) == expected, "\(now)")
    }

    @Test func anExpiredSessionIsNeverAHit() throws {
        try cache.store(session(lifetime: 60))
        let end = try #require(cache.summaries().first?.expiration)
        #expect(isHit(try session().label, minimumTTL: 0, now: end + .seconds(-1)))
        #expect(!isHit(try session().label, minimumTTL: 0, now: end))
        #expect(cache.summaries(now: end).isEmpty)
    }

    /// A session of an hour; the wall clock and the one since boot have gone so far since.
    @Test(arguments: [
        (0, 0, true, true), (3599, 3599, true, true), (3600, 3600, true, false),
        // Set back or on by a day while it lives.
        (-86_400, 60, true, true), (86_400, 60, true, false),
        // Set back by a day when it is over.
        (-86_400 + 3600, 3600, true, false), (60, 4000, true, false),
        // After another start, which begins to count anew, the wall clock alone counts, but not
        // where it has gone back.
        (60, -900, false, true), (3600, -900, false, false), (-200, -900, false, true),
        (-86_400, -900, false, false), (-86_400, 60, false, false),
        // It cannot run backward.
        (60, -1, true, false),
    ])
    func bothClocksCount(wall: Int, uptime: Int, isSameBoot: Bool, expected: Bool) throws {
        let start = ClockReading(
            wall: Timestamp(secondsSinceEpoch: 1_800_000_000), uptime: Uptime(seconds: 1000))
        let later = ClockReading(
            wall: start.wall + .seconds(wall), uptime: Uptime(seconds: 1000 + uptime))
        let left = later.timeLeft(
            until: start.wall + .seconds(3600), since: start, isSameBoot: isSameBoot)
        #expect((left.map { $0 > .zero } ?? false) == expected)
    }

    /// A session of 15 minutes, the wall clock set back by a day. The kernel's keys end with the
    /// machine's run, so nothing is asked about that; for others it counts.
    @Test(arguments: [
        (800, true, "b", true), (1000, true, "b", false), (800, true, "c", true),
        (800, false, "b", true), (1000, false, "b", false), (800, false, "c", false),
        (800, false, "", false),
    ])
    func aSessionDoesNotOutliveItsTimeOnAClockThatWasSetBack(
        elapsed: Int, inTheKernel: Bool, boot: String, expected: Bool
    ) throws {
        if !inTheKernel { kernel.failure = .refused }
        var cache = cache
        cache.boot = { "b" }
        try cache.store(session(lifetime: 900, uptime: Uptime(seconds: 1000)))
        cache.boot = { boot }
        cache.uptime = { Uptime(seconds: 1000 + elapsed) }
        let label = try session().label
        let isHit =
            cache.load(label, minimumTTL: .zero, now: .now() + .seconds(-86_400)) != nil
        #expect(isHit == expected)
    }

    @Test func aHitInTheKernelDoesNotAskForTheBoot() throws {
        var cache = cache
        cache.boot = {
            Issue.record("asked")
            return ""
        }
        try cache.store(session())
        let isHit = cache.load(try session().label, minimumTTL: .zero) != nil
        #expect(isHit)
    }

    @Test func theRealClocksTellThisBoot() {
        #expect(Uptime.now().seconds > 0)
        #expect(Boot.current().count == 36)
    }

    @Test func removingTakesTheChosenOnes() throws {
        try cache.store(session("a", profile: "work"))
        try cache.store(session("b", profile: "home"))
        #expect(try cache.forget([.profile("work")]) == 1)
        #expect(cache.summaries().map(\.label.profile) == ["home"])
    }

    @Test func removingAllTakesAlsoWhatCannotBeRead() throws {
        try cache.store(session())
        kernel.records["damaged"] = [1, 2, 3]
        #expect(try cache.removeAll() == 1)
        #expect(kernel.records.isEmpty)
    }

    /// A run that began before `clear`, and one that began after it.
    @Test(arguments: [(true, false), (false, true)])
    func whatWasForgottenMeanwhileIsNotKept(beganBefore: Bool, isKept: Bool) throws {
        let log = Log()
        let cache = log.cache(kernel, overflow)
        let before = Uptime.now()
        try cache.forget([.profile("work")])
        try cache.store(session(), begun: beganBefore ? before : .now())
        #expect(kernel.records.isEmpty != isKept)
    }

    /// `clear` comes between the first look and the storing.
    @Test func whatIsForgottenInTheLastMomentIsTakenBack() throws {
        let log = Log()
        let cache = log.cache(kernel, overflow)
        kernel.beforeStoring = { #expect(throws: Never.self) { try cache.removeAll() } }
        try cache.store(session(), begun: .now())
        #expect(kernel.records.isEmpty)
    }

    /// Somebody finds the session in the cache after it was noted as forgotten, and before it is
    /// gone: a server, say, that dropped it for the note.
    @Test(arguments: [true, false])
    func whatWasFoundWhileItWasForgottenCountsAsForgotten(_ all: Bool) throws {
        let log = Log()
        let cache = log.cache(kernel, overflow)
        try cache.store(session(), begun: .now())
        let label = try session().label
        nonisolated(unsafe) var begun: Uptime?
        kernel.beforeRemoving = {
            begun = .now()
            let isFound = cache.load(label, minimumTTL: .zero) != nil
            #expect(isFound)
        }
        let count = try all ? cache.removeAll() : cache.forget([.profile("work")])
        #expect(count == 1)
        var question = ForgottenSince(label, begun: try #require(begun), path: log.path)
        let isForgotten = question.isTrue()
        #expect(isForgotten)
    }

    /// Nothing was there that somebody could have found.
    @Test func whatIsMadeAfterNothingWasForgottenIsKept() throws {
        let log = Log()
        let cache = log.cache(kernel, overflow)
        #expect(try cache.forget([.profile("work")]) == 0)
        let lines = try #require(try AtomicFile.read(log.path)).count { $0 == UInt8(ascii: "\n") }
        #expect(lines == 2)
    }

    /// A log of what was forgotten, removed afterwards.
    private final class Log {
        let path = "/tmp/forgotten-\(UInt64.random(in: 0 ... .max))"
        deinit { for name in ["", ".lock", ".new"] { unlink(path + name) } }

        func cache(_ kernel: FakePlace, _ overflow: FakePlace) -> SessionCache {
            SessionCache(
                kernel: kernel, overflow: overflow,
                forgotten: ForgottenSessions(path: { [path] in path }))
        }
    }
}

@Test func theLedgerIsReadBackAndAnythingElseIsNone() throws {
    let label = SessionLabel(
        name: "n", fingerprint: "", profile: "a\\b work\tx",
        askedProfile: "my prod", accessKeyID: AccessKeyID("AKIAWORKEXAMPLE00001"),
        subject: "session")
    let record = RecordSummary(
        name: "n", expiration: Timestamp(secondsSinceEpoch: 1_800_000_000), note: label.note)
    let text = RecordLedger.text([record])
    #expect(RecordLedger.parse(Array(text.utf8)) == [record])
    #expect(SessionSummary(record)?.label == label)
    #expect(RecordLedger.parse(Array(text.replacing(" 1\n", with: " 2\n").utf8)).isEmpty)
    #expect(RecordLedger.parse([]).isEmpty)
    #expect(RecordLedger.parse(Array("credtool-sessions 1\nx\ty\n".utf8)).isEmpty)
}
