// The bytes under which a session is kept: versioned, with a checksum, lines of text.
internal import Glibc
internal import Model

/// Writes and reads sessions as bytes.
///
/// First line: format and version, then a checksum over all that follows. The fields stand a line
/// each; the fingerprint, which has lines of its own, is last. What is read on every hit is walked
/// where it lies: no texts or lists are made of it.
enum SessionCodec {
    private static let format: StaticString = "credtool-session 3 "
    /// Where the fields begin, behind the checksum's 16 digits and a line feed.
    private static var bodyOffset: Int { format.utf8CodeUnitCount + 17 }

    // MARK: Writing

    /// The bytes of `session`; nil where it has no end, and so is no session.
    /// - Parameter boot: The run of the machine; empty for a place that ends with it.
    static func encode(_ session: borrowing Session, boot: String) -> Secret? {
        guard let expiration = session.credentials.expiration else { return nil }
        let label = session.label
        let open = [
            "\(expiration.secondsSinceEpoch)", "\(session.obtained.wall.secondsSinceEpoch)",
            "\(session.obtained.uptime.nanoseconds)", boot, label.profile,
            label.askedProfile, label.accessKeyID?.description ?? "", label.subject,
            session.credentials.accountID ?? "", session.credentials.accessKeyID.description,
        ]
        guard open.allSatisfy({ !$0.utf8.contains(UInt8(ascii: "\n")) }) else { return nil }
        let tokenSize = session.credentials.sessionToken?.withBytes { $0.count } ?? 0
        let size =
            bodyOffset + open.reduce(0) { $0 + $1.utf8.count + 1 }
            + session.credentials.secretAccessKey.count + tokenSize + 2
            + label.fingerprint.utf8.count
        return Secret(capacity: size) { room in
            var body = SecretWriter(UnsafeMutableRawBufferPointer(rebasing: room[bodyOffset...]))
            for field in open {
                body.write(field)
                body.write(UInt8(ascii: "\n"))
            }
            session.credentials.secretAccessKey.withBytes { body.write($0) }
            body.write(UInt8(ascii: "\n"))
            session.credentials.sessionToken?.withBytes { body.write($0) }
            body.write(UInt8(ascii: "\n"))
            body.write(label.fingerprint)
            var head = SecretWriter(room)
            head.write(
                UnsafeRawBufferPointer(start: format.utf8Start, count: format.utf8CodeUnitCount))
            let sum = checksum(
                UnsafeRawBufferPointer(rebasing: room[bodyOffset..<bodyOffset + body.count]))
            for shift in stride(from: 60, through: 0, by: -4) { head.write(digit(sum, shift)) }
            head.write(UInt8(ascii: "\n"))
            return bodyOffset + body.count
        }
    }

    // MARK: Reading

    /// A session and the run of the machine that it was stored in, as far as that is written.
    struct Decoded: ~Copyable {
        let session: Session
        let boot: String

        consuming func takeSession() -> Session { session }
    }

    /// Reads what `encode` wrote, where it is the session of `label`; nil for anything else: another
    /// session, another version, a cut or changed byte.
    static func decode(_ record: borrowing Secret, as label: SessionLabel) -> Decoded? {
        record.withBytes { bytes in
            guard let fields = Fields(bytes), fields.hasFingerprint(label.fingerprint) else {
                return nil
            }
            return fields.session(label) { field in
                // The secrets stay in the pages that they were read into.
                let start = field.baseAddress.flatMap { at in bytes.baseAddress.map { at - $0 } }
                return record.part((start ?? 0)..<(start ?? 0) + field.count)
            }
        }
    }

    /// What the session is, for lists; nil for anything that `encode` did not write.
    static func summary(_ bytes: borrowing Secret, name: String) -> SessionSummary? {
        bytes.withBytes { bytes in
            guard let fields = Fields(bytes), let expiration = number(fields.expiration) else {
                return nil
            }
            let label = SessionLabel(
                name: name, fingerprint: text(fields.fingerprint), profile: text(fields.profile),
                askedProfile: text(fields.askedProfile),
                accessKeyID: AccessKeyID(text(fields.sourceKeyID)),
                subject: text(fields.subject))
            return SessionSummary(
                label: label, expiration: Timestamp(secondsSinceEpoch: expiration))
        }
    }

    /// Where each field lies.
    private struct Fields {
        let expiration, wall, uptime, boot, profile, askedProfile: UnsafeRawBufferPointer
        let sourceKeyID, subject, accountID, accessKeyID, secret, token,
            fingerprint: UnsafeRawBufferPointer

        init?(_ bytes: UnsafeRawBufferPointer) {
            guard let body = SessionCodec.body(bytes) else { return nil }
            var rest = body
            guard let expiration = line(&rest), let wall = line(&rest), let uptime = line(&rest),
                let boot = line(&rest), let profile = line(&rest), let asked = line(&rest),
                let source = line(&rest), let subject = line(&rest), let account = line(&rest),
                let id = line(&rest),
                let secret = line(&rest), let token = line(&rest)
            else { return nil }
            self.expiration = expiration
            self.wall = wall
            self.uptime = uptime
            self.boot = boot
            self.profile = profile
            askedProfile = asked
            sourceKeyID = source
            self.subject = subject
            accountID = account
            accessKeyID = id
            self.secret = secret
            self.token = token
            fingerprint = rest
        }

        func hasFingerprint(_ text: String) -> Bool {
            var text = text
            return text.withUTF8 { text in
                guard text.count == fingerprint.count else { return false }
                guard let mine = text.baseAddress, let stored = fingerprint.baseAddress else {
                    return text.isEmpty
                }
                return memcmp(mine, stored, text.count) == 0
            }
        }

        func session(
            _ label: SessionLabel, part: (UnsafeRawBufferPointer) -> Secret
        ) -> Decoded? {
            guard let expiration = number(expiration), let wall = number(wall),
                let uptime = number(uptime), let id = AccessKeyID(text(accessKeyID))
            else { return nil }
            // A key that a program lets rotate has an end and no token.
            let sessionToken: Secret? = token.isEmpty ? nil : part(token)
            let credentials = Credentials(
                accessKeyID: id, secretAccessKey: part(secret),
                sessionToken: sessionToken,
                expiration: Timestamp(secondsSinceEpoch: expiration),
                accountID: accountID.isEmpty ? nil : text(accountID))
            return Decoded(
                session: Session(
                    label: label, credentials: credentials,
                    obtained: ClockReading(
                        wall: Timestamp(secondsSinceEpoch: wall),
                        uptime: Uptime(nanoseconds: uptime))), boot: text(boot))
        }
    }

    /// What follows the checksum, where that is right.
    private static func body(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard bytes.count > bodyOffset, let start = bytes.baseAddress,
            memcmp(start, format.utf8Start, format.utf8CodeUnitCount) == 0,
            bytes[bodyOffset - 1] == UInt8(ascii: "\n")
        else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: bytes[bodyOffset...])
        let sum = checksum(body)
        for place in 0..<16
        where bytes[format.utf8CodeUnitCount + place] != digit(sum, 60 - 4 * place) { return nil }
        return body
    }

    /// Takes the first line off; nil where there is no line end.
    private static func line(_ rest: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let start = rest.baseAddress,
            let feed = UnsafeRawPointer(memchr(start, 0x0a, rest.count))
        else { return nil }
        let count = feed - start
        rest = UnsafeRawBufferPointer(start: feed + 1, count: rest.count - count - 1)
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    private static func text(_ field: UnsafeRawBufferPointer) -> String {
        String(decoding: field, as: UTF8.self)
    }

    /// A whole number, with a minus before it perhaps.
    private static func number(_ field: UnsafeRawBufferPointer) -> Int? {
        var value = 0
        var at = 0
        let isNegative = field.first == UInt8(ascii: "-")
        if isNegative { at = 1 }
        guard field.count > at else { return nil }
        while at < field.count {
            let digit = field[at]
            guard (0x30...0x39).contains(digit) else { return nil }
            let (tens, isTooMuch) = value.multipliedReportingOverflow(by: 10)
            let (sum, isMore) = tens.addingReportingOverflow(Int(digit - 0x30))
            guard !isTooMuch, !isMore else { return nil }
            value = sum
            at += 1
        }
        return isNegative ? -value : value
    }

    /// FNV-1a over 64 bits: against damage, not against malice, since who can write here can read
    /// the session anyway.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        guard var at = bytes.baseAddress else { return sum }
        let end = at + bytes.count
        while at < end {
            sum = (sum ^ UInt64(at.load(as: UInt8.self))) &* 0x100_0000_01b3
            at += 1
        }
        return sum
    }

    private static func digit(_ sum: UInt64, _ shift: Int) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: sum >> UInt64(shift)) & 15
        return value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }
}
