// What other programs wrote: keys to be imported, files to be scanned, what git prints.
import Crypto
import Model
import Profiles

@testable import Scan
@testable import Vault

extension FuzzedParser {
    static let foreign: [FuzzedParser] = [
        .secret("aws-vault") { bytes in
            guard let item = AWSVaultItem(bytes) else { return }
            precondition(!item.name.isEmpty)
            guard item.kind == .key, let key = item.key() else { return }
            _ = (key.id.count, key.secret.count, key.isTemporary)
        },
        // It is taken apart alone: opening one takes as long as the text says.
        .bytes("sealed-text") { bytes in _ = PassphraseJWE(bytes) },
        .secret("key-text") { bytes in
            for form in [KeyForm.ofAWS, .ofAnyMaker] {
                guard let text = try? KeyText(bytes, form) else { continue }
                precondition(!text.key.id.isTemporary, "a temporary key is taken")
                precondition(text.key.secret.count > 0 && text.key.secret.isVisibleASCII)
            }
        },
        .secret("plain-key") { bytes in remove(bytes) },
        // A 1 stands for an ID and a 2 for a secret, which no file of this tree may have.
        .bytes("scan") { bytes in
            let bytes = bytes.flatMap { $0 == 1 ? id : $0 == 2 ? secret : [$0] }
            let stream = KeyStream(now: fuzzedNow)
            let whole = scanned(bytes, by: bytes.count, stream)
            for found in stream.found {
                precondition((1...bytes.count + 1).contains(found.line), "a line that is not there")
                precondition(
                    found.sighting.secretStart.utf8.count == 4, "more of a secret is shown")
            }
            precondition(
                scanned(bytes, by: 7, stream) == whole, "what is found lies with the pieces")
        },
        .bytes("git-objects") { bytes in
            precondition(
                objects(bytes, by: bytes.count) == objects(bytes, by: 3),
                "what is read lies with the pieces")
        },
    ]

    private static let id = Array(("AKIA" + "Y34FZKBOKMUTVV7A").utf8)
    private static let secret = Array(("q8Zr/Tn0bXk4mWf7+LsV" + "c2JhYp9dGu3EeRa1QoMt").utf8)

    /// The parts of `size` bytes.
    private static func parts(
        _ bytes: [UInt8], by size: Int, _ take: (UnsafeRawBufferPointer) -> Void
    ) {
        bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: max(1, size)) {
                let end = min(bytes.count, start + size)
                take(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            }
        }
    }

    private static func scanned(_ bytes: [UInt8], by size: Int, _ stream: KeyStream) -> [String] {
        stream.begin()
        parts(bytes, by: size) { stream.append($0) }
        stream.end()
        return stream.found.map { "\($0.line) \($0.sighting) \($0.more)" } + ["\(stream.untold)"]
    }

    private static func objects(_ bytes: [UInt8], by size: Int) -> [[UInt8]] {
        var stream = ObjectStream()
        var objects: [[UInt8]] = []
        parts(bytes, by: size) { part in
            stream.take(part) { event in
                switch event {
                case .begin(let object):
                    objects.append(Array("\(object.id) \(object.kind) \(object.size)\n".utf8))
                case .content(let part): objects[objects.count - 1] += part
                case .end: objects[objects.count - 1].append(0)
                }
            }
        }
        return objects + [Array("\(stream.isMalformed) \(stream.isWhole)".utf8)]
    }

    /// The first profile's key is taken out; then it is there no more, and all else is.
    private static func remove(_ bytes: borrowing Secret) {
        guard let id = AccessKeyID("AKIAWORKEXAMPLE00001") else { return }
        let key = AccessKey(id: id, secret: Secret("made-up/secret+of/forty+characters/00001"))
        for role in [ConfigFile.Role.credentials, .config] {
            guard
                let rest = try? ConfigEdit.removing(
                    key, ofProfile: "work", in: role, from: bytes, path: "file")
            else { continue }
            precondition(rest.count < bytes.count)
            let again = try? ConfigEdit.removing(
                key, ofProfile: "work", in: role, from: rest, path: "file")
            precondition(again == nil, "a key that was taken out is there still")
        }
    }
}
