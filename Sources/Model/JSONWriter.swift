// Writing JSON, with or without secrets in it: the one place that quotes.

/// How a document is laid out.
public enum JSONForm: Sendable {
    /// For people and files: indented by two, with a line end behind it.
    case indented
    /// For the wire: no white space.
    case compact
}

extension Secret {
    /// A JSON object that holds secrets, written in locked memory.
    ///
    /// - Parameter members: Writes the members, in order. It is called twice, as the room is measured
    ///   first, and has to write the same both times.
    public init(json form: JSONForm = .indented, members: (inout JSONWriter) -> Void) {
        var measure = JSONWriter(nil, form)
        measure.wholeObject(members)
        self.init(capacity: measure.count) { room in
            var writer = JSONWriter(room, form)
            writer.wholeObject(members)
            return writer.count
        }
    }
}

extension String {
    /// A JSON object that anyone may see.
    ///
    /// - Parameter members: Writes the members, in order; twice, as for a `Secret`.
    public init(json form: JSONForm, members: (inout JSONWriter) -> Void) {
        var measure = JSONWriter(nil, form)
        measure.wholeObject(members)
        self.init(unsafeUninitializedCapacity: measure.count) { room in
            var writer = JSONWriter(UnsafeMutableRawBufferPointer(room), form)
            writer.wholeObject(members)
            return writer.count
        }
    }
}

/// Writes the members of an object.
///
/// Characters that steer a display are always written as escapes, so that the text is fit to show.
/// Source: RFC 8259.
public struct JSONWriter {
    /// Where the text goes; nil where it is only measured.
    private var room: SecretWriter?
    private let form: JSONForm
    private(set) var count = 0
    private var depth = 0
    /// Whether nothing stands yet in the object or array at hand.
    private var isEmpty = true

    init(_ room: UnsafeMutableRawBufferPointer?, _ form: JSONForm) {
        self.room = room.map { SecretWriter($0) }
        self.form = form
    }

    // MARK: Members

    /// Writes a member that anyone may see; none where `value` is nil.
    public mutating func member(_ name: String, _ value: JSONValue?) {
        guard let value else { return }
        begin(name)
        write(value)
    }

    /// Writes a secret string in UTF-8.
    public mutating func member(_ name: String, secret: borrowing Secret) {
        secret.withBytes { member(name, secret: $0) }
    }

    /// Writes the UTF-8 bytes of a secret string.
    public mutating func member(_ name: String, secret bytes: UnsafeRawBufferPointer) {
        begin(name)
        quote(bytes)
    }

    /// Writes an object that holds secrets.
    public mutating func member(_ name: String, object members: (inout JSONWriter) -> Void) {
        begin(name)
        object(members)
    }

    // MARK: Values

    mutating func whole(_ value: JSONValue) {
        write(value)
        if form == .indented { write("\n") }
    }

    fileprivate mutating func wholeObject(_ members: (inout JSONWriter) -> Void) {
        object(members)
        if form == .indented { write("\n") }
    }

    private mutating func object(_ members: (inout JSONWriter) -> Void) {
        enclosed("{", "}") { members(&$0) }
    }

    private mutating func write(_ value: JSONValue) {
        switch value {
        case .null: write("null")
        case .boolean(let value): write(value ? "true" : "false")
        case .integer(let value): write(String(value))
        case .string(let text): quote(text.utf8)
        case .array(let values):
            enclosed("[", "]") { writer in
                for value in values {
                    writer.separate()
                    writer.write(value)
                }
            }
        case .object(let members):
            object { writer in
                for member in members { writer.member(member.name, member.value) }
            }
        }
    }

    // MARK: Layout

    private mutating func enclosed(
        _ start: String, _ end: String, _ content: (inout JSONWriter) -> Void
    ) {
        write(start)
        depth += 1
        isEmpty = true
        content(&self)
        depth -= 1
        if !isEmpty { breakLine() }
        isEmpty = false
        write(end)
    }

    private mutating func begin(_ name: String) {
        separate()
        quote(name.utf8)
        write(form == .indented ? ": " : ":")
    }

    private mutating func separate() {
        if !isEmpty { write(",") }
        isEmpty = false
        breakLine()
    }

    private mutating func breakLine() {
        guard form == .indented else { return }
        write("\n")
        for _ in 0..<depth { write("  ") }
    }

    // MARK: Bytes

    /// Bytes that are not UTF-8 become U+FFFD: a JSON text holds nothing else.
    private mutating func quote(_ text: some Sequence<UInt8>) {
        write("\"")
        var bytes = text.makeIterator()
        var decoder = UTF8()
        while true {
            switch decoder.decode(&bytes) {
            case .emptyInput:
                write("\"")
                return
            case .error: write("\u{fffd}")
            case .scalarValue(let scalar) where scalar.steersDisplay:
                // All of them stand below U+10000.
                write("\\u")
                for shift in [12, 8, 4, 0] as [UInt32] {
                    let digit = UInt8(truncatingIfNeeded: scalar.value >> shift) & 15
                    write(digit < 10 ? 0x30 + digit : 0x57 + digit)
                }
            case .scalarValue(let scalar):
                if scalar == "\"" || scalar == "\\" { write("\\") }
                for byte in UTF8.encode(scalar) ?? .init() { write(byte) }
            }
        }
    }

    private mutating func write(_ text: String) {
        for byte in text.utf8 { write(byte) }
    }

    private mutating func write(_ byte: UInt8) {
        room?.write(byte)
        count += 1
    }
}
