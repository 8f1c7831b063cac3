// The engine's surroundings in its tests: a store in memory, and answers of AWS by script.
import HTTP
import Model

@testable import Store

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
    var answers: [(status: Int, body: String)] = []
    private(set) var bodies: [String] = []

    func send(_ request: borrowing HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let body = request.body?.withBytes { String(decoding: $0, as: UTF8.self) }
        bodies.append(body ?? "")
        let answer = answers.isEmpty ? (500, "no answer left") : answers.removeFirst()
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
