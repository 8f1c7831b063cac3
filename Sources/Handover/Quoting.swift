// Writing values so that each reader gets back the same bytes. The text holds secrets, so it is
// built in locked memory and not by the library's encoders.
internal import Model

/// How each reader wants a value to be written.
enum Quoting {
    /// In single quotes, a single quote as `'\''`. Source: POSIX.1-2017, Shell Command Language 2.2.2.
    static func posix(_ value: UnsafeRawBufferPointer, _ writer: inout SecretWriter) {
        writer.write("'")
        for byte in value {
            if byte == UInt8(ascii: "'") { writer.write("'\\''") } else { writer.write(byte) }
        }
        writer.write("'")
    }

    /// In single quotes, in which only `\'` and `\\` are escapes. Source: fish manual, "Quotes".
    static func fish(_ value: UnsafeRawBufferPointer, _ writer: inout SecretWriter) {
        writer.write("'")
        for byte in value {
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") { writer.write("\\") }
            writer.write(byte)
        }
        writer.write("'")
    }

    /// Bare where every reader of env files agrees on it, else in double quotes.
    static func dotenv(_ value: UnsafeRawBufferPointer, _ writer: inout SecretWriter) {
        let isBare = value.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: "/+=_-.:@,%".utf8.contains(byte)
            }
        }
        guard !isBare else { return writer.write(value) }
        writer.write("\"")
        for byte in value {
            if "\"\\$`".utf8.contains(byte) { writer.write("\\") }
            writer.write(byte)
        }
        writer.write("\"")
    }

    /// A JSON string. Source: RFC 8259, section 7.
    static func json(_ value: UnsafeRawBufferPointer, _ writer: inout SecretWriter) {
        writer.write("\"")
        for byte in value {
            if byte < 0x20 {
                writer.write("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))")
            } else {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { writer.write("\\") }
                writer.write(byte)
            }
        }
        writer.write("\"")
    }
}

/// The members of one JSON object, indented by two.
struct JSONFields {
    private var isFirst = true

    mutating func append(
        _ name: String, _ value: UnsafeRawBufferPointer, _ writer: inout SecretWriter
    ) {
        start(name, &writer)
        Quoting.json(value, &writer)
    }

    mutating func append(_ name: String, raw value: String, _ writer: inout SecretWriter) {
        start(name, &writer)
        writer.write(value)
    }

    private mutating func start(_ name: String, _ writer: inout SecretWriter) {
        writer.write(isFirst ? "{\n  " : ",\n  ")
        isFirst = false
        writer.write("\"\(name)\": ")
    }
}
