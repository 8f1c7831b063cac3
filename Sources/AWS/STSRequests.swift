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

/// What AssumeRole is asked; AWS checks the bounds.
///
/// Source: STS API reference, AssumeRole.
public struct AssumeRoleRequest: Equatable, Sendable {
    /// The role.
    public var roleARN: ARN
    /// All else, RoleSessionName among it, which AWS wants.
    public var parameters: [RequestParameter]
    /// The MFA device and its code.
    public var mfa: MFA?

    /// Joins the parts.
    public init(roleARN: ARN, parameters: [RequestParameter], mfa: MFA? = nil) {
        self.roleARN = roleARN
        self.parameters = parameters
        self.mfa = mfa
    }

    /// The form's fields.
    var fields: [QueryItem] {
        [QueryItem("RoleArn", roleARN.description)] + .init(parameters)
            + (mfa?.parameters ?? [])
    }
}

/// What AssumeRoleWithWebIdentity is asked but for the token; AWS checks the bounds.
///
/// Source: STS API reference, AssumeRoleWithWebIdentity.
public struct AssumeRoleWithWebIdentityRequest: Equatable, Sendable {
    /// The role, whose trust policy names the identity provider.
    public var roleARN: ARN
    /// All else, RoleSessionName among it, which AWS wants.
    public var parameters: [RequestParameter]
    /// The host name of an OAuth 2.0 provider (`www.amazon.com`, `graph.facebook.com`), 4 to 2048
    /// characters; none for OpenID Connect.
    public var providerID: String?

    /// Joins the parts.
    public init(roleARN: ARN, parameters: [RequestParameter], providerID: String? = nil) {
        self.roleARN = roleARN
        self.parameters = parameters
        self.providerID = providerID
    }

    /// The form's fields.
    var fields: [QueryItem] {
        var items = [QueryItem("RoleArn", roleARN.description)] + .init(parameters)
        items.append("ProviderId", providerID)
        return items
    }
}

/// What AssumeRoleWithSAML is asked but for the assertion, which also brings the session's name.
///
/// Source: STS API reference, AssumeRoleWithSAML.
public struct AssumeRoleWithSAMLRequest: Equatable, Sendable {
    /// The role, whose trust policy names the identity provider.
    public var roleARN: ARN
    /// The identity provider in IAM, `arn:aws:iam::ACCOUNT:saml-provider/NAME`.
    public var principalARN: ARN
    /// All else. AWS gives one hour where no DurationSeconds is among it, and never more than the
    /// assertion's SessionNotOnOrAfter.
    public var parameters: [RequestParameter]

    /// Joins the parts.
    public init(roleARN: ARN, principalARN: ARN, parameters: [RequestParameter] = []) {
        self.roleARN = roleARN
        self.principalARN = principalARN
        self.parameters = parameters
    }

    /// The form's fields.
    var fields: [QueryItem] {
        [
            QueryItem("RoleArn", roleARN.description),
            QueryItem("PrincipalArn", principalARN.description),
        ] + .init(parameters)
    }
}

/// What GetFederationToken is asked; AWS checks the bounds.
///
/// Without any policy the session may do nothing, except what resource policies allow it by name.
/// Source: STS API reference, GetFederationToken.
public struct GetFederationTokenRequest: Equatable, Sendable {
    /// The federated user's name: 2 to 32 characters of `[\w+=,.@-]`.
    public var name: String
    /// All else. AWS gives 12 hours where no DurationSeconds is among it, and at most one hour for
    /// the root user.
    public var parameters: [RequestParameter]

    /// Joins the parts.
    public init(name: String, parameters: [RequestParameter] = []) {
        self.name = name
        self.parameters = parameters
    }

    /// The form's fields.
    var fields: [QueryItem] { [QueryItem("Name", name)] + .init(parameters) }
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

    /// The form's fields.
    var fields: [QueryItem] {
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

    /// The fields of `parameters`, lists counted from 1.
    ///
    /// Source: Smithy, "AWS query protocol", collections.
    fileprivate init(_ parameters: [RequestParameter]) {
        self = []
        for parameter in parameters {
            let name = parameter.name
            switch parameter.value {
            case .text(let text): append(name, text)
            case .duration(let duration): append(name, duration)
            case .list(let list):
                for (index, text) in list.enumerated() {
                    append("\(name).member.\(index + 1)", text)
                }
            case .policyARNs(let arns):
                for (index, arn) in arns.enumerated() {
                    append("\(name).member.\(index + 1).arn", arn)
                }
            case .tags(let tags):
                for (index, tag) in tags.enumerated() {
                    append("\(name).member.\(index + 1).Key", tag.key)
                    append("\(name).member.\(index + 1).Value", tag.value)
                }
            }
        }
    }
}
