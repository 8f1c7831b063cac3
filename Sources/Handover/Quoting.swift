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

    /// In single quotes, in which nothing but the quote itself is special: it is doubled. PowerShell
    /// takes the four typographic quotes U+2018 to U+201B for the same.
    ///
    /// Source: about_Quoting_Rules; PowerShell's CodeGeneration.EscapeSingleQuotedStringContent.
    static func powershell(_ value: UnsafeRawBufferPointer, _ writer: inout SecretWriter) {
        writer.write("'")
        var offset = 0
        while offset < value.count {
            let isTypographic =
                offset + 2 < value.count && value[offset] == 0xe2 && value[offset + 1] == 0x80
                && (0x98...0x9b).contains(value[offset + 2])
            let character = UnsafeRawBufferPointer(
                rebasing: value[offset..<offset + (isTypographic ? 3 : 1)])
            if isTypographic || value[offset] == UInt8(ascii: "'") {
                writer.write(character)
            }
            writer.write(character)
            offset += character.count
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
        doubleQuoted(value, &writer)
    }

    /// In double quotes, with a backslash before what the POSIX shell would expand there.
    static func doubleQuoted(_ value: UnsafeRawBufferPointer, _ writer: inout SecretWriter) {
        writer.write("\"")
        for byte in value {
            if "\"\\$`".utf8.contains(byte) { writer.write("\\") }
            writer.write(byte)
        }
        writer.write("\"")
    }
}
