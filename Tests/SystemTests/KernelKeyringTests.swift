// The real kernel keyring of this user, under a prefix of the test's own.
import Glibc
import Model
import System
import Testing

/// Whether this machine lets its users have keys; most containers do not.
private let isOffered: Bool = {
    do {
        _ = try KernelKeyring(prefix: "credtool:probe:").load(name: "x")
        return true
    } catch { return false }
}()

@Suite(.enabled(if: isOffered, "keyctl is refused here"))
struct KernelKeyringTests {
    private let keyring = KernelKeyring(prefix: "credtool:test:\(UInt64.random(in: 0 ... .max)):")

    private func text(_ name: String) throws -> String? {
        guard let payload = try keyring.load(name: name) else { return nil }
        return payload.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func givesBackWhatItKeeps() throws {
        defer { try? keyring.remove(name: "a") }
        #expect(try text("a") == nil)
        try keyring.store(Secret("first"), name: "a", lifetime: .seconds(60))
        #expect(try text("a") == "first")
        try keyring.store(Secret("second"), name: "a", lifetime: .seconds(60))
        #expect(try text("a") == "second")
        #expect(try keyring.names() == ["a"])
        try keyring.remove(name: "a")
        #expect(try text("a") == nil)
        #expect(try keyring.names().isEmpty)
    }

    @Test func holdsMoreThanOnePage() throws {
        defer { try? keyring.remove(name: "long") }
        let long = String(repeating: "x", count: 20_000)
        try keyring.store(Secret(long), name: "long", lifetime: .seconds(60))
        #expect(try text("long") == long)
    }

    @Test func forgetsByItselfAndTakesTheNameAgain() throws {
        defer { try? keyring.remove(name: "brief") }
        try keyring.store(Secret("old"), name: "brief", lifetime: .seconds(1))
        var waited = 0
        while try text("brief") != nil, waited < 100 {
            usleep(50_000)
            waited += 1
        }
        #expect(try text("brief") == nil)
        try keyring.store(Secret("new"), name: "brief", lifetime: .seconds(60))
        #expect(try text("brief") == "new")
    }

    // MARK: Others

    /// Runs a script with the user keyring linked into a session keyring, as in a login, of which
    /// it is told the number; `name` is the description of what is kept under `name`.
    private func run(_ script: String, asOther: Bool, name: String) throws -> String {
        let other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let login = #"keyctl link @u @s; u=$(keyctl id @u); exec "$@" "$u""#
        let result = try Subprocess(
            ["keyctl", "session", "-", "sh", "-c", login, "sh"] + (asOther ? other : [])
                + ["sh", "-c", "name=$0; \(script)", keyring.prefix + name],
            errorOutput: .collected, deadline: .seconds(60)
        ).run()
        return result.output.withBytes { String(decoding: $0, as: UTF8.self) }.trimmed
    }

    /// The key of `$name`, of whichever type the kernel has.
    private static func search(_ keyring: String) -> String {
        #"$(keyctl search \#(keyring) big_key "$name" || keyctl search \#(keyring) user "$name")"#
    }

    @Test func noRightComesWithPossession() throws {
        defer { try? keyring.remove(name: "mine") }
        try keyring.store(Secret("mine"), name: "mine", lifetime: .seconds(60))
        let facts = try run(
            "keyctl rdescribe \(Self.search("@u"))", asOther: false, name: "mine")
        #expect(facts.contains(";003f0000;"), "\(facts)")
    }

    /// Needs another user, whom root alone can be.
    @Test(.enabled(if: geteuid() == 0, "only root can be another user"))
    func anotherUserOfTheSameLoginReadsNothing() throws {
        defer { try? keyring.remove(name: "mine") }
        try keyring.store(Secret("mine"), name: "mine", lifetime: .seconds(60))
        let search = "keyctl pipe \(Self.search("$1"))"
        #expect(try run(search, asOther: false, name: "mine") == "mine")
        #expect(try run(search, asOther: true, name: "mine") == "")
    }

    @Test(
        .enabled(if: geteuid() == 0, "only root can be another user"),
        arguments: ["0x3f3f3f3f", "0x3f000000", "0x3f010000"])
    func anotherUsersKeyIsNoneOfOurs(_ permissions: String) throws {
        defer { try? keyring.remove(name: "theirs") }
        let plant = """
            for type in big_key user; do
                key=$(echo -n planted | keyctl padd $type "$name" @s) || continue
                keyctl setperm $key \(permissions) && keyctl link $key $1
            done
            [ "$key" ] && echo planted
            """
        #expect(try run(plant, asOther: true, name: "theirs") == "planted")
        #expect(try text("theirs") == nil)
        #expect(try keyring.names() == [])
        // Nor does a secret get into it.
        try keyring.store(Secret("mine"), name: "theirs", lifetime: .seconds(60))
        #expect(try text("theirs") == "mine")
        let steal = "keyctl pipe \(Self.search("$1"))"
        #expect(try run(steal, asOther: true, name: "theirs") == "")
        // One that comes later puts ours out, and counts for nothing.
        #expect(try run(plant, asOther: true, name: "theirs") == "planted")
        #expect(try text("theirs") == nil)
    }

    @Test func aKeyThatOthersMayHaveChangedDoesNotCount() throws {
        defer { try? keyring.remove(name: "open") }
        let plant = #"echo -n old | keyctl padd user "$name" @u"#
        #expect(try !run(plant, asOther: false, name: "open").isEmpty)
        #expect(try text("open") == nil)
        // To be forgotten it is all the same.
        #expect(try keyring.names() == ["open"])
        try keyring.remove(name: "open")
        #expect(try keyring.names() == [])
    }
}
