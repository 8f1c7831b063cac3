// Long-term access keys and the identifiers that AWS gives to keys.

/// The public half of an access key: at most 128 characters of visible ASCII. AWS gives 16 word
/// characters at least, other makers what they like; a comma or an equals sign none of them can,
/// since those would end it in a signed request.
///
/// Source: IAM API reference, type AccessKey, and IAM user guide, "Unique ID prefixes".
public struct AccessKeyID: Hashable, Sendable, CustomStringConvertible {
    /// The identifier as AWS writes it.
    public let description: String

    /// Accepts `text` where it has the form of an access key ID.
    public init?(_ text: String) {
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy(Self.isPart) else {
            return nil
        }
        description = text
    }

    /// Whether the prefix says that this key belongs to temporary credentials (`ASIA`).
    public var isTemporary: Bool { description.hasPrefix("ASIA") }

    /// Whether it looks like one that AWS gave: 16 to 32 capital letters and digits. A secret, which
    /// people paste in its place, does not.
    public var isOfAWS: Bool {
        (16...32).contains(description.utf8.count)
            && description.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
            }
    }

    /// The first four and last four characters, for lists that other people may see.
    public var masked: String {
        description.utf8.count < 16
            ? "\(description.prefix(2))…" : "\(description.prefix(4))…\(description.suffix(4))"
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "=")
    }
}

/// A long-term access key: what the vault holds.
public struct AccessKey: ~Copyable, Sendable {
    /// The public half.
    public let id: AccessKeyID
    /// The secret half.
    public let secret: Secret

    /// Joins the two halves.
    public init(id: AccessKeyID, secret: consuming Secret) {
        self.id = id
        self.secret = secret
    }

    /// A second owner of the same key.
    public borrowing func copy() -> AccessKey { AccessKey(id: id, secret: secret.copy()) }
}
