// What the index becomes when the vaults are asked again, in every way it can be wrong.
import Model
import Testing
import Vault

@testable import credtool

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

@Test(arguments: [VaultKind.secretService, .file])
func aProfileInTwoVaultsStaysWhereItWas(_ kind: VaultKind) {
    let old = VaultIndex([entry("work", kind)])
    let index = old.refreshed(
        from: [.secretService: found(("work", 1)), .file: found(("work", 2))], asOf: old)
    #expect(index.entry(of: "work")?.vault == kind)
}

@Test func aKeyThatMovedIsFoundInTheOtherVault() {
    let old = VaultIndex([entry("work", .file)])
    let index = old.refreshed(from: [.secretService: found(("work", 1)), .file: []], asOf: old)
    #expect(index.entry(of: "work")?.vault == .secretService)
}
