// The file vault: what it keeps, whom it asks, and every way in which its file can be wrong.
import Crypto
import Glibc
import Model
import Synchronization
import System
import Testing

@testable import Vault

/// A directory for one test, removed afterwards.
private final class Scratch {
    let path: String
    var file: String { path + "/data/vault" }

    init() throws {
        path = "/tmp/file-vault-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        try AtomicFile.makeDirectories(path)
    }

    deinit {
        for name in ["/data/vault", "/data/vault.lock"] { unlink(path + name) }
        rmdir(file)
        rmdir(path + "/data")
        rmdir(path)
    }
}

/// Answers with one pass phrase and remembers how often and for what it was asked.
private final class Person: Sendable {
    let phrase: String
    private let requests = Mutex<[PassphraseSource.Request]>([])

    init(_ phrase: String = "open sesame") { self.phrase = phrase }

    var asked: [PassphraseSource.Request] { requests.withLock { $0 } }

    func answer(_ request: PassphraseSource.Request) -> Secret {
        requests.withLock { $0.append(request) }
        return Secret(phrase)
    }

    /// One who is asked once.
    var source: PassphraseSource {
        var source = PassphraseSource { self.answer($0) }
        source.tries = 1
        return source
    }
}

private final class Cache: DerivedKeyCache {
    private let keys = Mutex<[String: [UInt8]]>([:])
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
    func spoil() { keys.withLock { $0 = $0.mapValues { _ in Array(repeating: 1, count: 32) } } }
}

/// Cheap, so that the tests are quick; what is tested does not depend on the cost.
private let cheap = ScryptParameters(logN: 10, blockSize: 8, parallelism: 1)

private func vault(
    _ scratch: Scratch, _ person: Person, cache: Cache? = nil, at seconds: Int = 1_784_000_000
) -> KeyVault {
    KeyVault(items(scratch, person, cache: cache, at: seconds))
}

private func items(
    _ scratch: Scratch, _ person: Person, cache: Cache? = nil, at seconds: Int = 1_784_000_000
) -> SealedFileStore {
    SealedFileStore(
        path: scratch.file, cache: cache, cost: cheap,
        patience: VaultPatience(call: .milliseconds(200), prompt: .seconds(1)),
        now: { Timestamp(secondsSinceEpoch: seconds) }, passphrase: person.source)
}

private func key(
    _ secret: String, _ id: String = "AKIAIOSFODNN7EXAMPLE"
) throws -> AccessKey {
    AccessKey(id: try #require(AccessKeyID(id)), secret: Secret(secret))
}

private func secret(of profile: String, in vault: KeyVault) throws -> String {
    let key = try vault.load(profile: profile)
    return key.secret.withBytes { String(decoding: $0, as: UTF8.self) }
}

private func bytes(_ scratch: Scratch) throws -> [UInt8] {
    try #require(try AtomicFile.read(scratch.file))
}

@Suite struct FileVaultTests {
    @Test func keepsReplacesAndForgets() throws {
        let scratch = try Scratch()
        let person = Person()
        let early = vault(scratch, person)
        #expect(try early.entries() == [])
        #expect(throws: VaultError.absent(profile: "work")) { _ = try early.load(profile: "work") }
        #expect(try early.remove(profile: "work") == false)
        #expect(person.asked == [])

        try early.store(try key("first"), profile: "work")
        #expect(person.asked == [.new])
        try early.store(try key("second"), profile: "Ünïcode\n鍵")
        #expect(person.asked == [.new, .existing])
        #expect(try secret(of: "work", in: early) == "first")
        #expect(try secret(of: "Ünïcode\n鍵", in: early) == "second")

        let late = vault(scratch, person, at: 1_784_000_100)
        try late.store(try key("third", "AKIAI44QH8DHBEXAMPLE"), profile: "work")
        #expect(try secret(of: "work", in: late) == "third")
        #expect(try secret(of: "Ünïcode\n鍵", in: late) == "second")
        let before = person.asked.count
        let entry = try #require(try late.entries().first { $0.profile == "work" })
        #expect(entry.accessKeyID.description == "AKIAI44QH8DHBEXAMPLE")
        #expect(entry.created.secondsSinceEpoch == 1_784_000_000)
        #expect(entry.modified.secondsSinceEpoch == 1_784_000_100)
        #expect(throws: VaultError.absent(profile: "no")) { _ = try late.load(profile: "no") }
        #expect(person.asked.count == before)

        #expect(try late.remove(profile: "work"))
        #expect(try late.entries().map(\.profile) == ["Ünïcode\n鍵"])
        #expect(try secret(of: "Ünïcode\n鍵", in: late) == "second")
        #expect(try late.remove(profile: "Ünïcode\n鍵"))
        #expect(try late.entries() == [])
        try late.store(try key("fourth"), profile: "work")
        #expect(person.asked.filter { $0 == .new }.count == 1)
    }

    @Test func theFileIsPrivateAndShowsNoSecret() throws {
        let scratch = try Scratch()
        let file = vault(scratch, Person())
        try file.store(try key("wJalrXUtnFEMI"), profile: "work")
        var status = stat()
        #expect(stat(scratch.file, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o600)
        let first = try bytes(scratch)
        #expect(!String(decoding: first, as: UTF8.self).contains("wJalrXUtnFEMI"))
        #expect(String(decoding: first.prefix(17), as: UTF8.self) == "credtool-vault 2\n")

        // The same content again: another nonce, and so another sealed text.
        try file.store(try key("wJalrXUtnFEMI"), profile: "work")
        #expect(try bytes(scratch) != first)
    }

    @Test func aWrongPassphraseIsToldAsThat() throws {
        let scratch = try Scratch()
        try vault(scratch, Person()).store(try key("x"), profile: "work")
        let stranger = vault(scratch, Person("guess"))
        let wrong = VaultError.wrongPassphrase(path: scratch.file)
        #expect(throws: wrong) { _ = try stranger.load(profile: "work") }
        #expect(throws: wrong) { try stranger.store(try key("y"), profile: "work") }
        #expect(throws: wrong) { _ = try stranger.remove(profile: "work") }
        #expect(throws: VaultError.noPassphrase(.empty)) {
            _ = try vault(scratch, Person("")).load(profile: "work")
        }
        #expect(try secret(of: "work", in: vault(scratch, Person())) == "x")
    }

    @Test func everyFlippedBitIsNoticed() throws {
        let scratch = try Scratch()
        let person = Person()
        let file = vault(scratch, person)
        try file.store(try key("x"), profile: "work")
        let good = try bytes(scratch)
        let asked = person.asked.count
        for (byte, bit) in good.indices.flatMap({ byte in (0..<8).map { (byte, $0) } }) {
            var bad = good
            bad[byte] ^= 1 << UInt8(bit)
            try AtomicFile.replace(scratch.file, with: bad)
            let error = #expect(throws: VaultError.self) { _ = try file.load(profile: "work") }
            switch error {
            // The length and the version can only be told as what they now say.
            case .damagedFile?, .truncatedFile?, .laterVersion?: break
            default: Issue.record("byte \(byte), bit \(bit): \(String(describing: error))")
            }
            #expect(throws: VaultError.self) { _ = try file.entries() }
            #expect(throws: VaultError.self) { try file.store(try key("y"), profile: "other") }
            #expect(try bytes(scratch) == bad)
        }
        #expect(person.asked.count == asked)
        try AtomicFile.replace(scratch.file, with: good + [0])
        #expect(throws: VaultError.damagedFile(path: scratch.file)) { _ = try file.entries() }
    }

    @Test func everyTruncationIsToldAsThat() throws {
        let scratch = try Scratch()
        let file = vault(scratch, Person())
        try file.store(try key("x"), profile: "work")
        let good = try bytes(scratch)
        for count in good.indices {
            try AtomicFile.replace(scratch.file, with: Array(good.prefix(count)))
            #expect(throws: VaultError.truncatedFile(path: scratch.file), "\(count) bytes") {
                _ = try file.load(profile: "work")
            }
        }
    }

    /// Somebody who can write the file can also make its digest right; the seal still tells.
    @Test func aForgedHeaderDoesNotOpen() throws {
        let scratch = try Scratch()
        let file = vault(scratch, Person())
        try file.store(try key("x"), profile: "work")
        try file.store(try key("y"), profile: "play")
        var body = try bytes(scratch).dropLast(32)
        // Wherever the profile's name stands: in its attribute and in the label.
        for name in body.indices where body[name...].starts(with: "work".utf8) {
            body[name] = UInt8(ascii: "f")
        }
        try AtomicFile.replace(scratch.file, with: body + (try SHA256.digest(body)))
        #expect(try file.entries().map(\.profile) == ["fork", "play"])
        for profile in ["fork", "play"] {
            #expect(throws: VaultError.damagedFile(path: scratch.file)) {
                _ = try file.load(profile: profile)
            }
        }
    }

    @Test(arguments: [
        ("credtool-vault 3\nwhatever", 3), ("credtool-vault 17\n", 17),
    ])
    func aLaterVersionIsLeftAlone(_ text: String, _ version: Int) throws {
        let scratch = try Scratch()
        let file = vault(scratch, Person())
        try AtomicFile.replace(scratch.file, with: Array(text.utf8))
        let later = VaultError.laterVersion(path: scratch.file, version: version)
        #expect(throws: later) { _ = try file.entries() }
        #expect(throws: later) { try file.store(try key("x"), profile: "work") }
        #expect(try bytes(scratch) == Array(text.utf8))
    }

    @Test(arguments: ["credtool-vault x\n 0123456789", "[default]\naws_access_key_id = AKIA\n"])
    func anotherFileIsDamaged(_ text: String) throws {
        let scratch = try Scratch()
        try AtomicFile.replace(scratch.file, with: Array(text.utf8))
        #expect(throws: VaultError.damagedFile(path: scratch.file)) {
            _ = try vault(scratch, Person()).entries()
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o601] as [UInt32])
    func aFileOpenToOthersIsRefused(_ mode: UInt32) throws {
        let scratch = try Scratch()
        let file = vault(scratch, Person())
        try file.store(try key("x"), profile: "work")
        #expect(chmod(scratch.file, mode) == 0)
        let exposed = VaultError.exposedFile(path: scratch.file, mode: mode)
        #expect(throws: exposed) { _ = try file.load(profile: "work") }
        #expect(throws: exposed) { try file.store(try key("y"), profile: "work") }
    }

    @Test func aFileOfAnotherUserIsRefused() throws {
        let scratch = try Scratch()
        var path = "/etc/passwd"
        var owner: UInt32 = 0
        if geteuid() == 0 {
            path = scratch.file
            owner = 1
            try vault(scratch, Person()).store(try key("x"), profile: "work")
            #expect(chown(path, owner, 1) == 0)
        }
        let file = KeyVault(SealedFileStore(path: path, passphrase: .none))
        #expect(throws: VaultError.foreignFile(path: path, owner: owner)) {
            _ = try file.entries()
        }
    }

    @Test func whatIsNoFileIsRefused() throws {
        let scratch = try Scratch()
        try AtomicFile.makeDirectories(scratch.file)
        let file = vault(scratch, Person())
        let expected = VaultError.notRegularFile(path: scratch.file)
        #expect(throws: expected) { _ = try file.entries() }
        #expect(throws: expected) { try file.store(try key("x"), profile: "work") }
    }

    @Test func aPlaceThatCannotBeWrittenIsNamed() throws {
        let file = KeyVault(
            SealedFileStore(
                path: "/proc/credtool/vault", cost: cheap, passphrase: Person().source))
        let error = #expect(throws: VaultError.self) {
            try file.store(try key("x"), profile: "work")
        }
        // Root is told ENOENT, others EACCES.
        guard case .file(let cause)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(cause.call == "mkdir" && cause.subject == "/proc/credtool")
    }

    @Test func aKeyInTheCacheSparesTheQuestion() throws {
        let scratch = try Scratch()
        let person = Person()
        let cache = Cache()
        let file = vault(scratch, person, cache: cache)
        try file.store(try key("x"), profile: "work")
        #expect(try secret(of: "work", in: file) == "x")
        #expect(person.asked == [.new])
        // A key that is not this vault's is not used, and the right one takes its place.
        cache.spoil()
        #expect(try secret(of: "work", in: file) == "x")
        #expect(try secret(of: "work", in: file) == "x")
        #expect(person.asked == [.new, .existing])
    }

    @Test func noTerminalIsToldAsThat() throws {
        let scratch = try Scratch()
        let file = KeyVault(
            SealedFileStore(path: scratch.file, cost: cheap, passphrase: .none))
        #expect(throws: VaultError.noPassphrase(.noTerminal)) {
            try file.store(try key("x"), profile: "work")
        }
        #expect(try file.entries() == [])
    }

    @Test func manyAtOnceAreAllKept() async throws {
        let scratch = try Scratch()
        let person = Person()
        let path = scratch.file
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let file = KeyVault(
                        SealedFileStore(path: path, cost: cheap, passphrase: person.source))
                    try file.store(try key("secret-\(number)"), profile: "p\(number)")
                }
            }
            try await group.waitForAll()
        }
        let file = vault(scratch, person)
        #expect(try file.entries().map(\.profile).sorted() == (0..<8).map { "p\($0)" })
        for number in 0..<8 {
            #expect(try secret(of: "p\(number)", in: file) == "secret-\(number)")
        }
    }

    /// Another process makes the vault while this one still asks for the pass phrase of a new one.
    @Test func aVaultMadeMeanwhileKeepsItsPassphrase() throws {
        let scratch = try Scratch()
        let first = Person()
        let second = Person("mine")
        let path = scratch.file
        let source = PassphraseSource { (request) throws(VaultError) in
            _ = second.answer(request)
            guard request == .new, let id = AccessKeyID("AKIAIOSFODNN7EXAMPLE") else {
                return first.answer(request)
            }
            let early = KeyVault(
                SealedFileStore(path: path, cost: cheap, passphrase: first.source))
            try early.store(AccessKey(id: id, secret: Secret("theirs")), profile: "work")
            return Secret(second.phrase)
        }
        let file = KeyVault(SealedFileStore(path: path, cost: cheap, passphrase: source))
        try file.store(try key("ours"), profile: "play")
        #expect(second.asked == [.new, .existing])
        #expect(try secret(of: "work", in: vault(scratch, first)) == "theirs")
        #expect(try secret(of: "play", in: vault(scratch, first)) == "ours")
    }

    @Test func aLockThatIsNotGivenUpEndsTheWait() throws {
        let scratch = try Scratch()
        let file = vault(scratch, Person())
        try file.store(try key("x"), profile: "work")
        let lock = try FileLock(path: scratch.file + ".lock", within: .seconds(5))
        #expect(throws: VaultError.busyFile(path: scratch.file)) {
            try file.store(try key("y"), profile: "work")
        }
        extendLifetime(lock)
        #expect(try secret(of: "work", in: file) == "x")
    }

    @Test func namesThatCannotBeKept() throws {
        let scratch = try Scratch()
        let file = vault(scratch, Person())
        for name in ["", "a\0b"] {
            #expect(throws: VaultError.unsuitableName(name)) {
                try file.store(try key("x"), profile: name)
            }
        }
    }
}
