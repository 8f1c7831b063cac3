// A vault file as a whole: a backup that opens again, and a pass phrase that is changed or not.
import Crypto
import Glibc
import Model
import Synchronization
import System
import Testing

@testable import Vault

private let cheap = ScryptParameters(logN: 10, blockSize: 8, parallelism: 1)

/// A directory of the test's own, a cache, and what happens.
private final class Place: Sendable {
    let directory = "/tmp/vault-whole-\(UInt64.random(in: 0 ... .max))"
    var path: String { directory + "/vault" }
    let cache = Cache()
    let told = Mutex<[String]>([])

    init() throws { try AtomicFile.makeDirectories(directory) }

    deinit {
        for name in ["vault", "vault.lock", "copy"] { unlink("\(directory)/\(name)") }
        rmdir(directory)
    }

    func source(_ phrases: String...) -> PassphraseSource {
        let answers = Mutex(phrases)
        var source = PassphraseSource(
            ask: { [self] (request) throws(VaultError) in
                told.withLock { $0.append("\(request)") }
                let next = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                return Secret(next)
            },
            report: { [self] event in told.withLock { $0.append("\(event)") } })
        source.tries = 1
        return source
    }

    /// The vault as one sees it who knows this pass phrase.
    func vault(_ phrase: String, cached: Bool = false, name: String = "vault") -> SealedFileStore {
        SealedFileStore(
            path: "\(directory)/\(name)", cache: cached ? cache : nil, cost: cheap,
            patience: VaultPatience(call: .seconds(1), prompt: .seconds(1)),
            passphrase: source(phrase))
    }

    func store(_ secret: String, _ profile: String, in vault: SealedFileStore) throws {
        let id = try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE"))
        try KeyVault(vault).store(AccessKey(id: id, secret: Secret(secret)), profile: profile)
    }

    func secret(_ profile: String, in vault: SealedFileStore) throws -> String {
        try KeyVault(vault).load(profile: profile).secret.withBytes {
            String(decoding: $0, as: UTF8.self)
        }
    }

    var bytes: [UInt8] { get throws { try AtomicFile.read(path) ?? [] } }
}

private final class Cache: DerivedKeyCache {
    private let keys = Mutex<[String: [UInt8]]>([:])
    var count: Int { keys.withLock { $0.count } }
    func load(id: String) -> Secret? {
        guard let bytes = keys.withLock({ $0[id] }) else { return nil }
        return Secret(capacity: bytes.count) { buffer in
            buffer.copyBytes(from: bytes)
            return bytes.count
        }
    }
    func store(_ key: borrowing Secret, id: String) {
        let bytes = key.withBytes { Array($0) }
        keys.withLock { $0[id] = bytes }
    }
    func remove(id: String) { keys.withLock { $0[id] = nil } }
}

private func item(_ profile: String) -> SecretItem {
    SecretItem(
        schema: .accessKey,
        attributes: [
            ItemAttribute.profile: profile, ItemAttribute.accessKeyID: "AKIAIOSFODNN7EXAMPLE",
        ], label: profile, created: Timestamp(secondsSinceEpoch: 1),
        modified: Timestamp(secondsSinceEpoch: 2))
}

private func text(_ contents: borrowing OpenItems, _ index: Int) -> String {
    contents.secret(index).withBytes { String(decoding: $0, as: UTF8.self) }
}

@Suite struct BackupFileTests {
    @Test(arguments: [0, 1, 3])
    func whatIsWrittenOpensAgain(_ count: Int) throws {
        let place = try Place()
        var contents = OpenItems()
        for number in 0..<count { contents.add(item("p\(number)"), Secret("secret-\(number)")) }
        try place.vault("right", name: "copy").write(all: contents)
        guard let opened = try place.vault("right", name: "copy").openAll() else {
            Issue.record("there is none")
            return
        }
        let isSame = opened.equals(contents)
        #expect(isSame)
        #expect(opened.items.map(\.label) == (0..<count).map { "p\($0)" })
        for number in 0..<count {
            #expect(text(opened, number) == "secret-\(number)")
        }
        var status = stat()
        stat("\(place.directory)/copy", &status)
        #expect(status.st_mode & 0o7777 == 0o600)
        // No lock is left beside a file that one keeps elsewhere.
        #expect(access("\(place.directory)/copy.lock", F_OK) != 0)
        #expect(throws: VaultError.wrongPassphrase(path: "\(place.directory)/copy")) {
            _ = try place.vault("wrong", name: "copy").openAll()
        }
    }

    @Test func aCopyOfAFileVaultIsOne() throws {
        let place = try Place()
        try place.store("first", "work", in: place.vault("right"))
        guard let opened = try place.vault("right").openAll() else {
            Issue.record("there is none")
            return
        }
        #expect(opened.items.map { $0.attributes[ItemAttribute.profile] } == ["work"])
        #expect(text(opened, 0) == "first")
    }

    @Test func aMissingDirectoryIsNotMade() throws {
        let place = try Place()
        let missing = SealedFileStore(
            path: "\(place.directory)/no/copy", cost: cheap, passphrase: place.source("x"))
        let error = #expect(throws: VaultError.self) { try missing.write(all: OpenItems()) }
        guard case .file(let cause)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.code == ENOENT && access("\(place.directory)/no", F_OK) != 0)
        let isNothing = try missing.openAll().isNone
        #expect(isNothing)
        // Nobody is asked for a pass phrase that is of no use.
        #expect(place.told.withLock { $0 } == [])
    }
}

extension Optional where Wrapped: ~Copyable {
    fileprivate var isNone: Bool {
        switch self {
        case .some: false
        case .none: true
        }
    }
}

@Suite struct PassphraseChangeTests {
    @Test func theNewOneOpensAndTheOldOneNoMore() throws {
        let place = try Place()
        try place.store("first", "work", in: place.vault("old", cached: true))
        try place.store("second", "home", in: place.vault("old", cached: true))
        try place.vault("old", cached: true).changePassphrase(to: place.source("new"))
        #expect(try place.secret("work", in: place.vault("new")) == "first")
        #expect(try place.secret("home", in: place.vault("new")) == "second")
        #expect(throws: VaultError.wrongPassphrase(path: place.path)) {
            _ = try place.secret("work", in: place.vault("old"))
        }
        // The key of the new one is held, that of the old is not.
        #expect(place.cache.count == 1)
        #expect(try place.secret("work", in: place.vault("none", cached: true)) == "first")
    }

    /// Whoever finds the terminal open, with the key held, does not take the vault over.
    @Test func theOldOneIsWantedEvenWhereItsKeyIsHeld() throws {
        let place = try Place()
        try place.store("first", "work", in: place.vault("old", cached: true))
        let before = try place.bytes
        #expect(throws: VaultError.wrongPassphrase(path: place.path)) {
            try place.vault("guess", cached: true).changePassphrase(to: place.source("mine"))
        }
        #expect(try place.bytes == before)
        #expect(throws: VaultError.noPassphrase(.empty)) {
            try place.vault("old").changePassphrase(to: place.source(""))
        }
        #expect(try place.bytes == before)
    }

    @Test func whoIsFasterCounts() throws {
        let place = try Place()
        try place.store("first", "work", in: place.vault("old"))
        // While the new pass phrase is typed, another process changes it.
        let slow = PassphraseSource { (_) throws(VaultError) in
            try place.vault("old").changePassphrase(to: place.source("theirs"))
            return Secret("mine")
        }
        #expect(throws: VaultError.changedPassphrase(path: place.path)) {
            try place.vault("old").changePassphrase(to: slow)
        }
        #expect(try place.secret("work", in: place.vault("theirs")) == "first")
    }

    /// A process that was about to store something is told, and asks for the new one.
    @Test func whoTypedTheOldOneIsTold() throws {
        let place = try Place()
        try place.store("first", "work", in: place.vault("old"))
        let isFirst = Mutex(true)
        var source = PassphraseSource(
            ask: { (_) throws(VaultError) in
                let wasFirst = isFirst.withLock { was in
                    defer { was = false }
                    return was
                }
                guard wasFirst else { return Secret("new") }
                try place.vault("old").changePassphrase(to: place.source("new"))
                return Secret("old")
            }, report: { event in place.told.withLock { $0.append("\(event)") } })
        source.tries = 1
        let other = SealedFileStore(path: place.path, cost: cheap, passphrase: source)
        try place.store("second", "home", in: other)
        #expect(place.told.withLock { $0.contains("changed") })
        #expect(try place.secret("home", in: place.vault("new")) == "second")
        #expect(try place.secret("work", in: place.vault("new")) == "first")
    }

    @Test func aKeyIsHeldWhereTheCacheTakesIt() throws {
        let place = try Place()
        #expect(try !place.vault("old", cached: true).isThere())
        try place.store("first", "work", in: place.vault("old"))
        #expect(try !place.vault("old").holdKey())
        #expect(try place.vault("old", cached: true).holdKey())
        #expect(try place.secret("work", in: place.vault("none", cached: true)) == "first")
        #expect(throws: VaultError.wrongPassphrase(path: place.path)) {
            _ = try place.vault("wrong").holdKey()
        }
    }
}
