// The index: what is written is read, and what is damaged is not guessed at.
import Model
import Testing
import Vault

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
        "credtool-index 1\nwork\tno-id\tfile\t1\t\n",
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
