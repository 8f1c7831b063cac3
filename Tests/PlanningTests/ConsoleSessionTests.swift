// Which credentials open the console, whose they are where a user's do not, and for how long.
import Model
import Planning
import Profiles
import Testing

private let config = """
    [profile work]
    [profile mfa]
    source_profile = work
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    [profile role]
    role_arn = arn:aws:iam::111122223333:role/Deploy
    source_profile = work
    [profile guarded]
    role_arn = arn:aws:iam::111122223333:role/Deploy
    source_profile = work
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    [profile long]
    role_arn = arn:aws:iam::111122223333:role/Deploy
    source_profile = work
    mfa_serial = arn:aws:iam::111122223333:mfa/me
    duration_seconds = 7200
    [profile chained]
    role_arn = arn:aws:iam::111122223333:role/Other
    source_profile = role
    [profile token]
    role_arn = arn:aws:iam::111122223333:role/Web
    web_identity_token_file = /token
    [profile process]
    credential_process = print
    [profile program]
    role_arn = arn:aws:iam::111122223333:role/Deploy
    source_profile = process
    [profile sso]
    sso_session = my
    sso_account_id = 111122223333
    sso_role_name = Admin
    [profile beyond]
    role_arn = arn:aws:iam::111122223333:role/Deploy
    source_profile = sso
    [sso-session my]
    sso_start_url = https://d-1.awsapps.com/start
    sso_region = eu-central-1
    """

@Test(arguments: [
    ("work", true, false), ("mfa", true, false), ("role", false, true),
    // With a session of GetSessionToken before it a role counts as chained.
    ("guarded", false, false), ("long", false, true), ("chained", false, false),
    ("token", false, true), ("process", false, false), ("program", false, false),
    ("sso", false, true), ("beyond", false, false),
])
func whatOpensTheConsole(profile: String, isOfUser: Bool, takesDuration: Bool) throws {
    let plan = try plan(config, profile: profile).credentials
    #expect(plan.isOfUser == isOfUser)
    #expect(plan.takesConsoleDuration == takesDuration)
}

@Test func aKeyItselfIsAUsers() throws {
    let plan = try plan(config, profile: "work") { $0.noSession = true }
    #expect(plan.credentials.isOfUser)
}

@Test(arguments: [
    ("111122223333", "work", "me"), (nil, "work", "credtool"),
])
func aUserBecomesAFederatedUser(account: String?, profile: String, name: String) throws {
    let before = try plan(config, profile: profile, account: account)
    let after = try plan(config, profile: profile, account: account) { request in
        request.mfaSerial = "arn:aws:iam::111122223333:mfa/me"
        request.duration = .seconds(7200)
        request = request.federated(before)
    }
    #expect(after.credentials.summary == "key work > federated \(name) 7200")
    #expect(after.credentials.policies.count == 1 && !after.credentials.isOfUser)
}

@Test func policiesOfTheRequestStay() throws {
    let before = try plan(config, profile: "work")
    for change in [
        { $0.isReadOnly = true }, { $0.roleFlags[.policy] = "{}" },
        { $0.roleFlags[.policyARNs] = "arn:aws:iam::aws:policy/X" },
    ] as [(inout PlanRequest) -> Void] {
        var request = PlanRequest()
        change(&request)
        let federated = request.federated(before)
        #expect(federated.roleFlags == request.roleFlags)
        #expect(federated.isReadOnly == request.isReadOnly)
    }
}

@Test func aUserWhoIsToReadAloneGetsNoPolicyBesideThat() throws {
    let config = "[profile work]\ncredtool_read_only = true\n"
    let before = try plan(config, profile: "work") { $0.isOutlook = true }
    let after = try plan(config, profile: "work") { $0 = $0.federated(before) }
    guard case .federationToken(let call)? = after.credentials.calls.last else {
        Issue.record("\(after.credentials)")
        return
    }
    #expect(call.settings[.policy] == nil)
    #expect(
        call.settings[.policyARNs]?.value
            == .policyARNs(["arn:aws:iam::aws:policy/ReadOnlyAccess"]))
}
