// Reading JSON into one piece of secret memory: answers and files that hold credentials.

/// Why a text is not a document that can be used. It never quotes the text, which may be secret.
public enum JSONError: Error, Equatable {
    /// Not JSON, from the byte with this offset on.
    case malformed(offset: Int)
    /// Too deep or with too many values.
    case tooLarge
}

/// The values of a JSON document.
///
/// The text of strings and numbers lies in a `Secret`, decoded: no copy of it is made until one is
/// asked for, as a `String` where it is public or as a `Secret` where it is not. Names of members are taken for public. Of members with the same
/// name the last counts, as in the SDKs. Source: RFC 8259.
public struct JSONDocument: ~Copyable, Sendable {
    /// A value, by its place in the document.
    public struct Element: Equatable, Sendable {
        fileprivate let index: Int
    }

    /// What a value is.
    public enum Kind: Equatable, Sendable {
        /// `{…}`
        case object
        /// `[…]`
        case array
        /// `"…"`
        case string
        /// `-1.5e3`
        case number
        /// `true` or `false`
        case boolean(Bool)
        /// `null`
        case null
    }

    fileprivate struct Node {
        var kind: Kind
        /// The name, where it is a member of an object.
        let name: String?
        /// The index behind the last value inside this one.
        var end: Int
        /// Where the text of a string or number lies.
        var text: Range<Int>
    }

    /// Values may lie so deep in each other.
    public static let maximumDepth = 32
    /// A document may have so many values.
    public static let maximumValues = 20_000

    private let nodes: [Node]
    private let text: Secret

    /// Reads `body`, in UTF-8.
    /// - Throws: `JSONError`.
    public init(_ body: borrowing Secret) throws(JSONError) {
        var nodes: [Node] = []
        var failure: JSONError?
        // Decoded text is never longer than its source.
        let text = Secret(capacity: body.count) { room in
            body.withBytes { body in
                var reader = JSONReader(body, room)
                do throws(JSONError) { try reader.readDocument() } catch { failure = error }
                nodes = reader.nodes
                return reader.writer.count
            }
        }
        if let failure { throw failure }
        self.nodes = nodes
        self.text = text
    }

    /// The outermost value.
    public var root: Element { Element(index: 0) }

    /// What a value is.
    public borrowing func kind(_ element: Element) -> Kind { nodes[element.index].kind }

    /// The name of a value, where it is a member of an object.
    public borrowing func name(_ element: Element) -> String? { nodes[element.index].name }

    /// The values right inside an array or object, in order.
    public borrowing func children(of element: Element) -> [Element] {
        var children: [Element] = []
        forEachChild(of: element.index) { children.append(Element(index: $0)) }
        return children
    }

    /// Each value ends where the next begins, so that nothing but the children is passed.
    private borrowing func forEachChild(of index: Int, _ body: (Int) -> Void) {
        var child = index + 1
        while child < nodes[index].end {
            body(child)
            child = nodes[child].end
        }
    }

    /// The member at the end of `path`, such as `["roleCredentials", "accessKeyId"]`.
    /// - Parameter start: Where the path begins; the outermost value where none is given.
    public borrowing func element(_ path: [String], in start: Element? = nil) -> Element? {
        var index = start?.index ?? 0
        for name in path {
            var next: Int?
            forEachChild(of: index) { if nodes[$0].name == name { next = $0 } }
            guard let next else { return nil }
            index = next
        }
        return Element(index: index)
    }

    /// The string at the end of `path`; nil where there is none. Not for secrets.
    public borrowing func string(_ path: [String], in start: Element? = nil) -> String? {
        guard let range = text(.string, at: path, in: start) else { return nil }
        return text.withBytes { String(decoding: $0[range], as: UTF8.self) }
    }

    /// The string at the end of `path`, as a secret; nil where there is none.
    public borrowing func secret(_ path: [String], in start: Element? = nil) -> Secret? {
        guard let range = text(.string, at: path, in: start) else { return nil }
        return text.withBytes { Secret(copying: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// The whole number at the end of `path`; nil where there is none or it has a fraction.
    public borrowing func integer(_ path: [String], in start: Element? = nil) -> Int? {
        guard let range = text(.number, at: path, in: start) else { return nil }
        return text.withBytes { Int(String(decoding: $0[range], as: UTF8.self)) }
    }

    /// Whether the text of a string or number is empty.
    public borrowing func isEmpty(_ element: Element) -> Bool { nodes[element.index].text.isEmpty }

    private borrowing func text(
        _ kind: Kind, at path: [String], in start: Element?
    ) -> Range<Int>? {
        guard let element = element(path, in: start), nodes[element.index].kind == kind else {
            return nil
        }
        return nodes[element.index].text
    }
}

/// Reads a document from front to back.
private struct JSONReader {
    let body: UnsafeRawBufferPointer
    var at = 0
    var nodes: [JSONDocument.Node] = []
    var writer: SecretWriter

    init(_ body: UnsafeRawBufferPointer, _ room: UnsafeMutableRawBufferPointer) {
        self.body = body
        writer = SecretWriter(room)
    }

    mutating func readDocument() throws(JSONError) {
        try readValue(name: nil, depth: 1)
        skipSpace()
        if at < body.count { throw malformed }
    }

    private var malformed: JSONError { .malformed(offset: at) }
    private var next: UInt8? { at < body.count ? body[at] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d {
            at += 1
        }
    }

    /// Passes over `byte` if it comes next, apart from space.
    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        at += 1
        return true
    }

    private mutating func readValue(name: String?, depth: Int) throws(JSONError) {
        guard depth <= JSONDocument.maximumDepth, nodes.count < JSONDocument.maximumValues else {
            throw .tooLarge
        }
        skipSpace()
        let index = nodes.count
        nodes.append(
            .init(kind: .null, name: name, end: index + 1, text: writer.count..<writer.count))
        switch next {
        case UInt8(ascii: "{"): try readObject(index, depth)
        case UInt8(ascii: "["): try readArray(index, depth)
        case UInt8(ascii: "\""):
            nodes[index].kind = .string
            let start = writer.count
            try readString { $0.write($1) }
            nodes[index].text = start..<writer.count
        case UInt8(ascii: "t"): try readWord("true", index, .boolean(true))
        case UInt8(ascii: "f"): try readWord("false", index, .boolean(false))
        case UInt8(ascii: "n"): try readWord("null", index, .null)
        default: try readNumber(index)
        }
        nodes[index].end = nodes.count
    }

    private mutating func readObject(_ index: Int, _ depth: Int) throws(JSONError) {
        nodes[index].kind = .object
        at += 1
        if skip(UInt8(ascii: "}")) { return }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw malformed }
            let name = try readName()
            guard skip(UInt8(ascii: ":")) else { throw malformed }
            try readValue(name: name, depth: depth + 1)
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw malformed }
    }

    private mutating func readArray(_ index: Int, _ depth: Int) throws(JSONError) {
        nodes[index].kind = .array
        at += 1
        if skip(UInt8(ascii: "]")) { return }
        repeat {
            try readValue(name: nil, depth: depth + 1)
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw malformed }
    }

    private mutating func readWord(
        _ word: String, _ index: Int, _ kind: JSONDocument.Kind
    ) throws(JSONError) {
        guard body[at...].starts(with: word.utf8) else { throw malformed }
        at += word.utf8.count
        nodes[index].kind = kind
    }

    private mutating func readNumber(_ index: Int) throws(JSONError) {
        let start = at
        if next == UInt8(ascii: "-") { at += 1 }
        let first = at
        guard skipDigits(), body[first] != UInt8(ascii: "0") || at == first + 1 else {
            throw malformed
        }
        if next == UInt8(ascii: ".") {
            at += 1
            guard skipDigits() else { throw malformed }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            at += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
            guard skipDigits() else { throw malformed }
        }
        let from = writer.count
        for byte in body[start..<at] { writer.write(byte) }
        nodes[index].kind = .number
        nodes[index].text = from..<writer.count
    }

    private mutating func skipDigits() -> Bool {
        let start = at
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        return at > start
    }

    private mutating func readName() throws(JSONError) -> String {
        var name: [UInt8] = []
        try readString { name.append($1) }
        return String(decoding: name, as: UTF8.self)
    }

    /// Reads a string and gives its bytes to `write`, with the writer for those that are kept.
    private mutating func readString(_ write: (inout SecretWriter, UInt8) -> Void)
        throws(JSONError)
    {
        at += 1
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return
            case UInt8(ascii: "\\"):
                at += 1
                let scalar = try readEscape()
                for byte in UTF8.encode(scalar) ?? .init() { write(&writer, byte) }
            case 0..<0x20: throw malformed
            default:
                write(&writer, byte)
                at += 1
            }
        }
        throw malformed
    }

    private mutating func readEscape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = next else { throw malformed }
        let letter: Unicode.Scalar? =
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): Unicode.Scalar(byte)
            case UInt8(ascii: "b"): "\u{8}"
            case UInt8(ascii: "f"): "\u{c}"
            case UInt8(ascii: "n"): "\n"
            case UInt8(ascii: "r"): "\r"
            case UInt8(ascii: "t"): "\t"
            default: nil
            }
        if let letter {
            at += 1
            return letter
        }
        let unit = try readUnit()
        if let scalar = Unicode.Scalar(unit), unit != 0 { return scalar }
        // The first half of a pair; NUL would cut a value short in an environment.
        guard (0xd800..<0xdc00).contains(unit), next == UInt8(ascii: "\\") else { throw malformed }
        at += 1
        let low = try readUnit()
        guard (0xdc00..<0xe000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
        else { throw malformed }
        return scalar
    }

    /// Reads `uXXXX`.
    private mutating func readUnit() throws(JSONError) -> UInt32 {
        guard next == UInt8(ascii: "u"), at + 5 <= body.count else { throw malformed }
        var unit: UInt32 = 0
        for byte in body[(at + 1)..<(at + 5)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw malformed }
            unit = unit << 4 + UInt32(digit)
        }
        at += 5
        return unit
    }
}
