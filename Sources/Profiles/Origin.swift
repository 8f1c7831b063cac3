// Where a setting comes from: a line of a file, a variable, a flag, or credtool itself.

/// The place that a setting's value was found in.
public enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// A line of a config or credentials file, counted from 1; `path` is in the form for display.
    case file(path: String, line: Int)
    /// An environment variable, by its name.
    case variable(String)
    /// A flag as it is typed: `--region`.
    case flag(String)
    /// Nobody set it.
    case standard

    /// `~/.aws/config:12`, `AWS_REGION`, `--region`, `default`.
    public var description: String {
        switch self {
        case .file(let path, let line): "\(path):\(line)"
        case .variable(let name), .flag(let name): name
        case .standard: "default"
        }
    }
}

/// A value and where it comes from.
public struct Setting<Value: Sendable>: Sendable {
    /// The value.
    public let value: Value
    /// Where it was found.
    public let origin: Origin

    /// Joins a value and its origin.
    public init(_ value: Value, from origin: Origin) {
        self.value = value
        self.origin = origin
    }
}

extension Setting: Equatable where Value: Equatable {}
extension Setting: Hashable where Value: Hashable {}
