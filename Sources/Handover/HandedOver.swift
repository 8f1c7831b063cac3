// Which variables an outer credtool set for its own profile, and no person.
internal import Model

/// The settings that a run handed over, so that a run inside of it does not take them for the
/// user's wishes: the endpoint of one profile must not become that of another.
///
/// A variable whose value was changed since is the user's own. Hence the hash of each value.
public struct HandedOver {
    /// The variable that bears the record.
    public static let variable = "CREDTOOL_SETTINGS"

    /// `NAME=hash` for each, between blanks; nil for none.
    public private(set) var record: String?

    /// No settings.
    public init() {}

    /// The settings that the variable `CREDTOOL_SETTINGS` tells of.
    public init(record: String?) { self.record = record }

    mutating func add(_ name: String, _ value: String) {
        let entry = Self.entry(name, value)
        record = record.map { $0 + " " + entry } ?? entry
    }

    /// The names of all settings.
    public var names: [Substring] {
        (record ?? "").split(separator: " ").compactMap { $0.split(separator: "=").first }
    }

    /// Whether the variable `name`, which has `value`, was handed over so.
    public func contains(_ name: String, _ value: String) -> Bool {
        guard let record else { return false }
        let entry = Self.entry(name, value)
        return record.split(separator: " ").contains { $0 == entry }
    }

    private static func entry(_ name: String, _ value: String) -> String {
        name + "=" + FNV1a.hexadecimal(value.utf8)
    }
}
