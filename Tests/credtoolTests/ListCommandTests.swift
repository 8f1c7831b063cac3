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
    [profile deploy]
    role_arn = arn:aws:iam::111122223333:role/Deploy
    source_profile = work
    [profile login]
    sso_session = corp
    [profile tool]
    credential_process = /bin/x
    [profile old]
    aws_access_key_id = AKIAOLDEXAMPLE000001
    [profile token]
    role_arn = arn:aws:iam::111122223333:role/T
    web_identity_token_file = /t
    [profile bare]
    """

private func rows(now: Timestamp) throws -> [ListCommand.Row] {
    let files = try ConfigFiles(
        config: Secret(config), credentials: nil,
        paths: ConfigPaths(variable: { _ in "/home/me" }))
    let id = try #require(AccessKeyID("AKIAWORKEXAMPLE00001"))
    let index = VaultIndex(
        ["work", "extra"].map { name in
            VaultIndex.Entry(
                profile: name, accessKeyID: id, vault: .secretService, added: now,
                caller: ARN("arn:aws:iam::111122223333:user/me"))
        })
    let sessions = [
        ("session", "work", 90), ("arn:aws:iam::111122223333:role/Deploy", "work", 3599),
        ("arn:aws:iam::111122223333:role/Other", "work", 45),
    ].map { subject, profile, left in
        SessionSummary(
            label: SessionLabel(
                name: subject, fingerprint: "", profile: profile, accessKeyID: id,
                subject: subject), expiration: now + .seconds(left))
    }
    return ListCommand.rows(files, index, sessions, now: now) { profile in
        ["work": "session", "deploy": "arn:aws:iam::111122223333:role/Deploy"][profile]
    }
}

@Test func everyProfileAndEveryKeyHasARow() throws {
    let rows = try rows(now: .now())
    #expect(
        rows.map(\.profile) == [
            "work", "deploy", "login", "tool", "old", "token", "bare", "extra",
        ])
    #expect(
        rows.map(\.kind) == [
            .key, .role, .sso, .process, .plainKey, .webIdentity, .settings, .key,
        ])
    #expect(rows[0].accessKeyId == "AKIA…0001")
    #expect(rows[1].sourceProfile == "work")
}

@Test func aSessionStandsWithTheProfilesThatUseItElseWithTheKey() throws {
    let rows = try rows(now: .now())
    #expect(
        rows[0].sessions.map(\.subject) == ["session", "arn:aws:iam::111122223333:role/Other"])
    #expect(rows[1].sessions.map(\.secondsLeft) == [3599])
    #expect(rows.dropFirst(2).allSatisfy { $0.sessions.isEmpty })
}

@Test func theTableIsAlignedAndShowsNoWholeKeyID() throws {
    let table = ListCommand.table(try rows(now: .now())).split(separator: "\n")
    #expect(table[0] == "PROFILE  KIND          KEY        VAULT           SESSIONS")
    #expect(table[1] == "work     key           AKIA…0001  secret-service  session 2m, Other 45s")
    #expect(table[2] == "deploy   role          -          -               Deploy 1h")
    #expect(!table.joined().contains("AKIAWORKEXAMPLE00001"))
}

@Test(arguments: [
    ("deploy", [:], true), ("token", [:], false), ("work", [:], true), ("missing", [:], true),
    ("token", ["AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/Deploy"], true),
])
func onlyProfilesThatMayHaveASessionAreLookedInto(
    profile: String, variables: [String: String], expected: Bool
) throws {
    let files = try ConfigFiles(
        config: Secret(config), credentials: nil,
        paths: ConfigPaths(variable: { _ in "/home/me" }))
    let session = SessionSummary(
        label: SessionLabel(
            name: "x", fingerprint: "", profile: "work", accessKeyID: nil,
            subject: "arn:aws:iam::111122223333:role/Deploy"), expiration: .now())
    let live = ListCommand.LiveRoles([session], files) { variables[$0] }
    #expect(live.mayHaveSession(profile) == expected)
    #expect(!ListCommand.LiveRoles([], files) { variables[$0] }.mayHaveSession(profile))
}
