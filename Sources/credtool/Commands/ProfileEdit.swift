// What add writes to the AWS config file, tried before anything is done.
internal import AWS
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import System

/// The edit of a profile's section that the flags of `add` ask for.
struct ProfileEdit {
    private let machine: Machine
    private let profile: String
    private let path: ConfigPaths.Path
    private let settings: [(key: String, value: String)]

    /// The edit, tried on the file as it is; nil where there is none.
    /// - Throws: Also where a value is not of its form, whether it is written or not.
    init?(_ invocation: Invocation, profile: String, in machine: Machine) throws {
        var settings: [(key: String, value: String)] = []
        for (flag, key, form) in [
            (Flag.mfaSerial, "mfa_serial", SettingForm.mfaSerial), (.region, "region", .region),
            (.endpointURL, "endpoint_url", .url),
        ] {
            guard let value = invocation.value(flag) else { continue }
            guard form.accepts(value) else {
                throw PlanError.invalidValue(
                    Setting(value, from: .flag(flag.spelling)), form: form)
            }
            settings.append((key, value))
        }
        if let url = invocation.value(.endpointURL) {
            _ = try Endpoint(override: url, signingRegion: Endpoint.defaultRegion)
        }
        guard !settings.isEmpty, !invocation.isSet(.noConfig) else { return nil }
        self.machine = machine
        self.profile = profile
        self.settings = settings
        path = try machine.configPaths().config
        _ = try edited()
    }

    private func edited() throws -> (old: [UInt8]?, new: [UInt8]) {
        let old = try AtomicFile.read(path.path)
        return (
            old,
            try ConfigEdit.set(settings, inProfile: profile, of: old ?? [], path: path.display)
        )
    }

    /// Writes the file, and says so.
    func write() throws {
        // Others may edit the file at the same time, this program included.
        let lock = try FileLock(
            path: "\(machine.dataDirectory)/config.lock", within: .seconds(10))
        defer { withExtendedLifetime(lock) {} }
        let (old, new) = try edited()
        guard old != new else { return }
        try AtomicFile.replace(path.path, with: new)
        let names = settings.map(\.key).joined(separator: " and ")
        machine.console.say("set \(names) of profile \(profile) in \(path.display)")
    }
}
