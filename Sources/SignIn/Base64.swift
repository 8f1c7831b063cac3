// Base64 for URLs and tokens, written and read; and the ordinary one, read.
internal import Model

private let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

/// Source: RFC 4648, section 5, without padding.
func base64URL(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = (0..<3).reduce(0) { bits, place in
            bits << 8 | (place < group.count ? Int(group[start + place]) : 0)
        }
        for place in 0...group.count { text.append(digits[bits >> (18 - 6 * place) & 63]) }
    }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes that `text` stands for in either alphabet, padded or not; nil where it is neither.
///
/// Source: RFC 4648, sections 4 and 5.
func decodedBase64(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (bits, count, padding) = (0, 0, 0)
    for byte in text {
        let value: UInt8
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
        case UInt8(ascii: "="):
            padding += 1
            continue
        default: return nil
        }
        guard padding == 0 else { return nil }
        bits = (bits << 6 | Int(value)) & 0xffff
        count += 1
        // Six bits a digit: from the second of four on, each completes a byte.
        if count % 4 != 1 {
            bytes.append(UInt8(truncatingIfNeeded: bits >> (6 - 2 * ((count - 1) % 4))))
        }
    }
    guard count % 4 != 1, padding <= 2 else { return nil }
    return bytes
}

/// The same as a secret.
func secretOfBase64(_ text: some Sequence<UInt8>) -> Secret? {
    guard var bytes = decodedBase64(text) else { return nil }
    defer { bytes.wipe() }
    return Secret(capacity: bytes.count) { room in
        room.copyBytes(from: bytes)
        return bytes.count
    }
}
