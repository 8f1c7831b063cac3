// What counts as a key, and what does not.
import Model
import Testing

@testable import Scan

// Made up by dice, each secret in two halves so that this file holds no key itself.
private let id = "AKIA" + "Y34FZKBOKMUTVV7A"
private let other = "AKIA" + "QNZGKIQY56JQ7WML"
private let session = "ASIA" + "Y34FZKBOKMUTVV7A"
private let secret = "q8Zr/Tn0bXk4mWf7+LsV" + "c2JhYp9dGu3EeRa1QoMt"
private let second = "uN5vK7yBz2PxHd0+RjFw" + "9TaLc/Gm3QsEi8XoVn6k"

private let now = Timestamp(rfc3339: "2026-11-21T12:00:00Z").unsafelyUnwrapped

private func found(_ text: String) -> [Sighting] {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBytes { KeyMatcher.sightings(in: $0, 0..<bytes.count, now: now) }
}

/// The ID, or `-` where there is none, and the first four characters of each secret.
private func shown(_ text: String) -> [String] {
    found(text).map { "\($0.id?.description ?? "-") \($0.secretStart)" }
}

private let key = "\(id) q8Zr"
private let alone = "- q8Zr"

@Test(arguments: [
    "[work]\naws_access_key_id = \(id)\naws_secret_access_key = \(secret)\nregion = x\n",
    "[work]\r\naws_secret_access_key=\(secret)\r\naws_access_key_id=\(id)\r\n",
    "export AWS_ACCESS_KEY_ID=\(id)\nexport AWS_SECRET_ACCESS_KEY=\"\(secret)\"\n",
    #": 1700000000:0;AWS_ACCESS_KEY_ID=\#(id) AWS_SECRET_ACCESS_KEY=\#(secret) aws s3 ls"#,
    "Access key ID,Secret access key\n\(id),\(secret)\n",
    "User name,Password,Access key ID,Secret access key,Console login link\nx,,\(id),\(secret),h",
    #"{"AccessKey":{"UserName":"x","AccessKeyId":"\#(id)","Status":"Active","#
        + #""SecretAccessKey":"\#(secret)","CreateDate":"2026-01-01T00:00:00Z"}}"#,
    #"{"create_date":"2026","encrypted_secret":null,"id":"\#(id)","key_fingerprint":null,"#
        + #""secret":"\#(secret)","status":"Active"}"#,
    "\(id):\(secret)", "s3://\(id):\(secret)@bucket/key", "\(id) \(secret)",
    "<AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>\(secret)</SecretAccessKey>",
    "AWS.config.update({accessKeyId: '\(id)', secretAccessKey: '\(secret)'});",
    "boto3.client('s3', '\(id)', '\(secret)')",
    #""env": "AWS_ACCESS_KEY_ID=\#(id)\nAWS_SECRET_ACCESS_KEY=\#(secret)\nX=1""#,
    #"{"k":"\#(id)","s":"\#(secret.replacing("/", with: "\\/"))"}"#,
    "https://\(id):\(secret.replacing("/", with: "%2F").replacing("+", with: "%2b"))@x",
    "[default]\naccess_key = \(id)\n" + String(repeating: "x_y = False\n", count: 150)
        + "secret_key = \(secret)\n",
])
func findsKeys(text: String) {
    #expect(shown(text) == [key])
}

@Test(arguments: [
    "AWS_SECRET_ACCESS_KEY=\(secret)", "aws configure set aws_secret_access_key \(secret)",
    "aws configure set aws_secret_access_key \\\n  \(secret)",
    "- name: AWS_SECRET_ACCESS_KEY\n  value: \(secret)\n",
    "{\"name\": \"AWS_SECRET_ACCESS_KEY\",\n \"value\": \"\(secret)\"}",
    "set -gx AWS_SECRET_ACCESS_KEY '\(secret)'", "--secret-access-key \(secret)",
    "AWS_SECRET_ACCESS_KEY_PROD: \(secret)", "AWS_SECRET=\(secret)", "aws.secretKey=\(secret)",
    "Secret access key: \(secret)",
])
func findsSecretsBehindAName(text: String) {
    #expect(shown(text) == [alone])
}

@Test(arguments: [
    // AWS's own examples.
    "AKIAIOSFODNN7EXAMPLE wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "aws_access_key_id=AKIAI44QH8DHBEXAMPLE\n"
        + "aws_secret_access_key=je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
    "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
    // An ID alone, in a log or a presigned URL.
    id, "X-Amz-Credential=\(id)%2F20261121%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=4a",
    // Not an ID of AWS's, and a secret that no name tells.
    "AKIAABCDEFGHIJ0189ABCD \(secret)", "x\(id) \(secret)", "\(id)7 \(secret)", secret,
    "secret_key = \(secret)",
    // Hashes, paths, words, fillers, longer base64.
    "\(id) 3f786850e387550fdab836ed7e6dc881de23001b", "\(id) \(secret)A", "\(id) \(secret)=",
    "\(id) 3F786850E387550FdAB836ED7E6DC881DE23001b",
    "\(id) com/amazonaws/services/s3/AmazonS3Client",
    "\(id) src/main/java/org/Example/AccessKey1Test",
    "AWS_SECRET_ACCESS_KEY=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "AWS_SECRET_ACCESS_KEY=YOURSECRETACCESSKEYGOESHEREYOURSECRETKEY",
    "AWS_SECRET_ACCESS_KEY=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN",
    "AWS_SECRET_ACCESS_KEY=\nOTHER_TOKEN=\(secret)\n", "aws_secret_access_key =", "", "AKIA",
    "xcret", "secret",
    // Too far away.
    "\(id)" + String(repeating: " ", count: 600) + secret,
])
func findsNothing(text: String) {
    #expect(shown(text) == [])
}

@Test func keepsKeysApart() {
    #expect(
        shown(
            "[a]\naws_access_key_id=\(id)\naws_secret_access_key=\(secret)\n"
                + "[b]\naws_access_key_id=\(other)\naws_secret_access_key=\(second)\n")
            == ["\(id) q8Zr", "\(other) uN5v"])
    #expect(
        shown(
            "[a]\naws_secret_access_key=\(secret)\naws_access_key_id=\(id)\n\n"
                + "[b]\naws_secret_access_key=\(second)\naws_access_key_id=\(other)\n")
            == ["\(id) q8Zr", "\(other) uN5v"])
    #expect(
        shown("\(id),\(secret)\n\(other),\(second)\n") == ["\(id) q8Zr", "\(other) uN5v"])
}

@Test(arguments: [
    ("", 1), (#","Expiration":"2026-11-21T12:00:01Z""#, 1),
    (#","Expiration":"2026-11-21T12:00:00Z""#, 0),
    (#","Expiration": "2016-03-15T00:05:07+00:00""#, 0), (#","Expiration":"soon""#, 1),
])
func leavesEndedSessionsOut(end: String, count: Int) {
    let token = String(repeating: "abcd", count: 200)
    let text =
        #"{"AccessKeyId":"\#(session)","SecretAccessKey":"\#(secret)","SessionToken":"\#(token)""#
        + end + "}"
    #expect(found(text).count == count)
    #expect(found(text.replacing(session, with: id)).count == 1)
    #expect(found(text).first?.id?.isTemporary != false)
}

private let living = "ASIA" + "QNZGKIQY56JQ7WML"

private func section(_ id: String, _ secret: String, _ end: String?, isFirst: Bool = false)
    -> String
{
    let end = end.map { "expiration = \($0)\n" } ?? ""
    let key = "aws_access_key_id = \(id)\naws_secret_access_key = \(secret)\n"
    return "[x]\n" + (isFirst ? end + key : key + end)
}

private func member(_ id: String, _ secret: String, _ end: String) -> String {
    #"{"AccessKeyId":"\#(id)","Expiration":"\#(end)","SecretAccessKey":"\#(secret)"}"#
}

private let past = "2020-01-01T00:00:00Z"
private let future = "2999-01-01T00:00:00Z"

/// What ends one session is not taken for the end of its neighbour.
@Test(arguments: [
    section(session, secret, past) + section(living, second, future),
    section(session, secret, past) + section(living, second, nil),
    section(living, second, future) + section(session, secret, past),
    section(living, second, nil) + section(session, secret, past),
    "[\(member(session, secret, past)),\n\(member(living, second, future))]",
    "[\(member(living, second, future)),\n\(member(session, secret, past))]",
])
func aLivingSessionBesideAnEndedOneIsFound(text: String) {
    #expect(shown(text) == ["\(living) uN5v"])
}

/// An end that may belong to either of two is none.
@Test func anEndThatStandsFirst() {
    #expect(shown(section(session, secret, past, isFirst: true)) == [])
    #expect(
        shown(
            section(living, second, future, isFirst: true)
                + section(session, secret, past, isFirst: true)
        ).contains("\(living) uN5v"))
}

@Test func theSameSecretIsKnownAgain() {
    let seen = found(
        "\(id) \(secret)\n" + String(repeating: "\n", count: 2000) + "\(other) \(secret)")
    #expect(seen.count == 2 && Set(seen.map(\.fingerprint)).count == 1)
    #expect(found("\(id) \(second)").first?.fingerprint != seen.first?.fingerprint)
}

/// Whatever the bytes, nothing is read outside of them, and cutting them anywhere gives no key that
/// is not in the whole.
@Test func survivesAnyBytes() {
    var dice = Dice(seed: 20_261_121)
    let pieces = [
        id, other, session, secret, second, "aws_secret_access_key", "secret", "cret", "AKIA",
        "ASIA",
        "=", " ", "\n", "\\n", "\\/", "%2F", "%2", "\\", "\"", ":", "value", "key", "Expiration",
        "2026-11-21T11:00:00Z", "\0", "é",
    ].map { Array($0.utf8) }
    for _ in 0..<3000 {
        var bytes: [UInt8] = []
        for _ in 0..<dice.next(30) {
            if dice.next(8) == 0 {
                bytes.append(UInt8(dice.next(256)))
            } else {
                bytes += pieces[dice.next(pieces.count)]
            }
        }
        let whole = bytes.withUnsafeBytes {
            KeyMatcher.sightings(in: $0, 0..<bytes.count, now: now)
        }
        for sighting in whole {
            #expect(bytes.indices.contains(sighting.offset + 39))
        }
        let cut = dice.next(bytes.count + 1)
        bytes.withUnsafeBytes { all in
            let start = UnsafeRawBufferPointer(rebasing: all[..<cut])
            _ = KeyMatcher.sightings(in: start, 0..<cut, now: now)
            let end = UnsafeRawBufferPointer(rebasing: all[cut...])
            _ = KeyMatcher.sightings(in: end, 0..<end.count, now: now)
        }
    }
}

/// Of random secrets, nearly all pass for one: what is asked of their look leaves few out.
@Test func knowsSecretsByTheirLook() {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var dice = Dice(seed: 7)
    var missed = 0
    for _ in 0..<5000 {
        let secret = (0..<40).map { _ in alphabet[dice.next(64)] }
        let text = Array("\(id) ".utf8) + secret
        let seen = text.withUnsafeBytes {
            KeyMatcher.sightings(in: $0, 0..<text.count, now: now)
        }
        missed += seen.count == 1 ? 0 : 1
    }
    #expect(missed <= 10)
}

/// SplitMix64: the same numbers in each run.
private struct Dice {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ mixed >> 31) % UInt64(bound))
    }
}
