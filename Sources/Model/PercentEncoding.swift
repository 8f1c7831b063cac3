// Percent-encoding as AWS wants it: RFC 3986's unreserved characters stand for themselves.

extension SecretWriter {
    /// Writes `bytes` percent-encoded, except for unreserved characters.
    public mutating func writeEncoded(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte.isUnreserved {
                write(byte)
            } else {
                write(UInt8(ascii: "%"))
                for digit in [byte >> 4, byte & 15] { write(digit < 10 ? 48 + digit : 55 + digit) }
            }
        }
    }
}

extension UInt8 {
    /// Letters, digits and `-._~`.
    public var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

/// Percent-encodes all but unreserved characters (and those of `kept`).
///
/// Source: "Create a signed AWS API request", step 1, UriEncode.
public func percentEncoded(_ text: some StringProtocol, keeping kept: String = "") -> String {
    percentEncoded(bytes: text.utf8, keeping: kept)
}

/// The same of bytes that need not be text.
public func percentEncoded(bytes: some Sequence<UInt8>, keeping kept: String = "") -> String {
    let kept = Array(kept.utf8)
    var encoded = ""
    for byte in bytes {
        if byte.isUnreserved || kept.contains(byte) {
            encoded.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            encoded += "%" + [byte].hex.uppercased()
        }
    }
    return encoded
}

/// The bytes that `encoded` stands for. A `%` that begins no encoded byte stands for itself.
public func percentDecoded(_ encoded: some Sequence<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(encoded)[...]
    while let byte = rest.popFirst() {
        let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        if byte == UInt8(ascii: "%"), digits.count == 2 {
            let value = UInt8(digits[0] << 4 | digits[1])
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return bytes
}
