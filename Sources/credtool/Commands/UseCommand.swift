// credtool use, unuse and shell-init: sessions for the shell at hand.
internal import Flags
internal import Handover
internal import Model
internal import System

/// Prints what changes the shell, for the functions of its script.
struct UseCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let shell = try shell
        if Terminal.isTerminal(1) {
            throw HandoverFailure.secretsOnTerminal(shell.format, profile: invocation.profile)
        }
        let session = try machine.session(invocation)
        let text = try session.text(in: shell.format)
        try machine.console.print("\(Shell.mark) use")
        try machine.console.print(secret: text)
    }

    /// The same for `unuse`.
    func undo() throws {
        let text = try shell.format.unsetting(Machine.sessionVariables) ?? ""
        try machine.console.print("\(Shell.mark) unuse\n\(text)")
    }

    /// The shell whose function asks: no program can change the shell that it runs in.
    private var shell: Shell {
        get throws {
            guard let shell = Machine.variable(Shell.variable).flatMap(Shell.init) else {
                let name = Machine.variable("SHELL")?.split(separator: "/").last
                throw HandoverFailure.noShellFunctions(
                    command: invocation.command.rawValue,
                    shell: name.flatMap { Shell(rawValue: String($0)) })
            }
            return shell
        }
    }
}

/// Prints the script of a shell.
struct ShellInitCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        guard let shell = invocation.shell else { return }
        try machine.console.print(shell.initScript)
    }
}
