// The characters of the config files' grammar. It is all ASCII; other bytes occur in values only.
internal import Glibc

extension UInt8 {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let equalsSign = UInt8(ascii: "=")

    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
    var startsComment: Bool { self == UInt8(ascii: "#") || self == UInt8(ascii: ";") }
    /// A letter, a digit or one of `_-/.%@:+`.
    var isOfIdentifier: Bool {
        // A bit for each of them, since large files have many: `%+-./0…9:`, then `@A…Z_a…z`.
        let set: UInt64 = self < 64 ? 0x07ff_e820_0000_0000 : 0x07ff_fffe_87ff_ffff
        return self < 128 && set &>> UInt64(self & 63) & 1 == 1
    }
    var isASCIIDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    var isASCIILetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
    var asciiLowercased: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }
}

/// Whether profile and property names may look like this. Others are skipped by the SDKs.
func isIdentifier(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(\.isOfIdentifier)
}

extension Span<UInt8> {
    /// The part of `range` without the blanks around it.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// Whether profile and property names may look like what stands in `range`.
    func isIdentifier(_ range: Range<Int>) -> Bool {
        for index in range where !self[index].isOfIdentifier { return false }
        return !range.isEmpty
    }

    /// Where the first `byte` stands in `range`.
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        withUnsafeBytes { buffer in
            guard !range.isEmpty, let base = buffer.baseAddress,
                let hit = memchr(base + range.lowerBound, Int32(byte), range.count)
            else { return nil }
            return UnsafeRawPointer(hit) - base
        }
    }

    /// `range` up to a comment in it. In a property the comment's sign must follow a blank.
    func beforeComment(_ range: Range<Int>, afterBlank: Bool) -> Range<Int> {
        var previousIsBlank = !afterBlank
        for index in range {
            if self[index].startsComment, previousIsBlank { return range.lowerBound..<index }
            previousIsBlank = !afterBlank || self[index].isBlank
        }
        return range
    }

    /// Whether the bytes in `range` are `text` but for the case of its letters, which are lowercase.
    func equals(lowercased text: StaticString, in range: Range<Int>) -> Bool {
        range.count == text.utf8CodeUnitCount
            && text.withUTF8Buffer { text in
                for index in 0..<text.count
                where self[range.lowerBound + index].asciiLowercased != text[index] {
                    return false
                }
                return true
            }
    }

    /// Whether the bytes in `range` are `text`.
    func equals(exactly text: StaticString, in range: Range<Int>) -> Bool {
        text.withUTF8Buffer { equals(UnsafeRawBufferPointer($0), in: range) }
    }

    /// Whether the bytes in `range` are `text`.
    func equals(_ text: String, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8.count else { return false }
        var index = range.lowerBound
        for byte in text.utf8 {
            guard self[index] == byte else { return false }
            index += 1
        }
        return true
    }

    private func equals(_ text: UnsafeRawBufferPointer, in range: Range<Int>) -> Bool {
        withUnsafeBytes { buffer in
            guard range.count == text.count else { return false }
            guard !range.isEmpty, let base = buffer.baseAddress,
                let other = text.baseAddress
            else { return range.isEmpty }
            return memcmp(base + range.lowerBound, other, range.count) == 0
        }
    }

    /// The text in `range`; bytes that are no UTF-8 become U+FFFD.
    func text(_ range: Range<Int>) -> String {
        withUnsafeBytes { String(decoding: $0[range], as: UTF8.self) }
    }

    /// The same with ASCII letters in lowercase; other scripts' letters stay what they are.
    func lowercasedText(_ range: Range<Int>) -> String {
        var isLowercase = true
        for index in range where self[index] != self[index].asciiLowercased {
            isLowercase = false
        }
        guard !isLowercase else { return text(range) }
        var bytes: [UInt8] = []
        for index in range { bytes.append(self[index].asciiLowercased) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
