// The paths of the instance metadata service that are answered.

/// What a path of the instance metadata service stands for.
///
/// Source: EC2 user guide, "Instance metadata categories"; SDKs ask for some of them with a slash
/// behind, and for the extended ones first.
public enum MetadataRoute: Equatable, Sendable {
    /// `api/token`
    case token
    /// The name of the one role, as a line.
    case roles
    /// The credentials of a role, by its name.
    case credentials(role: String)
    /// `iam/info`
    case info
    /// `instance-id`
    case instanceID
    /// `placement/region`
    case region
    /// `placement/availability-zone`
    case availabilityZone
    /// `dynamic/instance-identity/document`
    case identityDocument

    /// What a path stands for; nil for all that is not answered.
    public init?(path: String) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        if parts.count > 2, parts.last == "" { parts.removeLast() }
        guard parts.popFirst() == "", parts.popFirst() == "latest" else { return nil }
        switch Array(parts) {
        case ["api", "token"]: self = .token
        case ["meta-data", "iam", "security-credentials"],
            ["meta-data", "iam", "security-credentials-extended"]:
            self = .roles
        case ["meta-data", "iam", "info"]: self = .info
        case ["meta-data", "instance-id"]: self = .instanceID
        case ["meta-data", "placement", "region"]: self = .region
        case ["meta-data", "placement", "availability-zone"]: self = .availabilityZone
        case ["dynamic", "instance-identity", "document"]: self = .identityDocument
        default:
            let front = ["meta-data", "iam"] as [Substring]
            let names = ["security-credentials", "security-credentials-extended"] as [Substring]
            guard parts.count == 4, Array(parts.prefix(2)) == front, let role = parts.last,
                let name = parts.dropFirst(2).first, names.contains(name)
            else { return nil }
            self = .credentials(role: String(role))
        }
    }
}
