// The Assuan protocol, as far as one question to a pinentry needs it.
//
// Source: https://www.gnupg.org/documentation/manuals/assuan/Server-responses.html and pinentry's
// manual, "Protocol".

/// One question to a pinentry.
struct PinentryQuestion: Equatable {
    var title: String
    var description: String
    var prompt: String
    /// Seconds after which pinentry gives up, so that it leaves the terminal as it was.
    var timeout: Int
    /// The terminal that a pinentry without a display uses.
    var terminal: String?
    var terminalType: String?
    var locale: String?
    var display: String?

    /// The commands, in the order in which they are answered. An option that a pinentry does not
    /// know is refused by it without harm.
    var commands: [String] {
        var commands = ["OPTION no-grab"]
        let options = [
            ("ttyname", terminal), ("ttytype", terminalType), ("lc-ctype", locale),
            ("display", display),
        ]
        for (name, value) in options {
            if let value { commands.append("OPTION \(name)=\(Assuan.escaped(value))") }
        }
        return commands + [
            "SETTITLE \(Assuan.escaped(title))",
            "SETDESC \(Assuan.escaped(description))",
            "SETPROMPT \(Assuan.escaped(prompt))",
            "SETTIMEOUT \(timeout)",
            "GETPIN", "BYE",
        ]
    }
}

/// What a pinentry answered.
enum PinentryAnswer: Equatable {
    /// What was typed.
    case text(String)
    /// The person pressed cancel or closed the window.
    case cancelled
    /// Its own time-out was over.
    case timedOut
    /// Any other refusal, in its own words.
    case refused(String)
    /// It ended before it answered.
    case none
}

enum Assuan {
    /// A line may have 1000 bytes, its command and line feed included.
    private static let limit = 900

    /// `text` as an argument: what would end the line, and `%` itself, as `%XX`. What is too long
    /// for a line is cut.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isPlain = scalar.value >= 0x20 && scalar != "%" && scalar.value != 0x7f
            let hexadecimal = String(scalar.value, radix: 16, uppercase: true)
            let part =
                isPlain
                ? String(scalar) : "%\(hexadecimal.utf8.count == 1 ? "0" : "")\(hexadecimal)"
            guard result.utf8.count + part.utf8.count <= limit else { break }
            result += part
        }
        return result
    }

    /// The bytes of a data line, with `%XX` read.
    static func unescaped(_ text: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    /// The answer to GETPIN in what a pinentry wrote while it was sent `commands`.
    static func answer(to commands: [String], in output: some Collection<UInt8>) -> PinentryAnswer {
        // The greeting is answer 0, as it were to no command.
        guard let index = commands.firstIndex(of: "GETPIN").map({ $0 + 1 }) else { return .none }
        var answered = 0
        var data: [UInt8] = []
        for line in output.split(separator: UInt8(ascii: "\n")) {
            let word = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            let rest = line.dropFirst(word.utf8.count + 1)
            switch word {
            case "D" where answered == index: data += unescaped(rest)
            case "OK" where answered == index: return .text(String(decoding: data, as: UTF8.self))
            case "ERR" where answered == index:
                return refusal(String(decoding: rest, as: UTF8.self))
            case "OK", "ERR": answered += 1
            // Comments and status lines.
            default: continue
            }
        }
        return .none
    }

    /// Source: libgpg-error's `err-codes.h.in`; the upper bits say which part of GnuPG it was.
    private static func refusal(_ text: String) -> PinentryAnswer {
        let parts = text.split(separator: " ", maxSplits: 1)
        switch parts.first.flatMap({ UInt32($0) }).map({ $0 & 0xffff }) {
        case 99, 198: return .cancelled
        case 62: return .timedOut
        default: return .refused(parts.count > 1 ? String(parts[1]) : text)
        }
    }
}
