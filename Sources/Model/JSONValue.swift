// JSON without secrets: a value and its text.

/// A JSON value that anyone may see. What holds secrets is written with `Secret.init(json:)`.
public indirect enum JSONValue: Equatable, Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case boolean(Bool)
    /// A whole number.
    case integer(Int)
    /// A text.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Members in order.
    case object([Member])

    /// A member of an object.
    public struct Member: Equatable, Sendable {
        /// The name.
        public let name: String
        /// The value.
        public let value: JSONValue

        /// Joins the two.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// An object of the members that are not nil, in the order of their names.
    public static func sorted(_ members: [String: JSONValue?]) -> JSONValue {
        .object(
            members.compactMap { name, value in value.map { Member(name, $0) } }
                .sorted { $0.name < $1.name })
    }

    /// The text, indented by two, with a line end behind it.
    public var text: String { text(.indented) }

    /// The text in one of the two forms.
    public func text(_ form: JSONForm) -> String {
        var measure = JSONWriter(nil, form)
        measure.whole(self)
        return String(unsafeUninitializedCapacity: measure.count) { room in
            var writer = JSONWriter(UnsafeMutableRawBufferPointer(room), form)
            writer.whole(self)
            return writer.count
        }
    }
}
