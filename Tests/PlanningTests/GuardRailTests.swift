// The guard rails of profiles: whose they are, what they want of a use, and what they make of a plan.
import Model
import Profiles
import Testing

@testable import Planning

private func line(_ number: Int) -> Origin { .file(path: "~/.aws/config", line: number) }
private func rail<Value>(
    _ value: Value, _ number: Int, of profile: String = "prod"
) -> GuardRail<Value> {
    GuardRail(Setting(value, from: line(number)), of: profile)
}

private let prod = """
    [profile prod]
    role_arn = arn:aws:iam::111122223333:role/Deploy
    source_profile = work

    """

/// The error that planning with these settings of `prod` ends in.
private func refusal(
    _ settings: String, profile: String = "prod", _ change: (inout PlanRequest) -> Void
) -> GuardRailError? {
    do {
        _ = try plan(prod + settings, profile: profile, change)
        return nil
    } catch { return error as? GuardRailError }
}

@Suite struct GuardRailTests {
    // MARK: Who may have them

    struct Use: Sendable {
        var settings: String
        var program: String?
        var command = "exec"
        var hasReason = false
        var hasPerson = true
        var asked: [GuardQuestion]?
        var refusal: GuardRailError?
    }

    static let allowed = rail(["aws", "/usr/bin/terra*", "console"], 4)
    static let list = "credtool_allow_commands = aws, /usr/bin/terra*  console"
    static func other(_ program: String?, _ command: String = "exec") -> GuardRailError {
        .otherCommands(HandOver(command: command, program: program), allowed)
    }

    static let uses: [Use] = [
        Use(settings: "", program: "sh", hasPerson: false, asked: []),
        Use(settings: list, program: "aws", asked: []),
        Use(settings: list, program: "/opt/bin/aws", asked: []),
        Use(settings: list, program: "awsx", refusal: other("awsx")),
        Use(settings: list, program: "/usr/bin/terraform", asked: []),
        Use(settings: list, program: "terraform", refusal: other("terraform")),
        Use(settings: list, program: nil, command: "console", asked: []),
        Use(settings: list, program: nil, command: "export", refusal: other(nil, "export")),
        Use(
            settings: "credtool_confirm = true", program: "sh",
            asked: [.confirmation(rail(.yes, 4))]),
        Use(settings: "credtool_confirm = false", program: "sh", hasPerson: false, asked: []),
        Use(
            settings: "credtool_confirm = I mean it", program: "sh",
            asked: [.confirmation(rail(.phrase("I mean it"), 4))]),
        Use(
            settings: "credtool_confirm = true", program: "sh", hasPerson: false,
            refusal: .needsPerson(.confirmation(rail(.yes, 4)))),
        Use(
            settings: "credtool_reason = required\ncredtool_confirm = true", program: "sh",
            asked: [.reason(rail(true, 4)), .confirmation(rail(.yes, 5))]),
        Use(
            settings: "credtool_reason = required", program: "sh", hasReason: true,
            hasPerson: false, asked: []),
        Use(
            settings: "credtool_reason = required", program: "sh", hasPerson: false,
            refusal: .needsPerson(.reason(rail(true, 4)))),
        Use(
            settings: list + "\ncredtool_confirm = true", program: "sh", hasPerson: false,
            refusal: other("sh")),
    ]

    @Test(arguments: uses)
    func whatIsAsked(use: Use) throws {
        let rails = try plan(prod + use.settings, profile: "prod").guardRails
        var asked: [GuardQuestion]?
        var refusal: GuardRailError?
        do throws(GuardRailError) {
            asked = try rails.questions(
                for: HandOver(command: use.command, program: use.program),
                hasReason: use.hasReason, hasPerson: { use.hasPerson })
        } catch { refusal = error }
        #expect(asked == use.asked)
        #expect(refusal == use.refusal)
    }

    // MARK: Whose they are

    @Test(
        arguments: [
            ("prod", nil, true), ("over", nil, false), ("work", "prod", true),
            ("included", nil, true), ("work", nil, false),
        ] as [(String, String?, Bool)])
    func theyAreThoseOfTheProfileThatIsAskedFor(
        profile: String, role: String?, isGuarded: Bool
    ) throws {
        let config =
            prod + """
                credtool_confirm = true
                [profile over]
                role_arn = arn:aws:iam::111122223333:role/Other
                source_profile = prod
                [profile included]
                include_profile = prod
                """
        let rails = try plan(config, profile: profile) { $0.role = role }.guardRails
        #expect(rails.isEmpty != isGuarded)
    }

    static let both: [(work: String, prod: String, rails: @Sendable (inout GuardRails) -> Void)] = [
        (
            "credtool_max_duration = 8h", "credtool_max_duration = 15m",
            {
                $0.maximumDuration = rail(.seconds(900), 6)
            }
        ),
        (
            "credtool_max_duration = 15m", "credtool_max_duration = 8h",
            {
                $0.maximumDuration = rail(.seconds(900), 2, of: "work")
            }
        ),
        (
            "credtool_allow_commands = *", "credtool_allow_commands = aws",
            {
                $0.allowedCommands = [rail(["aws"], 6), rail(["*"], 2, of: "work")]
            }
        ),
        (
            "credtool_allow_commands = aws", "credtool_allow_commands = aws",
            {
                $0.allowedCommands = [rail(["aws"], 6)]
            }
        ),
        (
            "credtool_confirm = true", "credtool_confirm = I mean it",
            {
                $0.confirmations = [rail(.phrase("I mean it"), 6)]
            }
        ),
        (
            "credtool_confirm = I mean it", "credtool_confirm = true",
            {
                $0.confirmations = [rail(.phrase("I mean it"), 2, of: "work")]
            }
        ),
        (
            "credtool_confirm = this", "credtool_confirm = that",
            {
                $0.confirmations = [rail(.phrase("that"), 6), rail(.phrase("this"), 2, of: "work")]
            }
        ),
        (
            "credtool_confirm = true", "credtool_confirm = true",
            {
                $0.confirmations = [rail(.yes, 6)]
            }
        ),
        (
            "credtool_confirm = true", "credtool_confirm = false",
            {
                $0.confirmations = [rail(.yes, 2, of: "work")]
            }
        ),
        (
            "credtool_read_only = true", "credtool_read_only = false",
            {
                $0.readOnly = rail(true, 2, of: "work")
            }
        ),
        ("", "credtool_reason = required", { $0.reason = rail(true, 6) }),
        (
            "credtool_title = WORK", "credtool_title = PRODUCTION",
            {
                $0.title = Setting("PRODUCTION", from: line(6))
            }
        ),
    ]

    @Test(arguments: both.indices)
    func ofTwoProfilesTheStricterCounts(row: Int) throws {
        let (work, prod, change) = Self.both[row]
        let config = """
            [profile work]
            \(work)
            [profile prod]
            role_arn = arn:aws:iam::111122223333:role/Deploy
            source_profile = work
            \(prod)
            """
        var rails = GuardRails()
        change(&rails)
        #expect(try plan(config, profile: "work") { $0.role = "prod" }.guardRails == rails)
    }

    @Test(arguments: [("*", "aws", "prod", 5), ("aws", "*", "work", 2)])
    func bothListsMustHaveTheProgram(
        work: String, prod: String, refusing: String, number: Int
    ) throws {
        let config = """
            [profile work]
            credtool_allow_commands = \(work)
            [profile prod]
            role_arn = arn:aws:iam::111122223333:role/Deploy
            credtool_allow_commands = \(prod)
            """
        let rails = try plan(config, profile: "work") { $0.role = "prod" }.guardRails
        let use = HandOver(command: "exec", program: "true")
        #expect(throws: GuardRailError.otherCommands(use, rail(["aws"], number, of: refusing))) {
            try rails.questions(for: use, hasReason: false, hasPerson: { true })
        }
    }

    // MARK: Reading

    @Test func theSessionIsLimitedToReading() throws {
        let plan = try plan(prod + "credtool_read_only = true", profile: "prod")
        #expect(
            plan.credentials.lastRole?.settings[.policyARNs]
                == Setting(
                    .policyARNs(["arn:aws:iam::aws:policy/ReadOnlyAccess"]), from: line(4)))
        let free = try PlanningTests.plan(prod + "credtool_read_only = false", profile: "prod")
        #expect(free.credentials.lastRole?.settings[.policyARNs] == nil)
    }

    @Test func whatCannotBeLimitedIsRefused() throws {
        let settings = "credtool_read_only = true\n"
        let policy = "arn:aws:iam::aws:policy/AdministratorAccess"
        #expect(
            refusal(settings) { $0.roleFlags[.policyARNs] = policy }
                == .readOnlyBesidePolicy(rail(true, 4), policy: .flag("--policy-arns")))
        #expect(
            refusal(settings + "policy_arns = \(policy)") { _ in }
                == .readOnlyBesidePolicy(rail(true, 4), policy: line(5)))
        let key = "[profile work]\ncredtool_read_only = true\n"
        #expect(
            refusal(key, profile: "work") { _ in }
                == .readOnlyWithoutRole(rail(true, 5, of: "work")))
        #expect(refusal(key, profile: "work") { $0.isOutlook = true } == nil)
        #expect(refusal(key, profile: "work") { $0.role = "Deploy" } == nil)
        #expect(refusal(key, profile: "work") { $0.federationToken = "me" } == nil)
        #expect(
            refusal(settings) {
                $0.rootOf = "444455556666"
                $0.taskPolicy = "IAMAuditRootUserCredentials"
            } == .readOnlyRoot(rail(true, 4)))
    }

    @Test(
        arguments: [
            (["AWS_SESSION_TOKEN": "x"], nil), ([:], rail(true, 2)),
        ] as [([String: String], GuardRail<Bool>?)])
    func aSessionThatIsLimitedAlreadyIsTaken(
        token: [String: String], refused: GuardRail<Bool>?
    ) throws {
        let environment = [
            "CREDTOOL_PROFILE": "prod", "AWS_ACCESS_KEY_ID": "ASIAX", "AWS_SECRET_ACCESS_KEY": "x",
        ].merging(token) { $1 }
        func inside() throws -> SessionPlan {
            try plan("[profile prod]\ncredtool_read_only = true\n", variables: environment)
        }
        if let refused {
            #expect(throws: GuardRailError.readOnlyWithoutRole(refused)) { try inside() }
        } else {
            #expect(try inside().isOuterSession)
        }
    }

    // MARK: Durations

    static let maximum = rail(Duration.seconds(1800), 4)

    @Test(arguments: [
        ("", 1800), ("duration_seconds = 900", 900), ("duration_seconds = 7200", 1800),
    ])
    func sessionsAreMadeNoLonger(setting: String, seconds: Int) throws {
        let plan = try plan(prod + "credtool_max_duration = 30m\n" + setting, profile: "prod")
        #expect(plan.credentials.duration?.value == .seconds(seconds))
    }

    @Test func sessionsOfKeysToo() throws {
        let config = "[profile work]\ncredtool_max_duration = 30m\n"
        #expect(
            try plan(config, profile: "work").credentials.duration?.value == .seconds(1800))
        let federated = try plan(config, profile: "work") { $0.federationToken = "me" }
        #expect(federated.credentials.duration?.value == .seconds(1800))
        let own = rail(Duration.seconds(1800), 2, of: "work")
        #expect(throws: GuardRailError.endless(maximum: own)) {
            try plan(config, profile: "work") { $0.noSession = true }
        }
    }

    @Test func aFlagThatAsksForMoreIsRefused() {
        let settings = "credtool_max_duration = 30m"
        let hour = Setting<Duration>(.seconds(3600), from: .flag("--duration"))
        #expect(
            refusal(settings) { $0.duration = hour.value }
                == .tooLong(hour, maximum: Self.maximum))
        #expect(refusal(settings) { $0.duration = .seconds(900) } == nil)
    }

    @Test func noSessionOutlivesMoreThanItMayLive() {
        let lasting = Setting<Duration>(.seconds(3600), from: .flag("--min-ttl"))
        #expect(
            refusal("credtool_max_duration = 30m") { $0.minimumTTL = lasting.value }
                == .minimumTTLTooLong(lasting, maximum: Self.maximum))
    }

    @Test(arguments: [(1800, true), (1860, true), (1861, false), (nil, false)] as [(Int?, Bool)])
    func whatOthersGiveIsLookedAt(seconds: Int?, isAllowed: Bool) throws {
        let rails = try plan(prod + "credtool_max_duration = 30m", profile: "prod").guardRails
        let lifetime = seconds.map { Duration.seconds($0) }
        let error = GuardRailError.livesTooLong(
            lifetime, maximum: Self.maximum, profile: "prod")
        if isAllowed {
            try rails.check(lifetime: lifetime, of: "prod")
        } else {
            #expect(throws: error) { try rails.check(lifetime: lifetime, of: "prod") }
        }
        try GuardRails().check(lifetime: lifetime, of: "prod")
    }

    // MARK: Reasons

    @Test(arguments: [
        ("TICKET-123", "TICKET-123"), ("fix the pipeline, again", "fix-the-pipeline,-again"),
        ("  a/b  ", "a-b"), ("Grüße", "Gr-e"),
        (String(repeating: "x", count: 70), String(repeating: "x", count: 64)),
    ])
    func aReasonIsTheSourceIdentity(reason: String, identity: String) throws {
        let plan = try plan(prod, profile: "prod") { $0.reason = reason }
        #expect(
            plan.credentials.lastRole?.settings.text(.sourceIdentity)
                == Setting(identity, from: .flag("--reason")))
    }

    @Test func besideASourceIdentityItIsATag() throws {
        let plan = try plan(
            prod + "source_identity = me\nsession_tags = Team=Blue,Reason=old", profile: "prod"
        ) { $0.reason = "fix, the pipeline" }
        let settings = plan.credentials.lastRole?.settings
        #expect(settings?.text(.sourceIdentity)?.value == "me")
        #expect(
            settings?[.tags]?.value
                == .tags([
                    SessionTag("Team", "Blue"), SessionTag("Reason", "fix- the pipeline"),
                ]))
    }

    @Test(arguments: ["-", "x", "???", "  "])
    func aReasonWithoutWordsIsNone(reason: String) {
        #expect(refusal("") { $0.reason = reason } == .emptyReason)
    }

    @Test(arguments: [
        ("prod", nil), ("web", "AssumeRoleWithWebIdentity takes none"),
        ("saml", "AssumeRoleWithSAML takes none"), ("work", "there is no role that could have it"),
    ])
    func whereAWSTakesNoneItIsTold(profile: String, note: String?) throws {
        let config =
            prod + """
                [profile web]
                role_arn = arn:aws:iam::111122223333:role/Deploy
                web_identity_token_file = /token
                [profile saml]
                saml_file = /response
                saml_role = Deploy
                """
        let plan = try plan(config, profile: profile) { $0.reason = "TICKET-1" }
        let notes = plan.reasons.filter { $0.hasPrefix("only the log has the reason") }
        #expect(notes == (note.map { ["only the log has the reason: \($0)"] } ?? []))
        if case .saml(let source) = plan.credentials.source {
            #expect(source.settings.entries.isEmpty)
        } else {
            let identity = plan.credentials.role?.settings[.sourceIdentity]
            #expect((identity != nil) == (note == nil))
        }
    }

    @Test(arguments: [RoleSetting.sourceIdentity, .tags, .externalID, .transitiveTagKeys])
    func aFlagThatACallDoesNotTakeIsRefused(setting: RoleSetting) throws {
        let web = """
            [profile web]
            role_arn = arn:aws:iam::111122223333:role/Deploy
            web_identity_token_file = /token
            """
        let error = PlanError.flagNotTaken(.flag("--\(setting.flag)"), by: .webIdentity)
        #expect(throws: error) {
            try plan(web, profile: "web") { $0.roleFlags[setting] = "a=b" }
        }
        let behind = try plan(web, profile: "web") {
            $0.role = "arn:aws:iam::111122223333:role/Other"
            $0.roleFlags[setting] = setting == .tags ? "a=b" : "ab"
        }
        #expect(behind.credentials.lastRole?.settings[setting] != nil)
    }

    @Test func withoutARoleItChangesNothing() throws {
        let with = try plan(profile: "work") { $0.reason = "x" }
        #expect(try with.credentials == plan(profile: "work").credentials)
    }
}
