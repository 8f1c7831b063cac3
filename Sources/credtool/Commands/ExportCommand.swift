// credtool export: prints the session for shells, files and other programs.
internal import Engine
internal import Flags
internal import Glibc
internal import Handover
internal import Model
internal import Planning
internal import Profiles
internal import System

/// Prints credentials in the form that is asked for.
struct ExportCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let format = invocation.value(.format).flatMap(ExportFormat.init) ?? .shell
        if invocation.isSet(.unset) { return try unset(format) }
        if Terminal.isTerminal(1), !invocation.isSet(.showSecrets) {
            throw HandoverFailure.secretsOnTerminal(format, profile: invocation.profile)
        }
        guard format == .github else {
            let session = try machine.session(invocation)
            return try machine.console.print(secret: session.text(in: format))
        }
        let path = try jobFile()
        let session = try machine.session(invocation)
        // What comes after the masks is safe from the log.
        try machine.console.print(secret: ExportFormat.masks(session))
        try AppendedFile.append(session.text(in: format), to: path)
    }

    /// Prints what takes the variables away, or has later steps of a job go without.
    private func unset(_ format: ExportFormat) throws {
        guard let text = format.unsetting(Machine.sessionVariables) else {
            throw HandoverFailure.nothingToUnset(format)
        }
        guard format == .github else { return try machine.console.print(text) }
        try AppendedFile.append(Secret(text), to: try jobFile())
    }

    /// The file that a job of GitHub Actions sets variables by.
    private func jobFile() throws -> String {
        guard let path = Machine.pathVariable("GITHUB_ENV") else { throw HandoverFailure.noJobFile }
        return path
    }
}

extension Machine {
    /// The session that a command line asks for.
    func session(_ invocation: Invocation) throws -> SessionEnvironment {
        SessionEnvironment(try engine().credentials(for: CredentialRequest(invocation)))
    }

    /// The variables of a session that an outer credtool has handed over, or `credtool export` to this
    /// shell.
    static var sessionVariables: [String] { SessionEnvironment.names + handedOverSettings }

    /// Those settings of an outer session that are as it set them.
    fileprivate static var handedOverSettings: [String] {
        let handedOver = handedOver
        return handedOver.names.map(String.init).filter { name in
            getenv(name) != nil && handedOver.contains(name, variable(name) ?? "")
        }
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

    /// The text of a format, in which the credentials of others that stand here are unset.
    func text(in format: ExportFormat) throws(UnwritableValue) -> Secret {
        try format.text(
            self,
            stale: CredentialVariables.standing(Machine.stands) + Machine.handedOverSettings)
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
