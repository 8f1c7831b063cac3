// Which profiles `each` is to run in: by their names, by their tags, or all. No effects.
internal import Flags
internal import Model
internal import Profiles

/// A choice of profiles.
struct EachSelection: Equatable {
    /// A tag that a profile's `session_tags` must have; the value may be a pattern.
    struct Tag: Equatable {
        let key: String
        let value: String
    }

    private let patterns: [String]
    private let tags: [Tag]

    /// - Throws: `Failure` where nothing is chosen, or a tag is none.
    init(_ invocation: Invocation) throws {
        patterns = invocation.list(.profiles)
        tags = try invocation.list(.tag).map { text in
            guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
                throw Failure.malformedTag(text)
            }
            return Tag(
                key: text[..<sign].trimmed, value: text[text.index(after: sign)...].trimmed)
        }
        guard invocation.isSet(.all) || !patterns.isEmpty || !tags.isEmpty else {
            throw Failure.nothingChosen
        }
    }

    init(patterns: [String] = [], tags: [Tag] = []) {
        self.patterns = patterns
        self.tags = tags
    }

    /// Whether a profile was named without `*` and `?`, so that it is to be told where it cannot be
    /// used.
    func isNamed(_ name: String) -> Bool {
        patterns.contains { $0.lowercased() == name.lowercased() }
    }

    /// The chosen ones of `names`, in their order.
    /// - Parameter tags: The tags of a profile.
    /// - Throws: `Failure` where a pattern fits no name, or nothing has the tags.
    func chosen(
        of names: [String], nearest: (String) -> ProfileSuggestion? = { _ in nil },
        tags tagsOfProfile: (String) -> [SessionTag]
    ) throws -> [String] {
        let patterns = patterns.map { (text: $0, pattern: NamePattern($0, isWhole: true)) }
        for (text, pattern) in patterns where !names.contains(where: pattern.matches) {
            throw Failure.noMatch(text, nearest: nearest(text))
        }
        let chosen = names.filter { name in
            guard patterns.isEmpty || patterns.contains(where: { $0.pattern.matches(name) }) else {
                return false
            }
            guard !tags.isEmpty else { return true }
            let own = tagsOfProfile(name)
            return tags.allSatisfy { tag in
                own.contains {
                    $0.key.lowercased() == tag.key.lowercased()
                        && NamePattern(tag.value, isWhole: true).matches($0.value)
                }
            }
        }
        guard !chosen.isEmpty || tags.isEmpty else {
            throw Failure.noTaggedProfile(
                tags.map { "\($0.key)=\($0.value)" }.joined(separator: ","))
        }
        return chosen
    }
}
