// The characters of the config files' grammar. It is all ASCII; other bytes occur in values only.
internal import Glibc

extension UInt8 {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let equalsSign = UInt8(ascii: "=")

    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
    var startsComment: Bool { self == UInt8(ascii: "#") || self == UInt8(ascii: ";") }
    var isASCIIDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    var isASCIILetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
    var asciiLowercased: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }
}

/// Whether profile and property names may look like this. Others are skipped by the SDKs.
func isIdentifier(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty
        && bytes.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "_-/.%@:+".utf8.contains($0) }
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
                text.indices.allSatisfy {
                    self[range.lowerBound + $0].asciiLowercased == text[$0]
                }
            }
    }

    /// Whether the bytes in `range` are `text`.
    func equals(exactly text: StaticString, in range: Range<Int>) -> Bool {
        text.withUTF8Buffer { equals(UnsafeRawBufferPointer($0), in: range) }
    }

    /// Whether the bytes in `range` are `text`.
    func equals(_ text: [UInt8], in range: Range<Int>) -> Bool {
        range.count == text.count && text.withUnsafeBytes { equals($0, in: range) }
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
        withUnsafeBytes { String(decoding: $0[range].lazy.map(\.asciiLowercased), as: UTF8.self) }
    }
}
