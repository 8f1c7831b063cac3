// What the path of a role says about who may assume it.

/// A role by its path. AWS keeps some paths for roles that people cannot assume.
///
/// Source: IAM user guide, "IAM identifiers", "Create a service-linked role", and the Identity Center
/// user guide, "Referencing permission sets".
public enum RoleKind: Equatable, Sendable {
    /// Made by the account's owner for whomever its trust policy names.
    case ordinary
    /// Made by a service for itself alone, such as `autoscaling.amazonaws.com`: nobody else can
    /// assume it.
    case serviceLinked(service: String)
    /// Made by the console for a service. Its trust policy most likely names that service alone, but
    /// can be changed.
    case service
    /// Made by IAM Identity Center for a permission set: it is given out by the access portal only.
    case identityCenter(permissionSet: String?)
    /// Another role of AWS's own, below `/aws-reserved/`.
    case reserved

    /// The kind of the role with this path and name, such as `service-role/Name`.
    public init(pathAndName: some StringProtocol) {
        let segments = String(pathAndName).split(separator: "/").map(String.init)
        switch segments.dropLast().first {
        case "aws-service-role" where segments.count > 2:
            self = .serviceLinked(service: segments[1])
        case "service-role": self = .service
        case "aws-reserved" where segments[1] == "sso.amazonaws.com" && segments.count > 2:
            self = .identityCenter(
                permissionSet: Self.permissionSet(roleName: segments[segments.count - 1]))
        case "aws-reserved": self = .reserved
        // Without its path, as consoles and logs show it.
        default:
            if let name = segments.last, name == segments.first,
                let permissionSet = Self.permissionSet(roleName: name)
            {
                self = .identityCenter(permissionSet: permissionSet)
            } else {
                self = .ordinary
            }
        }
    }

    /// Whether AWS is sure to refuse a person. A service role may have been opened to people.
    public var isClosedToPeople: Bool {
        switch self {
        case .ordinary, .service: false
        case .serviceLinked, .identityCenter, .reserved: true
        }
    }

    /// The permission set in the name that Identity Center gives to a role,
    /// `AWSReservedSSO_NAME_` with 16 hexadecimal digits; nil for any other name.
    public static func permissionSet(roleName name: some StringProtocol) -> String? {
        let prefix = "AWSReservedSSO_"
        guard name.hasPrefix(prefix), let underscore = name.lastIndex(of: "_") else { return nil }
        let digits = name[underscore...].dropFirst()
        let set = name[..<underscore].dropFirst(prefix.count)
        guard !set.isEmpty, digits.utf8.count == 16, digits.allSatisfy(\.isHexDigit) else {
            return nil
        }
        return String(set)
    }
}

extension ARN {
    /// The kind of role, where this is a role's ARN.
    public var roleKind: RoleKind? { roleName.map { RoleKind(pathAndName: $0) } }
}
