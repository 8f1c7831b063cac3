// Credentials in JSON: what a credential process must write, and what is told of what it did not.
import Model
import Testing

@testable import AWS

private let now = Timestamp(secondsSinceEpoch: 1_440_938_160)  // 2015-08-30T12:36:00Z

private let id = #""AccessKeyId": "ASIAIOSFODNN7EXAMPLE""#
private let key = #""SecretAccessKey": "a/made+up\/key""#

private func failure(_ text: String) -> CredentialDocumentError? {
    do {
        _ = try CredentialProcessDocument.credentials(Secret(text), now: now)
        return nil
    } catch { return error }
}

private func text(_ secret: borrowing Secret?) -> String? {
    switch secret {
    case .some(let secret): secret.withBytes { String(decoding: $0, as: UTF8.self) }
    case .none: nil
    }
}

@Test func credentialProcessesGiveTemporaryKeys() throws {
    let credentials = try CredentialProcessDocument.credentials(
        Secret(
            """
            {"Version": 1, \(id), \(key), "SessionToken": "made/up==",
             "Expiration": "2015-08-30T13:36:00Z", "AccountId": "123456789012", "Other": [1]}
            """), now: now)
    #expect(credentials.accessKeyID.description == "ASIAIOSFODNN7EXAMPLE")
    let secret = credentials.secretAccessKey.withBytes { String(decoding: $0, as: UTF8.self) }
    #expect(secret == "a/made+up/key")
    let token = text(credentials.sessionToken)
    #expect(token == "made/up==")
    #expect(credentials.expiration?.description == "2015-08-30T13:36:00Z")
    #expect(credentials.accountID == "123456789012")
}

/// Null and empty are as good as not there.
@Test(arguments: [
    "", #", "SessionToken": "", "Expiration": "", "AccountId": """#,
    #", "SessionToken": null, "Expiration": null, "AccountId": null"#,
    #", "AccountId": "not one", "Code": "anything""#,
])
func credentialProcessesGiveLastingKeys(_ more: String) throws {
    let credentials = try CredentialProcessDocument.credentials(
        Secret("{\"Version\": 1, \(id), \(key)\(more)}"), now: now)
    #expect(credentials.expiration == nil && credentials.accountID == nil)
    let token = text(credentials.sessionToken)
    #expect(token == nil && !credentials.hasSessionToken)
}

@Test(
    arguments: [
        ("", .notJSON(.malformed(offset: 0))),
        ("AccessKeyId=x", .notJSON(.malformed(offset: 0))),
        ("[]", .notAnObject),
        ("{}", .missing(["Version", "AccessKeyId", "SecretAccessKey"])),
        ("{\"Version\": 1}", .missing(["AccessKeyId", "SecretAccessKey"])),
        ("{\(id), \(key)}", .missing(["Version"])),
        ("{\"Version\": 1, \"AccessKeyId\": \"\", \(key)}", .missing(["AccessKeyId"])),
        ("{\"Version\": 1, \(id), \"SecretAccessKey\": null}", .missing(["SecretAccessKey"])),
        ("{\"Version\": 1, \(id), \"secretaccesskey\": \"x\"}", .missing(["SecretAccessKey"])),
        ("{\"Version\": 2}", .unsupportedVersion(2)),
        ("{\"Version\": \"1\", \(id), \(key)}", .malformed(field: "Version")),
        ("{\"Version\": 1.5, \(id), \(key)}", .malformed(field: "Version")),
        ("{\"Version\": 1, \"AccessKeyId\": \"no,id\", \(key)}", .malformed(field: "AccessKeyId")),
        ("{\"Version\": 1, \"AccessKeyId\": 1, \(key)}", .malformed(field: "AccessKeyId")),
        (
            "{\"Version\": 1, \(id), \"SecretAccessKey\": [\"x\"]}",
            .malformed(field: "SecretAccessKey")
        ),
        ("{\"Version\": 1, \(id), \(key), \"SessionToken\": 1}", .malformed(field: "SessionToken")),
        (
            "{\"Version\": 1, \(id), \(key), \"SessionToken\": \"a\\n[b]\"}",
            .malformed(field: "SessionToken")
        ),
        (
            "{\"Version\": 1, \(id), \(key), \"SessionToken\": \"a\u{fc}\"}",
            .malformed(field: "SessionToken")
        ),
        (
            "{\"Version\": 1, \(id), \"SecretAccessKey\": \"a b\"}",
            .malformed(field: "SecretAccessKey")
        ),
        (
            "{\"Version\": 1, \(id), \"SecretAccessKey\": \"a\\u007f\"}",
            .malformed(field: "SecretAccessKey")
        ),
        (
            "{\"Version\": 1, \(id), \(key), \"Expiration\": 1440941760}",
            .malformed(field: "Expiration")
        ),
        (
            "{\"Version\": 1, \(id), \(key), \"Expiration\": \"soon\"}",
            .malformed(field: "Expiration")
        ),
        (
            "{\"Version\": 1, \(id), \(key), \"Expiration\": \"2015-08-30T12:36:00Z\"}",
            .expired(now)
        ),
    ] as [(String, CredentialDocumentError)])
func credentialProcessFailures(_ text: String, _ error: CredentialDocumentError) {
    #expect(failure(text) == error)
}

@Test(
    arguments: [
        ("2015-08-30T12:36:00Z", 0), ("2015-08-30T12:36:00.123456Z", 0),
        ("2015-08-30T12:36:00+00:00", 0), ("2015-08-30T14:36:00+02:00", 0),
        ("2015-08-30T05:36:00-07:00", 0), ("2015-08-30T18:06:00.5+05:30", 0),
        ("2015-08-31T00:06:00+11:30", 0), ("2015-08-30T12:36:01Z", 1),
        ("2015-08-30T12:36:00", nil), ("2015-08-30T12:36:00+0200", nil), ("2015-08-30", nil),
        ("2015-08-30T12:36:00+24:00", nil), ("2015-08-30T12:36:00+02:60", nil),
        ("2015-08-30T12:36:00Z+02:00", nil), ("+02:00", nil), ("", nil),
    ] as [(String, Int?)])
func localTimes(_ text: String, _ secondsLater: Int?) {
    #expect(Timestamp(iso8601: text) == secondsLater.map { now + .seconds($0) })
}
