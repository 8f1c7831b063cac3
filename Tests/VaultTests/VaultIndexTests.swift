// The index: what is written is read, and what is damaged is not guessed at.
import Model
import Testing

@testable import Vault

private func entry(
    _ profile: String, _ id: String = "AKIAIOSFODNN7EXAMPLE", vault: VaultKind = .secretService,
    caller: String? = "arn:aws:iam::123456789012:user/alice"
) throws -> VaultIndex.Entry {
    VaultIndex.Entry(
        profile: profile, accessKeyID: try #require(AccessKeyID(id)), vault: vault,
        added: Timestamp(secondsSinceEpoch: 1_784_000_000), caller: caller.flatMap { ARN($0) })
}

@Suite struct VaultIndexTests {
    @Test func bytesAreWhatTheyAreDocumentedToBe() throws {
        let index = VaultIndex([
            try entry("work"), try entry("my\tteam\n%", vault: .file, caller: nil),
        ])
        #expect(
            String(decoding: index.bytes, as: UTF8.self) == """
                credtool-index 1
                work\tAKIAIOSFODNN7EXAMPLE\tsecret-service\t1784000000\tarn:aws:iam::123456789012:user/alice
                my%09team%0A%25\tAKIAIOSFODNN7EXAMPLE\tfile\t1784000000\t

                """)
    }

    @Test(arguments: [
        [], ["work"], ["a", "b", "c"], ["tab\there", "line\nfeed", "per%cent", "%41"],
        ["with space", "Ünïcode 鍵", "[brackets]", "nul\0", "\u{7f}"],
        [String(repeating: "x", count: 10_000)],
    ])
    func whatIsWrittenIsRead(_ profiles: [String]) throws {
        let index = VaultIndex(try profiles.map { try entry($0) })
        #expect(VaultIndex(parsing: index.bytes) == index)
    }

    @Test func whatCouldNotBeReadIsRemembered() throws {
        var index = VaultIndex([try entry("work")])
        index.unread = [.secretService]
        #expect(VaultIndex(parsing: index.bytes) == index)
        #expect(VaultIndex(parsing: Array("credtool-index 1\n\tdrawer\n".utf8)) == nil)
    }

    @Test func whatDoesNotCountIsRemembered() throws {
        var index = VaultIndex([try entry("work", vault: .file)])
        index.supersede(.init(profile: "my\tteam", vault: .secretService, stamp: 1))
        index.supersede(.init(profile: "my\tteam", vault: .secretService, stamp: 3))
        index.supersede(.init(profile: "my\tteam", vault: .secretService, stamp: 2))
        index.supersede(.init(profile: "work", vault: .secretService, stamp: 7))
        #expect(
            String(decoding: index.bytes, as: UTF8.self).hasSuffix(
                "\n\tsecret-service\tmy%09team\t3\n\tsecret-service\twork\t7\n"))
        #expect(VaultIndex(parsing: index.bytes) == index)
        index.settle("work", in: .file)
        #expect(index.superseded.count == 2)
        index.settle("work", in: .secretService)
        #expect(index.superseded.map(\.profile) == ["my\tteam"])
        for damage in ["\tfile\twork\n", "\tfile\twork\tx\n", "\tfile\t\t1\n", "\tx\twork\t1\n"] {
            #expect(VaultIndex(parsing: Array("credtool-index 1\n\(damage)".utf8)) == nil)
        }
    }

    @Test func aKeyThatWasKeptElsewhereHasTwoDates() throws {
        let work = try entry("work")
        let moved = VaultIndex.Entry(
            profile: "work", accessKeyID: work.accessKeyID, vault: .file, added: work.added,
            caller: nil, stored: work.added + .seconds(60))
        let index = VaultIndex([moved, try entry("home")])
        #expect(
            String(decoding: index.bytes, as: UTF8.self).contains(
                "work\tAKIAIOSFODNN7EXAMPLE\tfile\t1784000000\t\t1784000060\nhome\t"))
        #expect(VaultIndex(parsing: index.bytes) == index)
    }

    /// Short lists are walked, long ones looked up.
    @Test(arguments: [3, 16, 17, 300])
    func longListsAreLikeShortOnes(_ count: Int) throws {
        var index = VaultIndex(try (0..<count).map { try entry("p\($0)") })
        #expect(index.entries.map(\.profile) == (0..<count).map { "p\($0)" })
        for number in 0..<count { #expect(index.entry(of: "p\(number)")?.profile == "p\(number)") }
        #expect(index.entry(of: "p\(count)") == nil)
        index.set(try entry("p1", "AKIAI44QH8DHBEXAMPLE"))
        index.remove("p0")
        index.set(try entry("new"))
        #expect(index.entries.map(\.profile) == (1..<count).map { "p\($0)" } + ["new"])
        #expect(index.entry(of: "p0") == nil && index.entry(of: "new")?.profile == "new")
        #expect(index.entry(of: "p1")?.accessKeyID.description == "AKIAI44QH8DHBEXAMPLE")
        #expect(VaultIndex(parsing: index.bytes) == index)
        index.removeAll { $0.profile != "p2" }
        #expect(index.entry(of: "p2")?.profile == "p2" && index.entry(of: "new") == nil)
    }

    @Test func aProfileHasOneEntry() throws {
        let twice = VaultIndex([
            try entry("a"), try entry("b"), try entry("a", "AKIAI44QH8DHBEXAMPLE"),
        ])
        #expect(twice.entries == [try entry("a", "AKIAI44QH8DHBEXAMPLE"), try entry("b")])
        var index = VaultIndex([try entry("work"), try entry("home")])
        index.set(try entry("work", "AKIAI44QH8DHBEXAMPLE"))
        #expect(index.entries.map(\.profile) == ["work", "home"])
        #expect(index.entry(of: "work")?.accessKeyID.description == "AKIAI44QH8DHBEXAMPLE")
        index.remove("work")
        #expect(index.entries.map(\.profile) == ["home"])
        index.remove("work")
        #expect(index.entry(of: "work") == nil)
    }

    @Test(arguments: [
        "", "\n", "credtool-index 1", "credtool-index 2\n", "credtool-index 10\n", "CREDTOOL\n",
        "credtool-index 1\n\n",
        "credtool-index 1\nwork\tAKIAIOSFODNN7EXAMPLE\tfile\t1\t",
        "credtool-index 1\nwork\tAKIAIOSFODNN7EXAMPLE\tfile\t1\n",
        "credtool-index 1\nwork\tAKIAIOSFODNN7EXAMPLE\tfile\t1\t\textra\n",
        "credtool-index 1\nwork\tAKIAIOSFODNN7EXAMPLE\tfile\t1\t\t\n",
        "credtool-index 1\nwork\tAKIAIOSFODNN7EXAMPLE\tfile\t1\t\t2\t\n",
        "credtool-index 1\nwork\tno,id\tfile\t1\t\n",
        "credtool-index 1\nwork\tAKIAIOSFODNN7EXAMPLE\tdrawer\t1\t\n",
        "credtool-index 1\nwork\tAKIAIOSFODNN7EXAMPLE\tfile\tsoon\t\n",
        "credtool-index 1\nwork\tAKIAIOSFODNN7EXAMPLE\tfile\t1\tnot-an-arn\n",
        "credtool-index 1\n\tAKIAIOSFODNN7EXAMPLE\tfile\t1\t\n",
        "credtool-index 1\nwo%zzrk\tAKIAIOSFODNN7EXAMPLE\tfile\t1\t\n",
        "credtool-index 1\nwo%4\tAKIAIOSFODNN7EXAMPLE\tfile\t1\t\n",
        "credtool-index 1\nw\tAKIAIOSFODNN7EXAMPLE\tfile\t1\t\nw\tAKIAIOSFODNN7EXAMPLE\tfile\t1\t\n",
    ])
    func damageIsNoIndex(_ text: String) {
        #expect(VaultIndex(parsing: Array(text.utf8)) == nil)
    }

    @Test func bytesThatAreNoUTF8AreDamage() {
        let bytes =
            Array("credtool-index 1\n".utf8) + [0xff]
            + Array("\tAKIAIOSFODNN7EXAMPLE\tfile\t1\t\n".utf8)
        #expect(VaultIndex(parsing: bytes) == nil)
    }
}
