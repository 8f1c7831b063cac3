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
        let plan = try machine.engine().offlinePlan(PlanRequest(invocation))
        let document = PlanDocument(
            plan, endpoint: try Endpoint.sts(plan.sts.options).url,
            isFresh: invocation.isSet(.fresh), cache: machine.sessionCache().summaries(),
            signIn: SignInState(plan.credentials.source, SignInStores(machine), now: .now()),
            now: .now())
        if invocation.isSet(.json) { return try machine.console.print(document.json.text) }
        try machine.console.print(lines: document.text)
    }
}
