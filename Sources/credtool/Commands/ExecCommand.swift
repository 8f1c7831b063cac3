// credtool exec: becomes another program, with the session in its environment.
internal import Engine
internal import Flags
internal import Glibc
internal import Handover
internal import Model
internal import Planning
internal import System

/// Runs a program under a session.
struct ExecCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let arguments = try commandLine()
        let program = String(path: arguments[0])
        var request = CredentialRequest(invocation)
        request.program = program
        if invocation.isSet(.server) { request = try machine.engine().admitted(request) }
        let companion =
            try invocation.isSet(.server)
            ? SessionCompanion.start(beside: request, machine) : nil
        let obtained = try obtained(request)
        let plan = obtained.plan
        let endpoint = try companion?.serve(obtained)
        let masks = endpoint == nil ? [] : machine.masksOfDefault()
        let session = SessionEnvironment(obtained, endpoint: endpoint, masks: masks)
        if invocation.commandStart == nil { greet(plan, session) }
        machine.showTitle(of: plan)
        let environment = ChildEnvironment.entries(
            inherited: CurrentProcess.environment, session: session,
            handedOver: Machine.handedOver)
        machine.console.trace("running \(program)")
        throw CurrentProcess.execute(arguments: arguments, environment: environment)
    }

    /// Says what the shell that is about to run has, where a person will see it: a shell is there for
    /// one if its standard input and its standard error are terminals.
    ///
    /// Source: POSIX, Shell & Utilities, sh, option -i.
    private func greet(_ plan: SessionPlan, _ session: borrowing SessionEnvironment) {
        guard Terminal.isTerminal(0), Terminal.isTerminal(2) else { return }
        let timeLeft = session.credentials.expiration.map { $0 - .now() }
        let shown = ShellSession(
            plan, role: session.role, accountID: session.accountID, timeLeft: timeLeft)
        machine.console.say(shown.greeting)
    }

    private func obtained(_ request: CredentialRequest) throws -> Obtained {
        do throws(EngineError) { return try machine.engine().credentials(for: request) } catch {
            if case .plan(.unknownProfile(let name, .flag, nearest: nil)) = error,
                invocation.commandStart != nil
            {
                throw Failure.profileComesFirst(name)
            }
            throw error
        }
    }

    /// The child's words as this process got them, byte for byte; the user's shell without any.
    private func commandLine() throws -> [UnsafeMutablePointer<CChar>] {
        if let start = invocation.commandStart {
            return Array(CurrentProcess.arguments[start...])
        }
        let shell = Machine.shell
        guard let copy = shell.withPath({ strdup($0) }) else { throw SystemError("strdup", shell) }
        return [copy]
    }
}
