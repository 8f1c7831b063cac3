// What the cache leaves of a session in this process's memory once it is done with it: nothing.
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
func theCacheLeavesNoTracesInMemory() throws {
    let secret = MemoryScan.marker()
    let token = MemoryScan.marker()
    let label = try session("traces-\(UInt64.random(in: 0 ... .max))").label
    func use() throws {
        let cache = SessionCache(
            kernel: KernelRecords(kind: "credtool:test-traces:"),
            overflow: KernelRecords(kind: "credtool:test-traces:"))
        try cache.store(
            Session(
                label: label,
                credentials: Credentials(
                    accessKeyID: try #require(AccessKeyID("ASIAWORKEXAMPLE00001")),
                    secretAccessKey: secret.copy(), sessionToken: token.copy(),
                    expiration: .now() + .seconds(600))), begun: .now())
        let isSame =
            cache.load(label, minimumTTL: .zero)?.credentials.secretAccessKey.equals(secret)
        #expect(isSame == true)
        #expect(try cache.removeAll() == 1)
    }
    try use()
    let traces = [MemoryScan.count(of: secret), MemoryScan.count(of: token)]
    #expect(traces == [0, 0])
}
