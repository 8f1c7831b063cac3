// credtool export: prints the session for shells, files and other programs.
internal import Engine
internal import Flags
internal import Glibc
internal import Handover
internal import Planning
internal import Profiles

/// Prints credentials in the form that is asked for.
struct ExportCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let format = invocation.value(.format).flatMap(ExportFormat.init) ?? .shell
        let handedOver = Machine.handedOver
        let stale =
            CredentialVariables.standing(Machine.stands)
            + handedOver.names.map(String.init).filter { name in
                getenv(name) != nil && handedOver.contains(name, Machine.variable(name) ?? "")
            }
        let sessionEnvironment = try SessionEnvironment(
            machine.engine().credentials(for: CredentialRequest(invocation)))
        try machine.console.print(secret: format.text(sessionEnvironment, stale: stale))
    }
}

extension SessionEnvironment {
    /// What the credentials of a plan are handed over with.
    init(
        _ obtained: consuming Obtained, endpoint: consuming SessionEndpoint? = nil,
        masks: [(variable: String, value: String)] = []
    ) {
        let plan = obtained.plan
        self.init(
            credentials: obtained.takeCredentials(), region: plan.region?.value,
            profile: plan.profile.value, role: SessionRole(plan, variable: Machine.variable),
            accountID: plan.credentials.accountID,
            settings: plan.clientSettings.map { ($0.variable, $0.value.value) } + masks,
            endpoint: endpoint)
    }
}

extension SessionRole {
    /// The role whose session a plan leads to: the plan's own, or that of the outer session that is
    /// handed on as it stands.
    init?(_ plan: SessionPlan, variable: (String) -> String?) {
        if let role = plan.credentials.role {
            self.init(
                "\(role.role.value)", sessionName: role.settings.text(.sessionName)?.value)
        } else if let name = plan.credentials.sourceRole {
            self.init(name, sessionName: nil)
        } else if plan.isOuterSession {
            self.init(variable: variable)
        } else {
            return nil
        }
    }
}
