// The owner of keys: one key a profile, whatever fails and wherever a run ends.
import Glibc
import Model
import Synchronization
import System
import Testing

@testable import Vault

private let ids = (1...3).compactMap { AccessKeyID("AKIAEXAMPLEEXAMPLE0\($0)") }
private let caller = ARN("arn:aws:iam::123456789012:user/alice").unsafelyUnwrapped

private struct Interruption: Error {}

/// A user's two vaults and a directory with the index.
private final class Owner: Sendable {
    let keyring = MemoryItems(.secretService)
    let file = MemoryItems(.file)
    let directory = "/tmp/key-store-\(UInt64.random(in: 0 ... .max))"
    let forgotten = Mutex<[String]>([])
    let sessionsFail = Mutex(false)
    var indexPath: String { "\(directory)/index.tsv" }

    deinit {
        for name in ["/index.tsv", "/index.tsv.lock", "/vault"] { unlink(directory + name) }
        rmdir(directory)
    }

    var keys: KeyStore {
        KeyStore(
            indexPath: indexPath, vaultPath: "\(directory)/vault",
            effects: .init(
                vault: { [keyring, file] kind, _ in
                    KeyVault(kind == .file ? file : keyring)
                },
                forgetSessions: { [self] profile, id in
                    if sessionsFail.withLock({ $0 }) { throw Interruption() }
                    forgotten.withLock { $0.append("\(profile) \(id.description.suffix(1))") }
                    return 1
                }))
    }

    func items(_ kind: VaultKind) -> MemoryItems { kind == .file ? file : keyring }

    @discardableResult
    func put(
        _ number: Int, _ kind: VaultKind, profile: String = "work"
    ) throws(VaultError) -> KeyStore.Leftovers {
        let old = try keys.standing(profile, in: kind)
        return try keys.put(
            AccessKey(id: ids[number - 1], secret: Secret("secret-\(number)")), profile: profile,
            in: kind, caller: caller, replacing: old)
    }

    func removed(_ profile: String = "work") throws -> KeyStore.Removed {
        try keys.remove(try #require(try keys.keys(mayPrompt: true).entry(of: profile)).storedKey)
    }

    /// The secret that a run signs with; nil where the profile has no key.
    func secret(_ profile: String = "work") throws -> String? {
        let index = try keys.keys(mayPrompt: true)
        let entry =
            try index.entry(of: profile)
            ?? keys.refresh(mayPrompt: true).index.entry(of: profile)
        guard let key = entry?.storedKey else { return nil }
        return try keys.load(key).secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    func loseIndex() { unlink(indexPath) }
    var held: [String] { keyring.secrets + file.secrets }
}

private let pairs: [(VaultKind, VaultKind)] = [
    (.secretService, .file), (.file, .secretService),
]

@Suite struct KeyStoreTests {
    private let owner = Owner()

    @Test func aKeyIsPutLoadedAndRemoved() throws {
        #expect(try owner.keys.keys(mayPrompt: true).entries.isEmpty)
        #expect(owner.keyring.calls == 0)
        try owner.put(1, .secretService)
        let key = try #require(try owner.keys.index()?.entry(of: "work")?.storedKey)
        #expect(key.vault == .secretService && key.callerARN == caller)
        #expect(try owner.secret() == "secret-1")
        let removed = try owner.removed()
        #expect(removed.wasThere && removed.sessions == 2)
        #expect(try owner.keys.index()?.entry(of: "work")?.storedKey == nil)
        #expect(try owner.secret() == nil && owner.held.isEmpty)
    }

    @Test(arguments: pairs)
    func aKeyThatMovesLeavesNothingBehind(_ first: VaultKind, _ second: VaultKind) throws {
        try owner.put(1, first)
        // The index knows the old one in whichever vault.
        #expect(try owner.keys.standing("work", in: second)?.vault == first)
        try owner.put(2, second)
        #expect(owner.held == ["secret-2"])
        #expect(owner.forgotten.withLock { $0 } == ["work 1", "work 1"])
        #expect(try owner.keys.index()?.superseded == [])
    }

    /// The old vault is out of reach when the key moves; then the key is removed.
    @Test(arguments: pairs, [false, true])
    func anOldKeyNeverCountsAgain(_ vaults: (VaultKind, VaultKind), _ isIndexLost: Bool) throws {
        let (first, second) = vaults
        try owner.put(1, first)
        owner.items(first).failure = .locked
        let left = try owner.put(2, second)
        #expect(left.copies.map(\.vault) == [first])
        #expect(try owner.secret() == "secret-2")
        if isIndexLost { owner.loseIndex() }
        #expect(try owner.secret() == "secret-2")
        #expect(try owner.removed().wasThere)
        #expect(try owner.secret() == nil)
        owner.items(first).failure = nil
        #expect(try owner.secret() == nil)
        // It was taken away as soon as its vault answered.
        #expect(owner.held.isEmpty)
        #expect(try owner.keys.index()?.superseded == [])
    }

    @Test(arguments: pairs)
    func anOldKeyGoesWhenItsVaultAnswers(_ first: VaultKind, _ second: VaultKind) throws {
        try owner.put(1, first)
        owner.items(first).failure = .connectionLost
        try owner.put(2, second)
        owner.items(first).failure = nil
        #expect(owner.held.count == 2)
        // Any key of that vault will do to find out that it answers.
        try owner.put(3, first, profile: "other")
        #expect(try owner.secret("other") == "secret-3")
        #expect(owner.held.sorted() == ["secret-2", "secret-3"])
    }

    /// Version 0.1 left keys that no index tells of.
    @Test(arguments: pairs)
    func removeTakesCopiesThatNobodyKnewOf(_ first: VaultKind, _ second: VaultKind) throws {
        owner.items(first).plant("old", profile: "work", id: ids[0].description)
        try owner.keys.learn(
            caller: caller,
            of: StoredKey(
                profile: "none", accessKeyID: ids[0], vault: first, callerARN: nil))
        try AtomicFile.makeDirectories(owner.directory)
        try AtomicFile.replace(
            owner.indexPath,
            with: VaultIndex([
                .init(
                    profile: "work", accessKeyID: ids[1], vault: second, added: .now(),
                    caller: nil)
            ]).bytes)
        owner.items(second).plant("new", profile: "work", id: ids[1].description, second: 9)
        #expect(try owner.secret() == "new")
        _ = try owner.removed()
        #expect(owner.held.isEmpty)
        #expect(try owner.secret() == nil)
    }

    /// Of two vaults the newer key counts when the index is lost, and removing takes both.
    @Test(arguments: pairs, [false, true])
    func aKilledMoveLeavesOneKey(_ vaults: (VaultKind, VaultKind), _ isIndexLost: Bool) throws {
        let (first, second) = vaults
        try owner.put(1, first)
        // The new key stands, and the run ends there.
        try KeyVault(owner.items(second)).store(
            AccessKey(id: ids[1], secret: Secret("secret-2")), profile: "work")
        if isIndexLost { owner.loseIndex() }
        #expect(try owner.secret() == (isIndexLost ? "secret-2" : "secret-1"))
        _ = try owner.removed()
        #expect(owner.held.isEmpty)
        #expect(try owner.secret() == nil)
    }

    /// The run ends after its own vault was emptied; the other still has an old key.
    @Test(arguments: pairs)
    func aKilledRemovalBringsNoOldKeyBack(_ first: VaultKind, _ second: VaultKind) throws {
        try owner.put(1, first)
        owner.items(first).failure = .locked
        try owner.put(2, second)
        owner.items(first).failure = nil
        // As `remove` does it, up to there.
        _ = try KeyVault(owner.items(second)).remove(profile: "work")
        #expect(throws: VaultError.absent(profile: "work")) { _ = try owner.secret() }
        #expect(try owner.keys.refresh(mayPrompt: true).index.entry(of: "work") == nil)
        #expect(owner.held.isEmpty)
    }

    @Test(arguments: pairs)
    func aVaultThatDoesNotRemoveKeepsItsKey(_ kind: VaultKind, _: VaultKind) throws {
        try owner.put(1, kind)
        owner.items(kind).beforeChange = { () throws(VaultError) in throw .locked }
        #expect(throws: VaultError.locked) { _ = try owner.removed() }
        owner.items(kind).beforeChange = nil
        #expect(try owner.secret() == "secret-1")
        #expect(try owner.keys.index()?.superseded == [])
    }

    /// A machine without a keyring is not told of copies there, unless one was known.
    @Test func aMissingKeyringIsNoNews() throws {
        owner.keyring.failure = .noBus(reason: "unset")
        try owner.put(1, .file)
        #expect(try owner.removed().leftovers.copies.isEmpty)
        owner.keyring.failure = nil
        try owner.put(1, .secretService)
        owner.keyring.failure = .noBus(reason: "unset")
        try owner.put(2, .file)
        #expect(try owner.removed().leftovers.copies.map(\.vault) == [.secretService])
        owner.keyring.failure = .locked
        try owner.put(3, .file)
        #expect(try owner.removed().leftovers.copies.map(\.vault) == [.secretService])
    }

    /// The clock was a day ahead when the old key was stored, and is right by now.
    @Test(arguments: [false, true])
    func aClockThatWasAheadKeepsNoOldKey(_ isMoved: Bool) throws {
        let tomorrow = Timestamp.now() + .seconds(86_400)
        owner.keyring.plant(
            "ahead", profile: "work", id: ids[0].description,
            stamp: tomorrow.nanosecondsSinceEpoch, second: tomorrow.secondsSinceEpoch)
        try AtomicFile.makeDirectories(owner.directory)
        try AtomicFile.replace(
            owner.indexPath,
            with: VaultIndex([
                .init(
                    profile: "work", accessKeyID: ids[0], vault: .secretService,
                    added: isMoved ? Timestamp(secondsSinceEpoch: 1) : tomorrow, caller: nil,
                    stored: tomorrow)
            ]).bytes)
        owner.keyring.failure = .locked
        try owner.put(2, .file)
        _ = try owner.removed()
        owner.keyring.failure = nil
        #expect(try owner.secret() == nil)
        #expect(owner.held.isEmpty)
    }

    @Test func theSameKeyMayComeBack() throws {
        try owner.put(1, .secretService)
        owner.keyring.failure = .locked
        try owner.put(2, .file)
        owner.keyring.failure = nil
        try owner.put(1, .secretService)
        #expect(owner.held == ["secret-1"])
        owner.loseIndex()
        #expect(try owner.secret() == "secret-1")
    }

    // MARK: The index

    @Test func anIndexThatWasNeverThereIsNotLost() throws {
        #expect(try !owner.keys.isIndexLost())
        try AtomicFile.makeDirectories(owner.directory)
        #expect(try !owner.keys.isIndexLost())
        try AtomicFile.replace("\(owner.directory)/vault", with: [1])
        #expect(try owner.keys.isIndexLost())
        unlink("\(owner.directory)/vault")
        try owner.put(1, .file)
        #expect(try !owner.keys.isIndexLost())
        try AtomicFile.replace(owner.indexPath, with: [1])
        #expect(try owner.keys.isIndexLost())
        owner.loseIndex()
        #expect(try owner.keys.isIndexLost())
    }

    // MARK: What is known

    @Test func aMachineWithoutAKeyringHasLostNothing() throws {
        owner.keyring.failure = .noBus(reason: "unset")
        // A profile that is not there has all vaults asked, and the first index written.
        #expect(try owner.secret("x") == nil)
        #expect(try owner.keys.index()?.unread == [])
        let calls = owner.keyring.calls
        let known = try owner.keys.known()
        #expect(known.reasonForUnread == nil && !known.wasLost && owner.keyring.calls == calls)
    }

    @Test func aLockedKeyringMayHoldKeysAlthoughThereWasNoIndex() throws {
        owner.keyring.plant("old", profile: "work", id: ids[0].description)
        owner.keyring.failure = .locked
        #expect(try owner.secret("x") == nil)
        #expect(try owner.keys.known().reasonForUnread == .locked)
        owner.keyring.failure = nil
        #expect(try owner.keys.known().index.entries.map(\.profile) == ["work"])
    }

    @Test func aWholeIndexAndAFreshMachineAskNoVault() throws {
        #expect(try owner.keys.known().index.entries.isEmpty)
        #expect(owner.keyring.calls == 0 && owner.file.calls == 0)
        try owner.put(1, .secretService)
        let calls = owner.keyring.calls
        #expect(try owner.keys.known().index.entries.map(\.profile) == ["work"])
        #expect(owner.keyring.calls == calls)
    }

    @Test func aLostIndexIsSaidToBeLostOnce() throws {
        try owner.put(1, .secretService)
        owner.loseIndex()
        owner.keyring.failure = .noDaemon
        let first = try owner.keys.known()
        #expect(first.wasLost && first.reasonForUnread == .noDaemon)
        let second = try owner.keys.known()
        #expect(!second.wasLost && second.reasonForUnread == .noDaemon)
        owner.keyring.failure = nil
        let third = try owner.keys.known()
        #expect(third.index.entries.map(\.profile) == ["work"] && third.reasonForUnread == nil)
    }

    @Test func whereNoIndexCanBeWrittenTheVaultsAreAsked() throws {
        owner.keyring.plant("old", profile: "work", id: ids[0].description)
        let keys = KeyStore(
            indexPath: "/proc/sys/credtool/index.tsv", vaultPath: "/proc/sys/credtool/vault",
            effects: owner.keys.effects)
        #expect(try keys.known().index.entries.map(\.profile) == ["work"])
        owner.keyring.failure = .noDaemon
        #expect(try !keys.known().wasLost)
    }

    @Test func anIndexThatIsNotThereCostsNoKey() throws {
        owner.keyring.plant("old", profile: "work", id: ids[0].description)
        #expect(try owner.keys.standing("work", in: .secretService)?.accessKeyID == ids[0])
        #expect(try owner.keys.standing("work", in: .file) == nil)
    }

    @Test func theFirstIndexHasNothingToHaveLost() throws {
        try owner.put(1, .file)
        #expect(try owner.keys.index()?.unread == [])
        try AtomicFile.replace(owner.indexPath, with: [1])
        try owner.keys.learn(
            caller: caller,
            of: StoredKey(profile: "x", accessKeyID: ids[0], vault: .file, callerARN: nil))
        #expect(try owner.keys.index()?.unread == [.file, .secretService])
    }

    @Test func aKeyThatMayStillComeIsLookedFor() throws {
        try owner.put(1, .file)
        owner.keyring.beforeChange = { () throws(VaultError) in
            throw .mayStillStore(after: .seconds(5))
        }
        #expect(throws: VaultError.mayStillStore(after: .seconds(5))) {
            try owner.put(2, .secretService, profile: "late")
        }
        #expect(try owner.keys.index()?.unread == [.secretService])
        // Whoever lists keys before it comes does not end the search.
        #expect(try owner.keys.known().index.entries.map(\.profile) == ["work"])
        owner.keyring.plant("late", profile: "late", id: ids[1].description)
        #expect(try owner.keys.known().index.entry(of: "late") != nil)
        #expect(try owner.secret("late") == "late")
    }

    @Test func oneKeysCallerIsNeverWrittenOntoAnother() throws {
        try owner.put(1, .file)
        let first = try #require(try owner.keys.index()?.entry(of: "work")?.storedKey)
        let bob = try #require(ARN("arn:aws:iam::999999999999:user/bob"))
        #expect(try owner.keys.learn(caller: bob, of: first)?.callerARN == bob)
        try owner.put(2, .file)
        #expect(try owner.keys.learn(caller: bob, of: first) == nil)
        #expect(try owner.keys.index()?.entry(of: "work")?.storedKey.callerARN == caller)
        _ = try owner.removed()
        #expect(try owner.keys.learn(caller: bob, of: first) == nil)
        #expect(try owner.keys.index()?.entry(of: "work")?.storedKey == nil)
    }

    @Test func aHeldLockIsToldAsThat() throws {
        try owner.put(1, .file)
        let lock = try FileLock(path: owner.indexPath + ".lock", within: .seconds(1))
        var file = IndexFile(path: owner.indexPath)
        file.patience = .milliseconds(50)
        #expect(throws: VaultError.busyIndex(path: owner.indexPath)) { try file.update { _ in } }
        extendLifetime(lock)
    }

    /// Whatever cannot be written is told, and what was done stays done.
    @Test func sessionsThatStayAreTold() throws {
        try owner.put(1, .file)
        owner.sessionsFail.withLock { $0 = true }
        #expect(try owner.put(2, .file).sessions is Interruption)
        #expect(try owner.removed().leftovers.sessions is Interruption)
        #expect(owner.held.isEmpty)
    }

    @Test func keysAreUsedFromManyThreads() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask { [owner] in
                    try owner.put(number % 3 + 1, .file, profile: "p\(number)")
                    _ = try owner.secret("p\(number)")
                }
            }
            try await group.waitForAll()
        }
        #expect(try owner.keys.index()?.entries.count == 8)
    }

    // MARK: The vault

    /// What is newer but no key does not hide what is one; where there is nothing else, it is told.
    @Test func whatIsNoKeyDoesNotHideOne() throws {
        owner.keyring.plant("good", profile: "work", id: ids[0].description, second: 1)
        owner.keyring.plant("no ID", profile: "work", id: nil, second: 2)
        owner.keyring.plant(
            "{\"Key\":\"work\"}", profile: "work", id: ids[1].description, second: 3)
        let vault = KeyVault(owner.keyring)
        #expect(try vault.load(profile: "work").id == ids[0])
        owner.keyring.plant("no ID", profile: "half", id: nil)
        #expect(throws: VaultError.damagedEntry(profile: "half")) {
            _ = try vault.load(profile: "half")
        }
        owner.keyring.plant("{\"Key\":\"x\"}", profile: "taken", id: ids[1].description)
        #expect(throws: VaultError.foreignSecret(profile: "taken")) {
            _ = try vault.load(profile: "taken")
        }
    }
}
