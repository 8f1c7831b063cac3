// One parsed config or credentials file: its sections, and on demand their properties.
public import Model

/// What a section configures.
public enum SectionKind: Hashable, Sendable {
    /// `[profile NAME]` or `[default]`; in the credentials file `[NAME]`.
    case profile
    /// `[sso-session NAME]`, in the config file only.
    case ssoSession
    /// `[services NAME]`, in the config file only.
    case services
}

/// A config or credentials file that is in the grammar.
///
/// It keeps the file's bytes and an index of the sections, since most of a large file's profiles
/// are never asked for. The values of `aws_secret_access_key` and `aws_session_token` are not
/// kept: their bytes are wiped, and they read as empty.
public struct ConfigFile: Sendable {
    /// Which of the two files it is; they write the names of profiles differently.
    public enum Role: Hashable, Sendable {
        /// `~/.aws/config`.
        case config
        /// `~/.aws/credentials`.
        case credentials
    }

    /// Which of the two files it is.
    public let role: Role
    /// The path in the form for display.
    public let path: String
    let text: FileText
    private let index: SectionIndex
    /// Where the rests of the lines start whose secret values have been wiped.
    private let wipedSecrets: [Int]

    /// Parses a file. A byte order mark, CRLF line endings and bytes that are no UTF-8 are taken.
    ///
    /// - Parameter bytes: The file, of less than 4 GiB. The secrets in it are wiped.
    /// - Throws: `ConfigError.grammar` for the first line that is not in the grammar.
    public init(_ role: Role, path: String, bytes: consuming Secret) throws(ConfigError) {
        let text = FileText(bytes)
        var secrets: [Range<Int>] = []
        var wipedSecrets: [Int] = []
        index = try text.withSpan { (bytes) throws(ConfigError) in
            let index = try SectionIndex(bytes, of: role, path: path, secrets: &secrets)
            for secret in secrets where !secret.isValueEmpty(in: bytes) {
                wipedSecrets.append(secret.lowerBound)
            }
            return index
        }
        // Blanks, because they leave the lines in the grammar.
        for secret in secrets { text.blank(secret) }
        self.role = role
        self.path = path
        self.text = text
        self.wipedSecrets = wipedSecrets
    }

    /// The names of the sections of a kind in the order of the file; duplicates included.
    public func names(of kind: SectionKind) -> [String] {
        var names: [String] = []
        text.withSpan { bytes in
            for position in 0..<index.count {
                let title = index.title(at: position)
                guard title.kind == kind, let name = bytes.sectionName(title.name) else { continue }
                names.append(name)
            }
        }
        return names
    }

    /// The sections that the SDKs skip, such as `[work]` in the config file.
    public var skippedSections: [SkippedSection] {
        var skipped: [SkippedSection] = []
        text.withSpan { bytes in
            for position in 0..<index.count {
                let title = index.title(at: position)
                guard title.kind == nil else { continue }
                skipped.append(
                    SkippedSection(
                        title: bytes.text(title.name),
                        origin: .file(path: path, line: title.line), file: role))
            }
        }
        return skipped
    }

    /// The line on which a section first starts; nil where it is not in the file.
    public func line(of kind: SectionKind, named name: String) -> Int? {
        text.withSpan { bytes in
            index.next(kind, named: name, in: bytes).map { index.title(at: $0).line }
        }
    }

    /// Adds the properties of a section, duplicates of it merged. Where a key stands more than
    /// once, or was there before, the last one is the one that counts.
    ///
    /// A value is without comment and surrounding blanks. One that is continued on further lines
    /// has them behind newlines; sub-properties are such lines behind an empty first one.
    func add(_ kind: SectionKind, named name: String, to settings: inout SectionSettings) {
        forEachProperty(of: kind, named: name) { bytes, property in
            guard bytes.isIdentifier(property.key) else { return }
            var value = bytes.text(property.rest.value(in: bytes))
            for continuation in property.continuations {
                value += "\n"
                value += bytes.text(continuation.text)
            }
            settings[bytes.lowercasedText(property.key)] = Setting(
                value, from: .file(path: path, line: property.line))
        }
    }

    /// A sub-property of a property without a value of its own, with its own line. The last one
    /// counts, in the last of the properties.
    func subProperty(
        _ key: String, of property: String, in kind: SectionKind, named name: String
    ) -> Setting<String>? {
        var found: Setting<String>?
        forEachProperty(of: kind, named: name) { bytes, outer in
            guard bytes.lowercasedText(outer.key) == property else { return }
            found = nil
            guard outer.rest.isValueEmpty(in: bytes) else { return }
            for line in outer.continuations {
                // The grammar asks for the sign.
                guard let sign = bytes.firstIndex(of: .equalsSign, in: line.text) else { continue }
                let inner = bytes.trimmed(line.text.lowerBound..<sign)
                guard bytes.lowercasedText(inner) == key else { continue }
                let rest = (sign + 1)..<line.text.upperBound
                found = Setting(
                    bytes.text(rest.value(in: bytes)), from: .file(path: path, line: line.line))
            }
        }
        return found
    }

    /// Where the parts of a key in plain stand; nil where there is none of them.
    func plainKeyPlace(ofProfile name: String) -> PlainKeyPlace? {
        var place = PlainKeyPlace(file: role)
        forEachProperty(of: .profile, named: name) { bytes, property in
            guard let part = PlainKeyPart(bytes, property.key) else { return }
            let origin = Origin.file(path: path, line: property.line)
            let isPresent = wipedSecrets.contains(property.rest.lowerBound)
            switch part {
            case .id:
                let value = bytes.text(property.rest.value(in: bytes))
                place.accessKeyID = value.isEmpty ? nil : Setting(value, from: origin)
            case .secret: place.secret = isPresent ? origin : nil
            case .sessionToken: place.sessionToken = isPresent ? origin : nil
            case .securityToken: place.securityToken = isPresent ? origin : nil
            }
        }
        return place.isEmpty ? nil : place
    }

    private func forEachProperty(
        of kind: SectionKind, named name: String, _ body: (Span<UInt8>, PlacedProperty) -> Void
    ) {
        text.withSpan { bytes in
            index.forEachSection(kind, named: name, in: bytes) { section in
                section.forEachProperty(in: bytes) { body(bytes, $0) }
            }
        }
    }
}
