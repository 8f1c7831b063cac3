// What the flags of add write to the AWS config file.
internal import AWS
internal import Flags
internal import Model
internal import Planning
internal import Profiles

extension SectionEdit {
    /// The edit that the flags of `add` ask for, tried on the file as it is; nil where there is none.
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
        try self.init(settings, of: profile, in: machine)
        try check()
    }
}
