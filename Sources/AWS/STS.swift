// AWS Security Token Service: who am I, and credentials traded for others.
public import HTTP
public import Model

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
            (document, result) throws(MissingField) in
            let text = try document.required("Arn", in: result)
            // The longest that AWS gives, by the type arnType.
            guard text.utf8.count <= 2048, let arn = ARN(text) else {
                throw MissingField(field: "Arn")
            }
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
        parameters.append("DurationSeconds", duration)
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
            "AssumeRole", request.fields, credentials: credentials, limits: limits,
            spendsCode: request.mfa != nil, read: Self.credentials)
    }

    /// Trades the token of an identity provider for credentials of a role. No key is needed.
    ///
    /// - Parameter token: An OpenID Connect ID token or an OAuth 2.0 access token, 4 to 20000 bytes.
    /// - Throws: `AWSError`; the codes `ExpiredTokenException`, `InvalidIdentityToken` and
    ///   `IDPRejectedClaim` speak of the token.
    public func assumeRoleWithWebIdentity(
        _ request: AssumeRoleWithWebIdentityRequest, token: borrowing Secret,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> Credentials {
        try api.callUnsigned(
            "AssumeRoleWithWebIdentity", request.fields, secretName: "WebIdentityToken",
            secret: token, limits: limits, read: Self.credentials)
    }

    /// Trades the answer of a SAML identity provider for credentials of a role. No key is needed.
    ///
    /// - Parameter assertion: The SAML response in base64, 4 to 100000 bytes.
    /// - Throws: `AWSError`.
    public func assumeRoleWithSAML(
        _ request: AssumeRoleWithSAMLRequest, assertion: borrowing Secret,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> Credentials {
        try api.callUnsigned(
            "AssumeRoleWithSAML", request.fields, secretName: "SAMLAssertion",
            secret: assertion, limits: limits, read: Self.credentials)
    }

    /// Trades a long-term key for credentials of a federated user, which may do what both the key's
    /// owner and the session policies allow. Such a session cannot call IAM, nor STS but for
    /// GetCallerIdentity.
    /// - Throws: `AWSError`.
    public func getFederationToken(
        _ request: GetFederationTokenRequest, credentials: borrowing Credentials,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> Credentials {
        try api.call(
            "GetFederationToken", request.fields, credentials: credentials, limits: limits,
            read: Self.credentials)
    }

    /// Trades credentials of an organization's administrator for those of a member account's root,
    /// for one task.
    /// - Throws: `AWSError`.
    public func assumeRoot(
        _ request: AssumeRootRequest, credentials: borrowing Credentials,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> Credentials {
        try api.call(
            "AssumeRoot", request.fields, credentials: credentials, limits: limits,
            read: Self.credentials)
    }

    /// Reads the element `Credentials` of an answer; the secrets go from one `Secret` to another.
    private static func credentials(
        _ document: borrowing XMLDocument, _ result: XMLDocument.Element
    ) throws(MissingField) -> Credentials {
        guard let element = document.element(["Credentials"], in: result) else {
            throw MissingField(field: "Credentials")
        }
        guard let id = AccessKeyID(try document.required("AccessKeyId", in: element)) else {
            throw MissingField(field: "AccessKeyId")
        }
        let end = try document.required("Expiration", in: element)
        guard let expiration = Timestamp(rfc3339: end) else {
            throw MissingField(field: "Expiration")
        }
        return Credentials(
            accessKeyID: id,
            secretAccessKey: try document.requiredSecret("SecretAccessKey", in: element),
            sessionToken: try document.requiredSecret("SessionToken", in: element),
            expiration: expiration, accountID: accountID(document, result))
    }

    /// The account in the ARN of whom the credentials are for; GetSessionToken tells none.
    private static func accountID(
        _ document: borrowing XMLDocument, _ result: XMLDocument.Element
    ) -> String? {
        for name in ["AssumedRoleUser", "FederatedUser"] {
            guard let text = document.string([name, "Arn"], in: result) else { continue }
            guard let arn = ARN(text), arn.hasAccountID else { return nil }
            return arn.accountID
        }
        return nil
    }
}

extension XMLDocument {
    /// The text of a child that must be there, not be empty, and hold nothing that steers a display or
    /// ends a line: names and IDs go into files and on terminals.
    borrowing func required(_ name: String, in element: Element) throws(MissingField) -> String {
        guard let text = string([name], in: element), !text.isEmpty,
            !text.unicodeScalars.contains(where: \.steersDisplay)
        else { throw MissingField(field: name) }
        return text
    }

    /// The same for a secret.
    borrowing func requiredSecret(
        _ name: String, in element: Element
    ) throws(MissingField) -> Secret {
        guard let secret = secret([name], in: element) else {
            throw MissingField(field: name)
        }
        guard secret.count > 0, secret.isVisibleASCII else { throw MissingField(field: name) }
        return secret
    }
}
