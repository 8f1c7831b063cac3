// IAM's answers, page by page.
import HTTP
import Model
import Testing

@testable import AWS

private func credentials() throws -> Credentials {
    Credentials(
        accessKeyID: try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE")),
        secretAccessKey: Secret("made up"))
}

private func iam(_ transport: ScriptedTransport, clock: StillClock = StillClock()) throws -> IAM {
    IAM(
        endpoint: try Endpoint.iam(.init(region: "eu-west-1")), transport: transport,
        effects: clock.effects())
}

private func answer(_ operation: String, _ result: String) -> Scripted {
    .answer(
        200,
        """
        <\(operation)Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
        <\(operation)Result>\(result)</\(operation)Result></\(operation)Response>
        """)
}

private func forms(_ transport: ScriptedTransport) -> [String] {
    transport.sent.map { $0.form.replacing("&Version=2010-05-08", with: "") }
}

private let created = "<CreateDate>2015-08-30T12:36:00Z</CreateDate>"
private let createdThen = Timestamp(secondsSinceEpoch: 1_440_938_160)

@Test func usersAreRead() throws {
    let user = """
        <User><Path>/team/</Path><UserName>alice</UserName><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>
        <Arn>arn:aws:iam::123456789012:user/team/alice</Arn>\(created)</User>
        """
    let root = """
        <User><UserId>123456789012</UserId><Arn>arn:aws:iam::123456789012:root</Arn>\(created)</User>
        """
    let transport = ScriptedTransport([
        answer("GetUser", user), answer("GetUser", user), answer("GetUser", root),
    ])
    let iam = try iam(transport)
    let me = try iam.getUser(credentials: credentials())
    #expect(me.name == "alice" && me.path == "/team/" && me.created == createdThen)
    #expect(me.arn.description == "arn:aws:iam::123456789012:user/team/alice")
    _ = try iam.getUser(name: "alice", credentials: credentials())
    #expect(try iam.getUser(credentials: credentials()).name == "")
    #expect(
        forms(transport) == ["Action=GetUser", "Action=GetUser&UserName=alice", "Action=GetUser"])
    let sent = try #require(transport.sent.first)
    #expect(sent.url == "https://iam.amazonaws.com")
    #expect(sent.headers.contains { $0.value.contains("/us-east-1/iam/aws4_request") })
}

@Test func listsAreReadToTheirEnd() throws {
    func page(_ names: [String], marker: String?) -> Scripted {
        let members = names.map {
            "<member><SerialNumber>\($0)</SerialNumber><UserName>alice</UserName>"
                + "<EnableDate>2015-08-30T12:36:00Z</EnableDate></member>"
        }
        let end =
            marker.map { "<IsTruncated>true</IsTruncated><Marker>\($0)</Marker>" }
            ?? "<IsTruncated>false</IsTruncated>"
        return answer("ListMFADevices", "<MFADevices>\(members.joined())</MFADevices>\(end)")
    }
    let transport = ScriptedTransport([
        page(["GAHT1", "arn:aws:iam::123456789012:mfa/me"], marker: "a/b=="),
        page([], marker: "c"), page(["arn:aws:iam::123456789012:u2f/user/alice/key"], marker: nil),
    ])
    let devices = try iam(transport).listMFADevices(userName: "alice", credentials: credentials())
    #expect(devices.map(\.hasCodes) == [true, true, false])
    #expect(devices.first?.serialNumber == "GAHT1" && devices.first?.enabled == createdThen)
    #expect(
        forms(transport) == [
            "Action=ListMFADevices&UserName=alice",
            "Action=ListMFADevices&UserName=alice&Marker=a%2Fb%3D%3D",
            "Action=ListMFADevices&UserName=alice&Marker=c",
        ])
}

@Test(arguments: [
    "<IsTruncated>true</IsTruncated>", "<IsTruncated>true</IsTruncated><Marker></Marker>",
    "<IsTruncated>true</IsTruncated><Marker>same</Marker>",
])
func listsWithoutEndAreRefused(_ end: String) throws {
    let page = answer("ListAccountAliases", "<AccountAliases/>\(end)")
    let transport = ScriptedTransport([page, page, page])
    let iam = try iam(transport)
    #expect(
        throws: AWSError.unreadable(
            operation: "ListAccountAliases", status: 200,
            reason: "Marker is missing or not as it should be")
    ) { _ = try iam.listAccountAliases(credentials: credentials()) }
}

@Test func pagesShareTheirTime() throws {
    let page = answer(
        "ListAccountAliases",
        "<AccountAliases/><IsTruncated>true</IsTruncated><Marker>m</Marker>")
    let throttled = Scripted.answer(429, "")
    let clock = StillClock()
    let transport = ScriptedTransport([
        throttled, page, answer("ListAccountAliases", "<AccountAliases/>"),
    ])
    #expect(
        try iam(transport, clock: clock).listAccountAliases(credentials: credentials()) == [])
    #expect(
        transport.sent.map(\.limits.whole)
            == [.seconds(20), .milliseconds(18_750), .milliseconds(18_750)])
}

@Test func keysGroupsAndAliasesAreRead() throws {
    func key(_ id: String, _ status: String) -> String {
        "<member><UserName>alice</UserName><AccessKeyId>\(id)</AccessKeyId>"
            + "<Status>\(status)</Status>\(created)</member>"
    }
    let transport = ScriptedTransport([
        answer(
            "ListAccessKeys",
            "<AccessKeyMetadata>\(key("AKIAIOSFODNN7EXAMPLE", "Active"))"
                + "\(key("AKIAI44QH8DHBEXAMPLE", "Inactive"))</AccessKeyMetadata>"),
        answer(
            "ListGroupsForUser",
            "<Groups><member><Path>/a/</Path><GroupName>admins</GroupName><GroupId>AGPA</GroupId>"
                + "<Arn>arn:aws:iam::123456789012:group/a/admins</Arn>\(created)</member></Groups>"),
        answer(
            "ListAccountAliases",
            "<AccountAliases><member>example-corp</member></AccountAliases>"
                + "<IsTruncated>false</IsTruncated>"),
    ])
    let iam = try iam(transport)
    let keys = try iam.listAccessKeys(credentials: credentials())
    #expect(keys.map(\.isActive) == [true, false] && keys.first?.created == createdThen)
    #expect(keys.last?.id.description == "AKIAI44QH8DHBEXAMPLE")
    let groups = try iam.listGroupsForUser(userName: "alice", credentials: credentials())
    #expect(groups.map(\.name) == ["admins"])
    #expect(groups.first?.arn.description == "arn:aws:iam::123456789012:group/a/admins")
    #expect(try iam.listAccountAliases(credentials: credentials()) == ["example-corp"])
    #expect(
        forms(transport) == [
            "Action=ListAccessKeys", "Action=ListGroupsForUser&UserName=alice",
            "Action=ListAccountAliases",
        ])
}

@Test func lastUseIsRead() throws {
    let transport = ScriptedTransport([
        answer(
            "GetAccessKeyLastUsed",
            "<UserName>alice</UserName><AccessKeyLastUsed><Region>eu-west-1</Region>"
                + "<LastUsedDate>2015-08-30T12:36:00Z</LastUsedDate><ServiceName>s3</ServiceName>"
                + "</AccessKeyLastUsed>"),
        answer(
            "GetAccessKeyLastUsed",
            "<AccessKeyLastUsed><Region>N/A</Region><ServiceName>N/A</ServiceName>"
                + "</AccessKeyLastUsed>"),
    ])
    let iam = try iam(transport)
    let id = try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE"))
    let used = try iam.getAccessKeyLastUsed(id, credentials: credentials())
    #expect(used.date == createdThen && used.service == "s3" && used.region == "eu-west-1")
    #expect(try iam.getAccessKeyLastUsed(id, credentials: credentials()).date == nil)
    #expect(
        forms(transport).first == "Action=GetAccessKeyLastUsed&AccessKeyId=AKIAIOSFODNN7EXAMPLE")
}

@Test func keysAreMadeChangedAndDeleted() throws {
    let id = try #require(AccessKeyID("AKIAIOSFODNN7EXAMPLE"))
    let transport = ScriptedTransport([
        answer(
            "CreateAccessKey",
            "<AccessKey><UserName>alice</UserName><AccessKeyId>\(id)</AccessKeyId>"
                + "<Status>Active</Status><SecretAccessKey>made/up+secret</SecretAccessKey>"
                + "\(created)</AccessKey>"),
        answer("UpdateAccessKey", ""), answer("UpdateAccessKey", ""),
        answer("DeleteAccessKey", ""),
    ])
    let iam = try iam(transport)
    let key = try iam.createAccessKey(userName: "alice", credentials: credentials())
    #expect(key.id == id && key.secret.equals(Secret("made/up+secret")))
    for isActive in [false, true] {
        try iam.updateAccessKey(
            id, userName: "alice", isActive: isActive, credentials: credentials())
    }
    try iam.deleteAccessKey(id, userName: "alice", credentials: credentials())
    let named = "UserName=alice&AccessKeyId=\(id)"
    #expect(
        forms(transport) == [
            "Action=CreateAccessKey&UserName=alice",
            "Action=UpdateAccessKey&\(named)&Status=Inactive",
            "Action=UpdateAccessKey&\(named)&Status=Active", "Action=DeleteAccessKey&\(named)",
        ])
}

/// Each request that AWS looks at makes a key, and nobody would know the first one's secret.
@Test func aKeyIsNotMadeTwice() throws {
    for failure: Scripted in [.answer(503, ""), .failure(.interrupted(host: "h", reason: "x"))] {
        let transport = ScriptedTransport([failure])
        let iam = try iam(transport)
        #expect(throws: AWSError.self) {
            _ = try iam.createAccessKey(userName: "alice", credentials: credentials()).id
        }
        #expect(transport.sent.count == 1)
    }
}

@Test func rolesAreRead() throws {
    func role(_ more: String) -> Scripted {
        answer(
            "GetRole",
            "<Role><Path>/team/</Path><Arn>arn:aws:iam::123456789012:role/team/Admin</Arn>"
                + "<RoleName>Admin</RoleName><AssumeRolePolicyDocument>%7B%7D"
                + "</AssumeRolePolicyDocument>\(created)\(more)</Role>")
    }
    let transport = ScriptedTransport([
        role("<MaxSessionDuration>43200</MaxSessionDuration>"), role(""),
    ])
    let iam = try iam(transport)
    let admin = try iam.getRole(name: "Admin", credentials: credentials())
    #expect(admin.maximumSessionDuration == .seconds(43200))
    #expect(admin.arn.roleName == "team/Admin")
    #expect(
        try iam.getRole(name: "Admin", credentials: credentials()).maximumSessionDuration == nil)
    #expect(forms(transport).first == "Action=GetRole&RoleName=Admin")
}

@Test(arguments: [
    ("", "User"), ("<User/>", "UserId"),
    ("<User><UserId>x</UserId><Arn>y</Arn>\(created)</User>", "Arn"),
    (
        "<User><UserId>x</UserId><Arn>arn:aws:iam::1:root</Arn><CreateDate>y</CreateDate></User>",
        "CreateDate"
    ),
])
func unreadableUsers(_ result: String, _ field: String) throws {
    let iam = try iam(ScriptedTransport([answer("GetUser", result)]))
    #expect(
        throws: AWSError.unreadable(
            operation: "GetUser", status: 200,
            reason: "\(field) is missing or not as it should be")
    ) { _ = try iam.getUser(credentials: credentials()) }
}
