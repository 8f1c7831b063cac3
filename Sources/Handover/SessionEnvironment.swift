// What a child process, or a person's shell, is given: the variables and their values.
public import Model

/// Credentials on their way out, with what goes beside them.
public struct SessionEnvironment: ~Copyable {
    /// The credentials.
    public let credentials: Credentials
    /// The region, where one is known.
    public let region: String?
    /// The profile they were asked for under.
    public let profile: String
    /// The role whose session they are; nil where they are no role's.
    public let role: SessionRole?
    /// The account that they belong to, where it is known; twelve digits.
    public let accountID: String?
    /// What the profile says besides, as variables and their values.
    public let settings: [(variable: String, value: String)]

    /// Where the program asks for the credentials, in place of having them in its environment; nil
    /// where it has them there.
    public let endpoint: SessionEndpoint?

    /// Joins the parts.
    /// - Parameter accountID: The account, for credentials that do not say it themselves.
    public init(
        credentials: consuming Credentials, region: String?, profile: String,
        role: SessionRole? = nil, accountID: String? = nil,
        settings: [(variable: String, value: String)] = [],
        endpoint: consuming SessionEndpoint? = nil
    ) {
        self.endpoint = endpoint
        self.accountID = credentials.accountID ?? accountID
        self.credentials = credentials
        self.region = region
        self.profile = profile
        self.settings = settings
        self.role = role
    }

    /// Calls `body` with the name and value of each variable that is set, in a fixed order.
    ///
    /// The names are those of the AWS SDKs and Tools reference guide. CREDTOOL_PROFILE says which
    /// profile this is, AWS_VAULT the same to shell prompts that know aws-vault's variable.
    /// CREDTOOL_ROLE and CREDTOOL_SESSION say whose session a role's is.
    public borrowing func forEachVariable(
        _ body: (_ name: String, _ value: UnsafeRawBufferPointer) -> Void
    ) {
        func plain(_ name: String, _ value: String) {
            var value = value
            value.withUTF8 { body(name, UnsafeRawBufferPointer($0)) }
        }
        endpoint?.forEachVariable(body)
        if endpoint == nil {
            plain("AWS_ACCESS_KEY_ID", credentials.accessKeyID.description)
            credentials.secretAccessKey.withBytes { body("AWS_SECRET_ACCESS_KEY", $0) }
            credentials.sessionToken?.withBytes { body("AWS_SESSION_TOKEN", $0) }
        }
        if let accountID { plain("AWS_ACCOUNT_ID", accountID) }
        var handedOver = HandedOver()
        func setting(_ name: String, _ value: String) {
            plain(name, value)
            handedOver.add(name, value)
        }
        if let region {
            setting("AWS_REGION", region)
            setting("AWS_DEFAULT_REGION", region)
        }
        for (name, value) in settings { setting(name, value) }
        if let expiration = credentials.expiration, endpoint == nil {
            plain("AWS_CREDENTIAL_EXPIRATION", expiration.description)
        }
        if let record = handedOver.record { plain(HandedOver.variable, record) }
        plain("CREDTOOL_PROFILE", profile)
        plain("AWS_VAULT", profile)
        if let role {
            plain("CREDTOOL_ROLE", role.name)
            if let name = role.sessionName { plain("CREDTOOL_SESSION", name) }
        }
    }

    /// The names of the variables that credentials are handed over in, whether this session has all of
    /// them or not: all but the settings, of which `HandedOver` tells.
    public static let names = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCOUNT_ID",
        "AWS_CREDENTIAL_EXPIRATION", HandedOver.variable, "CREDTOOL_PROFILE", "AWS_VAULT",
        "CREDTOOL_ROLE", "CREDTOOL_SESSION",
    ]

    /// How many variables are set.
    var count: Int {
        var count = 0
        forEachVariable { _, _ in count += 1 }
        return count
    }

    /// At most how many bytes the names and values of all variables have together.
    var size: Int {
        var size = 0
        forEachVariable { name, value in size += name.utf8.count + value.count }
        return size
    }
}

/// An endpoint that gives a session, as the agent of ECS does.
///
/// Source: AWS SDKs and Tools reference guide, "Container credential provider".
public struct SessionEndpoint: ~Copyable {
    /// Its address, with a path: the SDK for Ruby takes none without.
    public let uri: String
    /// What is to be shown there.
    public let token: Secret

    borrowing func forEachVariable(_ body: (String, UnsafeRawBufferPointer) -> Void) {
        var uri = uri
        uri.withUTF8 { body("AWS_CONTAINER_CREDENTIALS_FULL_URI", UnsafeRawBufferPointer($0)) }
        token.withBytes { body("AWS_CONTAINER_AUTHORIZATION_TOKEN", $0) }
    }

    /// Joins the two.
    public init(uri: String, token: consuming Secret) {
        self.uri = uri
        self.token = token
    }
}

/// A role's session, as a program that shows it is told.
public struct SessionRole: Equatable, Sendable {
    /// The role's ARN; at IAM Identity Center, which does not tell it, the name that it has there.
    public let name: String
    /// The session's name, which AWS logs; nil where it is not known.
    public let sessionName: String?

    /// Joins the parts.
    public init(_ name: String, sessionName: String?) {
        self.name = name
        self.sessionName = sessionName
    }

    /// What the variables of an outer session say; nil where it is no role's.
    public init?(variable: (String) -> String?) {
        guard let name = variable("CREDTOOL_ROLE") else { return nil }
        self.init(name, sessionName: variable("CREDTOOL_SESSION"))
    }
}

/// The variables that say who a program is to AWS, and so must not be inherited beside others.
public enum CredentialVariables {
    /// Every name of them but those that begin with `AWS_CONTAINER_`.
    public static let names: Set<String> = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION", "AWS_SESSION_EXPIRATION", "AWS_ACCOUNT_ID",
        "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
        "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_BEARER_TOKEN_BEDROCK",
        "CREDTOOL_PROFILE", "CREDTOOL_ROLE", "CREDTOOL_SESSION", "AWS_VAULT", HandedOver.variable,
        // They open every long-term key; the child is to have the session alone.
        "CREDTOOL_FILE_PASSPHRASE", "CREDTOOL_NEW_FILE_PASSPHRASE", "CREDTOOL_BACKUP_PASSPHRASE",
    ]

    /// Those that `isSet` says stand in an environment, in alphabetical order.
    public static func standing(_ isSet: (String) -> Bool) -> [String] {
        let containers = [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        ]
        return (names + containers).sorted().filter(isSet)
    }

    /// Whether the variable `name` says who a program is to AWS.
    public static func contains(_ name: some StringProtocol) -> Bool {
        name.hasPrefix("AWS_CONTAINER_") || names.contains(String(name))
    }
}
