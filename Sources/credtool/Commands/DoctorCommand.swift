// credtool doctor: looks at all that credtool depends on, says what is wrong and how to mend it.
internal import Flags
internal import Model
internal import System

/// Runs the checks. Nobody is asked for anything, and nothing that hangs is waited for.
struct DoctorCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        var report = DoctorReport(findings())
        if invocation.isSet(.fix) { mend(&report) }
        if invocation.isSet(.json) {
            try machine.console.print(report.json.text)
        } else {
            try machine.console.print(lines: report.text)
        }
        guard report.problems == 0 else {
            throw DoctorFailure.problems(report.problems, fixable: report.fixable)
        }
        if !invocation.isSet(.json) { machine.console.say("nothing is wrong") }
    }

    private func findings() -> [Finding] {
        let machine = machine
        // Without a home, nobody knows whose files would be looked at.
        do { try machine.checkHome() } catch {
            return [Finding(.problem, .config, Failure(error).wording)]
                + Checkup.findings(of: [Check(area: .kernel, look: KernelKeyringCheck.look)])
        }
        machine.console.status("looking at the config files")
        defer { machine.console.status(nil) }
        guard let ground = Limited.value(within: Checkup.limit, { Ground(machine) }) else {
            return [Checkup.late(.config, Checkup.limit)]
                + Checkup.findings(of: Self.checks(machine, Ground()).filter { $0.area != .files })
        }
        machine.console.status("looking at keyrings, files and network")
        return ground.configFindings + Checkup.findings(of: Self.checks(machine, ground))
    }

    private static func checks(_ machine: Machine, _ ground: Ground) -> [Check] {
        [
            Check(area: .keyring) { KeyringCheck.look(machine, ground) },
            Check(area: .kernel, look: KernelKeyringCheck.look),
            Check(area: .environment) { EnvironmentCheck.look(ground) },
            Check(area: .environment) { WatchCheck.look(ground) },
            Check(area: .files) { FileCheck.look(machine, ground) },
            Check(area: .network) { NetworkCheck.look(machine, ground) },
            Check(area: .certificates) { CertificateCheck.look(machine, ground) },
        ]
    }

    /// Mends what can be, each once however many findings it mends.
    private func mend(_ report: inout DoctorReport) {
        var outcomes: [Repair: RepairOutcome] = [:]
        for position in report.entries.indices {
            guard let repair = report.entries[position].finding.repair else { continue }
            let outcome = outcomes[repair] ?? machine.carryOut(repair)
            outcomes[repair] = outcome
            report.entries[position].outcome = outcome
        }
    }
}
