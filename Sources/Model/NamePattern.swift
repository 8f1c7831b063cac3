// Choosing names by a pattern, as `list` does.

/// A part of a name; with `*` or `?` in it a pattern of the whole name, as in a shell. The case of
/// letters does not count.
public struct NamePattern: Sendable {
    private let characters: [Character]
    private let text: String
    private let isGlob: Bool

    /// A pattern as it is typed.
    /// - Parameter isWhole: Whether a text without `*` and `?` is a whole name, too, where a part of
    ///   one would choose more than is meant.
    public init(_ text: String, isWhole: Bool = false) {
        self.text = text.lowercased()
        characters = Array(self.text)
        isGlob = isWhole || text.contains { $0 == "*" || $0 == "?" }
    }

    /// Whether it is a pattern of `name`.
    public func matches(_ name: String) -> Bool {
        let name = name.lowercased()
        guard isGlob else { return text.isEmpty || name.contains(text) }
        let letters = Array(name)
        var at = 0
        var next = 0
        // Behind the last star, and where what it stands for ends.
        var star: (pattern: Int, name: Int)?
        while next < letters.count {
            if at < characters.count, characters[at] == "*" {
                at += 1
                star = (at, next)
            } else if at < characters.count,
                characters[at] == "?" || characters[at] == letters[next]
            {
                at += 1
                next += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                at = last.pattern
                next = last.name + 1
            } else {
                return false
            }
        }
        return characters[at...].allSatisfy { $0 == "*" }
    }
}
