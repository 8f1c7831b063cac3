// What a plan is made from: what was asked, and what is known.
public import Model
public import Profiles

/// What the command line asks for.
public struct PlanRequest: Equatable, Sendable {
    /// The profile, and whether the command line or AWS_PROFILE names it; nil for neither.
    public var profile: Setting<String>?
    /// `--role`: an ARN, the name of a profile with a role, or a bare role name.
    public var role: String?
    /// `--sso`: the start URL of an access portal, whose role is `role` in `ssoAccount`.
    public var ssoStartURL: String?
    /// `--account`: the account of the role that `--sso` asks for.
    public var ssoAccount: String?
    /// The flags of a sign-in by SAML, such as `--saml-file`, with their texts.
    public var samlFlags: [SAMLSetting: String] = [:]
    /// `--duration`.
    public var duration: Duration?
    /// `--region`.
    public var region: String?
    /// A variable that an outer `exec` set. Where a profile is named it counts last, after the
    /// profile's own; where none is, before it.
    public var inheritedRegion: Setting<String>?
    /// `--mfa-serial`.
    public var mfaSerial: String?
    /// `--mfa-prompt`.
    public var mfaPrompt: MFAPromptMethod?
    /// The flags that set a role's settings, such as `--external-id`, with their texts.
    public var roleFlags: [RoleSetting: String] = [:]
    /// `--read-only`: AWS's policy ReadOnlyAccess as a session policy.
    public var isReadOnly = false
    /// `--reason`, or what a person gave as one.
    public var reason: String?
    /// Whether nobody is to get the credentials of the plan, as where it is looked who they are, or
    /// another plan is made of it: the guard rails do not refuse it then.
    public var isOutlook = false
    /// `--federation-token`: the name of the federated user.
    public var federationToken: String?
    /// `--root-of`: a member account.
    public var rootOf: String?
    /// `--task-policy`: what the root session is for.
    public var taskPolicy: String?
    /// `--no-session`: no GetSessionToken.
    public var noSession = false
    /// Whether only the credentials that the profile begins with are wanted, or their session: no role.
    public var leavesRolesOut = false
    /// `--min-ttl`; nil for the profile's, else `standardMinimumTTL`, or at most a third of the
    /// session's life where that does not outlive it by 4 minutes.
    public var minimumTTL: Duration?
    /// How long credentials must still live where nothing is asked.
    public var standardMinimumTTL: Duration = .seconds(300)

    /// A request for the default profile and nothing special.
    public init() {}

    /// A flag that makes no sense without a role, if one is given.
    var roleFlag: String? {
        for setting in RoleSetting.allCases where roleFlags[setting] != nil {
            return "--\(setting.flag)"
        }
        return isReadOnly ? "--read-only" : nil
    }
}

/// What is known of this machine and its vault. Nothing of it costs more than a look.
public struct PlanFacts {
    /// The keys in the vault, by profile.
    public var keys: [String: StoredKey]
    private let userAndHost: () -> (user: String, host: String)
    /// A variable of the environment; nil where it is unset or empty.
    public var variable: (String) -> String?
    /// The text of a file that a setting names; nil where it cannot be read.
    public var file: (String) -> String?
    /// Whether any variable is set that names an endpoint: `AWS_ENDPOINT_URL…`.
    public var hasEndpointVariable: () -> Bool = { false }
    /// The certificate that the vault has for a profile.
    public var certificate: (String) -> StoredCertificate? = { _ in nil }
    /// What tells one content of a file from another; nil where it cannot be read.
    public var fileDigest: (String) -> String? = { _ in nil }
    /// Whether a variable is set, and to nothing.
    public var isEmptyVariable: (String) -> Bool = { _ in false }

    /// Joins the facts.
    /// - Parameters:
    ///   - keys: The keys in the vault, in any order.
    ///   - userAndHost: Gives the user's name and the machine's, for the name of a role's session.
    public init(
        keys: [StoredKey], userAndHost: @escaping () -> (user: String, host: String),
        variable: @escaping (String) -> String? = { _ in nil },
        file: @escaping (String) -> String? = { _ in nil }
    ) {
        self.keys = Dictionary(keys.map { ($0.profile, $0) }, uniquingKeysWith: { $1 })
        self.variable = variable
        self.file = file
        self.userAndHost = userAndHost
    }

    /// The name of a role's session where none is asked for.
    var sessionName: String {
        let (user, host) = userAndHost()
        return Self.sessionName(user: user, host: host)
    }

    /// Whether this machine says that it is an EC2 instance.
    ///
    /// Source: EC2 user guide, "Identify EC2 instances".
    var isEC2: Bool {
        file("/sys/class/dmi/id/sys_vendor")?.hasPrefix("Amazon EC2") == true
            || file("/sys/hypervisor/uuid")?.lowercased().hasPrefix("ec2") == true
    }

    /// Whether the instance metadata must not be asked: `true` in any case of its letters, as the SDKs
    /// read it; any other value says nothing.
    var metadataIsDisabled: Bool {
        variable("AWS_EC2_METADATA_DISABLED")?.trimmed.lowercased() == "true"
    }

    /// `user@host`, with what RoleSessionName does not take as `-`, 2 to 64 characters long.
    ///
    /// Source: STS API reference, AssumeRole, RoleSessionName.
    static func sessionName(user: String, host: String) -> String {
        func valid(_ text: String, upTo end: Unicode.Scalar? = nil, count: Int) -> String {
            var valid = String.UnicodeScalarView()
            for scalar in text.unicodeScalars {
                if scalar == end || valid.count == count { break }
                let isTaken = SettingForm.roleSessionName.accepts("\(scalar)\(scalar)")
                valid.append(isTaken ? scalar : "-")
            }
            return String(valid)
        }
        let host = valid(host, upTo: ".", count: 31)
        let user = valid(user, count: 63 - host.utf8.count)
        return user.isEmpty && host.isEmpty ? "credtool" : user + "@" + host
    }
}
