// Whose credentials a request was signed with, told in AWS's own kinds.
public import Model

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

/// What kind of identity calls.
///
/// Source: IAM user guide, "AWS JSON policy elements: Principal" and "IAM identifiers".
public enum CallerKind: Equatable, Sendable {
    /// The owner of the account.
    case rootUser
    /// An administrator of the organization, for one task as root of a member account (AssumeRoot).
    case assumedRoot
    /// A user of IAM; the path begins and ends with a slash.
    case iamUser(name: String, path: String)
    /// A session of a role. Its ARN leaves the role's path out.
    case assumedRole(name: String, sessionName: String)
    /// A session of the role that IAM Identity Center made for a permission set; the session has the
    /// user's name.
    case identityCenter(permissionSet: String, user: String)
    /// A session of a role that a program on an EC2 instance has by the instance's profile.
    case instanceProfile(role: String, instanceID: String)
    /// A session of GetFederationToken.
    case federatedUser(name: String)
    /// Something that came later than this version.
    case other
}

extension CallerIdentity {
    /// What kind of identity this is, told by its ARN and its unique ID.
    public var kind: CallerKind {
        let segments = arn.resource.split(separator: "/").map(String.init)
        switch (arn.service, segments.first) {
        case ("iam", "root") where segments.count == 1: return .rootUser
        case ("sts", "assumed-root"): return .assumedRoot
        case ("iam", "user") where segments.count > 1:
            let path = segments.dropFirst().dropLast().map { "\($0)/" }.joined()
            return .iamUser(name: segments[segments.count - 1], path: "/\(path)")
        case ("sts", "federated-user") where segments.count == 2:
            return .federatedUser(name: segments[1])
        case ("sts", "assumed-role") where segments.count > 1:
            // The unique ID ends in the session's name too.
            let colon = userID.firstIndex(of: ":")
            let sessionName =
                segments.count > 2
                ? segments[2] : colon.map { String(userID[$0...].dropFirst()) } ?? ""
            return Self.assumedRole(segments[1], sessionName)
        default: return .other
        }
    }

    private static func assumedRole(_ name: String, _ sessionName: String) -> CallerKind {
        if let permissionSet = RoleKind.permissionSet(roleName: name) {
            return .identityCenter(permissionSet: permissionSet, user: sessionName)
        }
        return isInstanceID(sessionName)
            ? .instanceProfile(role: name, instanceID: sessionName)
            : .assumedRole(name: name, sessionName: sessionName)
    }

    /// `i-` and 8 or 17 hexadecimal digits. People may take such a name too, but hardly do.
    private static func isInstanceID(_ name: String) -> Bool {
        let digits = name.utf8.dropFirst(2)
        return name.hasPrefix("i-") && [8, 17].contains(digits.count)
            && digits.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
