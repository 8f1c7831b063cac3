// credtool plan: tells what exec would do, and why; nothing is asked of AWS.
internal import AWS
internal import Engine
internal import Flags
internal import Model
internal import Planning
internal import Store

/// Prints the plan that `exec` with the same flags carries out.
struct PlanCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let engine = machine.engine()
        let plan = try engine.offlinePlan(PlanRequest(invocation))
        var document = PlanDocument(
            plan, endpoint: try Endpoint.sts(plan.sts.options).url,
            isFresh: invocation.isSet(.fresh), cache: machine.sessionCache().summaries(),
            signIn: SignInState(plan.credentials.source, SignInStores(machine), now: .now()),
            now: .now())
        document.reasons += PlanNotes.lines(plan, try machine.configFiles())
        if invocation.isSet(.server) { document.reasons += machine.notesOfServer() }
        let obstacle = document.needsSource ? engine.obstacle(to: plan) : nil
        document.obstacle = obstacle.map { Failure($0).message }
        if invocation.isSet(.json) {
            try machine.console.print(document.json.text)
        } else {
            try machine.console.print(lines: document.text)
        }
        if let obstacle { throw obstacle }
    }
}
