// What `add --stdin` takes and what it refuses, without ever repeating it; what a key looks like.
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
    "\u{feff}\(keyID)\r\n\(secret)\r\n",
    "Access key ID,Secret access key\n\(keyID),\(secret)\n",
    "\u{feff}Access key ID,Secret access key\r\n\(keyID),\(secret)\r\n",
    "\"Access key ID\",\"Secret access key\"\n\"\(keyID)\",\"\(secret)\"",
    "User name,Password,Access key ID,Secret access key,Console login link\r\n"
        + "me,,\(keyID),\(secret),https://123456789012.signin.aws.amazon.com/console\r\n",
    "User Name,Password,Access Key Id,Secret Access Key\r\n"
        + "\"me,too\",\"a\"\"b,c\",\(keyID),\(secret)",
])
func keysAreRead(_ text: String) throws {
    let text = try KeyText(Secret(text), .ofAWS)
    #expect(text.key.id.description == keyID)
    #expect(text.key.secret.withBytes { String(decoding: $0, as: UTF8.self) } == secret)
}

@Test(arguments: [
    ("", Failure.malformedInput), ("\(keyID)\n", .malformedInput),
    ("\(keyID)\n\(secret)\nmore\n", .malformedInput), ("{}", .malformedInput),
    ("{\"AccessKeyId\": 1}", .malformedInput), ("{ not JSON \(secret)", .malformedInput),
    ("\(secret)\n\(keyID)\n", .secretAsKeyID),
    ("Access key ID,Secret access key\n", .malformedInput),
    ("Access key ID,Secret access key\n\(keyID)\n", .malformedInput),
    ("Access key ID,Secret access key\n\(secret),\(keyID)\n", .secretAsKeyID),
    ("Access key ID,Secret access key\n\(keyID),\(secret)\n\(keyID),\(secret)\n", .malformedInput),
    ("Access key ID,Status\n\(keyID),\(secret)\n", .malformedKeyID),
    ("\(keyID),\(secret)\n\(secret)\n", .malformedKeyID),
    ("akiaworkexample00001\n\(secret)\n", .malformedKeyID),
    ("AKIAWORK EXAMPLE00001\n\(secret)\n", .malformedKeyID),
    ("\(keyID)\nshort\n", .malformedSecret), ("\(keyID)\n\(secret) \(secret)\n", .malformedSecret),
    ("\(keyID)\nwJalrXUtnFEMI\u{7f}K7MDENG\n", .malformedSecret),
])
func whatIsNoKeyIsRefused(text: String, failure: Failure) {
    #expect(throws: failure) { _ = try KeyText(Secret(text), .ofAWS) }
    #expect(!failure.message.contains(secret))
}

@Test(arguments: [
    "ASIAWORKEXAMPLE00001\n\(secret)\n",
    #"{"AccessKeyId": "ASIAWORKEXAMPLE00001", "SecretAccessKey": "\#(secret)"}"#,
    #"{"AccessKeyId": "ASIAWORKEXAMPLE00001", "SecretAccessKey": "\#(secret)", "SessionToken": "t"}"#,
])
func temporaryKeysAreRefused(_ text: String) throws {
    let id = try #require(AccessKeyID("ASIAWORKEXAMPLE00001"))
    #expect(throws: Failure.temporaryKey(id)) { _ = try KeyText(Secret(text), .ofAWS) }
}

@Test(arguments: [
    (#"{"AccessKey": {"AccessKeyId": "\#(keyID)", "SecretAccessKey": "\#(secret)"}}"#, true),
    (#"{"AccessKeyId": "\#(keyID)", "SecretAccessKey": "\#(secret)"}"#, false),
    ("\(keyID)\n\(secret)\n", false),
])
func keysThatWereJustMadeAreKnownAsThat(text: String, isNew: Bool) throws {
    let text = try KeyText(Secret(text), .ofAWS)
    #expect(text.isNew == isNew)
}

@Test(
    arguments: [
        (keyID, nil, nil), ("test", .malformedKeyID, nil), ("minioadmin", .malformedKeyID, nil),
        ("0555b35654ad1656d804", .malformedKeyID, nil), ("my/key@home-1", .malformedKeyID, nil),
        ("my key", .malformedKeyID, .malformedKeyID), ("a,b", .malformedKeyID, .malformedKeyID),
        ("größe", .malformedKeyID, .malformedKeyID), ("", .malformedKeyID, .malformedKeyID),
        (secret, .secretAsKeyID, .secretAsKeyID),
        // 40 hexadecimal digits are the ID of Oracle's keys.
        ("0123456789abcdef0123456789abcdef01234567", .malformedKeyID, nil),
        // A typo of an ID of AWS's is one under any maker.
        ("AKIAWORKEXAMPLE", .malformedKeyID, .malformedKeyID),
        ("akiaworkexample00001", .malformedKeyID, .malformedKeyID),
        ("AKIAWORK-EXAMPLE00001", .malformedKeyID, .malformedKeyID),
    ] as [(String, Failure?, Failure?)])
func formsOfIDs(text: String, ofAWS: Failure?, ofAnyMaker: Failure?) {
    for (form, expected) in [(KeyForm.ofAWS, ofAWS), (.ofAnyMaker, ofAnyMaker)] {
        do throws(Failure) {
            let id = try form.accessKeyID(Secret(" \(text)\n"))
            #expect(expected == nil && id.description == text)
        } catch { #expect(error == expected) }
    }
}

@Test(arguments: [
    (secret, keyID, true, true), ("short", keyID, false, false), ("test", "test", false, true),
    ("", "test", false, false), ("a b", "test", false, false),
])
func formsOfSecrets(text: String, id: String, ofAWS: Bool, ofAnyMaker: Bool) throws {
    let id = try #require(AccessKeyID(id))
    for (form, isTaken) in [(KeyForm.ofAWS, ofAWS), (.ofAnyMaker, ofAnyMaker)] {
        do throws(Failure) {
            _ = try form.secret(Secret(text), of: id)
            #expect(isTaken)
        } catch { #expect(!isTaken && error == .malformedSecret) }
    }
}

/// The text as it is piped in, and the key that is read from it, are all that holds the secret.
///
/// Both are long, so that what is freed unwiped is not overwritten by the search for it.
@Test(arguments: [
    ["\(keyID)\n", "\n"], ["", "\n\(keyID)\n"],
    ["Access key ID,Secret access key\n\(keyID),", "\n"],
    ["Access key ID,Secret access key\n", ",\(keyID)\n"],
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
            let read = try KeyText(text, .ofAWS)
            look()
            #expect(read.key.secret.count == 700 + needle.count)
        } catch { look() }
    }
    // What is bound at the first use, with the registers saved on the stack, has then been bound:
    // also what the look itself calls.
    read(MemoryScan.marker()) { _ = MemoryScan.count(of: MemoryScan.marker()) }
    let needle = MemoryScan.marker()
    var during = 0
    read(needle) { during = MemoryScan.count(of: needle) }
    // At least the text itself was found, so that the look is one.
    #expect(during == 1 || during == 2)
    let after = MemoryScan.count(of: needle)
    #expect(after == 0)
}
