// Amazon Resource Names: arn:partition:service:region:account-id:resource.

/// An Amazon Resource Name.
///
/// Source: AWS General Reference, "Amazon Resource Names (ARNs)".
public struct ARN: Hashable, Sendable, CustomStringConvertible {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    public let partition: String
    /// `iam`, `sts`, …
    public let service: String
    /// Empty for global services.
    public let region: String
    /// Twelve digits; empty where the service has none in its names.
    public let accountID: String
    /// All that follows the fifth colon: `role/path/Name`, `user/alice`, …
    public let resource: String

    /// Joins the parts.
    public init(
        partition: String, service: String, region: String = "", accountID: String,
        resource: String
    ) {
        self.partition = partition
        self.service = service
        self.region = region
        self.accountID = accountID
        self.resource = resource
    }

    /// Reads an ARN; nil where `text` has not its form.
    public init?(_ text: String) {
        guard text.hasPrefix("arn:") else { return nil }
        var rest = text.utf8.dropFirst(4)
        // By hand, since plans read many and the generic `split` takes twenty times as long.
        func next() -> String? {
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            defer { rest = rest[rest.index(after: colon)...] }
            return String(text[rest.startIndex..<colon])
        }
        guard let partition = next(), let service = next(), let region = next(),
            let accountID = next(), !partition.isEmpty, !service.isEmpty, !rest.isEmpty
        else { return nil }
        self.init(
            partition: partition, service: service, region: region, accountID: accountID,
            resource: String(text[rest.startIndex...]))
    }

    /// The ARN as AWS writes it.
    public var description: String {
        "arn:\(partition):\(service):\(region):\(accountID):\(resource)"
    }

    /// The ARN of the role `name` (with its path, if it has one) in an account.
    public static func role(_ name: String, accountID: String, partition: String) -> ARN {
        ARN(
            partition: partition, service: "iam", accountID: accountID, resource: "role/\(name)")
    }

    /// The role's name with its path, where this is a role's ARN.
    public var roleName: String? {
        guard service == "iam", resource.hasPrefix("role/"), resource.utf8.count > 5 else {
            return nil
        }
        return String(resource.utf8.dropFirst(5))
    }

    /// Whether this is a SAML identity provider in IAM.
    public var isSAMLProvider: Bool {
        service == "iam" && resource.hasPrefix("saml-provider/") && resource.utf8.count > 14
    }

    /// Whether the account is one by its form: twelve digits.
    public var hasAccountID: Bool { Self.isAccountID(accountID) }

    /// Whether a text has the form of an account's ID: twelve digits.
    public static func isAccountID(_ text: String) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Whether this is an account's root user.
    public var isRootUser: Bool { service == "iam" && resource == "root" }
}
