// credtool export: prints the session for shells, files and other programs.
internal import Flags
internal import Handover

/// Prints credentials in the form that is asked for.
struct ExportCommand {
    let invocation: Invocation
    let world: World

    func run() throws {
        let format = invocation.value(.format).flatMap(ExportFormat.init) ?? .shell
        let stale = CredentialVariables.standing { World.variable($0) != nil }
        let handedOver = try SessionCommand(invocation, world).handedOver()
        try world.console.print(secret: format.text(handedOver, stale: stale))
    }
}
