// The parameters of STS's calls, and the form fields that they become.
public import Model

/// A code of an MFA device.
public struct MFA: Equatable, Sendable {
    /// The device: an ARN, or the serial number of a hardware device.
    public let serialNumber: String
    /// The six digits; AWS takes them once.
    public let tokenCode: String

    /// Joins the two.
    public init(serialNumber: String, tokenCode: String) {
        self.serialNumber = serialNumber
        self.tokenCode = tokenCode
    }
}

/// The parameters of AssumeRole; AWS checks their bounds.
///
/// Source: STS API reference, AssumeRole.
public struct AssumeRoleRequest: Equatable, Sendable {
    /// The role.
    public var roleARN: ARN
    /// 2 to 64 characters of `[\w+=,.@-]`.
    public var sessionName: String
    /// 15 minutes to 12 hours; AWS takes one hour where none is given.
    public var duration: Duration?
    /// What the role's trust policy may ask for.
    public var externalID: String?
    /// The MFA device and its code.
    public var mfa: MFA?
    /// What stays with all sessions that are made from this one.
    public var sourceIdentity: String?
    /// Session tags, keys and values, at most 50.
    public var tags: [QueryItem]
    /// The keys of tags that stay with sessions that are made from this one.
    public var transitiveTagKeys: [String]
    /// A session policy, as JSON.
    public var policy: String?
    /// Managed session policies, at most 10.
    public var policyARNs: [String]

    /// Joins the parameters.
    public init(
        roleARN: ARN, sessionName: String, duration: Duration? = nil, externalID: String? = nil,
        mfa: MFA? = nil, sourceIdentity: String? = nil, tags: [QueryItem] = [],
        transitiveTagKeys: [String] = [], policy: String? = nil, policyARNs: [String] = []
    ) {
        self.roleARN = roleARN
        self.sessionName = sessionName
        self.duration = duration
        self.externalID = externalID
        self.mfa = mfa
        self.sourceIdentity = sourceIdentity
        self.tags = tags
        self.transitiveTagKeys = transitiveTagKeys
        self.policy = policy
        self.policyARNs = policyARNs
    }

    /// The form's fields, lists counted from 1.
    var parameters: [QueryItem] {
        var items = [
            QueryItem("RoleArn", roleARN.description), QueryItem("RoleSessionName", sessionName),
        ]
        items.append("DurationSeconds", duration)
        items.append("ExternalId", externalID)
        if let mfa { items += mfa.parameters }
        items.append("SourceIdentity", sourceIdentity)
        items.append(tags: tags)
        for (index, key) in transitiveTagKeys.enumerated() {
            items.append(QueryItem("TransitiveTagKeys.member.\(index + 1)", key))
        }
        items.append("Policy", policy)
        items.append(policyARNs: policyARNs)
        return items
    }
}

/// The parameters of AssumeRoleWithWebIdentity but for the token; AWS checks their bounds.
///
/// Source: STS API reference, AssumeRoleWithWebIdentity.
public struct AssumeRoleWithWebIdentityRequest: Equatable, Sendable {
    /// The role, whose trust policy names the identity provider.
    public var roleARN: ARN
    /// 2 to 64 characters of `[\w+=,.@-]`.
    public var sessionName: String
    /// 15 minutes to 12 hours; AWS takes one hour where none is given.
    public var duration: Duration?
    /// The host name of an OAuth 2.0 provider (`www.amazon.com`, `graph.facebook.com`), 4 to 2048
    /// characters; none for OpenID Connect.
    public var providerID: String?
    /// A session policy, as JSON.
    public var policy: String?
    /// Managed session policies, at most 10.
    public var policyARNs: [String]

    /// Joins the parameters.
    public init(
        roleARN: ARN, sessionName: String, duration: Duration? = nil, providerID: String? = nil,
        policy: String? = nil, policyARNs: [String] = []
    ) {
        self.roleARN = roleARN
        self.sessionName = sessionName
        self.duration = duration
        self.providerID = providerID
        self.policy = policy
        self.policyARNs = policyARNs
    }

    /// The form's fields, lists counted from 1.
    var parameters: [QueryItem] {
        var items = [
            QueryItem("RoleArn", roleARN.description), QueryItem("RoleSessionName", sessionName),
        ]
        items.append("DurationSeconds", duration)
        items.append("ProviderId", providerID)
        items.append("Policy", policy)
        items.append(policyARNs: policyARNs)
        return items
    }
}

/// The parameters of AssumeRoleWithSAML but for the assertion, which also brings the session's name.
///
/// Source: STS API reference, AssumeRoleWithSAML.
public struct AssumeRoleWithSAMLRequest: Equatable, Sendable {
    /// The role, whose trust policy names the identity provider.
    public var roleARN: ARN
    /// The identity provider in IAM, `arn:aws:iam::ACCOUNT:saml-provider/NAME`.
    public var principalARN: ARN
    /// 15 minutes to 12 hours; AWS takes one hour where none is given, and never more than the
    /// assertion's SessionNotOnOrAfter.
    public var duration: Duration?
    /// A session policy, as JSON.
    public var policy: String?
    /// Managed session policies, at most 10.
    public var policyARNs: [String]

    /// Joins the parameters.
    public init(
        roleARN: ARN, principalARN: ARN, duration: Duration? = nil, policy: String? = nil,
        policyARNs: [String] = []
    ) {
        self.roleARN = roleARN
        self.principalARN = principalARN
        self.duration = duration
        self.policy = policy
        self.policyARNs = policyARNs
    }

    /// The form's fields, lists counted from 1.
    var parameters: [QueryItem] {
        var items = [
            QueryItem("RoleArn", roleARN.description),
            QueryItem("PrincipalArn", principalARN.description),
        ]
        items.append("DurationSeconds", duration)
        items.append("Policy", policy)
        items.append(policyARNs: policyARNs)
        return items
    }
}

/// The parameters of GetFederationToken; AWS checks their bounds.
///
/// Without any policy the session may do nothing, except what resource policies allow it by name.
/// Source: STS API reference, GetFederationToken.
public struct GetFederationTokenRequest: Equatable, Sendable {
    /// The federated user's name: 2 to 32 characters of `[\w+=,.@-]`.
    public var name: String
    /// 15 minutes to 36 hours; AWS takes 12 hours where none is given, and at most one hour for the
    /// root user.
    public var duration: Duration?
    /// A session policy, as JSON of at most 2048 characters.
    public var policy: String?
    /// Managed session policies, at most 10.
    public var policyARNs: [String]
    /// Session tags, keys and values, at most 50.
    public var tags: [QueryItem]

    /// Joins the parameters.
    public init(
        name: String, duration: Duration? = nil, policy: String? = nil, policyARNs: [String] = [],
        tags: [QueryItem] = []
    ) {
        self.name = name
        self.duration = duration
        self.policy = policy
        self.policyARNs = policyARNs
        self.tags = tags
    }

    /// The form's fields, lists counted from 1.
    var parameters: [QueryItem] {
        var items = [QueryItem("Name", name)]
        items.append("DurationSeconds", duration)
        items.append("Policy", policy)
        items.append(policyARNs: policyARNs)
        items.append(tags: tags)
        return items
    }
}

/// The parameters of AssumeRoot: one task as root of a member account.
///
/// The caller belongs to the organization's management account or to a delegated administrator's, and
/// must ask a regional endpoint. Source: STS API reference, AssumeRoot.
public struct AssumeRootRequest: Equatable, Sendable {
    /// The member account's ID, or its ARN.
    public var targetPrincipal: String
    /// The managed policy that allows the task, below `policy/root-task/`.
    public var taskPolicyARN: String
    /// At most 15 minutes, which AWS also takes where none is given.
    public var duration: Duration?

    /// Joins the parameters.
    public init(targetPrincipal: String, taskPolicyARN: String, duration: Duration? = nil) {
        self.targetPrincipal = targetPrincipal
        self.taskPolicyARN = taskPolicyARN
        self.duration = duration
    }

    /// The names of AWS's task policies.
    ///
    /// Source: IAM user guide, "Perform a privileged task on a member account".
    public static let tasks = [
        "IAMAuditRootUserCredentials", "IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials",
        "S3UnlockBucketPolicy", "SQSUnlockQueuePolicy",
    ]

    /// The ARN of the task policy with this name, such as `IAMAuditRootUserCredentials`.
    public static func taskPolicyARN(_ name: String, partition: String) -> String {
        "arn:\(partition):iam::aws:policy/root-task/\(name)"
    }

    /// The form's fields.
    var parameters: [QueryItem] {
        var items = [
            QueryItem("TargetPrincipal", targetPrincipal),
            QueryItem("TaskPolicyArn.arn", taskPolicyARN),
        ]
        items.append("DurationSeconds", duration)
        return items
    }
}

extension MFA {
    /// The form's fields.
    var parameters: [QueryItem] {
        [QueryItem("SerialNumber", serialNumber), QueryItem("TokenCode", tokenCode)]
    }
}

extension [QueryItem] {
    mutating func append(_ name: String, _ value: String?) {
        if let value { append(QueryItem(name, value)) }
    }

    mutating func append(_ name: String, _ duration: Duration?) {
        append(name, duration.map { String($0.wholeSeconds) })
    }

    fileprivate mutating func append(tags: [QueryItem]) {
        for (index, tag) in tags.enumerated() {
            append(QueryItem("Tags.member.\(index + 1).Key", tag.name))
            append(QueryItem("Tags.member.\(index + 1).Value", tag.value))
        }
    }

    fileprivate mutating func append(policyARNs: [String]) {
        for (index, arn) in policyARNs.enumerated() {
            append(QueryItem("PolicyArns.member.\(index + 1).arn", arn))
        }
    }
}
