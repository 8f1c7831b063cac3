// A part of the config file that credtool owns, between two comment lines that mark it.
internal import Model

/// The part. Every byte of the file that is not in it stays as it is.
struct MarkedPart: Sendable {
    /// The lines between the marks, without the blanks at their ends.
    let lines: [String]
    private let bytes: [UInt8]
    /// From each first mark to behind its second: one, but where files were put together.
    private let ranges: [Range<Int>]
    private let ending: String
    private let first: String
    private let last: String

    /// Finds the part of `name`. Several are taken for one, which is written in the first's place.
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
        var ranges: [Range<Int>] = []
        var lines: [String] = []
        var at = 0
        while at < bytes.count {
            let next = bytes[at...].firstIndex(of: 0x0a).map { $0 + 1 } ?? bytes.count
            let line = String(decoding: bytes[at..<next], as: UTF8.self).trimmedAtEnd
            if line == first {
                guard start == nil else { return nil }
                start = at
            } else if line == last, let begin = start {
                ranges.append(begin..<next)
                start = nil
            } else if start != nil {
                lines.append(line)
            }
            at = next
        }
        guard start == nil else { return nil }
        self.ranges = ranges
        self.lines = lines
    }

    /// The line that ends the part of `name`.
    static func end(_ name: String) -> String { "# credtool \(name): end" }

    /// The file with these lines in the part; without the part where there are none.
    func file(with lines: [String]) -> [UInt8] {
        guard !lines.isEmpty || !ranges.isEmpty else { return bytes }
        let block = lines.isEmpty ? [] : [first] + lines + [last]
        let text = block.map { $0 + ending }.joined()
        guard let range = ranges.first else {
            let gap = bytes.last.map { ($0 == 0x0a ? "" : ending) + ending } ?? ""
            return bytes + Array((gap + text).utf8)
        }
        var file = Array(bytes[..<range.lowerBound]) + Array(text.utf8)
        var at = range.upperBound
        for range in ranges.dropFirst() {
            file += bytes[at..<range.lowerBound]
            at = range.upperBound
        }
        return file + bytes[at...]
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
