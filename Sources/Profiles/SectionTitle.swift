// What the title of a section says: its kind and its name, quoted or not.
internal import Model

extension Profile {
    /// Whether a section can be of that name: any text without control characters. Names other than
    /// ASCII letters, digits and `_-/.%@:+` stand in quotes where they are written.
    public static func isName(_ name: String) -> Bool {
        !name.isEmpty && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// What shells and other programs that read the config file take apart, unlike the AWS CLI.
    public static let unsafeCharacters = "\"'`$\\[]"

    /// Whether a key may be stored under that name: one that is short, can be typed and can be
    /// written, whichever program reads it.
    public static func isKeyName(_ name: String) -> Bool {
        isName(name) && !name.hasPrefix("-") && name.utf8.count <= 255
            && !name.unicodeScalars.contains { $0.steersDisplay }
            && !name.contains { unsafeCharacters.contains($0) }
    }

    /// The title of the config file's section for a profile: quoted where it has to be, in the way of
    /// `aws configure`.
    public static func title(of name: String) -> String {
        if name == "default" { return name }
        if isIdentifier(name) { return "profile \(name)" }
        return "profile \(ShellWords.quoted(name))"
    }
}

extension Span<UInt8> {
    /// What the title of a section says; no kind where the SDKs skip such a section.
    func section(titled title: Range<Int>, of role: ConfigFile.Role)
        -> (kind: SectionKind?, name: Range<Int>)
    {
        if equals(exactly: "default", in: title) { return (.profile, title) }
        if role == .credentials { return (isBareName(title) ? .profile : nil, title) }
        let prefix =
            title.lowerBound..<(title.first { self[$0].isBlank } ?? title.upperBound)
        let name = trimmed(prefix.upperBound..<title.upperBound)
        guard let kind = sectionKind(prefix), isIdentifier(name) || sectionName(name) != nil else {
            return (nil, title)
        }
        return (kind, name)
    }

    private func sectionKind(_ prefix: Range<Int>) -> SectionKind? {
        if equals(exactly: "profile", in: prefix) { return .profile }
        if equals(exactly: "sso-session", in: prefix) { return .ssoSession }
        if equals(exactly: "services", in: prefix) { return .services }
        return nil
    }

    /// The name that stands behind the kind in a title; nil where it is none.
    ///
    /// The AWS CLI takes a title apart as a shell does, and takes any name that is one word. The
    /// SDKs' shared test suite has two kinds of names skipped, unless they are quoted: those with
    /// blanks, which are several words anyway, and those with an exclamation mark.
    func sectionName(_ range: Range<Int>) -> String? {
        if isIdentifier(range) { return text(range) }
        guard let text = validText(range),
            let words = try? ShellWords.split(text), words.count == 1, Profile.isName(words[0]),
            isQuoted(range) || !text.utf8.contains(UInt8(ascii: "!"))
        else { return nil }
        return words[0]
    }

    /// Whether what stands in `range` is the name of a section of the credentials file, which has no
    /// quotes.
    private func isBareName(_ range: Range<Int>) -> Bool {
        isIdentifier(range) || !isQuoted(range) && sectionName(range) != nil
    }

    /// Whether the name that stands in `range` is `name`.
    func isSection(named name: String, at range: Range<Int>) -> Bool {
        guard isQuoted(range) else { return equals(name, in: range) }
        return sectionName(range).map { $0.utf8.elementsEqual(name.utf8) } ?? false
    }

    /// The hash of the name that stands in `range`.
    func nameHash(at range: Range<Int>) -> NameHash {
        isQuoted(range) ? NameHash(sectionName(range) ?? "") : NameHash(self, range)
    }

    private func isQuoted(_ range: Range<Int>) -> Bool {
        range.contains { index in
            let byte = self[index]
            return byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
                || byte == UInt8(ascii: "\\")
        }
    }

    /// The text in `range`; nil where the bytes are no UTF-8.
    private func validText(_ range: Range<Int>) -> String? {
        withUnsafeBytes {
            String(validating: UnsafeRawBufferPointer(rebasing: $0[range]), as: UTF8.self)
        }
    }
}
