// Sessions in the real kernel keyring, where this machine lets its users have one.
import Model
import System
import Testing

@testable import Store

private let isOffered: Bool = {
    do {
        _ = try KernelKeyring(prefix: "credtool:probe:").load(name: "x")
        return true
    } catch { return false }
}()

@Test(.enabled(if: isOffered, "keyctl is refused here"))
func theKernelKeepsASessionUntilItIsRemoved() throws {
    let store = KernelSessionStore()
    let name = "test-\(UInt64.random(in: 0 ... .max))"
    defer { try? store.remove(names: [name]) }
    #expect(try !store.names().contains(name))
    try store.store(try session(name))
    let found = try store.summaries().first { $0.tag.name == name }
    #expect(try found?.tag == session(name).tag)
    try store.remove(names: [name])
    #expect(try !store.names().contains(name))
}
