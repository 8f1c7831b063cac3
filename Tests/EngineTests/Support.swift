// The engine's surroundings in its tests: a store in memory, and answers of AWS by script.
import HTTP
import Model
import Synchronization
import System

@testable import Engine
@testable import Store
@testable import Vault

private func secret(_ bytes: [UInt8]) -> Secret {
    Secret(capacity: bytes.count) { buffer in
        buffer.copyBytes(from: bytes)
        return bytes.count
    }
}

/// A place for records in memory.
final class MemoryRecords: RecordPlace, @unchecked Sendable {
    private var records: [String: [UInt8]] = [:]

    var endsWithBoot: Bool { true }
    func load(name: String) -> Secret? { records[name].map { secret($0) } }
    func store(_ record: borrowing SecretRecord) {
        records[record.name] = record.bytes.withBytes { Array($0) }
    }
    func remove(names: [String]) { for name in names { records[name] = nil } }
    func summaries(isThorough: Bool) -> [RecordSummary] { [] }
    func removeAll() { records = [:] }
}

/// Answers in turn, and remembers what was asked.
final class ScriptedTransport: HTTPTransport, @unchecked Sendable {
    private let lock = Mutex(())
    var answers: [(status: Int, body: String)] = []
    /// The answer to whatever is asked, where it is set.
    var always: (status: Int, body: String)?
    private(set) var bodies: [String] = []

    func send(_ request: borrowing HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let body = request.body?.withBytes { String(decoding: $0, as: UTF8.self) }
        let answer = lock.withLock { _ in
            bodies.append(body ?? "")
            return always ?? (answers.isEmpty ? (500, "no answer left") : answers.removeFirst())
        }
        return HTTPResponse(status: answer.0, body: Secret(answer.1))
    }

    /// The operation and code of each request: `AssumeRole`, `GetSessionToken 123456`.
    var calls: [String] {
        bodies.map { body in
            let fields = Dictionary(
                body.split(separator: "&").map { field in
                    let parts = field.split(separator: "=", maxSplits: 1)
                    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
                }, uniquingKeysWith: { $1 })
            let code = fields["TokenCode"].map { " \($0)" } ?? ""
            return (fields["Action"] ?? "?") + code
        }
    }
}

func answer(_ operation: String, id: String, lifetime: Int = 3600) -> (Int, String) {
    (
        200,
        """
        <\(operation)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <\(operation)Result><Credentials><AccessKeyId>\(id)</AccessKeyId>
        <SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
        <Expiration>\(Timestamp.now() + .seconds(lifetime))</Expiration></Credentials>
        </\(operation)Result></\(operation)Response>
        """
    )
}

func refusal(_ code: String, _ message: String) -> (Int, String) {
    (
        403,
        """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
        <Code>\(code)</Code><Message>\(message)</Message></Error></ErrorResponse>
        """
    )
}

let wrongCode = refusal(
    "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")

/// The long-term keys in memory.
final class ScriptedKeys: KeySource, @unchecked Sendable {
    static let standard: [VaultIndex.Entry] = [
        AccessKeyID("AKIAWORKEXAMPLE00001").map { id in
            VaultIndex.Entry(
                profile: "work", accessKeyID: id, vault: .secretService,
                added: Timestamp(secondsSinceEpoch: 0),
                caller: ARN("arn:aws:iam::111122223333:user/me"))
        }
    ].compactMap { $0 }

    private let lock = Mutex(())
    /// What the index knows.
    var entries = standard
    /// What the vaults have, where that is something else.
    var entriesOfVaults: [VaultIndex.Entry]?
    /// The vaults that cannot be asked.
    var failures: [VaultKind: VaultError] = [:]
    /// The ID of the key that is loaded.
    var inVault = "AKIAWORKEXAMPLE00001"
    private(set) var loaded = 0
    private(set) var refreshed = 0

    func keys(mayPrompt: Bool) -> VaultIndex {
        var index = VaultIndex(entries)
        index.unread = Set(failures.keys)
        return index
    }

    func refresh(mayPrompt: Bool) -> KeyStore.Refreshed {
        refreshed += 1
        entries = entriesOfVaults ?? entries
        return KeyStore.Refreshed(index: keys(mayPrompt: mayPrompt), failures: failures)
    }

    func load(_ key: StoredKey) throws(VaultError) -> AccessKey {
        lock.withLock { _ in loaded += 1 }
        guard let id = AccessKeyID(inVault) else { throw .absent(profile: key.profile) }
        return AccessKey(id: id, secret: Secret("key secret"))
    }

    func learn(caller: ARN, of key: StoredKey) -> StoredKey? {
        entries = entries.map { entry in
            guard entry.profile == key.profile else { return entry }
            return VaultIndex.Entry(
                profile: entry.profile, accessKeyID: entry.accessKeyID, vault: entry.vault,
                added: entry.added, caller: caller)
        }
        return entries.first { $0.profile == key.profile }?.storedKey
    }
}
