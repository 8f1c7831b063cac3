// The shells that credtool has a script for.

/// A shell that a person types in; the raw value is its name.
public enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    /// The names of all, with blanks between.
    public static var names: String { allCases.map(\.rawValue).joined(separator: " ") }
}
