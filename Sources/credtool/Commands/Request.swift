// From flags and variables to what the engine is asked.
internal import Engine
internal import Flags
internal import Model
internal import Planning
internal import Profiles

extension CredentialRequest {
    /// What a command line and the environment ask for.
    init(_ invocation: Invocation) {
        self.init(PlanRequest(invocation))
        isFresh = invocation.isSet(.fresh)
        givenCode = invocation.value(.mfaToken)
        handOver = HandOver(invocation)
    }
}

extension HandOver {
    /// Who gets credentials by a command line; nil where it is a look at them, or at a plan.
    init?(_ invocation: Invocation) {
        switch invocation.command {
        case .exec, .each, .export, .serve, .console, .use, .sign:
            self.init(
                command: invocation.command.rawValue, program: Activity(invocation).program)
        case .add, .importKeys, .list, .rotate, .remove, .login, .logout, .sso, .unuse, .shellInit,
            .setupProcess, .plan, .whoami, .scan, .log, .clear, .vault, .unlock, .lock, .doctor,
            .version, .help, .complete, .watch:
            return nil
        }
    }
}

extension PlanRequest {
    /// What a command line and the environment ask for.
    init(_ invocation: Invocation) {
        self.init()
        profile =
            invocation.profile.map { Setting($0, from: .flag("PROFILE")) }
            ?? Machine.setting("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
        // A plan that is shown is the one of exec.
        isOutlook = HandOver(invocation) == nil && invocation.command != .plan
        role = invocation.value(.role)
        ssoStartURL = invocation.value(.sso)
        ssoAccount = invocation.value(.account)
        for setting in SAMLSetting.allCases {
            guard let name = setting.flag, let flag = Flag(rawValue: name) else { continue }
            if let value = invocation.value(flag) { samlFlags[setting] = value }
        }
        duration = invocation.duration(.duration)
        region = invocation.value(.region)
        mfaSerial = invocation.value(.mfaSerial)
        mfaPrompt = invocation.value(.mfaPrompt).flatMap { MFAPromptMethod(rawValue: $0) }
        for setting in RoleSetting.allCases where setting != .duration {
            guard let flag = Flag(rawValue: setting.flag) else { continue }
            if let value = invocation.value(flag) { roleFlags[setting] = value }
        }
        reason = invocation.value(.reason)
        isReadOnly = invocation.isSet(.readOnly)
        federationToken = invocation.value(.federationToken)
        rootOf = invocation.value(.rootOf)
        taskPolicy = invocation.value(.taskPolicy)
        noSession = invocation.isSet(.noSession)

        minimumTTL = invocation.duration(.minTTL)
        // SDKs renew what a credential_process gave 15 minutes before its end; a session with less
        // left would be asked for again at every call.
        if invocation.value(.format) == "process" { standardMinimumTTL = .seconds(16 * 60) }
        inheritedRegion = Machine.inheritedRegion
    }
}
