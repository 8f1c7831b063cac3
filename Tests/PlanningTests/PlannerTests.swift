// Which key, which roles, which calls: one row a situation.
import Model
import Profiles
import Testing

@testable import Planning

private let standardConfig = """
    [profile work]
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    region = eu-central-1
    [profile deploy]
    role_arn = arn:aws:iam::444455556666:role/Deploy
    source_profile = work
    external_id = abc
    duration_seconds = 1800
    role_session_name = ci
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    [profile audit]
    role_arn = arn:aws:iam::777788889999:role/path/Audit
    source_profile = deploy
    region = eu-west-1
    [profile long]
    role_arn = arn:aws:iam::444455556666:role/Long
    source_profile = work
    duration_seconds = 14400
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    [profile unattended]
    role_arn = arn:aws:iam::444455556666:role/Unattended
    source_profile = work
    [profile alias]
    source_profile = unattended
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    [profile lonely]
    role_arn = arn:aws:iam::444455556666:role/Lonely
    [profile self]
    role_arn = arn:aws:iam::444455556666:role/Self
    source_profile = self
    [profile plain]
    aws_access_key_id = AKIAPLAINEXAMPLE0001
    aws_secret_access_key = nothing
    [profile empty]
    output = json
    [profile dangling]
    role_arn = arn:aws:iam::444455556666:role/Dangling
    source_profile = nowhere
    """

struct Row: CustomTestStringConvertible {
    let profile: String
    var role: String?
    var duration: Int?
    var noSession = false
    var mfaSerial: String?
    var config = standardConfig
    let expected: String
    var testDescription: String { "\(profile) \(role ?? "") \(duration ?? 0) \(noSession)" }
}

@Test(arguments: [
    Row(profile: "work", expected: "key work > mfa 43200"),
    Row(profile: "work", duration: 3600, expected: "key work > mfa 3600"),
    Row(profile: "work", noSession: true, expected: "key work"),
    Row(profile: "work", config: "", expected: "key work > token 3600"),
    Row(
        profile: "work", mfaSerial: "GAHT12345678", config: "", expected: "key work > mfa 43200"),
    Row(profile: "deploy", expected: "key work > mfa 43200 > role 444455556666 Deploy 1800"),
    Row(
        profile: "deploy", duration: 7200,
        expected: "key work > role 444455556666 Deploy 7200 with code"),
    Row(
        profile: "deploy", noSession: true,
        expected: "key work > role 444455556666 Deploy 1800 with code"),
    Row(profile: "long", expected: "key work > role 444455556666 Long 14400 with code"),
    Row(
        profile: "audit",
        expected: "key work > mfa 43200 > role 444455556666 Deploy 1800"
            + " > role 777788889999 path/Audit 3600"),
    // As in the AWS CLI and aws-vault, the source profile's device is not the role's.
    Row(profile: "unattended", expected: "key work > role 444455556666 Unattended 3600"),
    Row(
        profile: "unattended", mfaSerial: "GAHT12345678",
        expected: "key work > mfa 43200 > role 444455556666 Unattended 3600"),
    Row(
        profile: "alias",
        expected: "key work > mfa 43200 > role 444455556666 Unattended 3600"),
    Row(
        profile: "work", role: "unattended",
        expected: "key work > mfa 43200 > role 444455556666 Unattended 3600"),
    Row(
        profile: "work", role: "arn:aws:iam::444455556666:role/X",
        expected: "key work > mfa 43200 > role 444455556666 X 3600"),
    Row(
        profile: "work", role: "team/Own",
        expected: "key work > mfa 43200 > role 111122223333 team/Own 3600"),
    Row(
        profile: "work", role: "deploy",
        expected: "key work > mfa 43200 > role 444455556666 Deploy 1800"),
    Row(
        profile: "deploy", role: "Own",
        expected: "key work > mfa 43200 > role 444455556666 Deploy 1800"
            + " > role 111122223333 Own 3600"),
    Row(
        profile: "work", role: "Own", config: "",
        expected: "key work > role 111122223333 Own 3600"),
    Row(
        profile: "work", role: "Own", duration: 43200, config: "",
        expected: "key work > role 111122223333 Own 43200"),
])
func calls(_ row: Row) throws {
    let plan = try plan(row.config, profile: row.profile) { request in
        request.role = row.role
        request.duration = row.duration.map { .seconds($0) }
        request.noSession = row.noSession
        request.mfaSerial = row.mfaSerial
    }
    #expect(plan.credentials.summary == row.expected)
}

@Test func aRolesSettingsComeFromItsProfileAndTheFlagsGoToTheLastRole() throws {
    let own = try #require(try plan(standardConfig, profile: "deploy").credentials.lastRole)
    #expect(
        own.settings.text(.externalID)
            == Setting("abc", from: .file(path: "~/.aws/config", line: 7)))
    #expect(own.settings.text(.sessionName)?.value == "ci")

    let chained = try plan(standardConfig, profile: "deploy") { request in
        request.role = "Own"
        request.roleFlags[.externalID] = "flag-id"
        request.roleFlags[.sessionName] = "flag-name"
        request.duration = .seconds(900)
    }
    let last = try #require(chained.credentials.lastRole)
    #expect(last.settings.text(.externalID) == Setting("flag-id", from: .flag("--external-id")))
    #expect(last.settings.text(.sessionName)?.value == "flag-name")
    #expect(last.duration.value == .seconds(900))
    // The profile's own role before it keeps what the profile says.
    #expect(chained.credentials.roles.count == 2)
    let first = try #require(chained.credentials.roles.first)
    #expect(first.role.value.roleName == "Deploy")
    #expect(first.settings.text(.externalID)?.value == "abc")
    #expect(first.duration.value == .seconds(1800))
}

@Test(arguments: [
    ("work", nil as String?, nil as String?, "eu-central-1" as String?, "eu-central-1"),
    ("deploy", nil, nil, nil, "us-east-1"),
    ("audit", nil, nil, "eu-west-1", "eu-west-1"),
    ("audit", nil, "ap-south-1", "ap-south-1", "ap-south-1"),
    ("work", "audit", nil, "eu-west-1", "eu-west-1"),
])
func regionIsTheAskedProfilesAndNotThatOfItsSources(
    profile: String, role: String?, asked: String?, region: String?, sts: String
) throws {
    let plan = try plan(standardConfig, profile: profile) { request in
        request.role = role
        request.region = asked
    }
    #expect(plan.region?.value == region)
    #expect(plan.sts.region == sts)
}

@Test func otherPartitionsAskTheirOwnSTS() throws {
    #expect(try plan(profile: "work", partition: "aws-cn").sts.region == "cn-north-1")
    let role = try plan(profile: "work", partition: "aws-us-gov") {
        $0.role = "arn:aws-us-gov:iam::111122223333:role/X"
    }
    #expect(role.sts.region == "us-gov-west-1")
}

@Test func whichProfileIsMeant() throws {
    #expect(try plan(profile: "work").profile == Setting("work", from: .variable("AWS_PROFILE")))
    // Nothing is called default, and there is one key only.
    #expect(try plan().profile == Setting("work", from: .standard))
    #expect(try plan().reasons.count == 1)
    let both = ["work": "AKIAWORKEXAMPLE00001", "default": "AKIADEFAULTEXAMPLE01"]
    #expect(try plan(keys: both).profile.value == "default")
    let two = ["work": "AKIAWORKEXAMPLE00001", "home": "AKIAHOMEEXAMPLE00001"]
    #expect(throws: PlanError.unknownProfile("default", origin: .standard, nearest: nil)) {
        try plan(keys: two)
    }
    // A default that is in the config is meant, also where it has no key.
    #expect(throws: PlanError.self) { try plan("[default]\nregion = eu-west-1") }
}

@Test func aStoredKeyComesBeforeTheSourceProfile() throws {
    let keys = ["work": "AKIAWORKEXAMPLE00001", "deploy": "AKIADEPLOYEXAMPLE001"]
    let plan = try plan(standardConfig, profile: "deploy", keys: keys)
    #expect(plan.credentials.summary == "key deploy > mfa 43200 > role 444455556666 Deploy 1800")
    #expect(plan.reasons.contains { $0.contains("~/.aws/config:6") })
    // A profile may name itself as the source of its role's credentials.
    let own = try PlanningTests.plan(
        standardConfig, profile: "self", keys: ["self": "AKIASELFEXAMPLE00001"])
    #expect(own.credentials.summary == "key self > role 444455556666 Self 3600")
}

private func line(_ number: Int) -> Origin { .file(path: "~/.aws/config", line: number) }

private let lonely = ARN.role("Lonely", accountID: "444455556666", partition: "aws")

@Test(arguments: [
    (
        "lonly",
        PlanError.unknownProfile(
            "lonly", origin: .variable("AWS_PROFILE"), nearest: .name("lonely"))
    ),
    ("empty", .noCredentials(profile: "empty", section: line(34))),
    ("lonely", .roleWithoutSource(profile: "lonely", role: Setting(lonely, from: line(27)))),
    (
        "dangling",
        .unknownSource(Setting("nowhere", from: line(38)), profile: "dangling", nearest: nil)
    ),
])
func profilesThatLeadNowhere(profile: String, error: PlanError) {
    #expect(throws: error) { try plan(standardConfig, profile: profile) }
}

@Test func aPlainKeyIsASource() throws {
    let plan = try plan(standardConfig, profile: "plain")
    #expect(plan.credentials.summary == "static plain > token 3600")
}

@Test func aCycleIsToldInWhole() {
    let config = """
        [profile a]
        source_profile = b
        [profile b]
        source_profile = c
        [profile c]
        source_profile = b
        """
    let cycle = [
        Setting("a", from: .variable("AWS_PROFILE")), Setting("b", from: line(2)),
        Setting("c", from: line(4)), Setting("b", from: line(6)),
    ]
    #expect(throws: PlanError.cycle(cycle)) { try plan(config, profile: "a") }
}

@Test func aChainOfAnyLengthIsWalked() throws {
    var config = ""
    for number in 0..<200 {
        config += """
            [profile p\(number)]
            role_arn = arn:aws:iam::111122223333:role/R\(number)
            source_profile = \(number == 199 ? "work" : "p\(number + 1)")

            """
    }
    let plan = try plan(config, profile: "p0")
    #expect(plan.credentials.summary.hasPrefix("key work > role 111122223333 R199 3600 >"))
    #expect(plan.credentials.lastRole?.role.value.roleName == "R0")
}

struct Refusal: CustomTestStringConvertible {
    let name: String
    let change: @Sendable (inout PlanRequest) -> Void
    let error: PlanError
    var testDescription: String { name }
}

private func hours(_ hours: Int) -> Setting<Duration> {
    Setting(.seconds(hours * 3600), from: .flag("--duration"))
}

@Test(arguments: [
    Refusal(
        name: "role that is no role", change: { $0.role = "arn:aws:iam::1:user/x" },
        error: .invalidValue(
            Setting("arn:aws:iam::1:user/x", from: .flag("--role")), form: .roleARN)),
    Refusal(
        name: "role name with a blank", change: { $0.role = "a b" },
        error: .invalidRole(Setting("a b", from: .flag("--role")))),
    Refusal(
        name: "profile without a role", change: { $0.role = "empty" },
        error: .profileWithoutRole(Setting("empty", from: .flag("--role")))),
    Refusal(
        name: "external ID without a role", change: { $0.roleFlags[.externalID] = "abc" },
        error: .flagWithoutRole(.flag("--external-id"))),
    Refusal(
        name: "session name without a role", change: { $0.roleFlags[.sessionName] = "abc" },
        error: .flagWithoutRole(.flag("--session-name"))),
    Refusal(
        name: "MFA serial with a blank", change: { $0.mfaSerial = "123456789 0" },
        error: .invalidValue(Setting("123456789 0", from: .flag("--mfa-serial")), form: .mfaSerial)
    ),
    Refusal(
        name: "37 hours of session", change: { $0.duration = .seconds(37 * 3600) },
        error: .durationOutOfBounds(hours(37), bounds: .seconds(900) ... .seconds(129_600))),
    Refusal(
        name: "13 hours of role",
        change: {
            $0.role = "X"
            $0.duration = .seconds(13 * 3600)
        }, error: .durationOutOfBounds(hours(13), bounds: .seconds(900) ... .seconds(43_200))),
    Refusal(
        name: "a duration for the key itself",
        change: {
            $0.noSession = true
            $0.duration = .seconds(3600)
        }, error: .durationOfSource(hours(1))),
    Refusal(
        name: "more life left than there is",
        change: {
            $0.duration = .seconds(3600)
            $0.minimumTTL = .seconds(3601)
        },
        error: .minimumTTLTooLong(
            Setting(.seconds(3601), from: .flag("--min-ttl")), duration: hours(1))),
])
func requestsThatAreRefused(_ row: Refusal) {
    #expect(throws: row.error) { try plan(standardConfig, profile: "work", row.change) }
}

@Test(arguments: [
    (nil as Int?, 300, 3600, 300), (nil, 300, 900, 300), (nil, 960, 3600, 960),
    (nil, 960, 1800, 960), (nil, 960, 1200, 960), (nil, 960, 1140, 380), (nil, 960, 900, 300),
    (600, 300, 900, 600),
])
func howLongASessionMustStillLive(asked: Int?, standard: Int, duration: Int, expected: Int) throws {
    let plan = try plan(profile: "work") { request in
        request.minimumTTL = asked.map { .seconds($0) }
        request.standardMinimumTTL = .seconds(standard)
        request.duration = .seconds(duration)
    }
    #expect(
        plan.minimumTTL
            == Setting(.seconds(expected), from: asked == nil ? .standard : .flag("--min-ttl")))
}

@Test func aFlagsValueIsRefusedAsASettingsWouldBe() {
    let error = ConfigError.invalidValue(
        key: "--external-id", value: "a", origin: .flag("--external-id"), expected: .externalID)
    #expect(throws: error) {
        try plan(standardConfig, profile: "work") { request in
            request.role = "X"
            request.roleFlags[.externalID] = "a"
        }
    }
}

/// What stands in a file or a variable may be of a time when the role was assumed from a key; what is
/// asked for by hand is not to be less in silence.
@Test(
    arguments: [
        ("duration_seconds = 7200", [:], nil, 3600, "2h (~/.aws/config:6)"),
        ("", ["AWS_ASSUME_ROLE_TTL": "3h"], nil, 3600, "3h (AWS_ASSUME_ROLE_TTL)"),
        ("duration_seconds = 3600", [:], nil, 3600, nil),
        ("duration_seconds = 1800", [:], nil, 1800, nil),
        ("duration_seconds = 7200", [:], 1800, 1800, nil),
    ] as [(String, [String: String], Int?, Int, String?)])
func aSettingOfMoreThanAnHourIsCappedForARoleOfARole(
    _ setting: String, _ variables: [String: String], _ asked: Int?, _ seconds: Int,
    _ reason: String?
) throws {
    let config = """
        [profile first]
        role_arn = arn:aws:iam::444455556666:role/First
        source_profile = work
        [profile second]
        role_arn = arn:aws:iam::444455556666:role/Second
        \(setting)
        source_profile = first
        """
    let plan = try plan(config, profile: "second", variables: variables) { request in
        request.duration = asked.map { .seconds($0) }
    }
    #expect(plan.credentials.roles.map { Int($0.duration.value.wholeSeconds) } == [3600, seconds])
    let reasons = plan.reasons.filter { $0.contains("assumed from a role") }
    #expect(reasons.count == (reason == nil ? 0 : 1))
    #expect(reasons.allSatisfy { $0.hasPrefix("\(reason ?? "") is more than 1h") })
}

@Test func twoHoursForARoleOfARoleAreRefused() {
    let own = ARN.role("Own", accountID: "111122223333", partition: "aws")
    #expect(throws: PlanError.chainedTooLong(hours(2), role: own)) {
        try plan(standardConfig, profile: "deploy") { request in
            request.role = "Own"
            request.duration = .seconds(7200)
        }
    }
}

@Test func aBareRoleNameNeedsTheAccount() throws {
    let id = try #require(AccessKeyID("AKIAWORKEXAMPLE00001"))
    let key = StoredKey(profile: "work", accessKeyID: id, vault: .secretService, callerARN: nil)
    #expect(throws: PlanError.unknownAccount(role: "X", key: key)) {
        try plan(profile: "work", account: nil) { $0.role = "X" }
    }
}

@Test(arguments: [
    ("me", "box.example.com", "me@box"), ("Domain User", "böx", "Domain-User@b-x"),
    ("", "", "credtool"),
    (String(repeating: "u", count: 80), "h", String(repeating: "u", count: 62) + "@h"),
])
func sessionNames(user: String, host: String, expected: String) {
    let name = PlanFacts(keys: [], userAndHost: { (user, host) }).sessionName
    #expect(name == expected)
    #expect(SettingForm.roleSessionName.accepts(name))
}
