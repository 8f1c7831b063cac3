// What the tests of this module share.
@testable import Profiles

/// Both files under their usual names.
func files(config: String? = nil, credentials: String? = nil) throws(ConfigError) -> ConfigFiles {
    try ConfigFiles(
        config: config.map { Array($0.utf8) }, credentials: credentials.map { Array($0.utf8) },
        paths: ConfigPaths(variable: { $0 == "HOME" ? "/home/ada" : nil }))
}

/// All sections of a kind with their keys and values.
func sections(_ kind: SectionKind, of files: ConfigFiles) -> [String: [String: String]] {
    var sections: [String: [String: String]] = [:]
    for name in files.names(of: kind) {
        sections[name] = files.settings(of: kind, named: name)?.mapValues(\.value)
    }
    return sections
}

/// A line of `~/.aws/config`.
func config(_ line: Int) -> Origin { .file(path: "~/.aws/config", line: line) }

/// A line of `~/.aws/credentials`.
func credentials(_ line: Int) -> Origin { .file(path: "~/.aws/credentials", line: line) }
