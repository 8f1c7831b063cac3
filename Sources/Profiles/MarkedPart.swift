// A part of the config file that credtool owns, between two comment lines that mark it.
internal import Model

/// The part. Every byte of the file that is not in it stays as it is.
struct MarkedPart: Sendable {
    /// The lines between the marks, without the blanks at their ends.
    let lines: [String]
    private let bytes: [UInt8]
    /// From the first mark to behind the second; an empty one at the end where there is no part.
    private let range: Range<Int>
    private let ending: String
    private let first: String
    private let last: String

    /// Finds the part of `name`.
    ///
    /// - Parameter bytes: The config file, empty where there is none.
    /// - Returns: Nil where the part begins and does not end: who knows what is a person's own.
    init?(_ name: String, of bytes: [UInt8]) {
        self.bytes = bytes
        let first = "# credtool \(name): begin"
        let last = Self.end(name)
        self.first = first
        self.last = last
        ending =
            bytes.firstIndex(of: 0x0a).map { $0 > 0 && bytes[$0 - 1] == 0x0d } == true
            ? "\r\n" : "\n"
        var start: Int?
        var found: Range<Int>?
        var lines: [String] = []
        var at = 0
        while at < bytes.count {
            let next = bytes[at...].firstIndex(of: 0x0a).map { $0 + 1 } ?? bytes.count
            let line = String(decoding: bytes[at..<next], as: UTF8.self).trimmedAtEnd
            if line == first, start == nil, found == nil {
                start = at
            } else if line == last, let begin = start {
                found = begin..<next
                start = nil
            } else if start != nil {
                lines.append(line)
            }
            at = next
        }
        guard start == nil else { return nil }
        range = found ?? bytes.count..<bytes.count
        self.lines = lines
    }

    /// The line that ends the part of `name`.
    static func end(_ name: String) -> String { "# credtool \(name): end" }

    /// The file with these lines in the part; without the part where there are none.
    func file(with lines: [String]) -> [UInt8] {
        guard !lines.isEmpty || !range.isEmpty else { return bytes }
        let block = lines.isEmpty ? [] : [first] + lines + [last]
        var text = block.map { $0 + ending }.joined()
        if range.isEmpty, let byte = bytes.last {
            text = (byte == 0x0a ? "" : ending) + ending + text
        }
        return Array(bytes[..<range.lowerBound]) + Array(text.utf8) + bytes[range.upperBound...]
    }
}

extension String {
    /// The text without white space at its end, line ends included.
    fileprivate var trimmedAtEnd: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
