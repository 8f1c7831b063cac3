// IAM Identity Center's access portal: accounts, their roles, and credentials of one.
public import HTTP
public import Model

/// An account that a person may enter.
public struct SSOAccount: Hashable, Sendable {
    /// Twelve digits.
    public let id: String
    /// What its organization calls it; it need not be the only one of that name.
    public let name: String
    /// The address of its owner.
    public let email: String

    /// Joins the parts.
    public init(id: String, name: String, email: String) {
        self.id = id
        self.name = name
        self.email = email
    }
}

/// IAM Identity Center's access portal at one endpoint. Every call takes the access token of a
/// sign-in in the place of a signature.
///
/// Source: IAM Identity Center Portal API reference, version 2019-06-10.
public struct SSO: Sendable {
    private let api: JSONAPI

    /// A client for one endpoint.
    public init(
        endpoint: Endpoint, transport: any HTTPTransport, effects: CallEffects = .system
    ) {
        api = JSONAPI(
            service: "awsssoportal", endpoint: endpoint, transport: transport, effects: effects)
    }

    /// The portal lets few calls a second through, and more a little later.
    public static let patientLimits = CallLimits(tries: 10, whole: .seconds(90))

    /// Credentials of a role, as long-lived as its permission set says, an hour or more.
    /// - Throws: `AWSError`; 401 where the token counts no more, 403 where the person does not have
    ///   that role there, or there is none.
    public func getRoleCredentials(
        accountID: String, roleName: String, token: borrowing Secret,
        limits: CallLimits = patientLimits
    ) throws(AWSError) -> Credentials {
        let query = [QueryItem("role_name", roleName), QueryItem("account_id", accountID)]
        return try api.call(
            request("GetRoleCredentials", "GET", "/federation/credentials", query, token),
            limits: limits
        ) { (document) throws(MissingField) in
            let path = "roleCredentials"
            guard let id = document.string([path, "accessKeyId"]).flatMap(AccessKeyID.init) else {
                throw MissingField(field: "accessKeyId")
            }
            guard let milliseconds = document.integer([path, "expiration"]) else {
                throw MissingField(field: "expiration")
            }
            return Credentials(
                accessKeyID: id,
                secretAccessKey: try document.visibleSecret([path, "secretAccessKey"]),
                sessionToken: try document.visibleSecret([path, "sessionToken"]),
                expiration: Timestamp(secondsSinceEpoch: milliseconds / 1000),
                accountID: accountID)
        }
    }

    /// The accounts that the person may enter.
    /// - Parameter progress: Is told how many are known so far.
    /// - Throws: `AWSError`.
    public func listAccounts(
        token: borrowing Secret, limits: CallLimits = patientLimits,
        progress: (Int) -> Void = { _ in }
    ) throws(AWSError) -> [SSOAccount] {
        try list(
            "ListAccounts", "/assignment/accounts", [], "accountList", token, limits, progress
        ) { (document, account) throws(MissingField) in
            guard let id = document.string(["accountId"], in: account) else {
                throw MissingField(field: "accountId")
            }
            return SSOAccount(
                id: id, name: document.string(["accountName"], in: account) ?? "",
                email: document.string(["emailAddress"], in: account) ?? "")
        }
    }

    /// The names of the roles that the person has in an account.
    /// - Throws: `AWSError`; 403 where they have none there.
    public func listAccountRoles(
        accountID: String, token: borrowing Secret, limits: CallLimits = patientLimits
    ) throws(AWSError) -> [String] {
        try list(
            "ListAccountRoles", "/assignment/roles", [QueryItem("account_id", accountID)],
            "roleList", token, limits, { _ in }
        ) { (document, role) throws(MissingField) in
            guard let name = document.string(["roleName"], in: role) else {
                throw MissingField(field: "roleName")
            }
            return name
        }
    }

    /// Ends the sign-in of `token`. Credentials of roles that it gave live on until they expire.
    /// - Throws: `AWSError`; 401 where the token counts no more, so that it ends nothing.
    public func logout(
        token: borrowing Secret, limits: CallLimits = CallLimits()
    ) throws(AWSError) {
        try api.call(request("Logout", "POST", "/logout", [], token), limits: limits) {
            (_) throws(MissingField) in
        }
    }

    private func request(
        _ operation: String, _ method: String, _ path: String, _ query: [QueryItem],
        _ token: borrowing Secret
    ) -> JSONRequest {
        .rest(
            operation, method, path, query: query,
            secretHeader: SecretHTTPHeader("x-amz-sso_bearer_token", token.copy()))
    }

    /// Reads a list page by page; each page has the time of `limits`, since there may be hundreds.
    private func list<Item>(
        _ operation: String, _ path: String, _ query: [QueryItem], _ list: String,
        _ token: borrowing Secret, _ limits: CallLimits, _ progress: (Int) -> Void,
        item: (borrowing JSONDocument, JSONDocument.Element) throws(MissingField) -> Item
    ) throws(AWSError) -> [Item] {
        var items: [Item] = []
        var markers: Set<String> = []
        var marker: String?
        repeat {
            var query = query + [QueryItem("max_result", "100")]
            if let marker { query.append(QueryItem("next_token", marker)) }
            marker = try api.call(request(operation, "GET", path, query, token), limits: limits) {
                (document) throws(MissingField) -> String? in
                guard let element = document.element([list]) else {
                    throw MissingField(field: list)
                }
                for child in document.children(of: element) {
                    items.append(try item(document, child))
                }
                guard let next = document.string(["nextToken"]), !next.isEmpty else { return nil }
                // The same page for ever is none.
                guard markers.insert(next).inserted else { throw MissingField(field: "nextToken") }
                return next
            }
            progress(items.count)
        } while marker != nil
        return items
    }
}
