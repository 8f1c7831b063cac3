// The texts that hold a key on standard input: two lines, JSON, or the console's CSV file.
internal import Model

/// A key as a text holds it.
struct KeyText: ~Copyable {
    let key: AccessKey
    /// Whether `aws iam create-access-key` has just made it, so that no one else has the secret.
    let isNew: Bool

    /// Reads two lines, the JSON of `aws iam create-access-key` or of a credential_process, or the
    /// file accessKeys.csv of the console.
    init(_ text: borrowing Secret, _ form: KeyForm) throws(Failure) {
        let start = text.withBytes { $0.starts(with: Self.byteOrderMark) ? 3 : 0 }
        let text = text.part(start..<text.count)
        let isJSON = text.withBytes { bytes in
            bytes.first { !$0.isWhiteSpace } == UInt8(ascii: "{")
        }
        self = isJSON ? try KeyText(json: text, form) : try KeyText(lines: text, form)
    }

    private init(_ key: consuming AccessKey, isNew: Bool) {
        self.key = key
        self.isNew = isNew
    }

    /// Gives up the text for its key.
    consuming func takeKey() -> AccessKey { key }

    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    // MARK: JSON

    private init(json text: borrowing Secret, _ form: KeyForm) throws(Failure) {
        guard let document = try? JSONDocument(text) else { throw .malformedInput }
        let made = document.element(["AccessKey"])
        let key = made ?? document.root
        guard let id = document.secret(["AccessKeyId"], in: key),
            let secret = document.secret(["SecretAccessKey"], in: key)
        else { throw .malformedInput }
        let keyID = try form.accessKeyID(id)
        let token = document.element(["SessionToken"], in: key)
        if let token, document.kind(token) != .null { throw .temporaryKey(keyID) }
        self.init(
            AccessKey(id: keyID, secret: try form.secret(secret, of: keyID)), isNew: made != nil)
    }

    // MARK: Lines

    private init(lines text: borrowing Secret, _ form: KeyForm) throws(Failure) {
        let places = try text.withBytes { (bytes) throws(Failure) in
            let lines = KeyText.linesWithText(bytes)
            guard lines.count == 2 else { throw .malformedInput }
            return try KeyText.places(header: lines[0], row: lines[1], in: bytes)
                ?? (id: lines[0], secret: lines[1])
        }
        let id = try form.accessKeyID(text.part(places.id))
        let secret = try form.secret(text.part(places.secret), of: id)
        self.init(AccessKey(id: id, secret: secret), isNew: false)
    }

    /// Where the lines stand that hold more than white space. The bytes stay where they are.
    private static func linesWithText(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for end in 0...bytes.count {
            let isEnd =
                end == bytes.count || bytes[end] == UInt8(ascii: "\n")
                || bytes[end] == UInt8(ascii: "\r")
            guard isEnd else { continue }
            if !bytes[start..<end].allSatisfy(\.isWhiteSpace) { lines.append(start..<end) }
            start = end + 1
        }
        return lines
    }

    // MARK: CSV

    /// Where the halves stand below the header of the console's file, with or without the columns
    /// of a user and a password before them; nil where the first line is no such header.
    private static func places(
        header: Range<Int>, row: Range<Int>, in bytes: UnsafeRawBufferPointer
    ) throws(Failure) -> (id: Range<Int>, secret: Range<Int>)? {
        let titles = fields(header, in: bytes)
        func column(_ name: StaticString) -> Int? {
            titles.firstIndex { isTitle(bytes[$0], name) }
        }
        guard let id = column("access key id"), let secret = column("secret access key") else {
            return nil
        }
        let values = fields(row, in: bytes)
        guard values.count > max(id, secret) else { throw .malformedInput }
        return (values[id], values[secret])
    }

    /// The fields of a line without the quotes around them.
    ///
    /// Source: RFC 4180; no half of a key has quotes within.
    private static func fields(
        _ line: Range<Int>, in bytes: UnsafeRawBufferPointer
    ) -> [Range<Int>] {
        let quote = UInt8(ascii: "\"")
        var fields: [Range<Int>] = []
        var start = line.lowerBound
        var isQuoted = false
        for end in line.lowerBound...line.upperBound {
            if end < line.upperBound {
                if bytes[end] == quote { isQuoted.toggle() }
                guard bytes[end] == UInt8(ascii: ","), !isQuoted else { continue }
            }
            let field = start..<end
            let hasQuotes = field.count >= 2 && bytes[start] == quote && bytes[end - 1] == quote
            fields.append(hasQuotes ? start + 1..<end - 1 : field)
            start = end + 1
        }
        return fields
    }

    private static func isTitle(_ field: Slice<UnsafeRawBufferPointer>, _ name: StaticString)
        -> Bool
    {
        let text = field.drop(while: \.isWhiteSpace)
        return name.withUTF8Buffer { name in
            text.count >= name.count
                && text.dropFirst(name.count).allSatisfy(\.isWhiteSpace)
                && zip(text, name).allSatisfy {
                    $0 == $1 || (0x61...0x7a).contains($1) && $0 | 0x20 == $1
                }
        }
    }
}
