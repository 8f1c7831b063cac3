// What a section says: its properties' values, each with the place it was found in.

/// The settings of one section by lowercase key, in the order in which they were first set.
///
/// A section has a handful of them, so that looking through a list is quicker than hashing; and a
/// list takes the runtime less to make than a dictionary.
public struct SectionSettings: Sendable, Equatable {
    /// A key and its value.
    public struct Entry: Sendable, Equatable {
        /// In lowercase.
        public let key: String
        /// The value and where it stands.
        public internal(set) var setting: Setting<String>
    }

    /// The settings; no key is there twice.
    public private(set) var entries: [Entry] = []

    /// No settings.
    public init() {}

    /// The setting of a key; nil where there is none.
    public subscript(key: String) -> Setting<String>? {
        get {
            for entry in entries where entry.key == key { return entry.setting }
            return nil
        }
        set {
            for index in entries.indices where entries[index].key == key {
                if let newValue {
                    entries[index].setting = newValue
                } else {
                    entries.remove(at: index)
                }
                return
            }
            if let newValue { entries.append(Entry(key: key, setting: newValue)) }
        }
    }
}
