// Callers in AWS's own kinds, told by ARN and unique ID.
import Model
import Testing

@testable import AWS

@Test(
    arguments: [
        ("iam", "root", "123456789012", .rootUser),
        ("sts", "assumed-root", "123456789012:session", .assumedRoot),
        ("iam", "user/alice", "AIDACKCEVSQ6C2EXAMPLE", .iamUser(name: "alice", path: "/")),
        (
            "iam", "user/division/team/alice", "AIDACKCEVSQ6C2EXAMPLE",
            .iamUser(name: "alice", path: "/division/team/")
        ),
        ("iam", "user/root", "AIDACKCEVSQ6C2EXAMPLE", .iamUser(name: "root", path: "/")),
        (
            "sts", "assumed-role/Admin/alice@example.com",
            "AROACKCEVSQ6C2EXAMPLE:alice@example.com",
            .assumedRole(name: "Admin", sessionName: "alice@example.com")
        ),
        (
            "sts", "assumed-role/Admin", "AROACKCEVSQ6C2EXAMPLE:alice",
            .assumedRole(name: "Admin", sessionName: "alice")
        ),
        ("sts", "assumed-role/Admin", "AROA", .assumedRole(name: "Admin", sessionName: "")),
        (
            "sts", "assumed-role/AWSReservedSSO_Admin_Access_0123456789abcdef/alice@example.com",
            "AROACKCEVSQ6C2EXAMPLE:alice@example.com",
            .identityCenter(permissionSet: "Admin_Access", user: "alice@example.com")
        ),
        (
            "sts", "assumed-role/AWSReservedSSO_Admin_0123/alice", "AROACKCEVSQ6C2EXAMPLE:alice",
            .assumedRole(name: "AWSReservedSSO_Admin_0123", sessionName: "alice")
        ),
        (
            "sts", "assumed-role/web/i-0123456789abcdef0",
            "AROACKCEVSQ6C2EXAMPLE:i-0123456789abcdef0",
            .instanceProfile(role: "web", instanceID: "i-0123456789abcdef0")
        ),
        (
            "sts", "assumed-role/web/i-01234567", "AROACKCEVSQ6C2EXAMPLE:i-01234567",
            .instanceProfile(role: "web", instanceID: "i-01234567")
        ),
        (
            "sts", "assumed-role/web/i-me", "AROACKCEVSQ6C2EXAMPLE:i-me",
            .assumedRole(name: "web", sessionName: "i-me")
        ),
        (
            "sts", "assumed-role/web/i-012345678", "AROACKCEVSQ6C2EXAMPLE:i-012345678",
            .assumedRole(name: "web", sessionName: "i-012345678")
        ),
        (
            "sts", "assumed-role/web/i-0123456G", "AROACKCEVSQ6C2EXAMPLE:i-0123456G",
            .assumedRole(name: "web", sessionName: "i-0123456G")
        ),
        ("sts", "federated-user/bob", "123456789012:bob", .federatedUser(name: "bob")),
        ("iam", "user", "AIDACKCEVSQ6C2EXAMPLE", .other),
        ("iam", "role/Admin", "AROACKCEVSQ6C2EXAMPLE", .other),
        ("sts", "root", "123456789012", .other),
        ("sts", "something-new/x", "x", .other),
    ] as [(String, String, String, CallerKind)])
func callerKinds(_ service: String, _ resource: String, _ userID: String, _ kind: CallerKind) {
    let arn = ARN(
        partition: "aws-cn", service: service, accountID: "123456789012", resource: resource)
    let identity = CallerIdentity(arn: arn, accountID: "123456789012", userID: userID)
    #expect(identity.kind == kind)
}
