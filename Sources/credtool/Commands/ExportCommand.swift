// credtool export: prints the session for shells, files and other programs.
internal import Flags
internal import Handover

/// Prints credentials in the form that is asked for.
struct ExportCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let format = invocation.value(.format).flatMap(ExportFormat.init) ?? .shell
        let stale = CredentialVariables.standing { Machine.variable($0) != nil }
        let sessionEnvironment = try SessionCommand(invocation, machine).sessionEnvironment()
        try machine.console.print(secret: format.text(sessionEnvironment, stale: stale))
    }
}
