// The bytes under which a session is kept: versioned, with a checksum, lines of text.
internal import Model

/// Writes and reads sessions as bytes.
///
/// First line: format and version, then a checksum over all that follows. The fields stand a line
/// each; the fingerprint, which has lines of its own, is last.
enum SessionCoding {
    private static let format = "credtool-session 1 "
    private static let fieldCount = 10

    /// The bytes of `session`; nil where it has no end, and so is no session.
    static func encode(_ session: borrowing Session) -> Secret? {
        guard let expiration = session.credentials.expiration else { return nil }
        let tokenSize = session.credentials.sessionToken?.withBytes { $0.count } ?? 0
        let tag = session.tag
        let clocks = session.obtained
        let fields = [
            "\(expiration.secondsSinceEpoch)", "\(clocks.wall.secondsSinceEpoch)",
            "\(clocks.uptime.seconds)", clocks.uptime.boot, tag.profile,
            tag.accessKeyID?.description ?? "",
            tag.subject,
            session.credentials.accessKeyID.description,
        ]
        guard fields.allSatisfy({ !$0.utf8.contains(UInt8(ascii: "\n")) }) else { return nil }
        let open = fields.map { $0 + "\n" }.joined()
        let size =
            format.utf8.count + 17 + open.utf8.count + session.credentials.secretAccessKey.count
            + 1 + tokenSize + 1 + tag.fingerprint.utf8.count
        return Secret(capacity: size) { buffer in
            var writer = Writer(buffer: buffer)
            let body = format.utf8.count + 17
            writer.offset = body
            writer.append(open)
            session.credentials.secretAccessKey.withBytes { writer.append($0) }
            writer.append("\n")
            session.credentials.sessionToken?.withBytes { writer.append($0) }
            writer.append("\n")
            writer.append(tag.fingerprint)
            let end = writer.offset
            writer.offset = 0
            writer.append(format)
            writer.append(checksum(UnsafeRawBufferPointer(rebasing: buffer[body..<end])))
            writer.append("\n")
            return end
        }
    }

    /// Reads what `encode` wrote; nil for anything else: another version, a cut or changed byte.
    static func decode(_ bytes: borrowing Secret, name: String) -> Session? {
        bytes.withBytes { bytes in
            let body = format.utf8.count + 17
            guard bytes.count > body, bytes.starts(with: format.utf8),
                bytes[body - 1] == UInt8(ascii: "\n")
            else { return nil }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[body...])
            guard bytes[format.utf8.count..<(body - 1)].elementsEqual(checksum(rest).utf8) else {
                return nil
            }
            let lines = rest.split(
                separator: UInt8(ascii: "\n"), maxSplits: fieldCount,
                omittingEmptySubsequences: false)
            guard lines.count == fieldCount + 1 else { return nil }
            func text(_ index: Int) -> String { String(decoding: lines[index], as: UTF8.self) }
            func secret(_ index: Int) -> Secret {
                Secret(copying: UnsafeRawBufferPointer(rebasing: lines[index]))
            }
            guard let expiration = Int(text(0)), let wall = Int(text(1)),
                let uptime = Int(text(2)), let accessKeyID = AccessKeyID(text(7))
            else { return nil }
            let tag = SessionLabel(
                name: name, fingerprint: text(10), profile: text(4),
                accessKeyID: AccessKeyID(text(5)),
                subject: text(6))
            // A key that a program lets rotate has an end and no token.
            let token: Secret? = lines[9].isEmpty ? nil : secret(9)
            let credentials = Credentials(
                accessKeyID: accessKeyID, secretAccessKey: secret(8), sessionToken: token,
                expiration: Timestamp(secondsSinceEpoch: expiration))
            return Session(
                tag: tag, credentials: credentials,
                obtained: ClockReading(
                    wall: Timestamp(secondsSinceEpoch: wall),
                    uptime: Uptime(seconds: uptime, boot: text(3))))
        }
    }

    /// FNV-1a over 64 bits in 16 hexadecimal digits: against damage, not against malice, since who
    /// can write here can read the session anyway.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> String {
        FNV1a.hexadecimal(bytes)
    }

    private struct Writer {
        let buffer: UnsafeMutableRawBufferPointer
        var offset = 0

        mutating func append(_ bytes: some Collection<UInt8>) {
            UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]).copyBytes(from: bytes)
            offset += bytes.count
        }

        mutating func append(_ text: String) { append(text.utf8) }
    }
}
