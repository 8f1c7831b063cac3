// Why no plan can be made. The wording is the command line's.
public import Model
public import Profiles

/// A request that cannot be planned.
public enum PlanError: Error, Equatable {
    /// Neither the config files nor the vault know the profile; `origin` is what named it, and
    /// `nearest` what may have been meant.
    case unknownProfile(String, origin: Origin, nearest: String?)
    /// The profile is known, but nothing in it gives credentials.
    case noCredentials(profile: String, section: Origin?)
    /// The profile's key stands in the files in plain, not in the vault.
    case plainKey(profile: String, key: Setting<AccessKeyID>)
    /// The profile gets its credentials by a setting that credtool does not know; its key.
    case unsupportedSource(Setting<String>, profile: String)
    /// A role with no one to assume it.
    case roleWithoutSource(profile: String, role: Setting<ARN>)
    /// `source_profile` names a profile that is nowhere.
    case unknownSource(Setting<String>, profile: String, nearest: String?)
    /// `source_profile` leads back to where it came from; each profile with what named it.
    case cycle([Setting<String>])
    /// `--role` names a profile that has no role.
    case profileWithoutRole(Setting<String>)
    /// `--role` is a bare name and the account of the key is not known.
    case unknownAccount(role: String, key: StoredKey)
    /// `--role` is neither an ARN nor a name that IAM takes.
    case invalidRole(Setting<String>)
    /// A flag that shapes a role's session, and no role.
    case flagWithoutRole(Origin)
    /// A value that AWS does not take.
    case invalidValue(Setting<String>, form: SettingForm)
    /// A duration outside of what AWS takes for the call.
    case durationOutOfBounds(Setting<Duration>, bounds: ClosedRange<Duration>)
    /// More than an hour for a role that is assumed from a role.
    case chainedTooLong(Setting<Duration>, role: ARN)
    /// `--duration` with the key itself, which has no end.
    case durationOfKey(Setting<Duration>)
    /// Sessions that must outlive more than their whole life.
    case minimumTTLTooLong(Duration, duration: Setting<Duration>)
}
