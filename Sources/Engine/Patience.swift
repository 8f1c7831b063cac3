// How long another process is waited for that obtains the same session.
internal import AWS
internal import Model
internal import Planning

extension PlanRunner {
    /// Somewhat longer than what the stage may take; who holds its lock for longer is taken for
    /// stuck, and each process asks AWS itself.
    func patience(of stage: Int) -> Duration {
        var patience: Duration = .seconds(10)
        if stage > 0 {
            let call = plan.credentials.calls[stage - 1]
            patience += CallLimits().whole
            if call.mfaSerial != nil { patience += Self.person }
        }
        // The source is asked behind the lock of the first call that needs it.
        if stage <= 1 { patience += plan.credentials.source.patience }
        return patience
    }

    /// How long a person is given to find the device and type its code, with two mistakes.
    static let person: Duration = .seconds(600)
}

extension Source {
    /// How long it may take until it gives credentials.
    fileprivate var patience: Duration {
        switch self {
        // The keyring's password, or the file vault's.
        case .storedKey: .seconds(250)
        case .staticKey, .environment: .zero
        case .credentialProcess: PlanRunner.processDeadline
        case .instanceMetadata, .container: .seconds(30)
        case .webIdentity(let source):
            switch source.token {
            case .file: CallLimits().whole
            case .process: PlanRunner.processDeadline + CallLimits().whole
            case .job: PlanRunner.processDeadline + CallLimits().whole
            // A person in a browser, and a program that gives the client's secret.
            case .openID: .seconds(720) + PlanRunner.processDeadline
            }
        case .saml(let source):
            switch source.way {
            case .file: CallLimits().whole
            case .process, .standardInput, .browser: .seconds(720)
            }
        // A passphrase, or the keyring's password.
        case .rolesAnywhere: .seconds(250) + CallLimits().whole
        // A person in a browser, and AWS asked for patience afterwards.
        case .sso, .login: .seconds(720)
        }
    }
}
