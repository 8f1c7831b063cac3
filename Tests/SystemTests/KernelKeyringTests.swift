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
}
