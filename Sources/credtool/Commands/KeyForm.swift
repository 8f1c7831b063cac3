// What the two halves of a key look like, so that what was not copied right is told before AWS is
// asked.
internal import Model

/// The form that a key must have.
enum KeyForm {
    /// The form of AWS's keys.
    case ofAWS
    /// Whatever a request can be signed with, as other makers give it. What begins like an ID of
    /// AWS's is held to the form of those.
    case ofAnyMaker

    /// The ID without white space around it.
    ///
    /// What stands in its place may be the secret: it is looked at as one, and not repeated.
    func accessKeyID(_ text: borrowing Secret) throws(Failure) -> AccessKeyID {
        let trimmed = text.trimmed()
        let (isSecret, id) = trimmed.withBytes { bytes -> (Bool, AccessKeyID?) in
            guard !Self.looksLikeSecret(bytes) else { return (true, nil) }
            let isSuitable =
                self == .ofAnyMaker && !Self.beginsLikeAWS(bytes) || Self.isOfAWS(bytes)
            guard isSuitable else { return (false, nil) }
            return (false, AccessKeyID(String(decoding: bytes, as: UTF8.self)))
        }
        guard !isSecret else { throw .secretAsKeyID }
        guard let id else { throw .malformedKeyID }
        guard !id.isTemporary else { throw .temporaryKey(id) }
        return id
    }

    /// The secret without white space around it, such as the line end of a paste.
    func secret(_ text: borrowing Secret, of id: AccessKeyID) throws(Failure) -> Secret {
        let trimmed = text.trimmed()
        let least = self == .ofAnyMaker && !id.isLikeAWS ? 1 : 16
        guard trimmed.count >= least, trimmed.isVisibleASCII else { throw .malformedSecret }
        return trimmed
    }

    /// AWS gives IDs of capital letters and digits alone, so anything else was not copied right.
    private static func isOfAWS(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let lowercase = UInt8(ascii: "a")...UInt8(ascii: "z")
        return (16...128).contains(bytes.count)
            && bytes.allSatisfy { $0.isWordCharacter && !lowercase.contains($0) }
    }

    private static func beginsLikeAWS(_ bytes: UnsafeRawBufferPointer) -> Bool {
        ["AKIA", "ASIA"].contains { prefix in
            bytes.count >= 4 && zip(bytes, prefix.utf8).allSatisfy { $0 & 0xdf == $1 }
        }
    }

    /// 40 characters of base64, in both cases: every secret of AWS's, and the ID of no maker.
    private static func looksLikeSecret(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count == 40
            && bytes.allSatisfy {
                $0.isWordCharacter && $0 != UInt8(ascii: "_")
                    || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/")
            }
            && bytes.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            && bytes.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}

extension AccessKeyID {
    /// Whether it begins as the IDs of AWS's long-term keys do.
    var isLikeAWS: Bool { description.hasPrefix("AKIA") }
}

extension UInt8 {
    /// A letter, a digit or an underscore.
    fileprivate var isWordCharacter: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
