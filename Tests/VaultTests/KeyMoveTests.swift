// Moving keys between vaults: at every moment the profile has its key.
import Glibc
import Model
import Synchronization
import Testing

@testable import Vault

private let pairs: [(VaultKind, VaultKind)] = [
    (.secretService, .file), (.file, .secretService),
]

private final class Owner: Sendable {
    let keyring = MemoryItems(.secretService)
    let file = MemoryItems(.file)
    let directory = "/tmp/key-move-\(UInt64.random(in: 0 ... .max))"
    let forgotten = Mutex(0)
    var indexPath: String { "\(directory)/index.tsv" }

    deinit {
        for name in ["/index.tsv", "/index.tsv.lock"] { unlink(directory + name) }
        rmdir(directory)
    }

    var keys: KeyStore {
        KeyStore(
            indexPath: indexPath, vaultPath: "\(directory)/vault",
            effects: .init(
                vault: { [keyring, file] kind, _ in KeyVault(kind == .file ? file : keyring) },
                forgetSessions: { [self] _, _ in
                    forgotten.withLock { $0 += 1 }
                    return 1
                }))
    }

    func items(_ kind: VaultKind) -> MemoryItems { kind == .file ? file : keyring }

    func add(to kind: VaultKind) throws -> StoredKey {
        let id = try #require(AccessKeyID("AKIAEXAMPLEEXAMPLE01"))
        let caller = try #require(ARN("arn:aws:iam::123456789012:user/alice"))
        _ = try keys.put(
            AccessKey(id: id, secret: Secret("secret")), profile: "work", in: kind, caller: caller,
            replacing: nil)
        return try #require(try keys.index()?.entry(of: "work")).storedKey
    }

    func secret() throws -> String {
        let key = try #require(try keys.keys(mayPrompt: true).entry(of: "work")).storedKey
        return try keys.load(key).secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

@Suite struct KeyMoveTests {
    private let owner = Owner()

    @Test(arguments: pairs)
    func aKeyIsMovedWithItsSessions(_ first: VaultKind, _ second: VaultKind) throws {
        let key = try owner.add(to: first)
        let before = try #require(try owner.keys.index()?.entry(of: "work"))
        let left = try owner.keys.move(key, to: second)
        #expect(left.copies.isEmpty && left.index == nil)
        let entry = try #require(try owner.keys.index()?.entry(of: "work"))
        #expect(entry.vault == second && entry.caller == before.caller)
        #expect(entry.added == before.added)
        #expect(owner.items(first).secrets == [] && owner.items(second).secrets == ["secret"])
        #expect(owner.forgotten.withLock { $0 } == 0)
        #expect(try owner.secret() == "secret")
    }

    /// By the index, and by the vault alone; on its way back too.
    @Test(arguments: pairs)
    func itsAgeGoesWithIt(_ first: VaultKind, _ second: VaultKind) throws {
        let added = Timestamp(secondsSinceEpoch: 1_784_000_000)
        _ = try owner.keys.put(
            AccessKey(
                id: try #require(AccessKeyID("AKIAEXAMPLEEXAMPLE01")), secret: Secret("secret")),
            profile: "work", in: first, caller: nil, replacing: nil, added: added)
        for kind in [second, first, second] {
            let entry = try #require(try owner.keys.keys(mayPrompt: true).entry(of: "work"))
            #expect(entry.added == added && entry.stored > added)
            _ = try owner.keys.move(entry.storedKey, to: kind)
            #expect(try owner.keys.index()?.entry(of: "work")?.added == added)
            unlink(owner.indexPath)
        }
        #expect(try owner.keys.keys(mayPrompt: true).entry(of: "work")?.added == added)
    }

    /// The run ends before each change of each vault: the key is there, also without the index.
    @Test(arguments: pairs, [false, true])
    func wherever(_ vaults: (VaultKind, VaultKind), _ isIndexLost: Bool) throws {
        let (first, second) = vaults
        for kind in [first, second] {
            let owner = Owner()
            let key = try owner.add(to: first)
            owner.items(kind).beforeChange = { () throws(VaultError) in throw .connectionLost }
            let left = try? owner.keys.move(key, to: second)
            owner.items(kind).beforeChange = nil
            if isIndexLost { unlink(owner.indexPath) }
            #expect(try owner.secret() == "secret")
            #expect((left?.copies.map(\.vault) ?? []) == (kind == first ? [first] : []))
        }
    }

    /// A vault that gives back something else than it took: the key stays where it was.
    @Test(arguments: pairs)
    func whatIsReadBackWrongDoesNotCount(_ first: VaultKind, _ second: VaultKind) throws {
        let key = try owner.add(to: first)
        owner.items(second).garbles = true
        #expect(throws: VaultError.misread(profile: "work")) {
            _ = try owner.keys.move(key, to: second)
        }
        #expect(owner.items(first).secrets == ["secret"] && owner.items(second).secrets == [])
        #expect(try owner.secret() == "secret")
        unlink(owner.indexPath)
        #expect(try owner.secret() == "secret")
    }

    @Test(arguments: pairs)
    func anIndexThatCannotBeWrittenLeavesTheKeyWhereItWas(
        _ first: VaultKind, _ second: VaultKind
    ) throws {
        let key = try owner.add(to: first)
        // The new key stands in its vault; the lock of the index cannot be opened any more.
        owner.items(second).beforeChange = { [owner] () throws(VaultError) in
            unlink(owner.indexPath + ".lock")
            mkdir(owner.indexPath + ".lock", 0o700)
        }
        #expect(throws: VaultError.self) { _ = try owner.keys.move(key, to: second) }
        rmdir(owner.indexPath + ".lock")
        owner.items(second).beforeChange = nil
        #expect(owner.items(first).secrets == ["secret"] && owner.items(second).secrets == [])
        #expect(try owner.secret() == "secret")
    }

    /// Killed after the index: the old copy is taken away by the next run.
    @Test(arguments: pairs)
    func whatAKilledMoveLeftIsDeleted(_ first: VaultKind, _ second: VaultKind) throws {
        let key = try owner.add(to: first)
        owner.items(first).beforeChange = { () throws(VaultError) in throw .connectionLost }
        _ = try owner.keys.move(key, to: second)
        let copy = try #require(try owner.keys.index()?.superseded.first)
        #expect(throws: VaultError.connectionLost) { _ = try owner.keys.deleteCopies(copy) }
        #expect(try owner.keys.index()?.superseded == [copy])
        owner.items(first).beforeChange = nil
        #expect(try owner.keys.deleteCopies(copy))
        #expect(try owner.keys.index()?.superseded == [])
        #expect(owner.items(first).secrets == [] && owner.items(second).secrets == ["secret"])
        #expect(try !owner.keys.deleteCopies(copy))
    }

    @Test func allOfThemAreOpened() throws {
        _ = try owner.add(to: .file)
        let all = try owner.keys.openAll()
        let isRight = all.secret(0).equals(Secret("secret"))
        #expect(all.items.count == 1 && isRight)
        owner.file.failure = .wrongPassphrase(path: "/x")
        #expect(throws: VaultError.wrongPassphrase(path: "/x")) { _ = try owner.keys.openAll() }
    }

    /// A vault that may hold more than the index knows is no vault to leave out of a backup.
    @Test(arguments: [(VaultError.locked, true), (.noBus(reason: "unset"), false)])
    func whatCannotBeAskedIsNotLeftOut(_ reason: VaultError, _ isInTheWay: Bool) throws {
        _ = try owner.add(to: .file)
        unlink(owner.indexPath)
        owner.keyring.failure = reason
        let opened = Result { try owner.keys.whole() }
        let isThere = (try? opened.get()) != nil
        #expect(isThere != isInTheWay)
    }
}
