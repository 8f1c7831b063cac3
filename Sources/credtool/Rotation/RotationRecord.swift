// What a rotation writes down before each step, in the vault beside the key.
internal import Model

/// A rotation under way: the old key, the new one once there is one, and the step that comes next.
struct RotationRecord: ~Copyable {
    /// A step that is written down before it is done.
    enum Step: String, CaseIterable {
        /// IAM makes the new key, whose secret is in no vault yet.
        case create
        /// The new key is in the record, and AWS is asked whether it works.
        case verify
        /// The new key, which works, takes the old one's place in the vault.
        case replace
        /// IAM takes the old key no more.
        case deactivate
        /// The old key is deleted.
        case delete
    }

    /// The step that is about to be done, or was when the record was written.
    var step: Step
    /// The name of the user of IAM.
    let user: String
    /// The profiles that had the old key when it was begun, the one that was asked for first.
    let profiles: [String]
    /// When IAM was last asked to make a key.
    var asked: Timestamp
    let old: AccessKey
    /// The new key; nil while its secret is nowhere.
    var new: AccessKey?

    /// A second owner of the new key.
    func newKey() -> AccessKey? {
        switch new {
        case .some(let key): key.copy()
        case .none: nil
        }
    }

    /// The ID of the new key.
    var newID: AccessKeyID? {
        switch new {
        case .some(let key): key.id
        case .none: nil
        }
    }
}

// MARK: - The bytes

extension RotationRecord {
    private static let header = "credtool-rotation 1"

    /// A line each: header, step, user, moment, the old key's ID and secret, the new one's, or two
    /// empty lines, and the profiles. No name of a user or a profile has a line end in it.
    func encoded() -> Secret {
        let open = [Self.header, step.rawValue, user, "\(asked.secondsSinceEpoch)"]
        let texts = open + [old.id.description, newID?.description ?? ""] + profiles
        var newSize = 0
        switch new {
        case .some(let key): newSize = key.secret.count
        case .none: break
        }
        let size =
            texts.reduce(2) { $0 + $1.utf8.count + 1 } + old.secret.count + newSize
        return Secret(capacity: size) { room in
            var writer = SecretWriter(room)
            func end() { writer.write(UInt8(ascii: "\n")) }
            for text in open {
                writer.write(text)
                end()
            }
            writer.write(old.id.description)
            end()
            old.secret.withBytes { writer.write($0) }
            end()
            writer.write(newID?.description ?? "")
            end()
            switch new {
            case .some(let key): key.secret.withBytes { writer.write($0) }
            case .none: break
            }
            end()
            for profile in profiles {
                writer.write(profile)
                end()
            }
            return writer.count
        }
    }

    /// Reads it back; nil where it is damaged or of a later version.
    init?(encoded bytes: borrowing Secret) {
        var lines: [Range<Int>] = []
        var texts: [String] = []
        bytes.withBytes { bytes in
            var from = 0
            for at in bytes.indices where bytes[at] == UInt8(ascii: "\n") {
                lines.append(from..<at)
                let isSecret = lines.count == 6 || lines.count == 8
                let line = UnsafeRawBufferPointer(rebasing: bytes[from..<at])
                texts.append(isSecret ? "" : String(decoding: line, as: UTF8.self))
                from = at + 1
            }
        }
        guard texts.count > 8, texts[0] == Self.header, let step = Step(rawValue: texts[1]),
            let moment = Int(texts[3]), let oldID = AccessKeyID(texts[4]), !lines[5].isEmpty
        else { return nil }
        let newID = AccessKeyID(texts[6])
        guard texts[6].isEmpty || newID != nil && !lines[7].isEmpty else { return nil }
        self.init(
            step: step, user: texts[2], profiles: Array(texts[8...]),
            asked: Timestamp(secondsSinceEpoch: moment),
            old: AccessKey(id: oldID, secret: bytes.part(lines[5])),
            new: newID.map { AccessKey(id: $0, secret: bytes.part(lines[7])) })
    }
}
