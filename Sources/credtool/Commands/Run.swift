// From a command line that was understood to the file of its command.
internal import Flags

/// An end without a message: the answer no to a question is no error to explain.
struct SilentExit: Error {
    let code: Int32
}

/// Runs the command of `invocation`.
func run(_ invocation: Invocation, in world: World) throws {
    var world = world
    world.console.isVerbose = invocation.isSet(.verbose)
    switch invocation.command {
    case .add: try AddCommand(invocation: invocation, world: world).run()
    case .list: try ListCommand(invocation: invocation, world: world).run()
    case .remove: try RemoveCommand(invocation: invocation, world: world).run()
    case .exec: try ExecCommand(invocation: invocation, world: world).run()
    case .export: try ExportCommand(invocation: invocation, world: world).run()
    case .clear: try ClearCommand(invocation: invocation, world: world).run()
    case .plan: try PlanCommand(invocation: invocation, world: world).run()
    case .whoami: try WhoamiCommand(invocation: invocation, world: world).run()
    case .version: try world.console.print("credtool \(version)")
    case .help: try world.console.print(help(for: invocation.topic, long: invocation.isLong))
    case .complete: try CompleteCommand(invocation: invocation, world: world).run()
    }
}
