// The parameters of AWS's calls as values, and the tags among them.

/// A tag of a session.
///
/// Source: STS API reference, type Tag.
public struct SessionTag: Hashable, Sendable {
    /// 1 to 128 characters.
    public let key: String
    /// 0 to 256 characters.
    public let value: String

    /// Joins a key and a value.
    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// What a parameter of a call holds; how it is written in a form follows from that.
public enum ParameterValue: Hashable, Sendable {
    /// `Name=text`.
    case text(String)
    /// `Name=seconds`.
    case duration(Duration)
    /// `Name.member.N=text`.
    case list([String])
    /// `Name.member.N.arn=text`.
    case policyARNs([String])
    /// `Name.member.N.Key=key` and `Name.member.N.Value=value`.
    case tags([SessionTag])
}

/// A parameter of a call by its name in AWS's API, such as `ExternalId`.
public struct RequestParameter: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The value.
    public let value: ParameterValue

    /// Joins a name and a value.
    public init(_ name: String, _ value: ParameterValue) {
        self.name = name
        self.value = value
    }
}
