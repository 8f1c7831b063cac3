// From flags and variables to what the planner is asked.
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import System
internal import Vault

extension PlanRequest {
    /// What a command line and the environment ask for.
    init(_ invocation: Invocation, _ machine: Machine) {
        self.init()
        profile =
            invocation.profile.map { Setting($0, from: .flag("PROFILE")) }
            ?? machine.setting("AWS_PROFILE")
        role = invocation.value(.role)
        duration = invocation.duration(.duration)
        region = invocation.value(.region)
        mfaSerial = invocation.value(.mfaSerial)
        mfaPrompt = invocation.value(.mfaPrompt).flatMap { MFAPromptMethod(rawValue: $0) }
        externalID = invocation.value(.externalID)
        sessionName = invocation.value(.sessionName)
        sourceIdentity = invocation.value(.sourceIdentity)
        sessionTags = invocation.value(.sessionTags)
        transitiveTags = invocation.value(.transitiveTags)
        policy = invocation.value(.policy)
        policyARNs = invocation.value(.policyARNs)
        isReadOnly = invocation.isSet(.readOnly)
        federationToken = invocation.value(.federationToken)
        rootOf = invocation.value(.rootOf)
        taskPolicy = invocation.value(.taskPolicy)
        noSession = invocation.isSet(.noSession)

        minimumTTL = invocation.duration(.minTTL)
        // SDKs renew what a credential_process gave 15 minutes before its end; a session with less
        // left would be asked for again at every call.
        if invocation.value(.format) == "process" { standardMinimumTTL = .seconds(16 * 60) }
        if Machine.isInsideExec {
            inheritedRegion = machine.setting(
                Machine.regionVariables[0], Machine.regionVariables[1])
        }
    }
}

extension Machine {
    static let regionVariables = ["AWS_REGION", "AWS_DEFAULT_REGION"]

    /// Whether another `credtool exec` set this environment.
    static var isInsideExec: Bool { variable("CREDTOOL_PROFILE") != nil }

    /// What the planner is told of this machine.
    func facts(_ index: VaultIndex) -> PlanFacts {
        let (user, host) = userAndHost
        return PlanFacts(
            keys: index.entries.map(\.storedKey), user: user, host: host,
            variable: { name in
                // Inside another exec the region is that one's, not the user's own choice.
                if Machine.isInsideExec, Machine.regionVariables.contains(name) { return nil }
                return Machine.variable(name)
            },
            file: { path in
                guard let bytes = try? AtomicFile.read(Machine.expanded(path)) else { return nil }
                return String(validating: bytes, as: UTF8.self)
            })
    }

    /// A path with the home directory in the place of a leading `~`.
    static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = pathVariable("HOME") else { return path }
        return home + path.dropFirst()
    }
}

/// A time that is left, to the minute unless it is less than one.
func rounded(_ duration: Duration) -> String {
    let seconds = duration.wholeSeconds
    return Duration.seconds(seconds < 60 ? seconds : (seconds + 30) / 60 * 60).argument
}
