// Writing a secret piece by piece into memory that never moves.
internal import Glibc
internal import Model

/// Appends to the room that `Secret.init(capacity:fill:)` lends. Too little room is a bug.
struct SecretWriter {
    private let room: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

    mutating func write(_ byte: UInt8) {
        room[count] = byte
        count += 1
    }

    mutating func write(_ text: String) {
        for byte in text.utf8 { write(byte) }
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { write(byte) }
    }

    /// Writes `bytes` percent-encoded, except for RFC 3986's unreserved characters and those of `kept`.
    mutating func writeEncoded(_ bytes: some Sequence<UInt8>, keeping kept: [UInt8] = []) {
        for byte in bytes {
            if byte.isUnreserved || kept.contains(byte) {
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
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension [UInt8] {
    /// Overwrites the bytes: for intermediate keys, which stand in arrays of their own.
    mutating func wipe() {
        withUnsafeMutableBytes { bytes in
            if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) }
        }
    }

    /// Lower-case hexadecimal digits.
    var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        let text: [UInt8] = flatMap { byte in [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
