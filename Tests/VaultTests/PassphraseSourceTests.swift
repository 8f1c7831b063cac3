// Whom the pass phrase is asked of, whether one waits for others, and for how long.
import Glibc
import Model
import Synchronization
import System
import Testing

@testable import Vault

/// Remembers what happened.
private final class Happenings: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ text: String) { list.withLock { $0.append(text) } }
}

@Suite struct PassphraseSourceTests {
    private let happenings = Happenings()
    private let path = "/tmp/passphrase-lock-\(UInt64.random(in: 0 ... .max))"

    /// A source whose person types these, one after the other.
    private func source(_ answers: [String], given: String? = nil) -> PassphraseSource {
        let happenings = happenings
        var source = PassphraseSource(
            given: { given.map { Secret($0) } },
            ask: { (_) throws(VaultError) in
                let asked = happenings.all.count { $0 == "asked" }
                happenings.add("asked")
                guard asked < answers.count else { throw .noPassphrase(.cancelled) }
                return Secret(answers[asked])
            },
            report: { event in
                switch event {
                case .waiting: happenings.add("waiting")
                case .again: happenings.add("again")
                case .changed: happenings.add("changed")
                }
            }, lockPath: path)
        source.patience = .seconds(1)
        return source
    }

    private func key(
        _ source: PassphraseSource, cached: () -> Secret? = { nil }
    ) throws(VaultError) -> String {
        let key = try source.key(.existing, cached: { () throws(VaultError) in cached() }) {
            (phrase) throws(VaultError) in
            guard phrase.equals(Secret("right")) else { throw .wrongPassphrase(path: "/x") }
            return phrase.copy()
        }
        return key.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [
        (["right"], nil, ["asked"]), (["no", "right"], nil, ["asked", "again", "asked"]),
        ([], "right", []),
    ])
    func whatIsTypedMakesTheKey(_ answers: [String], _ given: String?, _ told: [String]) throws {
        defer { unlink(path) }
        #expect(try key(source(answers, given: given)) == "right")
        #expect(happenings.all == told)
    }

    @Test func threeWrongOnesAreEnough() {
        defer { unlink(path) }
        let wrong = VaultError.wrongPassphrase(path: "/x")
        #expect(throws: wrong) { _ = try key(source(["a", "b", "c", "right"])) }
        #expect(happenings.all == ["asked", "again", "asked", "again", "asked"])
    }

    /// A variable is no more right the second time, and needs nobody's turn.
    @Test(arguments: [("right", true), ("wrong", false)])
    func whatIsGivenWaitsForNobody(_ given: String, _ isRight: Bool) throws {
        defer { unlink(path) }
        let lock = try FileLock(path: path, within: .seconds(1))
        defer { extendLifetime(lock) }
        #expect((try? key(source([], given: given))) == (isRight ? "right" : nil))
        #expect(happenings.all == [])
    }

    @Test func whileAnotherAsksOneWaitsAndSaysSo() throws {
        defer { unlink(path) }
        let lock = try FileLock(path: path, within: .seconds(1))
        var looks = 0
        let found = try key(source([])) {
            looks += 1
            // The other one is answered after a while.
            return looks > 1 ? Secret("theirs") : nil
        }
        extendLifetime(lock)
        #expect(found == "theirs")
        #expect(happenings.all == ["waiting"])
    }

    @Test func aStoppedOneIsNotWaitedForForEver() throws {
        defer { unlink(path) }
        let lock = try FileLock(path: path, within: .seconds(1))
        #expect(try key(source(["right"])) == "right")
        extendLifetime(lock)
        #expect(happenings.all == ["waiting", "asked"])
    }

    @Test func withoutAPlaceForALockEachAsksForItself() throws {
        var source = source(["right"])
        source.lockPath = "/proc/nowhere/lock"
        #expect(try key(source) == "right")
        source.lockPath = nil
        #expect(try key(self.source(["x", "right"])) == "right")
    }
}
