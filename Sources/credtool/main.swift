// The program: reads the command line, runs the command, says what went wrong, ends.
internal import Flags
internal import Glibc
internal import System

CurrentProcess.start()

let machine = Machine()
var invocation: Invocation?
do {
    let parsed = try parse(CurrentProcess.arguments.dropFirst().map { String(path: $0) })
    invocation = parsed
    try run(parsed, in: machine)
} catch let error as SilentExit {
    exit(error.code)
} catch {
    let failure = Failure(error)
    machine.console.report(failure)
    exit(failure.exitCode(of: invocation?.command ?? (error as? UsageError)?.command))
}
