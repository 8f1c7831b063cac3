// AWS Security Token Service: who am I, sessions, roles.
public import HTTP
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

/// Whose credentials a request was signed with.
public struct CallerIdentity: Equatable, Sendable {
    /// The user, the assumed role or the account's root.
    public let arn: ARN
    /// Twelve digits.
    public let accountID: String
    /// The unique ID; for an assumed role with the session's name behind a colon.
    public let userID: String

    /// Joins the parts.
    public init(arn: ARN, accountID: String, userID: String) {
        self.arn = arn
        self.accountID = accountID
        self.userID = userID
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
        if let duration { items.append(.duration(duration)) }
        if let externalID { items.append(QueryItem("ExternalId", externalID)) }
        if let mfa { items += mfa.parameters }
        if let sourceIdentity { items.append(QueryItem("SourceIdentity", sourceIdentity)) }
        for (index, tag) in tags.enumerated() {
            items.append(QueryItem("Tags.member.\(index + 1).Key", tag.name))
            items.append(QueryItem("Tags.member.\(index + 1).Value", tag.value))
        }
        for (index, key) in transitiveTagKeys.enumerated() {
            items.append(QueryItem("TransitiveTagKeys.member.\(index + 1)", key))
        }
        if let policy { items.append(QueryItem("Policy", policy)) }
        for (index, arn) in policyARNs.enumerated() {
            items.append(QueryItem("PolicyArns.member.\(index + 1).arn", arn))
        }
        return items
    }
}

/// The Security Token Service at one endpoint.
///
/// Source: STS API reference, version 2011-06-15.
public struct STS: Sendable {
    private let api: QueryAPI

    /// A client for one endpoint.
    public init(
        endpoint: Endpoint, transport: any HTTPTransport, effects: CallEffects = .system
    ) {
        api = QueryAPI(
            service: "sts", version: "2011-06-15", endpoint: endpoint, transport: transport,
            effects: effects)
    }

    /// Asks whose `credentials` these are; nobody can be denied this.
    /// - Throws: `AWSError`.
    public func getCallerIdentity(
        credentials: borrowing Credentials, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> CallerIdentity {
        try api.call("GetCallerIdentity", [], credentials: credentials, limits: limits) {
            (document, result) throws(QueryAPI.Missing) in
            let arn = ARN(try document.required("Arn", in: result))
            guard let arn else { throw QueryAPI.Missing(field: "Arn") }
            return CallerIdentity(
                arn: arn, accountID: try document.required("Account", in: result),
                userID: try document.required("UserId", in: result))
        }
    }

    /// Trades a long-term key, with an MFA code where there is one, for a session.
    ///
    /// - Parameter duration: 15 minutes to 36 hours; AWS takes 12 hours where none is given.
    /// - Throws: `AWSError`.
    public func getSessionToken(
        duration: Duration? = nil, mfa: MFA? = nil, credentials: borrowing Credentials,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> Credentials {
        var parameters: [QueryItem] = []
        if let duration { parameters.append(.duration(duration)) }
        if let mfa { parameters += mfa.parameters }
        return try api.call(
            "GetSessionToken", parameters, credentials: credentials, limits: limits,
            spendsCode: mfa != nil, read: Self.credentials)
    }

    /// Trades credentials for those of a role.
    /// - Throws: `AWSError`.
    public func assumeRole(
        _ request: AssumeRoleRequest, credentials: borrowing Credentials,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> Credentials {
        try api.call(
            "AssumeRole", request.parameters, credentials: credentials, limits: limits,
            spendsCode: request.mfa != nil, read: Self.credentials)
    }

    /// Reads the element `Credentials` of an answer; the secrets go from one `Secret` to another.
    private static func credentials(
        _ document: borrowing XMLDocument, _ result: XMLDocument.Element
    ) throws(QueryAPI.Missing) -> Credentials {
        guard let element = document.element(["Credentials"], in: result) else {
            throw QueryAPI.Missing(field: "Credentials")
        }
        guard let id = AccessKeyID(try document.required("AccessKeyId", in: element)) else {
            throw QueryAPI.Missing(field: "AccessKeyId")
        }
        let end = try document.required("Expiration", in: element)
        guard let expiration = Timestamp(rfc3339: end) else {
            throw QueryAPI.Missing(field: "Expiration")
        }
        return Credentials(
            accessKeyID: id,
            secretAccessKey: try document.requiredSecret("SecretAccessKey", in: element),
            sessionToken: try document.requiredSecret("SessionToken", in: element),
            expiration: expiration)
    }
}

extension MFA {
    fileprivate var parameters: [QueryItem] {
        [QueryItem("SerialNumber", serialNumber), QueryItem("TokenCode", tokenCode)]
    }
}

extension QueryItem {
    fileprivate static func duration(_ duration: Duration) -> QueryItem {
        QueryItem("DurationSeconds", String(duration.wholeSeconds))
    }
}

extension XMLDocument {
    /// The text of a child that must be there and not be empty.
    borrowing func required(_ name: String, in element: Element) throws(QueryAPI.Missing) -> String
    {
        guard let text = string([name], in: element), !text.isEmpty else {
            throw QueryAPI.Missing(field: name)
        }
        return text
    }

    /// The same for a secret.
    borrowing func requiredSecret(
        _ name: String, in element: Element
    ) throws(QueryAPI.Missing) -> Secret {
        guard let secret = secret([name], in: element) else {
            throw QueryAPI.Missing(field: name)
        }
        guard secret.count > 0 else { throw QueryAPI.Missing(field: name) }
        return secret
    }
}
