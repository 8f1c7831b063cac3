// What `add --stdin` takes and what it refuses, without ever repeating it.
import Model
import Testing

@testable import credtool

private let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
private let keyID = "AKIAWORKEXAMPLE00001"

@Test(arguments: [
    "\(keyID)\n\(secret)\n", "\(keyID)\n\(secret)", "\r\n \(keyID)\r\n\(secret)  \r\n\r\n",
    #"{"AccessKey": {"UserName": "me", "AccessKeyId": "\#(keyID)", "Status": "Active","#
        + #" "SecretAccessKey": "\#(secret)", "CreateDate": "2026-01-01"}}"#,
    #"  {"Version": 1, "AccessKeyId": "\#(keyID)", "SecretAccessKey": "\#(secret)"}"#,
])
func keysAreRead(_ text: String) throws {
    let key = try KeyInput.parse(Secret(text))
    #expect(key.id.description == keyID)
    #expect(key.secret.withBytes { String(decoding: $0, as: UTF8.self) } == secret)
}

@Test(arguments: [
    ("", Failure.malformedInput), ("\(keyID)\n", .malformedInput),
    ("\(keyID)\n\(secret)\nmore\n", .malformedInput), ("{}", .malformedInput),
    ("{\"AccessKeyId\": 1}", .malformedInput), ("{ not JSON \(secret)", .malformedInput),
    ("\(secret)\n\(keyID)\n", .malformedKeyID),
    ("akiaworkexample00001\n\(secret)\n", .malformedKeyID),
    ("AKIAWORK EXAMPLE00001\n\(secret)\n", .malformedKeyID),
    ("\(keyID)\nshort\n", .malformedSecret), ("\(keyID)\n\(secret) \(secret)\n", .malformedSecret),
    ("\(keyID)\nwJalrXUtnFEMI\u{7f}K7MDENG\n", .malformedSecret),
])
func whatIsNoKeyIsRefused(text: String, failure: Failure) {
    #expect(throws: failure) { _ = try KeyInput.parse(Secret(text)) }
    #expect(!failure.message.contains(secret))
}

@Test(arguments: [
    "ASIAWORKEXAMPLE00001\n\(secret)\n",
    #"{"AccessKeyId": "ASIAWORKEXAMPLE00001", "SecretAccessKey": "\#(secret)"}"#,
    #"{"AccessKeyId": "ASIAWORKEXAMPLE00001", "SecretAccessKey": "\#(secret)", "SessionToken": "t"}"#,
])
func temporaryKeysAreRefused(_ text: String) throws {
    let id = try #require(AccessKeyID("ASIAWORKEXAMPLE00001"))
    #expect(throws: Failure.temporaryKey(id)) { _ = try KeyInput.parse(Secret(text)) }
}

/// The text as it is piped in, and the key that is read from it, are all that holds the secret.
///
/// Both are long, so that what is freed unwiped is not overwritten by the search for it.
@Test(arguments: [
    ["\(keyID)\n", "\n"], ["", "\n\(keyID)\n"],
    ["{\"AccessKeyId\": \"", "\", \"SecretAccessKey\": \"x\"}"],
    ["{\"AccessKey\": {\"AccessKeyId\": \"\(keyID)\", \"SecretAccessKey\": \"", "\"}}"],
    ["{\"AccessKeyId\": \"\(keyID)\", \"SecretAccessKey\": \"", "\"}"],
    ["{\"AccessKeyId\": \"\(keyID)\", \"SecretAccessKey\": \"", " not JSON"],
])
func keysLeaveNoTrace(_ around: [String]) {
    func read(_ needle: borrowing Secret, _ look: () -> Void) {
        let text = Secret(capacity: 32 << 10) { room in
            var writer = SecretWriter(room)
            writer.write(String(repeating: "\n", count: 20_000))
            writer.write(around[0])
            writer.write(String(repeating: "x", count: 700))
            needle.withBytes { writer.write($0) }
            writer.write(around[1])
            return writer.count
        }
        do {
            let key = try KeyInput.parse(text)
            look()
            #expect(key.secret.count == 700 + needle.count)
        } catch { look() }
    }
    // What is loaded at the first use has then been loaded.
    read(MemoryScan.marker()) {}
    let needle = MemoryScan.marker()
    var during = 0
    read(needle) { during = MemoryScan.count(of: needle) }
    // At least the text itself was found, so that the look is one.
    #expect(during == 1 || during == 2)
    let after = MemoryScan.count(of: needle)
    #expect(after == 0)
}
