// The words for guard rails: what is asked, and why nothing is handed over.
internal import Model
internal import Planning
internal import Profiles
internal import System

extension GuardRailError {
    var wording: Wording {
        switch self {
        case .otherCommands(let use, let profile, let allowed):
            Wording(
                "profile \(profile) is not for \(quoted(use.name)): credtool_allow_commands"
                    + " (\(allowed.origin)) has \(allowed.value.joined(separator: ", "))",
                hint: "credtool plan \(typed(profile)) shows what else guards the profile")
        case .needsPerson(.reason(let origin), let profile):
            Wording(
                "profile \(profile) is used for a reason (credtool_reason, \(origin)), and nobody"
                    + " can be asked for it here",
                hint: "--reason TEXT gives one")
        case .needsPerson(.yes(let origin), let profile),
            .needsPerson(.phrase(_, let origin), let profile):
            Wording(
                "profile \(profile) is used after a person's yes (credtool_confirm, \(origin)), and"
                    + " nobody can be asked here",
                hint: "type the command on a terminal; scripts need a profile without"
                    + " credtool_confirm")
        case .unanswered(.reason, let profile):
            Wording(
                "no reason was given to use profile \(profile)", hint: "--reason TEXT gives one")
        case .unanswered(.yes, let profile):
            Wording(
                "profile \(profile) is not used, as nobody said yes",
                hint: "y or yes is the answer that goes on")
        case .unanswered(.phrase(let phrase, _), let profile):
            Wording(
                "profile \(profile) is not used, as that was not the phrase",
                hint: "to go on, type \(phrase)")
        case .emptyReason:
            Wording(
                "--reason has nothing that AWS takes",
                hint: "2 letters or digits at least: --reason TICKET-123")
        case .readOnlyWithoutRole(let origin):
            Wording(
                "the profile is for reading alone (credtool_read_only, \(origin)), and only the"
                    + " session of a role can be limited to that",
                hint: "add --role ROLE; or, where there is a key, --federation-token NAME")
        case .readOnlyBesidePolicy(let origin, let policy):
            Wording(
                "the profile is for reading alone (credtool_read_only, \(origin)), and another"
                    + " session policy would allow more (\(policy))",
                hint: "leave one of them out")
        case .readOnlyRoot(let origin):
            Wording(
                "the profile is for reading alone (credtool_read_only, \(origin)), and the session of"
                    + " a root user cannot be limited to that",
                hint: "leave --root-of out")
        case .tooLong(let asked, let maximum):
            Wording(
                "\(asked.origin) is \(spoken(asked.value)), and the profile allows"
                    + " \(spoken(maximum.value)) (credtool_max_duration, \(maximum.origin))",
                hint: "--duration \(spoken(maximum.value))")
        case .endless(let maximum):
            Wording(
                "--no-session hands out the key itself, which does not end, and the profile allows"
                    + " \(spoken(maximum.value)) (credtool_max_duration, \(maximum.origin))",
                hint: "leave --no-session out")
        case .livesTooLong(let lifetime, let maximum, let profile):
            Wording(
                "the credentials of profile \(profile) "
                    + (lifetime.map { "live for \(rounded($0))" } ?? "do not end")
                    + ", and the profile allows \(spoken(maximum.value))"
                    + " (credtool_max_duration, \(maximum.origin))",
                hint:
                    "whoever gives them says how long: have that shortened there, or assume a role"
                    + " from them: --role ROLE")
        }
    }
}

extension Machine {
    /// Asks a person what the guard rails of a profile want to know.
    func answer(
        _ question: GuardQuestion, _ plan: SessionPlan, for use: HandOver
    ) throws(GuardRailError) -> String {
        let profile = plan.profile.value
        let account = plan.credentials.accountID.map { " (account \($0))" } ?? ""
        let what = "profile \(profile)\(account) for \(use.name)"
        do throws(TerminalError) {
            switch question {
            case .reason: return try Terminal.ask("Reason to use \(what): ")
            case .yes:
                if try Terminal.confirm("Use \(what)?") { return "yes" }
            case .phrase(let phrase, _):
                let typed = try Terminal.ask("Type \(quoted(phrase)) to use \(what): ")
                if typed == phrase { return typed }
            }
        } catch {
            guard error == .ended else { throw .needsPerson(question, profile: profile) }
        }
        throw .unanswered(question, profile: profile)
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
