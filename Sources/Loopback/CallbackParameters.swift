// The parameters that a browser brought back: a query or a form, decoded in secret memory.
public import Model

/// Parameters by name, each of which was there once.
public struct CallbackParameters: ~Copyable {
    private struct Part {
        let name: String
        let value: Range<Int>
    }

    /// More than these come from nobody who means well.
    private static let limit = 100

    private let parts: [Part]
    private let text: Secret

    /// Decodes `application/x-www-form-urlencoded` text; nil where a name stands in it twice, or
    /// there are too many. A `%` without two digits behind it stands for itself.
    ///
    /// Source: URL Standard, section 5.1; RFC 6749, section 3.1, for the names.
    public init?(form bytes: UnsafeRawBufferPointer) {
        var parts: [Part] = []
        var isSound = true
        text = Secret(capacity: bytes.count) { room in
            var writer = SecretWriter(room)
            for pair in bytes.split(separator: UInt8(ascii: "&")) {
                let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
                var name: [UInt8] = []
                Self.decode(pair[..<equals]) { name.append($0) }
                let start = writer.count
                Self.decode(pair[equals...].dropFirst()) { writer.write($0) }
                let part = Part(
                    name: String(decoding: name, as: UTF8.self), value: start..<writer.count)
                isSound = isSound && !parts.contains { $0.name == part.name }
                parts.append(part)
                if parts.count > Self.limit { isSound = false }
                guard isSound else { break }
            }
            return writer.count
        }
        self.parts = parts
        guard isSound else { return nil }
    }

    /// The value of the parameter `name`; nil where there is none.
    public borrowing func value(_ name: String) -> Secret? {
        guard let part = parts.first(where: { $0.name == name }) else { return nil }
        return text.part(part.value)
    }

    /// The value of a parameter that is no secret, fit to be shown, cut after `limit` characters.
    borrowing func shownText(_ name: String, limit: Int) -> String? {
        guard let part = parts.first(where: { $0.name == name }) else { return nil }
        let value = text.withBytes { String(decoding: $0[part.value], as: UTF8.self) }
        return String(value.prefix(limit)).visible
    }

    /// Whether `name` is there and holds `expected`; the time taken tells its length alone.
    public borrowing func matches(_ name: String, _ expected: String) -> Bool {
        switch value(name) {
        case .some(let value): value.equals(Secret(expected))
        case .none: false
        }
    }

    /// Whether `name` is there and not empty.
    borrowing func holds(_ name: String) -> Bool {
        parts.contains { $0.name == name && !$0.value.isEmpty }
    }

    private static func decode(
        _ bytes: Slice<UnsafeRawBufferPointer>, write: (UInt8) -> Void
    ) {
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first?.hexadecimalValue,
                let low = rest.dropFirst().first?.hexadecimalValue
            {
                write(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                write(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
    }
}

extension UInt8 {
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
