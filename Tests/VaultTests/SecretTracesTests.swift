// What a vault leaves of a secret in this process's memory once it is done with it: nothing.
import Crypto
import Glibc
import Model
import Testing

@testable import Vault

/// Who knows the pass phrase.
private final class Person: Sendable {
    let phrase = MemoryScan.marker()
}

@Suite(.serialized) struct SecretTracesTests {
    private let path = "/tmp/secret-traces-\(UInt64.random(in: 0 ... .max))"
    private let cost = ScryptParameters(logN: 10, blockSize: 8, parallelism: 1)

    @Test func theFileVaultLeavesNoTraces() throws {
        defer { for name in ["", ".lock"] { unlink(path + name) } }
        let secret = MemoryScan.marker()
        let person = Person()
        let salt: [UInt8] = Array(repeating: 7, count: 16)
        guard let key = try cost.key(passphrase: person.phrase, salt: salt) else {
            Issue.record("no key")
            return
        }
        func use() throws {
            var items = SealedFileStore(
                path: path, cost: cost,
                passphrase: PassphraseSource { _ in person.phrase.copy() })
            items.random = { Array(repeating: 7, count: $0) }
            let vault = KeyVault(items)
            let id = try #require(AccessKeyID("AKIAEXAMPLEEXAMPLE01"))
            for profile in ["work", "home"] {
                try vault.store(AccessKey(id: id, secret: secret.copy()), profile: profile)
            }
            let isSame = try vault.load(profile: "work").secret.equals(secret)
            #expect(isSame)
            #expect(try vault.remove(profile: "home"))
        }
        try use()
        let traces = [
            MemoryScan.count(of: secret), MemoryScan.count(of: key),
            MemoryScan.count(of: person.phrase),
        ]
        #expect(traces == [0, 0, 0])
    }
}
