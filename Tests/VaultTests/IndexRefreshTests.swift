// What the index becomes when the vaults are asked again, in every way it can be wrong.
import Model
import Testing

@testable import Vault

private func entry(_ profile: String, _ kind: VaultKind, _ number: Int = 1) -> VaultIndex.Entry {
    VaultIndex.Entry(
        profile: profile, accessKeyID: key(number), vault: kind,
        added: Timestamp(secondsSinceEpoch: number), caller: ARN("arn:aws:iam::1:user/me"))
}

private func key(_ number: Int) -> AccessKeyID {
    AccessKeyID("AKIAEXAMPLEEXAMPLE0\(number)").unsafelyUnwrapped
}

private func found(_ profiles: (String, Int)...) -> [VaultEntry] {
    profiles.map { profile, number in
        let date = Timestamp(secondsSinceEpoch: number)
        return VaultEntry(profile: profile, accessKeyID: key(number), created: date, modified: date)
    }
}

@Test func aLostIndexIsWhatTheVaultsHold() {
    let index = VaultIndex().refreshed(
        from: [.secretService: found(("work", 1)), .file: found(("ci", 2))], asOf: nil)
    #expect(index.entries.map(\.profile) == ["work", "ci"])
    #expect(index.entries.map(\.vault) == [.secretService, .file])
    #expect(index.unread.isEmpty)
}

@Test func aVaultThatIsDownKeepsItsEntriesAndIsNoted() {
    let old = VaultIndex([entry("work", .secretService), entry("gone", .file)])
    let index = old.refreshed(from: [.file: []], asOf: old)
    #expect(index.entries.map(\.profile) == ["work"])
    // It was known what it holds.
    #expect(index.unread.isEmpty)
    #expect(VaultIndex().refreshed(from: [.file: []], asOf: nil).unread == [.secretService])
    var partial = VaultIndex()
    partial.unread = [.secretService]
    #expect(partial.refreshed(from: [.file: []], asOf: partial).unread == [.secretService])
    #expect(partial.refreshed(from: [.secretService: [], .file: []], asOf: partial).unread.isEmpty)
}

@Test func anotherKeyLosesWhatWasKnownOfTheFirst() {
    let old = VaultIndex([entry("work", .secretService, 1)])
    let same = old.refreshed(from: [.secretService: found(("work", 1))], asOf: old)
    #expect(same.entry(of: "work")?.caller != nil)
    let other = old.refreshed(from: [.secretService: found(("work", 2))], asOf: old)
    #expect(other.entry(of: "work")?.accessKeyID == key(2))
    #expect(other.entry(of: "work")?.caller == nil)
}

@Test func whatWasAddedMeanwhileStays() {
    let before = VaultIndex([entry("work", .secretService)])
    let now = VaultIndex([entry("work", .secretService), entry("new", .secretService, 2)])
    let index = now.refreshed(from: [.secretService: found(("work", 1))], asOf: before)
    #expect(index.entries.map(\.profile).sorted() == ["new", "work"])
}

/// One key in the keyring and one in the file; the index knows one of them, or none.
@Test(arguments: [VaultKind.secretService, .file, nil], [(1, 2), (2, 1), (1, 1)])
func ofTwoVaultsTheNewerKeyCounts(_ known: VaultKind?, _ numbers: (Int, Int)) {
    let old = known.map { VaultIndex([entry("work", $0)]) }
    let index = (old ?? VaultIndex()).refreshed(
        from: [.secretService: found(("work", numbers.0)), .file: found(("work", numbers.1))],
        asOf: old)
    #expect(index.entry(of: "work")?.vault == (numbers.1 > numbers.0 ? .file : .secretService))
    #expect(index.entries.count == 1)
}

/// The keyring does not answer: its key stays unless the other vault's is newer.
@Test(arguments: [(1, VaultKind.secretService), (2, .secretService), (3, .file)])
func aVaultThatIsDownIsNotOutdoneByAnOlderKey(_ number: Int, _ expected: VaultKind) {
    let old = VaultIndex([entry("work", .secretService, 2)])
    let index = old.refreshed(from: [.file: found(("work", number))], asOf: old)
    #expect(index.entry(of: "work")?.vault == expected)
}

/// A key that moved is as old as ever, and its item is new: only the latter says which one counts.
@Test func anOldKeyInANewItemCounts() {
    func item(_ number: Int, stored: Int, added: Int) -> VaultEntry {
        let date = Timestamp(secondsSinceEpoch: stored)
        return VaultEntry(
            profile: "work", accessKeyID: key(number), created: date, modified: date,
            added: Timestamp(secondsSinceEpoch: added))
    }
    let moved = item(1, stored: 9, added: 3)
    let other = item(2, stored: 5, added: 5)
    let index = VaultIndex().refreshed(
        from: [.secretService: [moved], .file: [other]], asOf: nil)
    #expect(index.entry(of: "work")?.accessKeyID == key(1))
    #expect(index.entry(of: "work")?.added == Timestamp(secondsSinceEpoch: 3))
    // The same where its vault does not answer any more.
    let later = index.refreshed(from: [.file: [other]], asOf: index)
    #expect(later.entry(of: "work") == index.entry(of: "work"))
    var superseded = VaultIndex()
    superseded.supersede(.init(profile: "work", vault: .secretService, stamp: 4_000_000_000))
    #expect(superseded.counts(moved, in: .secretService))
}

/// Attributes are any program's to write.
@Test(arguments: [("3", 3), ("9", 5), ("-1", 5), ("soon", 5), ("", 5), (nil, 5)])
func sinceWhenAKeyIsKept(_ attribute: String?, _ seconds: Int) {
    let date = Timestamp(secondsSinceEpoch: 5)
    var attributes = [
        ItemAttribute.profile: "work", ItemAttribute.accessKeyID: key(1).description,
    ]
    attributes[ItemAttribute.added] = attribute
    let item = SecretItem(
        schema: .accessKey, attributes: attributes, label: "", created: date, modified: date)
    #expect(VaultEntry(item)?.added == Timestamp(secondsSinceEpoch: seconds))
}

@Test func whatWasSupersededNeverCounts() {
    var old = VaultIndex()
    old.supersede(.init(profile: "work", vault: .secretService, stamp: 2_000_000_000))
    func refreshed(_ number: Int, in vault: VaultKind) -> VaultIndex {
        old.refreshed(from: [vault: found(("work", number))], asOf: old)
    }
    #expect(refreshed(1, in: .secretService).entries.isEmpty)
    #expect(refreshed(2, in: .secretService).entries.isEmpty)
    #expect(refreshed(3, in: .secretService).entries.count == 1)
    #expect(refreshed(1, in: .file).entries.count == 1)
    // It stays noted: who asks the vaults is who takes it away.
    #expect(refreshed(1, in: .secretService).superseded == old.superseded)
}

@Test func aKeyThatMovedIsFoundInTheOtherVault() {
    let old = VaultIndex([entry("work", .file)])
    let index = old.refreshed(from: [.secretService: found(("work", 1)), .file: []], asOf: old)
    #expect(index.entry(of: "work")?.vault == .secretService)
}
