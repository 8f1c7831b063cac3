// The words for guard rails: what is asked, and why nothing is handed over.
internal import Model
internal import Planning
internal import Profiles
internal import System

extension GuardRailError {
    var wording: Wording {
        switch self {
        case .otherCommands(let use, let rail):
            Wording(
                "profile \(rail.profile) is not for \(quoted(use.name)): credtool_allow_commands"
                    + " (\(rail.origin)) has \(rail.value.joined(separator: ", "))",
                hint: "credtool plan \(typed(rail.profile)) shows what else guards the profile")
        case .needsPerson(.reason(let rail)):
            Wording(
                "profile \(rail.profile) is used for a reason (credtool_reason, \(rail.origin)), and"
                    + " nobody can be asked for it here",
                hint: "--reason TEXT gives one")
        case .needsPerson(.confirmation(let rail)):
            Wording(
                "profile \(rail.profile) is used after a person's yes (credtool_confirm,"
                    + " \(rail.origin)), and nobody can be asked here",
                hint: "type the command on a terminal; scripts need a profile without"
                    + " credtool_confirm")
        case .unanswered(.reason(let rail)):
            Wording(
                "no reason was given to use profile \(rail.profile)",
                hint: "--reason TEXT gives one")
        case .unanswered(.confirmation(let rail)):
            switch rail.value {
            case .yes:
                Wording(
                    "profile \(rail.profile) is not used, as nobody said yes",
                    hint: "y or yes is the answer that goes on")
            case .phrase(let phrase):
                Wording(
                    "profile \(rail.profile) is not used, as that was not the phrase",
                    hint: "to go on, type \(phrase)")
            }
        case .emptyReason:
            Wording(
                "--reason has nothing that AWS takes",
                hint: "2 letters or digits at least: --reason TICKET-123")
        case .readOnlyWithoutRole(let rail):
            Wording(
                "\(Self.reading(rail)), and only the session of a role can be limited to that",
                hint: "add --role ROLE; or, where there is a key, --federation-token NAME")
        case .readOnlyBesidePolicy(let rail, let policy):
            Wording(
                "\(Self.reading(rail)), and another session policy would allow more (\(policy))",
                hint: "leave one of them out")
        case .readOnlyRoot(let rail):
            Wording(
                "\(Self.reading(rail)), and the session of a root user cannot be limited to that",
                hint: "leave --root-of out")
        case .tooLong(let asked, let maximum):
            Wording(
                "\(asked.origin) is \(spoken(asked.value)), and \(Self.allowed(maximum))",
                hint: "--duration \(spoken(maximum.value))")
        case .minimumTTLTooLong(let asked, let maximum):
            Wording(
                "\(asked.origin) is \(spoken(asked.value)), and \(Self.allowed(maximum))",
                hint: "--min-ttl \(spoken(maximum.value / 2)), or anything shorter than"
                    + " \(spoken(maximum.value))")
        case .endless(let maximum):
            Wording(
                "--no-session hands out the key itself, which does not end, and"
                    + " \(Self.allowed(maximum))",
                hint: "leave --no-session out")
        case .livesTooLong(let lifetime, let maximum, let profile):
            Wording(
                "the credentials of profile \(profile) "
                    + (lifetime.map { "live for \(rounded($0))" } ?? "do not end")
                    + ", and \(Self.allowed(maximum))",
                hint:
                    "whoever gives them says how long: have that shortened there, or assume a role"
                    + " from them: --role ROLE")
        }
    }

    private static func reading(_ rail: GuardRail<Bool>) -> String {
        "profile \(rail.profile) is for reading alone (credtool_read_only, \(rail.origin))"
    }

    private static func allowed(_ maximum: GuardRail<Duration>) -> String {
        "profile \(maximum.profile) allows \(spoken(maximum.value))"
            + " (credtool_max_duration, \(maximum.origin))"
    }
}

extension GuardQuestion {
    /// The profile whose rail asks it.
    fileprivate var profile: String {
        switch self {
        case .reason(let rail): rail.profile
        case .confirmation(let rail): rail.profile
        }
    }
}

extension Machine {
    /// Asks a person what the guard rails of a profile want to know.
    func answer(
        _ question: GuardQuestion, _ plan: SessionPlan, for use: HandOver
    ) throws(GuardRailError) -> String {
        let account = plan.credentials.accountID.map { " (account \($0))" } ?? ""
        let what = "profile \(question.profile)\(account) for \(use.name)"
        do throws(TerminalError) {
            switch question {
            case .reason: return try Terminal.ask("Reason to use \(what): ")
            case .confirmation(let rail):
                switch rail.value {
                case .yes:
                    if try Terminal.confirm("Use \(what)?") { return "yes" }
                case .phrase(let phrase):
                    let typed = try Terminal.ask("Type \(quoted(phrase)) to use \(what): ")
                    if typed == phrase { return typed }
                }
            }
        } catch {
            guard error == .ended else { throw .needsPerson(question) }
        }
        throw .unanswered(question)
    }

    /// Shows on the terminal that a guarded profile is in use: its title stands until the shell sets
    /// its own again, as most do with each prompt.
    ///
    /// Source: XTerm Control Sequences, "Operating System Commands", 2.
    func showTitle(of plan: SessionPlan) {
        guard let title = plan.guardRails.title, Terminal.isTerminal(2),
            let term = Machine.variable("TERM"), Terminal.isCapable(term), term != "linux"
        else { return }
        _ = Terminal.show("\u{1b}]2;\(title.value.visible)\u{7}")
    }
}
