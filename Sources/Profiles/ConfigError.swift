// What can be wrong with the AWS config and credentials files.

/// Why the files, or the profile that was asked for, cannot be used.
public enum ConfigError: Error, Equatable {
    /// A line that is not in the grammar; `path` is in the form for display, lines count from 1.
    case grammar(path: String, line: Int, problem: GrammarProblem)
    /// A setting whose value AWS would refuse or nobody could read. `value` is the whole text,
    /// however long; of a variable, `key` is its name.
    case invalidValue(key: String, value: String, origin: Origin, expected: SettingForm)
    /// `include_profile` names a profile that is in neither file.
    case unknownInclude(Setting<String>, profile: String, nearest: ProfileSuggestion?)
    /// A profile includes itself: the profile, and every `include_profile` up to its return.
    case includeCycle([Setting<String>])
    /// `services` names a section that is not there.
    case unknownServices(Setting<String>, profile: String, nearest: String?)
    /// A key in plain lacks a half. The origin is that of the other half, else of the profile.
    case incompleteKey(profile: String, missing: String, origin: Origin)
    /// A secret that goes on over further lines, which no SDK could sign with.
    case continuedSecret(key: String, origin: Origin)
    /// A default path is needed, and neither HOME nor the password file says where home is.
    case homeUnknown
    /// HOME has this value, which does not start with a slash.
    case relativeHome(String)
}

/// What is wrong with a line. The texts are those that the AWS SDKs' shared test suite looks for.
public enum GrammarProblem: String, Error, Hashable, Sendable, CustomStringConvertible {
    /// `[profile work`.
    case unclosedSection = "Profile definition must end with ']'"
    /// A property before the first section.
    case noSection = "Expected a profile definition"
    /// A line in a section that is neither section, property nor comment.
    case noEqualsSign = "Expected an '=' sign defining a property"
    /// `= value`.
    case noPropertyName = "Property did not have a name"
    /// An indented line with nothing above it that it could continue.
    case strayContinuation = "Expected a property definition, found continuation"
    /// An indented line without `=` below a property that has no value of its own.
    case noSubPropertyEqualsSign = "Expected an '=' sign defining a sub-property"
    /// An indented `= value` below a property that has no value of its own.
    case noSubPropertyName = "Sub-property did not have a name"

    /// The reason as a sentence, without the place. It holds nothing of the line's text.
    public var description: String { rawValue }
}
