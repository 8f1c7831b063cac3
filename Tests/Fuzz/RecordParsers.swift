// What credtool keeps itself: the vault file, its index, sessions, tokens, lists.
import Model

@testable import SignIn
@testable import Store
@testable import Vault

extension FuzzedParser {
    static let records: [FuzzedParser] = [
        // Its digest is taken for right: only who can forge it gets further.
        .bytes("vault") { bytes in
            _ = try? SealedFile(parsing: bytes) { _ in Array(bytes.suffix(32)) }
            // The same with the length that it has, so that what is behind is read too.
            let head = Array("credtool-vault 2\n".utf8)
            let size = head.count + 4 + bytes.count + 32
            let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
            let whole = head + length + bytes + [UInt8](repeating: 0, count: 32)
            guard
                let file = try? SealedFile(
                    parsing: whole, digest: { _ in Array(whole.suffix(32)) })
            else { return }
            for item in file.items { _ = (item.created.description, VaultEntry(item)) }
        },
        .bytes("index") { bytes in
            guard let index = VaultIndex(parsing: bytes) else { return }
            guard let again = VaultIndex(parsing: index.bytes) else {
                preconditionFailure("the index that was written cannot be read")
            }
            precondition(again.bytes == index.bytes, "the index changes by being written")
            for entry in index.entries { _ = entry.added.description }
        },
        .bytes("ledger") { bytes in
            let entries = RecordLedger.parse(bytes)
            let again = RecordLedger.parse(Array(RecordLedger.text(entries).utf8))
            precondition(again == entries, "the ledger changes by being written")
            for entry in entries { _ = SessionSummary(entry) }
        },
        // The fields, with the checksum that they have to have, and the record as it is.
        .bytes("session") { bytes in
            session(Secret(bytes: bytes))
            let sum = bytes.withUnsafeBytes { FNV1a.hexadecimal($0) }
            session(Secret(bytes: Array("credtool-session 3 \(sum)\n".utf8) + bytes))
        },
        .secret("rotation") { bytes in
            guard let record = RotationRecord(encoded: bytes) else { return }
            let written = record.encoded()
            guard let again = RotationRecord(encoded: written) else {
                preconditionFailure("a rotation that was written cannot be read")
            }
            precondition(
                again.encoded().equals(written) && again.profiles == record.profiles
                    && again.step == record.step && again.newID == record.newID,
                "a rotation changes by being written")
        },
        .bytes("log") { bytes in
            guard let entry = LogEntry(line: bytes) else { return }
            precondition(
                LogEntry(line: Array(entry.line.utf8.dropLast())) == entry,
                "a line of the log changes by being written")
            for text in [entry.shown] + entry.fields.map(\.value) {
                precondition(
                    !text.unicodeScalars.contains { $0.value < 0x20 || $0.steersDisplay },
                    "what is shown of the log steers the display")
            }
        },
        .secret("sign-in") { bytes in
            let portal = AccessPortal(
                session: "corp", startURL: "https://corp.awsapps.com/start", region: "eu-west-1",
                scopes: [])
            if let token = SignInCodec.decode(bytes, of: portal, place: .vault) {
                precondition(token.accessToken.isToken)
                _ = token.isRefreshable(now: fuzzedNow)
            }
            _ = SignInCodec.portal(bytes)
            _ = SignInCodec.decodeClient(bytes)
            if let token = ConsoleCodec.decode(bytes, place: .cli) {
                _ = (token.end, token.expiration)
            }
            let place = OpenIDPlace(
                issuer: "https://i.example", clientID: "c", scopes: [], namesScopes: false)
            _ = OpenIDRecord(json: bytes, of: place)
        },
    ]

    private static func session(_ record: borrowing Secret) {
        _ = SessionCodec.summary(record, name: "x")
        let label = SessionLabel(
            name: "x", fingerprint: "f\n", profile: "work", accessKeyID: nil, subject: "session")
        guard let decoded = SessionCodec.decode(record, as: label) else { return }
        let boot = decoded.boot
        let session = decoded.takeSession()
        guard let again = SessionCodec.encode(session, boot: boot) else { return }
        guard SessionCodec.summary(again, name: "x") != nil else {
            preconditionFailure("a session that was written cannot be read")
        }
    }
}
