// credtool plan: tells what exec would do, and why; nothing is asked of AWS or the keyring.
internal import AWS
internal import Engine
internal import Flags
internal import FoundationEssentials
internal import Model
internal import Planning
internal import Profiles
internal import Store

/// Prints the plan that `exec` with the same flags carries out.
struct PlanCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        let plan = try SessionCommand(invocation, machine).offlinePlan()
        let document = PlanDocument(
            plan, endpoint: try Endpoint.sts(plan.sts.options).url,
            isFresh: invocation.isSet(.fresh), cache: machine.sessionCache().summaries(),
            now: .now())
        if invocation.isSet(.json) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return try machine.console.print(
                String(decoding: try encoder.encode(document), as: UTF8.self))
        }
        try machine.console.print(lines: document.text)
    }
}
