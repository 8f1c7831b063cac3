// Sections that AWS's programs skip, and what was meant by them.
internal import Model

/// A section that the SDKs skip, such as `[work]` in the config file.
public struct SkippedSection: Equatable, Sendable {
    /// What stands between the brackets.
    public let title: String
    /// Where it stands.
    public let origin: Origin
    /// In which file.
    public let file: ConfigFile.Role

    /// Joins the parts.
    public init(title: String, origin: Origin, file: ConfigFile.Role) {
        self.title = title
        self.origin = origin
        self.file = file
    }

    /// The profile that was meant; nil where it hardly was a profile.
    public var profile: String? {
        if let meant { return meant.kind == .profile ? meant.name : nil }
        return isOfAnotherKind || title == "default" ? nil : unquoted(title)
    }

    /// The title under which the section would count; nil where there is none in that file.
    public var remedy: String? {
        switch file {
        case .config:
            if let meant {
                switch meant.kind {
                case .profile: return Profile.title(of: meant.name)
                case .ssoSession: return "sso-session \(ShellWords.quoted(meant.name))"
                case .services: return "services \(ShellWords.quoted(meant.name))"
                }
            }
            return profile.flatMap { Profile.isName($0) ? Profile.title(of: $0) : nil }
        case .credentials: return profile.flatMap { isIdentifier($0) && $0 != title ? $0 : nil }
        }
    }

    /// Whether it is a section that the AWS CLI has for something else.
    public var isOfAnotherKind: Bool {
        file == .config && ["plugins", "preview", "toolkit"].contains(title)
    }

    /// The kind and the name, where the title begins with a word that is nearly that of a kind.
    private var meant: (kind: SectionKind, name: String)? {
        guard let blank = title.firstIndex(where: \.isWhitespace) else { return nil }
        let name = unquoted(title[blank...].trimmed)
        let kinds: [(String, SectionKind)] = [
            ("profile", .profile), ("sso-session", .ssoSession), ("services", .services),
        ]
        let word = nearest(to: title[..<blank], among: kinds.map(\.0))
        guard let kind = kinds.first(where: { $0.0 == word })?.1, Profile.isName(name) else {
            return nil
        }
        return (kind, name)
    }

    private func unquoted(_ text: String) -> String {
        guard let words = try? ShellWords.split(text), words.count == 1 else { return text }
        return words[0]
    }
}

/// What may have been meant by a name that is no profile's.
public enum ProfileSuggestion: Equatable, Sendable {
    /// Another profile or key, of nearly that name.
    case name(String)
    /// A section that AWS skips.
    case skipped(SkippedSection)
}

extension ConfigFiles {
    /// What may have been meant by `name`, which is no profile's; nil where nothing comes near.
    ///
    /// - Parameter others: Names that are known beside those of the files: stored keys.
    public func suggestion(
        for name: String, orAmong others: [String] = []
    ) -> ProfileSuggestion? {
        let skipped = skippedSections.compactMap { section in
            section.profile.map { (name: $0, section: section) }
        }
        if let same = skipped.first(where: { $0.name == name }) { return .skipped(same.section) }
        if let near = nearest(to: name, among: profileNames + others) { return .name(near) }
        let near = nearest(to: name, among: skipped.map(\.name))
        return skipped.first { $0.name == near }.map { .skipped($0.section) }
    }
}
