// Where the sections of a file are, and which of them count.

/// The sections of a file in their order, found in one pass that also checks every line.
struct SectionIndex: Sendable {
    struct Section: Sendable {
        /// Nil for a section that the SDKs skip.
        var kind: SectionKind?
        /// Of a skipped section, the whole title.
        let name: Range<Int>
        /// The number of the line with the title, counted from 1.
        let line: Int
        /// From behind the title's line to the next section or the end.
        let body: Range<Int>
    }
    let sections: [Section]

    /// Reads a file.
    ///
    /// - Parameter secrets: Gets the places of secret values, also where an error is thrown.
    /// - Throws: `ConfigError.grammar`.
    init(
        _ bytes: Span<UInt8>, of role: ConfigFile.Role, path: String, secrets: inout [Range<Int>]
    ) throws(ConfigError) {
        var sections: [Section] = []
        // A guess at the usual length of a section, so that a large file's index grows once.
        sections.reserveCapacity(bytes.count / 128)
        var open: (line: Line, title: Range<Int>)?
        var bareDefaults: [Int] = []
        var hasPrefixedDefault = false
        func close(at end: Int) {
            guard let (line, title) = open else { return }
            let (kind, name) = bytes.section(titled: title, of: role)
            if role == .config, kind == .profile, bytes.equals(exactly: "default", in: name) {
                if name == title {
                    bareDefaults.append(sections.count)
                } else {
                    hasPrefixedDefault = true
                }
            }
            sections.append(
                Section(
                    kind: kind, name: name, line: line.number,
                    body: line.end..<end))
        }

        var reader = LineReader(bytes)
        var isInSecret = false
        do throws(GrammarProblem) {
            while let line = try reader.next(in: bytes) {
                switch line.kind {
                case .filler: break
                case .section(let title):
                    close(at: line.content.lowerBound)
                    open = (line, title)
                    isInSecret = false
                case .property(let key, let rest):
                    isInSecret = bytes.isSecretKey(key)
                    if isInSecret { secrets.append(rest) }
                case .continuation(let text):
                    if isInSecret { secrets.append(text) }
                }
            }
        } catch {
            throw .grammar(path: path, line: reader.number, problem: error)
        }
        close(at: bytes.count)

        // [profile default] makes the SDKs forget [default], wherever either stands.
        if hasPrefixedDefault {
            for index in bareDefaults { sections[index].kind = nil }
        }
        self.sections = sections
    }

    /// The sections that make up one profile, SSO session or services definition.
    func sections(_ kind: SectionKind, named name: String, in bytes: Span<UInt8>) -> [Section] {
        let wanted = Array(name.utf8)
        return sections.filter { $0.kind == kind && bytes.equals(wanted, in: $0.name) }
    }
}

extension Span<UInt8> {
    /// What the title of a section says; no kind where the SDKs skip such a section.
    fileprivate func section(titled title: Range<Int>, of role: ConfigFile.Role)
        -> (kind: SectionKind?, name: Range<Int>)
    {
        let prefix = title.lowerBound..<(title.first { self[$0].isBlank } ?? title.lowerBound)
        let name = trimmed(prefix.upperBound..<title.upperBound)
        guard isName(name) else { return (nil, title) }
        if prefix.isEmpty {
            let counts = role == .credentials || equals(exactly: "default", in: name)
            return (counts ? .profile : nil, name)
        }
        guard role == .config else { return (nil, title) }
        if equals(exactly: "profile", in: prefix) { return (.profile, name) }
        if equals(exactly: "sso-session", in: prefix) { return (.ssoSession, name) }
        if equals(exactly: "services", in: prefix) { return (.services, name) }
        return (nil, title)
    }

    private func isName(_ range: Range<Int>) -> Bool {
        withUnsafeBytes { isIdentifier($0[range]) }
    }

    fileprivate func isSecretKey(_ key: Range<Int>) -> Bool {
        switch PlainKeyPart(self, key) {
        case .secret, .sessionToken, .securityToken: true
        case .id, nil: false
        }
    }
}
