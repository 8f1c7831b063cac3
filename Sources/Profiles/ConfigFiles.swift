// The config and the credentials file together: whose profiles, and what each says.
public import Model

/// The two files, merged as the SDKs merge them: the credentials file wins, key by key.
public struct ConfigFiles: Sendable {
    private let config: ConfigFile?
    private let credentials: ConfigFile?

    /// No files.
    public init() {
        config = nil
        credentials = nil
    }

    /// Parses both files; nil stands for one that does not exist.
    ///
    /// - Parameters:
    ///   - config: The config file.
    ///   - credentials: The credentials file.
    ///   - paths: Where the two come from, for origins and errors.
    /// - Throws: `ConfigError.grammar`.
    public init(
        config: consuming Secret?, credentials: consuming Secret?, paths: ConfigPaths
    ) throws(ConfigError) {
        if let bytes = config {
            self.config = try ConfigFile(.config, path: paths.config.display, bytes: bytes)
        } else {
            self.config = nil
        }
        if let bytes = credentials {
            self.credentials = try ConfigFile(
                .credentials, path: paths.credentials.display, bytes: bytes)
        } else {
            self.credentials = nil
        }
    }

    /// The names of all profiles: those of the config file in its order, then the others.
    public var profileNames: [String] { names(of: .profile) }

    /// The names of all sections of a kind, each once, in the same order.
    public func names(of kind: SectionKind) -> [String] {
        var seen: Set<String> = []
        var names: [String] = []
        for name in config?.names(of: kind) ?? [] where seen.insert(name).inserted {
            names.append(name)
        }
        for name in credentials?.names(of: kind) ?? [] where seen.insert(name).inserted {
            names.append(name)
        }
        return names
    }

    /// The sections that the SDKs skip, such as `[work]` instead of `[profile work]`.
    public var skippedSections: [SkippedSection] {
        (config?.skippedSections ?? []) + (credentials?.skippedSections ?? [])
    }

    /// All that a section says; nil where there is no such section. Secret values read as empty.
    public func settings(of kind: SectionKind, named name: String) -> SectionSettings? {
        guard origin(of: kind, named: name) != nil else { return nil }
        var settings = SectionSettings()
        config?.add(kind, named: name, to: &settings)
        credentials?.add(kind, named: name, to: &settings)
        return settings
    }

    /// Where a section first starts.
    public func origin(of kind: SectionKind, named name: String) -> Origin? {
        if let config, let line = config.line(of: kind, named: name) {
            return .file(path: config.path, line: line)
        }
        if let credentials, let line = credentials.line(of: kind, named: name) {
            return .file(path: credentials.path, line: line)
        }
        return nil
    }

    /// The name of a section that was perhaps meant.
    func nearestName(of kind: SectionKind, to name: String) -> String? {
        nearest(to: name, among: names(of: kind))
    }

    /// A sub-property of a section's property, with its own line.
    func setting(
        _ key: String, of property: String, in kind: SectionKind, named name: String
    ) -> Setting<String>? {
        credentials?.subProperty(key, of: property, in: kind, named: name)
            ?? config?.subProperty(key, of: property, in: kind, named: name)
    }

    /// The profile of that name with its own settings, completed by `include_profile`; nothing
    /// comes from `[default]`.
    ///
    /// - Returns: Nil where neither file has the profile.
    /// - Throws: `ConfigError.invalidValue` for the first setting that AWS would refuse or nobody
    ///   could read; `ConfigError.unknownInclude`, `ConfigError.includeCycle`.
    public func profile(named name: String) throws(ConfigError) -> Profile? {
        guard let origin = origin(of: .profile, named: name),
            let settings = try completedSettings(ofProfile: name)
        else { return nil }
        var profile = try Profile(name: name, origin: origin, settings: settings)
        profile.plainKeys = plainKeyPlaces(ofProfile: name)
        return profile
    }

    /// Where keys of a profile stand in plain, complete or not: the credentials file comes first.
    public func plainKeyPlaces(ofProfile name: String) -> [PlainKeyPlace] {
        [credentials, config].compactMap { $0?.plainKeyPlace(ofProfile: name) }
    }
}
