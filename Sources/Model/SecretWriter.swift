// Writing a secret piece by piece into memory that never moves.
internal import Glibc

/// Appends to the room that `Secret.init(capacity:fill:)` lends. Too little room is a bug.
public struct SecretWriter {
    private let room: UnsafeMutableRawBufferPointer
    /// How many bytes are written.
    public private(set) var count = 0

    /// A writer that begins at the start of `room`.
    public init(_ room: UnsafeMutableRawBufferPointer) { self.room = room }

    /// Appends one byte.
    public mutating func write(_ byte: UInt8) {
        precondition(count < room.count, "the text is larger than its room")
        room[count] = byte
        count += 1
    }

    /// Appends the UTF-8 bytes of `text`.
    public mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// Appends `bytes`.
    public mutating func write(_ bytes: UnsafeRawBufferPointer) {
        precondition(count + bytes.count <= room.count, "the text is larger than its room")
        UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyMemory(from: bytes)
        count += bytes.count
    }
}

extension [UInt8] {
    /// Overwrites the bytes: for intermediate keys, which stand in arrays of their own.
    public mutating func wipe() {
        withUnsafeMutableBytes { bytes in
            if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) }
        }
    }

    /// Lower-case hexadecimal digits.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        let text: [UInt8] = flatMap { byte in [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
