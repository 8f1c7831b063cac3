// Where credentials begin, before any call is made with them.
public import Model
public import Profiles

/// Where credentials begin.
public enum Source: Equatable, Sendable {
    /// The vault's key of a profile.
    case storedKey(StoredKey)
    /// A key in plain text in the config or credentials file.
    case staticKey(StaticKey)
    /// The AWS variables of the environment.
    case environment(EnvironmentKey)
    /// What a program prints.
    case credentialProcess(CredentialProcess)
    /// The role of the EC2 instance.
    case instanceMetadata(InstanceMetadataSource)
    /// What a container's endpoint gives.
    case container(ContainerEndpoint)
    /// STS AssumeRoleWithWebIdentity with a token.
    case webIdentity(WebIdentitySource)
    /// IAM Identity Center.
    case sso(SSOSource)
    /// IAM Roles Anywhere.
    case rolesAnywhere(RolesAnywhereSource)
    /// STS AssumeRoleWithSAML with the response of an identity provider.
    case saml(SAMLSource)
    /// A sign-in at the console.
    case login(LoginSource)

    /// The profile that it belongs to.
    public var profile: String {
        switch self {
        case .storedKey(let key): key.profile
        case .staticKey(let key): key.profile
        case .credentialProcess(let process): process.profile
        case .webIdentity(let source): source.profile
        case .sso(let source): source.profile
        case .rolesAnywhere(let source): source.profile
        case .saml(let source): source.profile
        case .login(let source): source.profile
        case .environment, .instanceMetadata, .container: "default"
        }
    }

    /// The ID of the key, where there is one and it is known.
    public var accessKeyID: AccessKeyID? {
        switch self {
        case .storedKey(let key): key.accessKeyID
        case .staticKey(let key): AccessKeyID(key.accessKeyID.value)
        case .environment(let key): AccessKeyID(key.accessKeyID)
        case .credentialProcess, .instanceMetadata, .container, .webIdentity, .sso,
            .rolesAnywhere, .saml, .login:
            nil
        }
    }

    /// Whose credentials they are, where that is known.
    public var callerARN: ARN? {
        switch self {
        case .storedKey(let key): key.callerARN
        case .login(let source): source.identity
        case .staticKey, .environment, .credentialProcess, .instanceMetadata, .container,
            .webIdentity, .sso, .rolesAnywhere, .saml:
            nil
        }
    }

    /// The account that its credentials belong to, where that is known; twelve digits.
    public var accountID: String? {
        switch self {
        case .storedKey(let key): key.callerARN?.accountID
        case .staticKey(let key): key.accountID?.value
        case .environment(let key): key.accountID
        case .credentialProcess(let process): process.accountID?.value
        case .webIdentity(let source): source.role.role.value.accountID
        case .sso(let source):
            source.accountID.flatMap { ARN.isAccountID($0.value) ? $0.value : nil }
        case .rolesAnywhere(let source): source.role.value.accountID
        case .saml(let source): source.accountID
        case .login(let source): source.identity?.accountID
        case .instanceMetadata, .container: nil
        }
    }

    /// Whether it is a long-term key, which alone GetSessionToken and GetFederationToken take.
    public var isLongTermKey: Bool {
        switch self {
        case .storedKey: true
        case .staticKey(let key): !key.hasToken
        case .environment(let key): !key.hasToken
        case .credentialProcess, .instanceMetadata, .container, .webIdentity, .sso,
            .rolesAnywhere, .saml, .login:
            false
        }
    }

    /// Whether it surely gives the session of a role, from which AWS lets another role be assumed
    /// for one hour only.
    var isRole: Bool {
        switch self {
        case .instanceMetadata, .container, .webIdentity, .sso, .rolesAnywhere, .saml: true
        case .environment(let key): key.isRole
        case .login(let source): source.identity?.service == "sts"
        case .storedKey, .staticKey, .credentialProcess: false
        }
    }

    /// How long its credentials live; nil where that is not for us to say.
    public var duration: Setting<Duration>? {
        switch self {
        case .webIdentity(let source): source.role.duration
        case .rolesAnywhere(let source): source.duration
        case .saml(let source): source.settings.duration
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .sso, .login:
            nil
        }
    }

    /// The session policy that goes along, as JSON.
    var policy: Setting<String>? {
        switch self {
        case .webIdentity(let source): source.role.settings.text(.policy)
        case .saml(let source): source.settings.text(.policy)
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container, .sso, .rolesAnywhere, .login:
            nil
        }
    }

    /// The operation of AWS that it needs, by its name in policies and logs; nil for none.
    public var operation: String? {
        switch self {
        case .webIdentity: "sts:AssumeRoleWithWebIdentity"
        case .sso: "sso:GetRoleCredentials"
        case .rolesAnywhere: "rolesanywhere:CreateSession"
        case .saml: "sts:AssumeRoleWithSAML"
        case .login: "signin:CreateOAuth2Token"
        case .storedKey, .staticKey, .environment, .credentialProcess, .instanceMetadata,
            .container:
            nil
        }
    }
}

/// A key in plain text in one of the files.
public struct StaticKey: Equatable, Sendable {
    /// The profile that it stands in.
    public let profile: String
    /// Which file.
    public let file: ConfigFile.Role
    /// `aws_access_key_id`, of any form.
    public let accessKeyID: Setting<String>
    /// Whether a session token makes it a temporary one.
    public let hasToken: Bool
    /// `aws_account_id`.
    public let accountID: Setting<String>?
}

/// The key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
public struct EnvironmentKey: Equatable, Sendable {
    /// AWS_ACCESS_KEY_ID, of any form.
    public let accessKeyID: String
    /// The variable whose token makes it a temporary one: AWS_SESSION_TOKEN, else the older
    /// AWS_SECURITY_TOKEN.
    public let tokenVariable: String?
    /// AWS_CREDENTIAL_EXPIRATION: when it ends, of any form.
    public let expiration: String?
    /// Whether a token makes it a temporary one.
    public var hasToken: Bool { tokenVariable != nil }
    /// AWS_ACCOUNT_ID, where it is one.
    public let accountID: String?
    /// Whether it is a role's session that credtool left there: CREDTOOL_ROLE.
    public let isRole: Bool

    /// The key that the variables hold; nil where one of the two is not set.
    public init?(variable: (String) -> String?) {
        guard let id = variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY") != nil
        else { return nil }
        accessKeyID = id
        tokenVariable = ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"].first { variable($0) != nil }
        expiration = variable("AWS_CREDENTIAL_EXPIRATION")
        accountID = variable("AWS_ACCOUNT_ID").flatMap { ARN.isAccountID($0) ? $0 : nil }
        isRole = tokenVariable != nil && variable("CREDTOOL_ROLE") != nil
    }
}

/// A program that prints credentials as JSON.
public struct CredentialProcess: Equatable, Sendable {
    /// The profile that names it.
    public let profile: String
    /// `credential_process`, not yet split into words.
    public let command: Setting<String>
    /// `aws_account_id`, for a program that does not say it.
    public let accountID: Setting<String>?
}

/// The instance metadata service.
public struct InstanceMetadataSource: Equatable, Sendable {
    /// Its address: a URL, the standard one of a family where none is set.
    public let endpoint: Setting<String>
    /// Whether version 1 may not be fallen back to.
    public let v1IsDisabled: Setting<Bool>?

    /// What the variables say, which are about the machine and so count for every profile; then the
    /// settings of the profile that was asked for, then those of `profile`.
    /// - Throws: `ConfigError.invalidValue` for a variable that nobody could read.
    init(
        asked: Profile?, _ profile: Profile?, variable: (String) -> String?
    ) throws(ConfigError) {
        let nameless = Profile(name: "", origin: .standard)
        let asked = try (asked ?? nameless).overlaidForMetadata(variable: variable)
        let mode = asked.metadataEndpointMode ?? profile?.metadataEndpointMode
        let standard =
            mode?.value == .ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
        endpoint =
            asked.metadataEndpoint ?? profile?.metadataEndpoint
            ?? Setting(standard, from: mode?.origin ?? .standard)
        v1IsDisabled = asked.metadataV1IsDisabled ?? profile?.metadataV1IsDisabled
    }
}

/// The endpoint of a container.
public struct ContainerEndpoint: Equatable, Sendable {
    /// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI.
    public let relativeURI: String?
    /// AWS_CONTAINER_CREDENTIALS_FULL_URI.
    public let fullURI: String?
    /// Whether a token tells the endpoint who asks.
    public let hasToken: Bool

    /// What the variables say; nil where neither is set.
    public init?(variable: (String) -> String?) {
        relativeURI = variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        fullURI = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
        hasToken = variable(token) != nil || variable(token + "_FILE") != nil
        if relativeURI == nil && fullURI == nil { return nil }
    }
}

/// A role for the bearer of a web identity's token.
public struct WebIdentitySource: Equatable, Sendable {
    /// Where the token comes from.
    public enum Token: Equatable, Sendable {
        /// `web_identity_token_file` or AWS_WEB_IDENTITY_TOKEN_FILE.
        case file(Setting<String>)
        /// `web_identity_token_process`.
        case process(Setting<String>)
        /// A CI job's own.
        case job(JobToken)
        /// That of a person's sign-in.
        case openID(OpenIDSource)
    }

    /// The profile that names it.
    public let profile: String
    /// The token.
    public let token: Token
    /// The role, with the settings that AssumeRoleWithWebIdentity takes; no MFA goes with it.
    public var role: AssumeRoleCall
}

/// A role of IAM Identity Center.
public struct SSOSource: Equatable, Sendable {
    /// The profile that names it.
    public let profile: String
    /// `sso_session`.
    public let session: Setting<String>?
    /// `sso_start_url`.
    public let startURL: Setting<String>?
    /// `sso_region`.
    public let region: Setting<String>?
    /// `sso_account_id`.
    public let accountID: Setting<String>?
    /// `sso_role_name`.
    public let roleName: Setting<String>?
    /// `sso_registration_scopes`: what a sign-in is for.
    public var scopes = SSOSource.standardScopes
    /// `sso_share_cli_cache`: whether the sign-in is kept for the AWS CLI, too.
    public var sharesCLICache: Setting<Bool>?
    /// The URL in place of the access portal's own; nil for that one.
    public var portalURL: Setting<String>?
    /// The URL in place of the sign-in service's own; nil for that one.
    public var oidcURL: Setting<String>?
    /// `use_fips_endpoint`.
    public var fips: Setting<Bool>?
    /// `use_dualstack_endpoint`.
    public var dualStack: Setting<Bool>?

    /// What the access portal wants of a sign-in.
    public static let standardScopes = ["sso:account:access"]
}
