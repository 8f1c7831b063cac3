// AWS Identity and Access Management: who the caller is, and what may be known of a role.
public import HTTP
public import Model

/// A user.
public struct IAMUser: Equatable, Sendable {
    /// The name without its path.
    public let name: String
    /// Begins and ends with a slash.
    public let path: String
    /// `AIDA…`; it outlives renaming.
    public let userID: String
    /// The ARN.
    public let arn: ARN
    /// When the user was made.
    public let created: Timestamp
}

/// A device for codes, or a passkey, of a user.
public struct MFADevice: Equatable, Sendable {
    /// An ARN (`…:mfa/NAME`, `…:u2f/…` for a passkey), or the serial number of a hardware device.
    public let serialNumber: String
    /// Since when it is asked for.
    public let enabled: Timestamp

    /// Whether it shows codes. Passkeys and security keys do not, and AWS takes them for the console
    /// alone.
    public var hasCodes: Bool { ARN(serialNumber)?.resource.hasPrefix("u2f/") != true }
}

/// A long-term key of a user, without its secret half.
public struct AccessKeyMetadata: Equatable, Sendable {
    /// The key's ID.
    public let id: AccessKeyID
    /// Whether AWS takes it.
    public let isActive: Bool
    /// When it was made.
    public let created: Timestamp

    /// Joins the parts.
    public init(id: AccessKeyID, isActive: Bool, created: Timestamp) {
        self.id = id
        self.isActive = isActive
        self.created = created
    }
}

/// When and where a key was last used.
public struct AccessKeyLastUsed: Equatable, Sendable {
    /// To a quarter of an hour; nil where it was not used since 22 April 2015.
    public let date: Timestamp?
    /// The service, such as `s3`; `N/A` where the date is nil.
    public let service: String
    /// The region; `N/A` where the date is nil.
    public let region: String
}

/// A group of users.
public struct IAMGroup: Equatable, Sendable {
    /// The name without its path.
    public let name: String
    /// The ARN.
    public let arn: ARN
}

/// A role.
public struct IAMRole: Equatable, Sendable {
    /// The ARN, with the path that the ARNs of its sessions lack.
    public let arn: ARN
    /// When the role was made.
    public let created: Timestamp
    /// How long its sessions may last, where AWS says so: one hour to twelve.
    public let maximumSessionDuration: Duration?
}

/// IAM of one partition. A user may ask about themselves only as far as a policy allows.
///
/// Source: IAM API reference, version 2010-05-08.
public struct IAM: Sendable {
    let api: QueryAPI

    /// A client for one endpoint.
    public init(
        endpoint: Endpoint, transport: any HTTPTransport, effects: CallEffects = .system
    ) {
        api = QueryAPI(
            service: "iam", version: "2010-05-08", endpoint: endpoint, transport: transport,
            effects: effects)
    }

    /// A user; the owner of `credentials` where no name is given.
    /// - Throws: `AWSError`.
    public func getUser(
        name: String? = nil, credentials: borrowing Credentials, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> IAMUser {
        try api.call(
            "GetUser", Self.user(name), credentials: credentials, limits: limits
        ) { (document, result) throws(MissingField) in
            guard let user = document.element(["User"], in: result) else {
                throw MissingField(field: "User")
            }
            return IAMUser(
                // The root user has no name of its own: AWS answers the account's.
                name: document.string(["UserName"], in: user) ?? "",
                path: document.string(["Path"], in: user) ?? "/",
                userID: try document.required("UserId", in: user),
                arn: try document.requiredARN("Arn", in: user),
                created: try document.requiredDate("CreateDate", in: user))
        }
    }

    /// The MFA devices of a user, or of the owner of `credentials`.
    /// - Throws: `AWSError`.
    public func listMFADevices(
        userName: String? = nil, credentials: borrowing Credentials,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> [MFADevice] {
        try list(
            "ListMFADevices", Self.user(userName), "MFADevices", credentials, limits
        ) { (document, device) throws(MissingField) in
            MFADevice(
                serialNumber: try document.required("SerialNumber", in: device),
                enabled: try document.requiredDate("EnableDate", in: device))
        }
    }

    /// The long-term keys of a user, or of the owner of `credentials`.
    /// - Throws: `AWSError`.
    public func listAccessKeys(
        userName: String? = nil, credentials: borrowing Credentials,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> [AccessKeyMetadata] {
        try list(
            "ListAccessKeys", Self.user(userName), "AccessKeyMetadata", credentials, limits
        ) { (document, key) throws(MissingField) in
            guard let id = AccessKeyID(try document.required("AccessKeyId", in: key)) else {
                throw MissingField(field: "AccessKeyId")
            }
            return AccessKeyMetadata(
                id: id, isActive: try document.required("Status", in: key) == "Active",
                created: try document.requiredDate("CreateDate", in: key))
        }
    }

    /// When and where a key was last used.
    /// - Throws: `AWSError`.
    public func getAccessKeyLastUsed(
        _ id: AccessKeyID, credentials: borrowing Credentials, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> AccessKeyLastUsed {
        try api.call(
            "GetAccessKeyLastUsed", [QueryItem("AccessKeyId", id.description)],
            credentials: credentials, limits: limits
        ) { (document, result) throws(MissingField) in
            guard let used = document.element(["AccessKeyLastUsed"], in: result) else {
                throw MissingField(field: "AccessKeyLastUsed")
            }
            let date = document.string(["LastUsedDate"], in: used) ?? ""
            return AccessKeyLastUsed(
                date: Timestamp(rfc3339: date),
                service: document.string(["ServiceName"], in: used) ?? "N/A",
                region: document.string(["Region"], in: used) ?? "N/A")
        }
    }

    /// The groups that a user is in. AWS wants the name.
    /// - Throws: `AWSError`.
    public func listGroupsForUser(
        userName: String, credentials: borrowing Credentials, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> [IAMGroup] {
        try list(
            "ListGroupsForUser", Self.user(userName), "Groups", credentials, limits
        ) { (document, group) throws(MissingField) in
            IAMGroup(
                name: try document.required("GroupName", in: group),
                arn: try document.requiredARN("Arn", in: group))
        }
    }

    /// The names of the account; AWS allows one.
    /// - Throws: `AWSError`.
    public func listAccountAliases(
        credentials: borrowing Credentials, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> [String] {
        try list("ListAccountAliases", [], "AccountAliases", credentials, limits) {
            (document, alias) throws(MissingField) in
            document.string([], in: alias) ?? ""
        }
    }

    /// A role of the account of `credentials`, by its name without the path.
    /// - Throws: `AWSError`.
    public func getRole(
        name: String, credentials: borrowing Credentials, limits: CallLimits = CallLimits()
    ) throws(AWSError) -> IAMRole {
        try api.call(
            "GetRole", [QueryItem("RoleName", name)], credentials: credentials, limits: limits
        ) { (document, result) throws(MissingField) in
            guard let role = document.element(["Role"], in: result) else {
                throw MissingField(field: "Role")
            }
            let seconds = document.string(["MaxSessionDuration"], in: role).flatMap { Int($0) }
            return IAMRole(
                arn: try document.requiredARN("Arn", in: role),
                created: try document.requiredDate("CreateDate", in: role),
                maximumSessionDuration: seconds.map { .seconds($0) })
        }
    }

    // MARK: - Lists

    static func user(_ name: String?) -> [QueryItem] {
        name.map { [QueryItem("UserName", $0)] } ?? []
    }

    /// Reads a list page by page. The time allowed is for all pages together.
    private func list<Item>(
        _ operation: String, _ parameters: [QueryItem], _ list: String,
        _ credentials: borrowing Credentials, _ limits: CallLimits,
        item: (borrowing XMLDocument, XMLDocument.Element) throws(MissingField) -> Item
    ) throws(AWSError) -> [Item] {
        let start = api.client.effects.uptime()
        var items: [Item] = []
        var parameters = parameters
        var markers: Set<String> = []
        while true {
            var limits = limits
            if !markers.isEmpty { limits.whole -= api.client.effects.uptime() - start }
            let marker = try api.call(
                operation, parameters, credentials: credentials, limits: limits
            ) { (document, result) throws(MissingField) -> String? in
                guard let element = document.element([list], in: result) else {
                    throw MissingField(field: list)
                }
                for member in document.children("member", of: element) {
                    items.append(try item(document, member))
                }
                guard document.string(["IsTruncated"], in: result) == "true" else { return nil }
                let marker = try document.required("Marker", in: result)
                // The same page for ever is none.
                guard markers.insert(marker).inserted else {
                    throw MissingField(field: "Marker")
                }
                return marker
            }
            guard let marker else { return items }
            parameters.removeAll { $0.name == "Marker" }
            parameters.append(QueryItem("Marker", marker))
        }
    }
}

extension XMLDocument {
    fileprivate borrowing func requiredARN(
        _ name: String, in element: Element
    ) throws(MissingField) -> ARN {
        guard let arn = ARN(try required(name, in: element)) else {
            throw MissingField(field: name)
        }
        return arn
    }

    fileprivate borrowing func requiredDate(
        _ name: String, in element: Element
    ) throws(MissingField) -> Timestamp {
        guard let date = Timestamp(rfc3339: try required(name, in: element)) else {
            throw MissingField(field: name)
        }
        return date
    }
}
