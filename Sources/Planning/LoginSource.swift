// Console sign-ins: from a profile's settings, or for one that is yet to be written.
internal import Model
public import Profiles

/// A sign-in at the console, and where it is renewed.
public struct LoginSource: Equatable, Sendable {
    /// The profile that names it.
    public let profile: String
    /// `login_session`: the ARN of who signs in.
    public let session: Setting<String>
    /// The region of the sign-in, unless it was noted otherwise when it was made.
    public let region: Setting<String>?
    /// The URL in place of the sign-in service's own; nil for that one.
    public let url: Setting<String>?
    /// `use_fips_endpoint`.
    public let fips: Setting<Bool>?
    /// `use_dualstack_endpoint`.
    public let dualStack: Setting<Bool>?

    /// Who signs in, where the session's name is an ARN of an account.
    var identity: ARN? {
        guard let arn = ARN(session.value), arn.hasAccountID else { return nil }
        return arn
    }

    /// A sign-in with what variables and the settings of `profile` say of its service. The region of
    /// the profile's own comes first: it is hardly another one's than that of its sign-in.
    public init(
        _ session: Setting<String>, profile name: String, own: Profile?, asked: Profile?,
        config: ConfigFiles, variable: (String) -> String?
    ) throws(ConfigError) {
        profile = name
        self.session = session
        region = own?.region ?? asked?.region
        url = try EndpointURL.resolve(
            service: "signin", profile: asked ?? own, config: config, variable: variable)
        fips = asked?.usesFIPSEndpoint ?? own?.usesFIPSEndpoint
        dualStack = asked?.usesDualStackEndpoint ?? own?.usesDualStackEndpoint
    }
}
