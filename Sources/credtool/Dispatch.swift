// From a command line that was understood to the file of its command.
internal import Flags

/// An end without a message: the answer no to a question is no error to explain.
struct SilentExit: Error {
    let code: Int32
}

/// Runs the command of `invocation`.
func run(_ invocation: Invocation, in machine: Machine) throws {
    var machine = machine
    machine.console.isVerbose = invocation.isSet(.verbose)
    machine.activity = Activity(invocation)
    switch invocation.command {
    case .add, .importKeys, .list, .rotate, .remove, .login, .logout, .sso, .exec, .each, .export,
        .serve, .console, .use, .setupProcess, .plan, .whoami, .sign, .scan, .log, .clear, .vault,
        .lock, .watch:
        try machine.checkHome()
    case .unuse, .shellInit, .unlock, .doctor, .version, .help, .complete: break
    }
    switch invocation.command {
    case .add: try AddCommand(invocation: invocation, machine: machine).run()
    case .importKeys: try ImportCommand(invocation: invocation, machine: machine).run()
    case .list: try ListCommand(invocation: invocation, machine: machine).run()
    case .rotate: try RotateCommand(invocation: invocation, machine: machine).run()
    case .remove: try RemoveCommand(invocation: invocation, machine: machine).run()
    case .login:
        try machine.forPerson(invocation) { try LoginCommand(invocation: $0, machine: $1).run() }
    case .logout: try LogoutCommand(invocation: invocation, machine: machine).run()
    case .sso: try SSOCommand(invocation: invocation, machine: machine).run()
    case .exec:
        try machine.forPerson(invocation) { try ExecCommand(invocation: $0, machine: $1).run() }
    case .each: try EachCommand(invocation: invocation, machine: machine).run()
    case .export: try ExportCommand(invocation: invocation, machine: machine).run()
    case .serve: try ServeCommand(invocation: invocation, machine: machine).run()
    case .console:
        try machine.forPerson(invocation) { try ConsoleCommand(invocation: $0, machine: $1).run() }
    case .use:
        try machine.forPerson(invocation) { try UseCommand(invocation: $0, machine: $1).run() }
    case .unuse: try UseCommand(invocation: invocation, machine: machine).undo()
    case .shellInit: try ShellInitCommand(invocation: invocation, machine: machine).run()
    case .setupProcess:
        try SetupProcessCommand(invocation: invocation, machine: machine).run()
    case .clear: try ClearCommand(invocation: invocation, machine: machine).run()
    case .plan: try PlanCommand(invocation: invocation, machine: machine).run()
    case .whoami: try WhoamiCommand(invocation: invocation, machine: machine).run()
    case .sign: try SignCommand(invocation: invocation, machine: machine).run()
    case .vault: try VaultCommand(invocation: invocation, machine: machine).run()
    case .lock: try LockCommand(invocation: invocation, machine: machine).run()
    case .scan: try ScanCommand(invocation: invocation, machine: machine).run()
    case .log: try LogCommand(invocation: invocation, machine: machine).run()
    case .unlock: try UnlockCommand(invocation: invocation, machine: machine).run()
    case .doctor: try DoctorCommand(invocation: invocation, machine: machine).run()
    case .version: try machine.console.print("credtool \(version)")
    case .help:
        let text = help(for: invocation.topic, long: invocation.isLong)
        if invocation.isLong {
            try machine.console.page(text)
        } else {
            try machine.console.print(text)
        }
    case .complete: try CompleteCommand(invocation: invocation, machine: machine).run()
    case .watch: WatchCommand(machine: machine).run()
    }
}
