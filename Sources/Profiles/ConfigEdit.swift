// Edits to the config file that leave alone every byte they are not about.

/// Why an edit is not made.
public enum ConfigEditError: Error, Equatable {
    /// The file is not in the grammar, so an edit could do harm.
    case file(ConfigError)
    /// The SDKs would skip a section of that name.
    case profileName(String)
    /// The SDKs would skip a property of that name.
    case key(String)
    /// The value would not be read back as it is: line breaks, blanks at its ends, a blank
    /// before `#` or `;`.
    case value(String, key: String)
}

/// The edit of the config file.
public enum ConfigEdit {
    /// Sets properties of a profile and keeps the rest byte by byte.
    ///
    /// A key that is there gets the new value in its place, with its spacing and comment; one
    /// that is not goes behind the section's last property; a section that is not there goes to
    /// the end. A key that has the value already changes nothing.
    ///
    /// - Parameters:
    ///   - settings: Keys and values, set in this order.
    ///   - name: The profile's name without the word `profile`.
    ///   - bytes: The config file, empty where there is none.
    ///   - path: Its path in the form for display, for errors.
    /// - Returns: The new file, in the same line endings.
    public static func set(
        _ settings: [(key: String, value: String)], inProfile name: String, of bytes: [UInt8],
        path: String
    ) throws(ConfigEditError) -> [UInt8] {
        guard Profile.isName(name) else { throw .profileName(name) }
        for (key, value) in settings {
            guard isIdentifier(key) else { throw .key(key) }
            guard isReadBack(value) else { throw .value(value, key: key) }
        }
        var bytes = bytes
        for (key, value) in settings {
            let changes = try changes(key, value, profile: name, bytes.span, path: path)
            // From the end, so that the places before stay right. By upper bounds, since an
            // insertion may be where a removal starts.
            for change in changes.sorted(by: { $0.range.upperBound > $1.range.upperBound }) {
                bytes.replaceSubrange(change.range, with: change.text)
            }
        }
        return bytes
    }

    /// Whether `value`, written behind an equals sign and a blank, reads as itself.
    static func isReadBack(_ value: String) -> Bool {
        let rest = Array(" \(value)".utf8)
        return rest.indices.value(in: rest.span).count == rest.count - 1
            && rest.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private static func changes(
        _ key: String, _ value: String, profile: String, _ bytes: Span<UInt8>, path: String
    ) throws(ConfigEditError) -> [Change] {
        let index: SectionIndex
        var secrets: [Range<Int>] = []
        do throws(ConfigError) {
            index = try SectionIndex(bytes, of: .config, path: path, secrets: &secrets)
        } catch {
            throw .file(error)
        }
        var lastSection: SectionIndex.Section?
        var found: PlacedProperty?
        var last: PlacedProperty?
        index.forEachSection(.profile, named: profile, in: bytes) { section in
            lastSection = section
            last = nil
            section.forEachProperty(in: bytes) { property in
                last = property
                if bytes.lowercasedText(property.key) == key.lowercased() { found = property }
            }
        }
        guard let section = lastSection else {
            return [.appending(key, value, profile: profile, to: bytes)]
        }
        if let found { return found.replacing(value: value, in: bytes) }

        // With the indent of the property above the new one is its equal. In an empty section it
        // is that of the next title, which would otherwise be read as a continuation.
        let nextTitle = section.body.upperBound
        let indent =
            last?.indent
            ?? nextTitle..<(nextTitle..<bytes.count).prefix { bytes[$0].isBlank }.endIndex
        let line = bytes.bytes(indent) + Array("\(key) = \(value)".utf8)
        return [.inserting(line, behindLineAt: last?.end ?? section.body.lowerBound, in: bytes)]
    }
}

/// New bytes in the place of old ones.
struct Change {
    let range: Range<Int>
    let text: [UInt8]

    /// A line behind the one that ends at `end`, which may lack a line ending.
    static func inserting(_ line: [UInt8], behindLineAt end: Int, in bytes: Span<UInt8>) -> Change {
        let text =
            bytes[end - 1] == .newline
            ? line + bytes.lineEnding(before: end) : bytes.missingLineEnding + line
        return Change(range: end..<end, text: text)
    }

    /// A new section at the end, behind a blank line.
    static func appending(
        _ key: String, _ value: String, profile: String, to bytes: Span<UInt8>
    ) -> Change {
        let ending = bytes.lineEnding(before: bytes.count)
        let isEmpty = LineReader(bytes).offset == bytes.count
        let isComplete = isEmpty || bytes[bytes.count - 1] == .newline
        var text = isComplete ? [] : bytes.missingLineEnding
        if !isEmpty, !bytes.isLastLineBlank { text += ending }
        text +=
            Array("[\(Profile.title(of: profile))]".utf8) + ending + Array("\(key) = \(value)".utf8)
        if isComplete { text += ending }
        return Change(range: bytes.count..<bytes.count, text: text)
    }
}

extension PlacedProperty {
    /// What to change for a new value. Comments stay, also between continued lines.
    func replacing(value: String, in bytes: Span<UInt8>) -> [Change] {
        let old = rest.value(in: bytes)
        if continuations.isEmpty, bytes.equals(value, in: old) { return [] }
        let first: Change
        if old.isEmpty {
            let isSpaced = bytes[key.upperBound].isBlank
            first = Change(
                range: rest.lowerBound..<rest.lowerBound,
                text: Array(((isSpaced ? " " : "") + value).utf8))
        } else {
            first = Change(range: old, text: Array(value.utf8))
        }
        var removals = continuations.map(\.range)
        if let last = removals.last, last.upperBound == bytes.count,
            bytes[bytes.count - 1] != .newline
        {
            // The file ends without a line ending: the line before takes that over.
            var start = last.lowerBound - bytes.lineEndingCount(before: last.lowerBound)
            removals.removeLast()
            while let above = removals.last, above.upperBound > start {
                start = above.lowerBound - bytes.lineEndingCount(before: above.lowerBound)
                removals.removeLast()
            }
            removals.append(start..<bytes.count)
        }
        return [first] + removals.map { Change(range: $0, text: []) }
    }
}

extension Span<UInt8> {
    fileprivate func bytes(_ range: Range<Int>) -> [UInt8] {
        withUnsafeBytes { Array($0[range]) }
    }

    /// How long the line ending before `end` is.
    fileprivate func lineEndingCount(before end: Int) -> Int {
        guard end > 0, self[end - 1] == .newline else { return 0 }
        return end > 1 && self[end - 2] == .carriageReturn ? 2 : 1
    }

    /// The line ending before `end`; where there is none, that of the file's first line.
    fileprivate func lineEnding(before end: Int) -> [UInt8] {
        var end = end
        if lineEndingCount(before: end) == 0 {
            end = firstIndex(of: .newline, in: 0..<count).map { $0 + 1 } ?? 0
        }
        return lineEndingCount(before: end) == 2 ? [.carriageReturn, .newline] : [.newline]
    }

    /// What the last line needs to be complete; it may end in half of CRLF.
    fileprivate var missingLineEnding: [UInt8] {
        self[count - 1] == .carriageReturn ? [.newline] : lineEnding(before: count)
    }

    fileprivate var isLastLineBlank: Bool {
        var index = count - lineEndingCount(before: count)
        while index > 0, self[index - 1] != .newline {
            guard self[index - 1].isBlank || self[index - 1] == .carriageReturn else {
                return false
            }
            index -= 1
        }
        return true
    }
}
