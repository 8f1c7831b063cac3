// Text and secrets without the white space around them: the one place that trims.

extension StringProtocol {
    /// The text without the white space, line ends included, around it.
    public var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}

extension Secret {
    /// The secret without the ASCII white space around it, such as the line end that a file or a
    /// paste brings along.
    public borrowing func trimmed() -> Secret {
        withBytes { bytes in
            let start = bytes.firstIndex { !$0.isWhiteSpace } ?? bytes.endIndex
            let end = bytes.lastIndex { !$0.isWhiteSpace }.map { $0 + 1 } ?? start
            return Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
    }
}

extension UInt8 {
    /// Space, tab, line feed, vertical tab, form feed, carriage return.
    public var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
