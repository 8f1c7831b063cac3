// A small XML document in one piece of secret memory: the answers of query APIs, SAML responses.
internal import CExpat
internal import Model

/// Why a body is not a document that can be used.
enum XMLError: Error, Equatable {
    /// Not well-formed, too deep, too many elements, or with a document type declaration.
    case malformed(String)
    /// expat is not installed.
    case libraryUnavailable(LibraryUnavailable)
}

/// The elements of a document and their text. Names lose their prefix; attributes are left out
/// unless they are asked for: they are kept as texts, and so must hold no secrets.
///
/// The text lies in a `Secret`, where expat's callbacks put it: no copy of it is made until one is
/// asked for, as a `String` for public elements or as a `Secret` for the others.
struct XMLDocument: ~Copyable {
    /// An element, by its place in the document.
    struct Element: Equatable {
        fileprivate let index: Int
    }

    fileprivate struct Node {
        let name: String
        /// The index behind the last element inside this one.
        var end: Int
        /// Where its text lies; empty where it has elements inside.
        var text: Range<Int>
        /// Names as they stand there, and values.
        var attributes: [(name: String, value: String)] = []
    }

    /// Elements may lie so deep in each other.
    static let maximumDepth = 16
    /// A document may have so many elements.
    static let maximumElements = 20_000

    private let nodes: [Node]
    private let text: Secret

    /// Reads `body`, in UTF-8.
    init(_ body: borrowing Secret, withAttributes: Bool = false) throws(XMLError) {
        if let reason = cexpat_load() {
            throw .libraryUnavailable(
                LibraryUnavailable(
                    library: CEXPAT_LIBRARY, package: "libexpat1", reason: String(cString: reason))
            )
        }
        var nodes: [Node] = []
        var failure: String?
        // Text is never longer than its source: only predefined entities exist.
        let text = Secret(capacity: body.count) { room in
            var reader = XMLReader(room, keepsAttributes: withAttributes)
            failure = body.withBytes { body in
                withUnsafeMutablePointer(to: &reader) { XMLReader.read(body, into: $0) }
            }
            nodes = reader.nodes
            return reader.writer.count
        }
        if let failure { throw .malformed(failure) }
        self.nodes = nodes
        self.text = text
    }

    /// The outermost element.
    var root: Element { Element(index: 0) }

    /// The name of an element.
    borrowing func name(_ element: Element) -> String { nodes[element.index].name }

    /// The value of an attribute of an element; nil where there is none.
    borrowing func attribute(_ name: String, of element: Element) -> String? {
        nodes[element.index].attributes.first { $0.name == name }?.value
    }

    /// All elements inside `element` with this name, however deep, in order.
    borrowing func descendants(_ name: String, of element: Element) -> [Element] {
        (element.index + 1..<nodes[element.index].end).filter { nodes[$0].name == name }
            .map { Element(index: $0) }
    }

    /// The text of an element. Not for secrets.
    borrowing func string(_ element: Element) -> String {
        let range = nodes[element.index].text
        return text.withBytes { String(decoding: $0[range], as: UTF8.self) }
    }

    /// The elements right inside `element` with this name, in order.
    borrowing func children(_ name: String, of element: Element) -> [Element] {
        var children: [Element] = []
        var child = element.index + 1
        while child < nodes[element.index].end {
            if nodes[child].name == name { children.append(Element(index: child)) }
            child = nodes[child].end
        }
        return children
    }

    /// The first element at the end of `path`, such as `["GetCallerIdentityResult", "Arn"]`.
    borrowing func element(_ path: [String], in start: Element) -> Element? {
        var element = start
        for name in path {
            guard let next = children(name, of: element).first else { return nil }
            element = next
        }
        return element
    }

    /// The text of the element at the end of `path`; nil where there is none. Not for secrets.
    borrowing func string(_ path: [String], in start: Element) -> String? {
        guard let element = element(path, in: start) else { return nil }
        return string(element)
    }

    /// The text of the element at the end of `path`, as a secret; nil where there is none.
    borrowing func secret(_ path: [String], in start: Element) -> Secret? {
        guard let element = element(path, in: start) else { return nil }
        let range = nodes[element.index].text
        return text.withBytes { Secret(copying: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}

/// What expat's callbacks write to.
private struct XMLReader {
    var nodes: [XMLDocument.Node] = []
    var writer: SecretWriter
    /// The elements that are open, outermost first.
    var open: [Int] = []
    let keepsAttributes: Bool

    init(_ room: UnsafeMutableRawBufferPointer, keepsAttributes: Bool) {
        writer = SecretWriter(room)
        self.keepsAttributes = keepsAttributes
    }

    /// nil, or why the document is refused.
    static func read(
        _ body: UnsafeRawBufferPointer, into reader: UnsafeMutablePointer<XMLReader>
    ) -> String? {
        var events = cexpat_events(
            context: UnsafeMutableRawPointer(reader),
            start: { context, name, attributes in
                guard let reader = context?.assumingMemoryBound(to: XMLReader.self), let name
                else { return 0 }
                return reader.pointee.start(String(cString: name), attributes) ? 1 : 0
            },
            text: { context, text, size in
                guard let reader = context?.assumingMemoryBound(to: XMLReader.self) else {
                    return 0
                }
                reader.pointee.append(UnsafeRawBufferPointer(start: text, count: size))
                return 1
            },
            end: { context in
                context?.assumingMemoryBound(to: XMLReader.self).pointee.end()
            })
        return cexpat_parse(body.baseAddress, body.count, &events).map { String(cString: $0) }
    }

    mutating func start(
        _ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) -> Bool {
        guard open.count < XMLDocument.maximumDepth, nodes.count < XMLDocument.maximumElements
        else { return false }
        if let parent = open.last { nodes[parent].text = 0..<0 }
        let local = name.split(separator: ":", omittingEmptySubsequences: false).last ?? ""
        nodes.append(
            .init(
                name: String(local), end: nodes.count + 1, text: writer.count..<writer.count))
        open.append(nodes.count - 1)
        guard keepsAttributes, var next = attributes else { return true }
        while let name = next[0], let value = next[1] {
            nodes[nodes.count - 1].attributes.append(
                (name: String(cString: name), value: String(cString: value)))
            next += 2
        }
        return true
    }

    mutating func append(_ text: UnsafeRawBufferPointer) {
        // Text after an inner element is the space between elements, of no interest.
        guard let index = open.last, index == nodes.count - 1 else { return }
        writer.write(text)
        nodes[index].text = nodes[index].text.lowerBound..<writer.count
    }

    mutating func end() { nodes[open.removeLast()].end = nodes.count }
}
