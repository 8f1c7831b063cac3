// The providers of sessions that STS gives for credentials.
internal import AWS
internal import Model
internal import Planning
internal import Profiles

extension Engine {
    /// GetSessionToken, with a code where the step names a device.
    func sessionToken(
        _ step: SessionTokenStep, _ plan: CredentialPlan, with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        var codes = MFACodes(effects, mfaSerial: step.mfaSerial?.value)
        while true {
            let code = try codes.next()
            do {
                return try effects.sts.getSessionToken(
                    duration: step.duration.value, mfa: code, credentials: credentials)
            } catch {
                guard try codes.mayTryAgain(after: error) else { throw .call(error, step: plan) }
            }
        }
    }

    /// AssumeRole, with a code where the step names a device.
    func assumeRole(
        _ step: AssumeRoleStep, _ plan: CredentialPlan, with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        var codes = MFACodes(effects, mfaSerial: step.mfaSerial?.value)
        while true {
            let request = AssumeRoleRequest(
                roleARN: step.role.value, sessionName: step.sessionName.value,
                duration: step.duration.value, externalID: step.externalID?.value,
                mfa: try codes.next(), sourceIdentity: step.sourceIdentity?.value,
                tags: Self.items(step.tags),
                transitiveTagKeys: step.transitiveTagKeys?.value ?? [],
                policy: step.policy?.value, policyARNs: step.policyARNs?.value ?? [])
            do {
                return try effects.sts.assumeRole(request, credentials: credentials)
            } catch {
                guard try codes.mayTryAgain(after: error) else { throw .call(error, step: plan) }
            }
        }
    }

    /// GetFederationToken.
    func federationToken(
        _ step: FederationTokenStep, _ plan: CredentialPlan,
        with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        let request = GetFederationTokenRequest(
            name: step.name.value, duration: step.duration.value, policy: step.policy?.value,
            policyARNs: step.policyARNs?.value ?? [], tags: Self.items(step.tags))
        do {
            return try effects.sts.getFederationToken(request, credentials: credentials)
        } catch { throw .call(error, step: plan) }
    }

    /// AssumeRoot.
    func assumeRoot(
        _ step: AssumeRootStep, _ plan: CredentialPlan, with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        let request = AssumeRootRequest(
            targetPrincipal: step.account.value, taskPolicyARN: step.taskPolicy.value.description,
            duration: step.duration.value)
        do {
            return try effects.sts.assumeRoot(request, credentials: credentials)
        } catch { throw .call(error, step: plan) }
    }

    private static func items(_ tags: Setting<[SessionTag]>?) -> [QueryItem] {
        (tags?.value ?? []).map { QueryItem($0.key, $0.value) }
    }
}
