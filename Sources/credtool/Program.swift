// The program: reads the command line, runs the command, says what went wrong, ends.
internal import Flags
internal import Glibc
internal import System

/// credtool. It stands in a function: variables at top level, and a type marked as the main one, are
/// guarded by the concurrency runtime, whose start every run would pay for.
enum Program {
    static func run() {
        CurrentProcess.start()
        let machine = Machine()
        var command: Command?
        var profile: String?
        do {
            let arguments = CurrentProcess.arguments.dropFirst().map { String(path: $0) }
            let invocation = try parse(arguments)
            command = invocation.command
            profile = invocation.profile
            try credtool.run(invocation, in: machine)
        } catch let error as SilentExit {
            exit(error.code)
        } catch {
            let failure = Failure(error)
            machine.console.report(failure)
            // Perhaps it was to be planned by a setting whose name has a slip in it.
            if case .plan = failure {
                machine.tellMisspeltSettings(
                    behind: profile ?? Machine.variable("AWS_PROFILE") ?? "default")
            }
            exit(failure.exitCode(of: command ?? (error as? UsageError)?.command))
        }
    }
}
