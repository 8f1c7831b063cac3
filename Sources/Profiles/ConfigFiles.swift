// The config and the credentials file together: whose profiles, and what each says.
internal import Model

/// The two files, merged as the SDKs merge them: the credentials file wins, key by key.
public struct ConfigFiles: Sendable {
    private let files: [ConfigFile]

    /// Parses both files; nil stands for one that does not exist.
    ///
    /// - Parameters:
    ///   - config: The config file's bytes. Hand over the only copy of both, so that secrets in
    ///     them are wiped.
    ///   - credentials: The credentials file's bytes.
    ///   - paths: Where the two come from, for origins and errors.
    /// - Throws: `ConfigError.grammar`.
    public init(config: consuming [UInt8]?, credentials: consuming [UInt8]?, paths: ConfigPaths)
        throws(ConfigError)
    {
        var files: [ConfigFile] = []
        if let bytes = config.take() {
            files.append(try ConfigFile(.config, path: paths.config.display, bytes: bytes))
        }
        if let bytes = credentials.take() {
            files.append(
                try ConfigFile(.credentials, path: paths.credentials.display, bytes: bytes))
        }
        self.files = files
    }

    /// The names of all profiles: those of the config file in its order, then the others.
    public var profileNames: [String] { names(of: .profile) }

    /// The names of all sections of a kind, each once, in the same order.
    public func names(of kind: SectionKind) -> [String] {
        var seen: Set<String> = []
        return files.flatMap { $0.names(of: kind) }.filter { seen.insert($0).inserted }
    }

    /// The sections that the SDKs skip, such as `[work]` instead of `[profile work]`.
    public var ignoredSections: [(title: String, origin: Origin)] {
        files.flatMap { file in
            file.ignoredSections.map { ($0.title, .file(path: file.path, line: $0.line)) }
        }
    }

    /// All that a section says, by lowercase key; nil where there is no such section. Secret
    /// values read as empty.
    public func settings(of kind: SectionKind, named name: String) -> [String: Setting<String>]? {
        guard origin(of: kind, named: name) != nil else { return nil }
        var settings: [String: Setting<String>] = [:]
        for file in files {
            for property in file.properties(of: kind, named: name) {
                settings[property.key] = Setting(
                    property.value, from: .file(path: file.path, line: property.line))
            }
        }
        return settings
    }

    /// Where a section first starts.
    public func origin(of kind: SectionKind, named name: String) -> Origin? {
        for file in files {
            if let line = file.line(of: kind, named: name) {
                return .file(path: file.path, line: line)
            }
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
        for file in files.reversed() {
            let found = file.subProperties(of: property, in: kind, named: name)
            if let last = found.last(where: { $0.key == key }) {
                return Setting(last.value, from: .file(path: file.path, line: last.line))
            }
        }
        return nil
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
        profile.plainKeys = files.reversed().compactMap { $0.plainKeyPlace(ofProfile: name) }
        return profile
    }
}
