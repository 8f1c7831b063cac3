// The settings of a role's session as one value, from profile, variables and flags to the wire.
public import Model

/// What shapes the session of a role, every setting with the place it was found in.
///
/// Files, variables and flags are overlays of the same settings: each later one wins.
public struct RoleSettings: Equatable, Sendable {
    /// A setting that is set.
    public struct Entry: Equatable, Sendable {
        /// Which one.
        public let setting: RoleSetting
        /// Its value.
        public let value: ParameterValue
        /// Where it was found.
        public let origin: Origin
    }

    /// The settings that are set, in the order of `RoleSetting.allCases`.
    public private(set) var entries: [Entry] = []

    /// Settings of which none is set.
    public init() {}

    /// What `setting` is; nil where it is not set.
    public subscript(setting: RoleSetting) -> Setting<ParameterValue>? {
        get {
            for entry in entries where entry.setting == setting {
                return Setting(entry.value, from: entry.origin)
            }
            return nil
        }
        set {
            entries.removeAll { $0.setting == setting }
            guard let newValue else { return }
            let order = RoleSetting.allCases
            let rank = order.firstIndex(of: setting) ?? 0
            let index = entries.firstIndex { (order.firstIndex(of: $0.setting) ?? 0) > rank }
            entries.insert(
                Entry(setting: setting, value: newValue.value, origin: newValue.origin),
                at: index ?? entries.count)
        }
    }

    /// The settings that a call takes, as its parameters.
    public func parameters(of operation: RoleSetting.Operation) -> [RequestParameter] {
        entries.filter { $0.setting.isTaken(by: operation) }
            .map { RequestParameter($0.setting.parameter, $0.value) }
    }

    // MARK: Overlays

    /// The settings that a profile has; an empty value is as good as none.
    /// - Throws: `ConfigError.invalidValue` for the first one that AWS would refuse.
    init(_ profile: SectionSettings) throws(ConfigError) {
        for entry in profile.entries {
            guard let setting = RoleSetting(rawValue: entry.key), !entry.setting.value.isEmpty
            else { continue }
            try set(setting, entry.setting, as: setting.definition.form, key: entry.key)
        }
    }

    /// The settings with what variables say in their place.
    /// - Parameter variable: Looks a variable up; an empty one counts as unset.
    /// - Throws: `ConfigError.invalidValue`, with the variable's name as its key.
    mutating func overlay(variable: (String) -> String?) throws(ConfigError) {
        for setting in RoleSetting.allCases {
            let definition = setting.definition
            guard let name = definition.variable, let text = Setting(variable: name, variable)
            else { continue }
            try set(setting, text, as: definition.variableForm ?? definition.form, key: name)
        }
    }

    /// The settings with what flags say in their place.
    /// - Parameter flags: The texts behind the flags.
    /// - Throws: `ConfigError.invalidValue`, with the flag as its key.
    public mutating func overlay(flags: [RoleSetting: String]) throws(ConfigError) {
        for setting in RoleSetting.allCases {
            guard let value = flags[setting] else { continue }
            let flag = "--\(setting.flag)"
            try set(
                setting, Setting(value, from: .flag(flag)), as: setting.definition.form, key: flag)
        }
    }

    private mutating func set(
        _ setting: RoleSetting, _ text: Setting<String>, as form: SettingForm, key: String
    ) throws(ConfigError) {
        guard let value = form.parameterValue(text.value) else {
            throw .invalidValue(key: key, value: text.value, origin: text.origin, expected: form)
        }
        self[setting] = Setting(value, from: text.origin)
    }
}

extension RoleSettings {
    /// How long the session lasts.
    public var duration: Setting<Duration>? {
        get {
            guard let setting = self[.duration], case .duration(let value) = setting.value else {
                return nil
            }
            return Setting(value, from: setting.origin)
        }
        set { self[.duration] = newValue.map { Setting(.duration($0.value), from: $0.origin) } }
    }

    /// The text of a setting that is one; nil where it is not set, or no text.
    public func text(_ setting: RoleSetting) -> Setting<String>? {
        guard let found = self[setting], case .text(let value) = found.value else { return nil }
        return Setting(value, from: found.origin)
    }
}
