// Base64: written in its ordinary form and in that of URLs, read in either.

/// Source: RFC 4648.
public enum Base64 {
    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    /// The ordinary form, with padding: section 4.
    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text = encode(bytes, Array("\(letters)+/".utf8))
        while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    /// As URLs and JSON web tokens have it, without padding: section 5, and RFC 7515, section 2.
    public static func encodeForURL(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: encode(bytes, Array("\(letters)-_".utf8)), as: UTF8.self)
    }

    private static func encode(_ bytes: some Sequence<UInt8>, _ digits: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in bytes {
            bits = (bits << 8 | UInt32(byte)) & 0xffff
            count += 8
            while count >= 6 {
                count -= 6
                text.append(digits[Int(bits >> count & 63)])
            }
        }
        if count > 0 { text.append(digits[Int(bits << (6 - count) & 63)]) }
        return text
    }

    /// The bytes that `text` stands for in either form, padded or not; nil where it is neither.
    public static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        return decode(text) { bytes.append($0) } ? bytes : nil
    }

    /// The same for bytes that are secret.
    public static func decodeSecret(_ text: some Collection<UInt8>) -> Secret? {
        var isSound = false
        let secret = Secret(capacity: text.count) { room in
            var writer = SecretWriter(room)
            isSound = decode(text) { writer.write($0) }
            return writer.count
        }
        guard isSound else { return nil }
        return secret
    }

    /// Gives each byte to `write`; false where the text is of neither form.
    private static func decode(_ text: some Sequence<UInt8>, _ write: (UInt8) -> Void) -> Bool {
        var bits: UInt32 = 0
        var (digits, padding) = (0, 0)
        for byte in text {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let digit = digit(byte) else { return false }
            bits = (bits << 6 | digit) & 0xffff
            digits += 1
            // Six bits a digit: from the second of four on, each completes a byte.
            if digits % 4 != 1 {
                write(UInt8(truncatingIfNeeded: bits >> UInt32(6 - 2 * ((digits - 1) % 4))))
            }
        }
        return digits % 4 != 1 && padding <= 2
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) + 4
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
