// What a plan is made from: what was asked, and what is known.
internal import Model
public import Profiles

/// What the command line and the environment ask for.
public struct PlanRequest: Equatable, Sendable {
    /// The profile, and whether the command line or AWS_PROFILE names it; nil for neither.
    public var profile: Setting<String>?
    /// `--role`: an ARN, the name of a profile with a role, or a bare role name.
    public var role: String?
    /// `--duration`.
    public var duration: Duration?
    /// The region, by flag or variable, in place of the profile's own.
    public var region: Setting<String>?
    /// The region where neither flag nor profile names one: a variable that an outer `exec` set.
    public var inheritedRegion: Setting<String>?
    /// `--mfa-serial`.
    public var mfaSerial: String?
    /// `--external-id`.
    public var externalID: String?
    /// `--session-name`.
    public var sessionName: String?
    /// `--no-session`: no GetSessionToken.
    public var noSession = false
    /// `--min-ttl`; nil for `standardMinimumTTL`, or a third of the session's life if that is less.
    public var minimumTTL: Duration?
    /// How long credentials must still live where nothing is asked.
    public var standardMinimumTTL: Duration = .seconds(300)
    /// AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL.
    public var endpointURL: Setting<String>?

    /// A request for the default profile and nothing special.
    public init() {}
}

/// What is known of this machine and its vault.
public struct PlanFacts: Equatable, Sendable {
    /// The keys in the vault, by profile.
    public var keys: [String: StoredKey]
    /// The name of a role's session where none is asked for.
    public var sessionName: String

    /// Joins the facts.
    /// - Parameters:
    ///   - keys: The keys in the vault, in any order.
    ///   - user: The user's name.
    ///   - host: The machine's name.
    public init(keys: [StoredKey], user: String, host: String) {
        self.keys = Dictionary(keys.map { ($0.profile, $0) }, uniquingKeysWith: { $1 })
        sessionName = Self.sessionName(user: user, host: host)
    }

    /// `user@host`, with what RoleSessionName does not take as `-`, 2 to 64 characters long.
    ///
    /// Source: STS API reference, AssumeRole, RoleSessionName.
    static func sessionName(user: String, host: String) -> String {
        func valid(_ text: some StringProtocol) -> [Character] {
            text.unicodeScalars.map { scalar in
                SettingForm.roleSessionName.accepts("\(scalar)\(scalar)") ? Character(scalar) : "-"
            }
        }
        let host = valid(host.prefix { $0 != "." }).prefix(31)
        let user = valid(user).prefix(63 - host.count)
        return user.isEmpty && host.isEmpty ? "credtool" : String(user + "@" + host)
    }
}
