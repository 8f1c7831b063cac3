// What `list` makes of config, index and sessions.
import Model
import Profiles
import Store
import Testing
import Vault

@testable import credtool

private let config = """
    [profile work]
    region = eu-central-1
    mfa_serial = arn:aws:iam::111122223333:mfa/alice
    [profile deploy]
    role_arn = arn:aws:iam::111122223333:role/team/Deploy
    source_profile = work
    sso_account_name = Production
    [profile login]
    sso_session = corp
    sso_account_id = 444455556666
    sso_role_name = Admin
    [sso-session corp]
    sso_start_url = https://corp.awsapps.com/start
    sso_region = eu-west-1
    [profile tool]
    credential_process = /opt/bin/helper --password secret
    aws_account_id = 777788889999
    [profile old]
    aws_access_key_id = AKIAOLDEXAMPLE000001
    aws_secret_acess_key = misspelt
    [profile token]
    role_arn = arn:aws:iam::111122223333:role/T
    web_identity_token_file = /t
    [profile same]
    source_profile = other
    [profile other]
    include_profile = extra-settings
    source_profile = work
    [profile extra-settings]
    endpoint_url = http://user:secret@localhost:1
    mfa_serial = GAHT12345
    [profile console]
    login_session = arn:aws:iam::000011112222:user/me
    [profile machine]
    credential_source = Ec2InstanceMetadata
    [profile bare]
    """
private let deploy = "arn:aws:iam::111122223333:role/team/Deploy"
private let key = AccessKeyID("AKIAWORKEXAMPLE00001").unsafelyUnwrapped

private func files(_ text: String = config) throws -> ConfigFiles {
    try ConfigFiles(
        config: Secret(text), credentials: nil,
        paths: ConfigPaths(variable: { _ in "/home/me" }))
}

private func session(
    _ subject: String, asked: String, source: String = "work", name: String? = nil,
    seconds: Int = 3599, now: Timestamp
) -> SessionSummary {
    SessionSummary(
        label: SessionLabel(
            name: name ?? subject, fingerprint: "", profile: source, askedProfile: asked,
            accessKeyID: source == "work" ? key : nil, subject: subject),
        expiration: now + .seconds(seconds))
}

private func rows(
    _ sessions: (Timestamp) -> [SessionSummary] = { _ in [] },
    using used: [String: String] = [:], planned: ((String) -> Void)? = nil,
    isRoleOverlaid: Bool = false
) throws -> [ListRow] {
    let now = Timestamp.now()
    let index = VaultIndex(
        ["work", "extra"].map { name in
            VaultIndex.Entry(
                profile: name, accessKeyID: key, vault: .secretService, added: now,
                caller: ARN("arn:aws:iam::111122223333:user/me"))
        })
    return ListRows(
        try files(), index, sessions(now), now: now,
        plan: { name in
            planned?(name)
            return used[name]
        }, isRoleOverlaid: isRoleOverlaid
    ).rows()
}

@Test func everyProfileAndEveryKeyHasARow() throws {
    let rows = try rows()
    #expect(
        rows.map(\.profile) == [
            "work", "deploy", "login", "tool", "old", "token", "same", "other", "extra-settings",
            "console", "machine", "bare", "extra",
        ])
    #expect(
        rows.map(\.kind) == [
            .key, .role, .sso, .process, .plainKey, .webIdentity, .source, .source, .settings,
            .console, .source, .settings, .key,
        ])
    #expect(
        rows.map(\.accountId) == [
            "111122223333", "111122223333", "444455556666", "777788889999", nil, "111122223333",
            "111122223333", "111122223333", nil, "000011112222", nil, nil, "111122223333",
        ])
    // A name that one profile has for an account goes for all of that account.
    #expect(rows[0].accountName == "Production" && rows[5].accountName == "Production")
    #expect(
        rows.map(\.role) == [
            nil, "team/Deploy", "Admin", nil, nil, "T", nil, nil, nil, nil, nil, nil, nil,
        ])
    #expect(
        rows.map(\.source) == [
            "AKIA…0001 secret-service", "work", "corp.awsapps.com", "helper", "/home/me", "/t",
            "other", "work", nil, "console login", "Ec2InstanceMetadata", nil,
            "AKIA…0001 secret-service",
        ])
    #expect(rows[0].mfa == "alice" && rows[7].mfa == "GAHT12345" && rows[1].mfa == nil)
}

@Test func theDocumentHasEveryKnownSettingAndNoSecret() throws {
    let rows = try rows { [session(deploy, asked: "deploy", seconds: 90, now: $0)] }
    let documents = rows.map(\.json)
    let texts = documents.map(\.text)
    for (row, members) in [
        (0, ["\"region\":\"eu-central-1\"", "\"vault\":\"secret-service\"", "AKIA…0001"]),
        (1, ["\"roleArn\":\"\(deploy)\"", "\"sourceProfile\":\"work\"", "\"secondsLeft\":90"]),
        (1, ["\"askedProfile\":\"deploy\"", "\"accountName\":\"Production\""]),
        (2, ["\"ssoSession\":\"corp\"", "\"ssoStartUrl\":\"https://corp.awsapps.com/start\""]),
        (2, ["\"ssoRegion\":\"eu-west-1\"", "\"roleName\":\"Admin\""]),
        (3, ["\"awsAccountId\":\"777788889999\"", "\"credentialProcess\""]),
        (7, ["\"endpointUrl\":\"http://…@localhost:1\"", "\"mfaSerial\":\"GAHT12345\""]),
    ] as [(Int, [String])] {
        let text = texts[row].filter { !$0.isWhitespace }
        for member in members {
            let wanted = member.filter { !$0.isWhitespace }
            #expect(text.contains(wanted), "\(member) in \(texts[row])")
        }
    }
    for text in texts {
        #expect(!text.contains("AKIAWORKEXAMPLE00001") && !text.contains("misspelt"))
        #expect(!text.contains("AKIAOLDEXAMPLE000001") && !text.contains("user:secret"))
    }
}

@Test func aSessionStandsWithWhoAskedForItAndWhoWouldUseIt() throws {
    let rows = try rows(
        { now in
            [
                session("session", asked: "work", name: "s", seconds: 90, now: now),
                // With -d 4h: another one than the plan of any profile has.
                session(deploy, asked: "deploy", name: "long", seconds: 14400, now: now),
                session(
                    "arn:aws:iam::1:role/Other", asked: "work", name: "o", seconds: 45, now: now),
                session("arn:aws:iam::1:role/Gone", asked: "gone", name: "g", now: now),
                session(deploy, asked: "extra", name: "d", now: now),
            ]
        }, using: ["work": "s", "deploy": "d"])
    let names = rows.map { $0.sessions.map(\.name) }
    #expect(names[0] == ["me", "Other", "Gone"])
    #expect(rows[1].sessions.map(\.secondsLeft) == [14400, 3599])
    #expect(names[12] == ["team/Deploy"])
    #expect(names[2...11].allSatisfy { $0.isEmpty })
    #expect(rows[0].sessions[0].accountId == "111122223333")
}

@Test(
    arguments: [
        (deploy, "work", false, ["work", "deploy", "same", "other", "extra"]),
        ("session", "work", false, ["work", "same", "other", "extra"]),
        ("credential_process of tool", "tool", false, ["tool"]),
        ("arn:aws:iam::111122223333:role/T", "token", false, ["token"]),
        ("session", "work", true, nil),
    ] as [(String, String, Bool, [String]?)])
func onlyProfilesThatMayHaveASessionArePlanned(
    subject: String, source: String, isOverlaid: Bool, expected: [String]?
) throws {
    var planned: [String] = []
    let all = try rows(
        { [session(subject, asked: source, source: source, now: $0)] },
        planned: { planned.append($0) }, isRoleOverlaid: isOverlaid)
    let names = expected ?? all.map(\.profile)
    #expect(Set(planned) == Set(names))
    planned = []
    _ = try rows(planned: { planned.append($0) })
    #expect(planned.isEmpty)
}

// MARK: The table

@Test func aPipeGetsEverything() throws {
    let rows = try rows { [session(deploy, asked: "deploy", now: $0)] }
    let table = ListTable(rows).text(width: nil).split(separator: "\n")
    #expect(
        table[0]
            == "PROFILE         KIND          ACCOUNT                  ROLE         SOURCE"
            + "                    AGE  REGION        MFA        SESSIONS")
    #expect(
        table[2]
            == "deploy          role          111122223333 Production  team/Deploy  work"
            + "                      -    -             -          team/Deploy 1h")
    #expect(!table.joined().contains("AKIAWORKEXAMPLE00001"))
}

@Test(arguments: 20...200)
func aTerminalIsNeverTooNarrow(width: Int) throws {
    let rows = try rows { now in
        [
            session(deploy, asked: "deploy", now: now),
            session("session", asked: "extra-settings", now: now),
        ]
    }
    let lines = ListTable(rows).text(width: width).split(separator: "\n")
    for line in lines { #expect(line.displayWidth <= max(width, 24), "\(line)") }
    // What one chooses by is there whole.
    for row in rows {
        let isThere = lines.contains { $0.hasPrefix(row.profile) }
        #expect(isThere)
    }
    #expect(lines[0].hasPrefix("PROFILE") && lines[0].hasSuffix("SESSIONS"))
    if width >= 80 { #expect(lines[0].contains("ACCOUNT") && lines[0].contains("ROLE")) }
}

@Test func oneLongNameCostsTheOthersNothing() throws {
    let name = String(repeating: "long-", count: 30)
    let files = try files(
        "[profile \(name)]\nregion = eu-west-1\n[profile b]\nregion = eu-west-2\n")
    let rows = ListRows(files, VaultIndex(), [], plan: { _ in nil }).rows()
    let lines = ListTable(rows).text(width: 80).split(separator: "\n")
    #expect(lines.count == 4 && lines[1] == name)
    #expect(
        lines[2].hasPrefix("  ") && lines[2].contains("settings") && lines[2].contains("eu-west-1"))
    #expect(lines[3].hasPrefix("b ") && lines[3].displayWidth <= 80)
}

@Test func wideCharactersKeepTheColumnsInLine() throws {
    let files = try files("[profile 東京]\nregion = eu-west-1\n[profile abcd]\nregion = eu-west-1\n")
    let rows = ListRows(files, VaultIndex(), [], plan: { _ in nil }).rows()
    let lines = ListTable(rows).text(width: nil).split(separator: "\n")
    #expect(lines[1].hasPrefix("東京     settings") && lines[2].hasPrefix("abcd     settings"))
}

// MARK: Beside it

@Test func whatDoesNothingIsTold() throws {
    let files = try files("[work]\n[plugins]\n[profile a]\nregoin = x\n[profile b]\nregoin = y\n")
    let all = ListNotes(files) { _ in true }
    #expect(JSONValue.sorted(all.json).text.filter { !$0.isWhitespace }.contains("\"regoin\""))
    #expect(all.count == 3)
    #expect(ListNotes(files) { $0 == "a" }.count == 1)
    #expect(ListNotes(files) { $0 == "work" }.count == 1)
}
