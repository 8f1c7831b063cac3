// The words of a command line, taken apart and quoted as AWS's SDKs do, without a shell.

/// Why a command line cannot be split.
public enum ShellWordsError: Error, Equatable {
    /// A quotation mark has no partner.
    case noClosingQuotation
    /// A backslash stands at the end.
    case noEscapedCharacter
}

/// Command lines in the POSIX shell's quoting: words only, no variables, no patterns, no comments.
public enum ShellWords {
    /// The words of `line`.
    ///
    /// Source: Python's `shlex.split`, which botocore uses for `credential_process`. Within double
    /// quotes a backslash escapes a double quote and a backslash alone.
    public static func split(_ line: String) throws(ShellWordsError) -> [String] {
        let backslash = UInt8(ascii: "\\")
        let single = UInt8(ascii: "'")
        let double = UInt8(ascii: "\"")
        var words: [String] = []
        var word: [UInt8] = []
        // Apart from its bytes, since quotes with nothing in between are a word.
        var isInWord = false
        var quote: UInt8?
        func endWord() {
            if isInWord { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
            isInWord = false
        }
        var rest = line.utf8.makeIterator()
        while let byte = rest.next() {
            if quote == nil, whiteSpace.contains(byte) {
                endWord()
                continue
            }
            isInWord = true
            if byte == backslash, quote != single {
                guard let escaped = rest.next() else { throw .noEscapedCharacter }
                if quote == double, escaped != double, escaped != backslash {
                    word.append(backslash)
                }
                word.append(escaped)
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == single || byte == double {
                quote = byte
            } else {
                word.append(byte)
            }
        }
        guard quote == nil else { throw .noClosingQuotation }
        endWord()
        return words
    }

    /// `text` as one word, in single quotes where it has to be. Source: Python's `shlex.quote`.
    public static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "_-/.%@:+=,".utf8.contains(byte)
                }
            }
        if isPlain { return text }
        let parts = text.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\"'\"'") + "'"
    }

    private static let whiteSpace = Array(" \t\r\n".utf8)
}
