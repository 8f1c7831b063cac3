// The provider of role sessions.
internal import AWS
internal import Model
internal import Planning

extension Engine {
    /// Asks STS for a role's session, with a code where the step names a device.
    func assumeRole(
        _ step: AssumeRoleStep, source: CredentialPlan, with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        var codes = MFACodes(parts, mfaSerial: step.mfaSerial?.value)
        while true {
            let request = AssumeRoleRequest(
                roleARN: step.role.value, sessionName: step.sessionName.value,
                duration: step.duration.value, externalID: step.externalID?.value,
                mfa: try codes.next())
            do {
                return try parts.sts.assumeRole(request, credentials: credentials)
            } catch {
                guard try codes.mayTryAgain(after: error) else {
                    throw .assumeRole(error, step: step, source: source)
                }
            }
        }
    }
}
