// The account that an access key ID of AWS's belongs to, which is written in the ID itself.

extension AccessKeyID {
    /// The number of the account that the key belongs to; nil for a key of before 2019 or so, which
    /// does not tell, and for the ID of another maker.
    ///
    /// The 16 characters behind the prefix are base32: of their 80 bits, the first is set where the
    /// next 40 are the account's number. Source: W. Beery, "A short note on AWS KEY ID";
    /// P. Sivakumaran, "A bitwise analysis of AWS access key identifiers".
    public var account: String? {
        let bytes = Array(description.utf8)
        guard bytes.count == 20, description.hasPrefix("AKIA") || isTemporary else { return nil }
        var bits: UInt64 = 0
        for byte in bytes[4..<13] {
            guard let digit = Self.base32Digit(byte) else { return nil }
            bits = bits << 5 | UInt64(digit)
        }
        // 45 bits: the mark, 40 of the number, 4 of what follows.
        guard bits >> 44 == 1 else { return nil }
        let number = String(bits >> 4 & 0xff_ffff_ffff)
        guard number.utf8.count <= 12 else { return nil }
        return String(repeating: "0", count: 12 - number.utf8.count) + number
    }

    /// The value of a base32 digit; nil for any other byte. Source: RFC 4648, section 6.
    public static func base32Digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "2")...UInt8(ascii: "7"): byte - UInt8(ascii: "2") + 26
        default: nil
        }
    }
}
