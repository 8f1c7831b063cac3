// The program: reads the command line, runs the command, says what went wrong, ends.
internal import Flags
internal import Glibc
internal import System

/// credtool. Not in a main.swift: variables at top level are guarded by the concurrency runtime, whose
/// start every run would pay for.
@main
enum Program {
    static func main() {
        CurrentProcess.start()
        let machine = Machine()
        var command: Command?
        do {
            let arguments = CurrentProcess.arguments.dropFirst().map { String(path: $0) }
            let invocation = try parse(arguments)
            command = invocation.command
            try run(invocation, in: machine)
        } catch let error as SilentExit {
            exit(error.code)
        } catch {
            let failure = Failure(error)
            machine.console.report(failure)
            exit(failure.exitCode(of: command ?? (error as? UsageError)?.command))
        }
    }
}
