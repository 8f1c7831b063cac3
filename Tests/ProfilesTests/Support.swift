// What the tests of this module share.
import Model

@testable import Profiles

extension SectionSettings {
    var byKey: [String: Setting<String>] {
        Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.setting) })
    }
}

extension ConfigFile {
    init(_ role: Role, path: String, text: String) throws(ConfigError) {
        try self.init(role, path: path, bytes: Secret(text))
    }

    /// What one profile says.
    func settings(ofProfile name: String) -> SectionSettings {
        var settings = SectionSettings()
        add(.profile, named: name, to: &settings)
        return settings
    }
}

/// Both files under their usual names.
func files(config: String? = nil, credentials: String? = nil) throws(ConfigError) -> ConfigFiles {
    try ConfigFiles(
        config: config.map { Secret($0) }, credentials: credentials.map { Secret($0) },
        paths: ConfigPaths(variable: { $0 == "HOME" ? "/home/ada" : nil }))
}

/// All sections of a kind with their keys and values.
func sections(_ kind: SectionKind, of files: ConfigFiles) -> [String: [String: String]] {
    var sections: [String: [String: String]] = [:]
    for name in files.names(of: kind) {
        sections[name] = files.settings(of: kind, named: name)?.byKey.mapValues(\.value)
    }
    return sections
}

/// A line of `~/.aws/config`.
func config(_ line: Int) -> Origin { .file(path: "~/.aws/config", line: line) }

/// A line of `~/.aws/credentials`.
func credentials(_ line: Int) -> Origin { .file(path: "~/.aws/credentials", line: line) }
