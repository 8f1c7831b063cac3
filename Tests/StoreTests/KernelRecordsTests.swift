// Records in the real kernel keyring, where this machine lets its users have one.
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
func theKernelKeepsARecordUntilItIsRemoved() throws {
    let place = KernelRecords(kind: "credtool:test-records:")
    let name = "test-\(UInt64.random(in: 0 ... .max))"
    #expect(try !place.summaries(isThorough: true).contains { $0.name == name })
    try place.store(
        SecretRecord(
            name: name, expiration: .now() + .seconds(60), note: "", bytes: Secret("made up")))
    #expect(try place.summaries(isThorough: false).contains { $0.name == name })
    let text = try place.load(name: name)?.withBytes { String(decoding: $0, as: UTF8.self) }
    #expect(text == "made up")
    try place.remove(names: [name, "never there"])
    #expect(try !place.summaries(isThorough: false).contains { $0.name == name })
    let isGone = try place.load(name: name) == nil
    #expect(isGone)
}

@Test func theKernelKeepsNothingForEver() {
    #expect(throws: RecordStoreError.malformed) {
        try KernelRecords(kind: "credtool:test-records:").store(
            SecretRecord(name: "x", expiration: nil, note: "", bytes: Secret("made up")))
    }
}
