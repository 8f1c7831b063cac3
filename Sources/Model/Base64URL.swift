// Base64 as URLs and JSON web tokens have it: `-` and `_`, and no padding.

/// Source: RFC 4648, section 5; RFC 7515, section 2.
public enum Base64URL {
    /// The bytes that `text` stands for; nil where it is not of the form.
    public static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        return decode(text) { bytes.append($0) } ? bytes : nil
    }

    /// The same for bytes that are secret.
    public static func decodeSecret(_ text: UnsafeRawBufferPointer) -> Secret? {
        var isSound = false
        let secret = Secret(capacity: text.count) { room in
            var writer = SecretWriter(room)
            isSound = decode(text) { writer.write($0) }
            return writer.count
        }
        guard isSound else { return nil }
        return secret
    }

    /// Gives each byte to `write`; false where the text is not of the form.
    private static func decode(
        _ text: some Sequence<UInt8>, _ write: (UInt8) -> Void
    ) -> Bool {
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            guard let digit = digit(byte) else { return false }
            bits = bits << 6 | digit
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            write(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            bits &= (1 << UInt32(count)) - 1
        }
        // A single digit is no byte, and what is left over says nothing.
        return count < 6 && bits == 0
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) + 4
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
