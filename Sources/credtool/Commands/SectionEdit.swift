// Settings that a command writes into a profile's section of the AWS config file.
internal import Profiles
internal import System

/// An edit of a profile's section.
struct SectionEdit {
    private let machine: Machine
    private let profile: String
    private let settings: [(key: String, value: String)]
    private let path: ConfigPaths.Path

    init(
        _ settings: [(key: String, value: String)], of profile: String, in machine: Machine
    ) throws(ConfigError) {
        self.machine = machine
        self.profile = profile
        self.settings = settings
        path = try machine.configPaths().config
    }

    /// Whether the file as it is would take the edit; what comes before it would be in vain else.
    func check() throws { _ = try edited(AtomicFile.read(path.path) ?? []) }

    private func edited(_ old: [UInt8]) throws -> [UInt8] {
        try ConfigEdit.set(settings, inProfile: profile, of: old, path: path.display)
    }

    /// Writes the file, and says so; nothing where all of it stands there already.
    func write() throws {
        guard try machine.edit(path, edited) else { return }
        let names = settings.map(\.key).joined(separator: " and ")
        machine.console.say("set \(names) of profile \(profile) in \(path.display)")
    }
}
