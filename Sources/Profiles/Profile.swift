// A profile: the settings of one section that say how its credentials come about.
public import Model

/// A profile, every setting with the place it was found in.
public struct Profile: Equatable, Sendable {
    /// The name, without the word `profile`.
    public var name: String
    /// Where its first section starts.
    public var origin: Origin
    /// The role to assume: `role_arn`.
    public var roleARN: Setting<ARN>?
    /// Whose credentials assume it: `source_profile`.
    public var sourceProfile: Setting<String>?
    /// The MFA device to ask for a code: `mfa_serial`.
    public var mfaSerial: Setting<String>?
    /// The region: `region`.
    public var region: Setting<String>?
    /// How long the role's session lasts, in `SettingForm.durationBounds`: `duration_seconds`.
    public var duration: Setting<Duration>?
    /// What the role's trust policy may ask for: `external_id`.
    public var externalID: Setting<String>?
    /// How the session is called in AWS's logs: `role_session_name`.
    public var roleSessionName: Setting<String>?
    /// The public half of a key that stands in the files in plain: `aws_access_key_id`. Nil also
    /// where the text is no key ID; the SDKs take anything, and stand-ins for AWS use it.
    public var accessKeyID: Setting<AccessKeyID>?
    /// Where `aws_access_key_id` stands, whatever its value.
    public var plainKeyOrigin: Origin?

    /// Whether the SDKs read a section of that name: ASCII letters, digits and `_-/.%@:+`.
    public static func isName(_ name: String) -> Bool { isIdentifier(name.utf8) }

    /// A profile in which nothing is set.
    public init(name: String, origin: Origin) {
        self.name = name
        self.origin = origin
    }

    /// Checks and takes over the settings that are known; others are left alone.
    ///
    /// An empty value is as good as none, except for `role_arn` and `source_profile`: with those
    /// left out silently, the profile would stand for somebody else.
    ///
    /// - Throws: `ConfigError.invalidValue` for the first setting, in the order of the properties
    ///   here, that AWS would refuse.
    public init(name: String, origin: Origin, settings: [String: Setting<String>])
        throws(ConfigError)
    {
        func read<Value>(
            _ key: String, _ expected: SettingForm, mayBeEmpty: Bool = true,
            _ convert: (String) -> Value?
        ) throws(ConfigError) -> Setting<Value>? {
            guard let setting = settings[key] else { return nil }
            if mayBeEmpty, setting.value.isEmpty { return nil }
            guard expected.accepts(setting.value), let value = convert(setting.value) else {
                throw .invalidValue(
                    key: key, value: setting.value, origin: setting.origin, expected: expected)
            }
            return Setting(value, from: setting.origin)
        }
        self.init(name: name, origin: origin)
        roleARN = try read("role_arn", .roleARN, mayBeEmpty: false) { ARN($0) }
        sourceProfile = try read("source_profile", .sourceProfile, mayBeEmpty: false) { $0 }
        mfaSerial = try read("mfa_serial", .mfaSerial) { $0 }
        region = try read("region", .region) { $0 }
        duration = try read("duration_seconds", .durationSeconds) {
            SettingForm.duration(seconds: $0)
        }
        externalID = try read("external_id", .externalID) { $0 }
        roleSessionName = try read("role_session_name", .roleSessionName) { $0 }
        if let key = settings["aws_access_key_id"], !key.value.isEmpty {
            plainKeyOrigin = key.origin
            accessKeyID = AccessKeyID(key.value).map { Setting($0, from: key.origin) }
        }
    }
}
