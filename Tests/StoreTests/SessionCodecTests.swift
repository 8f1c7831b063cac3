// The bytes of a session: read back as they were, or not at all.
import Model
import Testing

@testable import Store

func session(
    _ name: String = "0123456789abcdef", fingerprint: String = "sts\tx\nassume-role\ty",
    profile: String = "work", lifetime: Int = 3600,
    uptime: Uptime = .now()
) throws -> Session {
    Session(
        label: SessionLabel(
            name: name, fingerprint: fingerprint, profile: profile, askedProfile: "prod",
            accessKeyID: AccessKeyID("AKIAWORKEXAMPLE00001"),
            subject: "arn:aws:iam::111122223333:role/Deploy"),
        credentials: Credentials(
            accessKeyID: try #require(AccessKeyID("ASIAWORKEXAMPLE00001")),
            secretAccessKey: Secret("a secret"), sessionToken: Secret("a token"),
            expiration: Timestamp.now() + .seconds(lifetime), accountID: "111122223333"),
        obtained: ClockReading(wall: .now(), uptime: uptime))
}

private func bytes() throws -> [UInt8] {
    guard let bytes = SessionCodec.encode(try session(), boot: "b") else { return [] }
    return bytes.withBytes { Array($0) }
}

func secret(_ bytes: [UInt8]) -> Secret {
    Secret(capacity: bytes.count) { buffer in
        buffer.copyBytes(from: bytes)
        return bytes.count
    }
}

private func decodes(_ bytes: [UInt8]) -> Bool {
    guard let label = try? session().label else { return false }
    let isRead = SessionCodec.decode(secret(bytes), as: label) != nil
    #expect(isRead == (SessionCodec.summary(secret(bytes), name: "x") != nil))
    return isRead
}

@Test func aSessionIsReadBackAsItWas() throws {
    let original = try session()
    guard let encoded = SessionCodec.encode(original, boot: "b"),
        let read = SessionCodec.decode(encoded, as: original.label)
    else {
        Issue.record("not read back")
        return
    }
    #expect(read.boot == "b")
    #expect(SessionCodec.summary(encoded, name: original.label.name)?.label == original.label)
    let decoded = read.takeSession()
    #expect(decoded.label == original.label)
    #expect(decoded.credentials.accountID == "111122223333")
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
    #expect(!decodes(Array(text.replacing("credtool-session 3", with: "credtool-session 4").utf8)))
}

@Test func whatHasNoEndIsNoSession() throws {
    let key = Session(
        label: try session().label,
        credentials: Credentials(
            accessKeyID: try #require(AccessKeyID("AKIAWORKEXAMPLE00001")),
            secretAccessKey: Secret("a secret")))
    let isNil = SessionCodec.encode(key, boot: "") == nil
    #expect(isNil)
}

@Test func aKeyWithAnEndAndNoTokenIsReadBack() throws {
    let original = Session(
        label: try session().label,
        credentials: Credentials(
            accessKeyID: try #require(AccessKeyID("AKIAWORKEXAMPLE00001")),
            secretAccessKey: Secret("a secret"), expiration: .now()))
    guard let encoded = SessionCodec.encode(original, boot: ""),
        let read = SessionCodec.decode(encoded, as: original.label)
    else {
        Issue.record("not read back")
        return
    }
    let decoded = read.takeSession()
    let token = decoded.credentials.sessionToken?.withBytes { Array($0) }
    #expect(token == nil)
    #expect(decoded.credentials.expiration == original.credentials.expiration)
}

@Test func aNameWithALineEndIsNotWritten() throws {
    let session = try session(profile: "two\nlines")
    let isNil = SessionCodec.encode(session, boot: "") == nil
    #expect(isNil)
}

@Test func anotherSessionOfTheSameNameIsNotRead() throws {
    for fingerprint in ["", "sts\tx\nassume-role\tz", "sts\tx\nassume-role\tyy"] {
        let isRead =
            SessionCodec.decode(
                secret(try bytes()), as: try session(fingerprint: fingerprint).label) != nil
        #expect(!isRead)
    }
}

@Test func theNoteOfARecordTellsWhatAListNeeds() throws {
    let label = try session().label
    let read = try #require(SessionLabel(name: label.name, note: label.note))
    #expect(read.profile == "work" && read.askedProfile == "prod")
    #expect(read.subject == label.subject && read.accessKeyID == label.accessKeyID)
    #expect(SessionLabel(name: "x", note: "AKIAWORKEXAMPLE00001\tsession\twork") == nil)
}
