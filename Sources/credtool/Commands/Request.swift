// From flags and variables to what the planner is asked.
internal import Flags
internal import Model
internal import Planning
internal import Profiles
internal import Vault

extension PlanRequest {
    /// What a command line and the environment ask for.
    init(_ invocation: Invocation, _ world: World) {
        self.init()
        profile =
            invocation.profile.map { Setting($0, from: .flag("PROFILE")) }
            ?? world.setting("AWS_PROFILE")
        role = invocation.value(.role)
        duration = invocation.duration(.duration)
        mfaSerial = invocation.value(.mfaSerial)
        externalID = invocation.value(.externalID)
        sessionName = invocation.value(.sessionName)
        noSession = invocation.isSet(.noSession)
        endpointURL = world.setting("AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL")

        minimumTTL = invocation.duration(.minTTL)
        // SDKs renew what a credential_process gave 15 minutes before its end; a session with less
        // left would be asked for again at every call.
        if invocation.value(.format) == "process" { standardMinimumTTL = .seconds(16 * 60) }

        // Inside another exec the variable is that one's, not the user's own choice.
        let variable = world.setting("AWS_REGION", "AWS_DEFAULT_REGION")
        let isInherited = World.variable("CREDTOOL_PROFILE") != nil
        region =
            invocation.value(.region).map { Setting($0, from: .flag("--region")) }
            ?? (isInherited ? nil : variable)
        inheritedRegion = isInherited ? variable : nil
    }
}

extension World {
    /// What the planner is told of this machine.
    func facts(_ index: VaultIndex) -> PlanFacts {
        let (user, host) = userAndHost
        return PlanFacts(keys: index.entries.map(\.storedKey), user: user, host: host)
    }
}

/// A time that is left, to the minute unless it is less than one.
func rounded(_ duration: Duration) -> String {
    let seconds = duration.wholeSeconds
    return Duration.seconds(seconds < 60 ? seconds : (seconds + 30) / 60 * 60).argument
}
