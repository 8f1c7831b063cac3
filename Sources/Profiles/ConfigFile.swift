// One parsed config or credentials file: its sections, and on demand their properties.
internal import Glibc

/// What a section configures.
public enum SectionKind: Hashable, Sendable {
    /// `[profile NAME]` or `[default]`; in the credentials file `[NAME]`.
    case profile
    /// `[sso-session NAME]`, in the config file only.
    case ssoSession
    /// `[services NAME]`, in the config file only.
    case services
}

/// A property of a section.
public struct Property: Hashable, Sendable {
    /// In lowercase.
    public let key: String
    /// Without comment and surrounding blanks. A value that is continued on further lines has
    /// them behind newlines; sub-properties are such lines behind an empty first one.
    public let value: String
    /// The line of the key, counted from 1.
    public let line: Int
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
    private let bytes: [UInt8]
    private let index: SectionIndex
    /// Where the rests of the lines start whose secret values have been wiped.
    private let wipedSecrets: [Int]

    /// Parses a file. A byte order mark, CRLF line endings and bytes that are no UTF-8 are taken.
    ///
    /// - Parameter bytes: The file. Hand over the only copy, so that the secrets are wiped in it.
    /// - Throws: `ConfigError.grammar` for the first line that is not in the grammar.
    public init(_ role: Role, path: String, bytes: consuming [UInt8]) throws(ConfigError) {
        var secrets: [Range<Int>] = []
        let outcome: Result<SectionIndex, ConfigError>
        do throws(ConfigError) {
            outcome = .success(
                try SectionIndex(bytes.span, of: role, path: path, secrets: &secrets))
        } catch {
            outcome = .failure(error)
        }
        wipedSecrets = secrets.lazy.filter { !$0.isValueEmpty(in: bytes.span) }.map(\.lowerBound)
        // Blanks, because they leave the lines in the grammar.
        for secret in secrets { bytes.wipe(secret) }
        self.role = role
        self.path = path
        self.index = try outcome.get()
        self.bytes = bytes
    }

    /// The names of the sections of a kind in the order of the file; duplicates included.
    public func names(of kind: SectionKind) -> [String] {
        index.sections.filter { $0.kind == kind }.map { bytes.span.text($0.name) }
    }

    /// The sections that the SDKs skip, such as `[work]` in the config file: title and line.
    public var ignoredSections: [(title: String, line: Int)] {
        index.sections.filter { $0.kind == nil }.map { (bytes.span.text($0.name), $0.line) }
    }

    /// The line on which a section first starts; nil where it is not in the file.
    public func line(of kind: SectionKind, named name: String) -> Int? {
        index.sections(kind, named: name, in: bytes.span).first?.line
    }

    /// The properties of a section, duplicates of it merged, in the order of the file. Where a
    /// key stands more than once, the last one is the one that counts, and the only one here.
    public func properties(of kind: SectionKind, named name: String) -> [Property] {
        var properties: [Property] = []
        forEachProperty(of: kind, named: name) { property in
            let span = bytes.span
            var lines = [span.text(property.rest.value(in: span))]
            for continuation in property.continuations {
                lines.append(span.text(continuation.text))
            }
            properties.append(
                Property(
                    key: span.lowercasedText(property.key),
                    value: lines.joined(separator: "\n"), line: property.line))
        }
        var seen: Set<String> = []
        let lastOnes = properties.reversed().filter {
            isIdentifier($0.key.utf8) && seen.insert($0.key).inserted
        }
        return lastOnes.reversed()
    }

    /// The sub-properties of a property without a value of its own, with their own lines.
    func subProperties(of key: String, in kind: SectionKind, named name: String) -> [Property] {
        var properties: [Property] = []
        forEachProperty(of: kind, named: name) { property in
            let span = bytes.span
            guard span.lowercasedText(property.key) == key else { return }
            properties = []
            guard property.rest.isValueEmpty(in: span) else { return }
            for line in property.continuations {
                // The grammar asks for the sign.
                guard let sign = span.firstIndex(of: .equalsSign, in: line.text) else { continue }
                let rest = (sign + 1)..<line.text.upperBound
                properties.append(
                    Property(
                        key: span.lowercasedText(span.trimmed(line.text.lowerBound..<sign)),
                        value: span.text(rest.value(in: span)), line: line.line))
            }
        }
        return properties
    }

    /// Where the parts of a key in plain stand; nil where there is none of them.
    func plainKeyPlace(ofProfile name: String) -> PlainKeyPlace? {
        var place = PlainKeyPlace(file: role)
        forEachProperty(of: .profile, named: name) { property in
            let span = bytes.span
            guard let part = PlainKeyPart(span, property.key) else { return }
            let origin = Origin.file(path: path, line: property.line)
            let isPresent = wipedSecrets.contains(property.rest.lowerBound)
            switch part {
            case .id:
                let value = span.text(property.rest.value(in: span))
                place.accessKeyID = value.isEmpty ? nil : Setting(value, from: origin)
            case .secret: place.secret = isPresent ? origin : nil
            case .sessionToken: place.sessionToken = isPresent ? origin : nil
            case .securityToken: place.securityToken = isPresent ? origin : nil
            }
        }
        return place.isEmpty ? nil : place
    }

    private func forEachProperty(
        of kind: SectionKind, named name: String, _ body: (PlacedProperty) -> Void
    ) {
        for section in index.sections(kind, named: name, in: bytes.span) {
            section.forEachProperty(in: bytes.span, body)
        }
    }
}

extension [UInt8] {
    /// Makes blanks of the bytes in `range`, in a way that the compiler does not leave out.
    mutating func wipe(_ range: Range<Int>) {
        withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            explicit_bzero(base + range.lowerBound, range.count)
            memset(base + range.lowerBound, Int32(UInt8(ascii: " ")), range.count)
        }
    }
}
