// What a shell under a session is introduced with.
internal import Handover
internal import Model
internal import Planning

/// What a person is to know of the session that a shell has.
struct ShellSession: Equatable {
    /// The profile that it was asked for under.
    var profile: String
    /// The role, federated user or root user whose session it is; nil where it is the key's own user.
    var subject: String?
    /// Twelve digits, where the account is known.
    var accountID: String?
    /// How long the credentials live; nil where they have no end that is known.
    var timeLeft: Duration?

    init(profile: String, subject: String?, accountID: String?, timeLeft: Duration?) {
        self.profile = profile
        self.subject = subject
        self.accountID = accountID
        self.timeLeft = timeLeft
    }

    /// Of a plan whose credentials live for so long.
    init(
        _ plan: SessionPlan, role: SessionRole?, accountID account: String?, timeLeft: Duration?
    ) {
        profile = plan.profile.value
        self.timeLeft = timeLeft
        let credentials = plan.credentials
        accountID = account
        switch credentials.calls.last {
        case .federationToken(let call): subject = "federated user \(call.name.value)"
        case .assumeRoot(let call):
            subject = "root user"
            accountID = call.account.value
        case .assumeRole, .sessionToken, nil:
            guard let role else { return }
            let arn = ARN(role.name)
            subject = "role \(arn?.roleName ?? role.name)"
            accountID = arn?.accountID ?? account
        }
    }

    /// The one line, without what is not known.
    var greeting: String {
        var text = "this shell has profile \(profile)"
        if let subject { text += ", \(subject)" }
        if let accountID { text += ", account \(accountID)" }
        if let timeLeft { text += ", \(rounded(timeLeft)) left" }
        return text + "; exit ends it"
    }
}
