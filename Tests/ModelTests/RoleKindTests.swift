// Which roles people cannot assume, told by their ARNs.
import Model
import Testing

@Test(
    arguments: [
        ("role/Admin", .ordinary),
        ("role/division/team/Admin", .ordinary),
        ("role/service-role", .ordinary),
        ("role/aws-service-role", .ordinary),
        ("role/team/service-role/Admin", .ordinary),
        (
            "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            .serviceLinked(service: "autoscaling.amazonaws.com")
        ),
        ("role/service-role/AmazonECSTaskExecution", .service),
        (
            "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef",
            .identityCenter(permissionSet: "Admin")
        ),
        (
            "role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Read_Only_0123456789abcdef",
            .identityCenter(permissionSet: "Read_Only")
        ),
        (
            "role/aws-reserved/sso.amazonaws.com/eu-west-1/Other",
            .identityCenter(permissionSet: nil)
        ),
        ("role/AWSReservedSSO_Admin_0123456789abcdef", .identityCenter(permissionSet: "Admin")),
        ("role/AWSReservedSSO_Admin_0123456789abcde", .ordinary),
        ("role/AWSReservedSSO_Admin_0123456789abcdeg", .ordinary),
        ("role/AWSReservedSSO__0123456789abcdef", .ordinary),
        ("role/AWSReservedSSO_0123456789abcdef", .ordinary),
        ("role/team/AWSReservedSSO_Admin_0123456789abcdef", .ordinary),
        ("role/aws-reserved/other.amazonaws.com/Name", .reserved),
        ("role/aws-reserved/sso.amazonaws.com", .reserved),
        ("user/aws-service-role/x/y", nil),
    ] as [(String, RoleKind?)])
func roleKinds(_ resource: String, _ kind: RoleKind?) throws {
    let arn = try #require(ARN("arn:aws:iam::123456789012:\(resource)"))
    #expect(arn.roleKind == kind)
}

@Test func onlyServiceRolesMayHaveBeenOpened() {
    #expect(!RoleKind.ordinary.isClosedToPeople && !RoleKind.service.isClosedToPeople)
    #expect(RoleKind.serviceLinked(service: "x").isClosedToPeople)
    #expect(RoleKind.identityCenter(permissionSet: nil).isClosedToPeople)
    #expect(RoleKind.reserved.isClosedToPeople)
}
