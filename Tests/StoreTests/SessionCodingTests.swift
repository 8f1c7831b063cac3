// The bytes of a session: read back as they were, or not at all.
import Model
import Testing

@testable import Store

func session(
    _ name: String = "0123456789abcdef", fingerprint: String = "sts\tx\nassume-role\ty",
    profile: String = "work", lifetime: Int = 3600,
    uptime: Uptime = Uptime(seconds: 1000, boot: "b")
) throws -> Session {
    Session(
        tag: SessionLabel(
            name: name, fingerprint: fingerprint, profile: profile,
            accessKeyID: AccessKeyID("AKIAWORKEXAMPLE00001"),
            subject: "arn:aws:iam::111122223333:role/Deploy"),
        credentials: Credentials(
            accessKeyID: try #require(AccessKeyID("ASIAWORKEXAMPLE00001")),
            secretAccessKey: Secret("a secret"), sessionToken: Secret("a token"),
            expiration: Timestamp.now() + .seconds(lifetime)),
        obtained: ClockReading(wall: .now(), uptime: uptime))
}

private func bytes() throws -> [UInt8] {
    guard let bytes = SessionCoding.encode(try session()) else { return [] }
    return bytes.withBytes { Array($0) }
}

func secret(_ bytes: [UInt8]) -> Secret {
    Secret(capacity: bytes.count) { buffer in
        buffer.copyBytes(from: bytes)
        return bytes.count
    }
}

private func decodes(_ bytes: [UInt8]) -> Bool {
    SessionCoding.decode(secret(bytes), name: "x") != nil
}

@Test func aSessionIsReadBackAsItWas() throws {
    let original = try session()
    guard let encoded = SessionCoding.encode(original),
        let decoded = SessionCoding.decode(encoded, name: original.tag.name)
    else {
        Issue.record("not read back")
        return
    }
    #expect(decoded.tag == original.tag)
    #expect(decoded.credentials.accessKeyID == original.credentials.accessKeyID)
    #expect(decoded.obtained == original.obtained)
    #expect(decoded.credentials.expiration == original.credentials.expiration)
    let isSame = decoded.credentials.secretAccessKey.equals(original.credentials.secretAccessKey)
    #expect(isSame)
    let token = decoded.credentials.sessionToken?.withBytes { Array($0) }
    #expect(token == Array("a token".utf8))
}

@Test func oneFlippedBitMakesItUnreadable() throws {
    let bytes = try bytes()
    #expect(decodes(bytes))
    for index in bytes.indices {
        var flipped = bytes
        flipped[index] ^= 1 << (index % 8)
        #expect(!decodes(flipped), "byte \(index)")
    }
}

@Test func cutShortOrFromALaterVersionItIsUnreadable() throws {
    let bytes = try bytes()
    for count in 0..<bytes.count { #expect(!decodes(Array(bytes.prefix(count)))) }
    #expect(!decodes(bytes + [0]))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!decodes(Array(text.replacing("credtool-session 1", with: "credtool-session 2").utf8)))
}

@Test func whatHasNoEndIsNoSession() throws {
    let key = Session(
        tag: try session().tag,
        credentials: Credentials(
            accessKeyID: try #require(AccessKeyID("AKIAWORKEXAMPLE00001")),
            secretAccessKey: Secret("a secret")))
    let isNil = SessionCoding.encode(key) == nil
    #expect(isNil)
}

@Test func aKeyWithAnEndAndNoTokenIsReadBack() throws {
    let original = Session(
        tag: try session().tag,
        credentials: Credentials(
            accessKeyID: try #require(AccessKeyID("AKIAWORKEXAMPLE00001")),
            secretAccessKey: Secret("a secret"), expiration: .now()))
    guard let encoded = SessionCoding.encode(original),
        let decoded = SessionCoding.decode(encoded, name: "x")
    else {
        Issue.record("not read back")
        return
    }
    let token = decoded.credentials.sessionToken?.withBytes { Array($0) }
    #expect(token == nil)
    #expect(decoded.credentials.expiration == original.credentials.expiration)
}

@Test func aNameWithALineEndIsNotWritten() throws {
    let session = try session(profile: "two\nlines")
    let isNil = SessionCoding.encode(session) == nil
    #expect(isNil)
}
