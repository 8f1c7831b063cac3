// The providers of sessions that STS gives for credentials.
internal import AWS
internal import Model
internal import Planning
internal import Profiles

extension PlanRunner {
    /// GetSessionToken, with a code where the call names a device.
    func sessionToken(
        _ call: SessionTokenCall, _ plan: CredentialPlan, with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        var codes = MFACodes(self, mfaSerial: call.mfaSerial?.value)
        while true {
            let code = try codes.next()
            do {
                return try sts.getSessionToken(
                    duration: call.duration.value, mfa: code, credentials: credentials)
            } catch {
                guard try codes.mayTryAgain(after: error) else { throw failure(error, of: plan) }
            }
        }
    }

    /// AssumeRole, with a code where the call names a device.
    func assumeRole(
        _ call: AssumeRoleCall, _ plan: CredentialPlan, with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        var codes = MFACodes(self, mfaSerial: call.mfaSerial?.value)
        while true {
            let request = AssumeRoleRequest(
                roleARN: call.role.value, parameters: call.settings.parameters(of: .assumeRole),
                mfa: try codes.next())
            do { return try sts.assumeRole(request, credentials: credentials) } catch {
                guard try codes.mayTryAgain(after: error) else { throw failure(error, of: plan) }
            }
        }
    }

    /// GetFederationToken.
    func federationToken(
        _ call: FederationTokenCall, _ plan: CredentialPlan,
        with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        let request = GetFederationTokenRequest(
            name: call.name.value, parameters: call.settings.parameters(of: .federationToken))
        do { return try sts.getFederationToken(request, credentials: credentials) } catch {
            throw failure(error, of: plan)
        }
    }

    /// AssumeRoot.
    func assumeRoot(
        _ call: AssumeRootCall, _ plan: CredentialPlan, with credentials: borrowing Credentials
    ) throws(EngineError) -> Credentials {
        let request = AssumeRootRequest(
            targetPrincipal: call.account.value, taskPolicyARN: call.taskPolicy.value.description,
            duration: call.duration.value)
        do { return try sts.assumeRoot(request, credentials: credentials) } catch {
            throw failure(error, of: plan)
        }
    }

    /// What `error` means, with the place of the setting that is to blame where one is.
    func failure(_ error: AWSError, of failed: CredentialPlan) -> EngineError {
        if case .transport(.caBundle(let path, let reason)) = error, let setting = plan.caBundle {
            return .caBundle(path: path, reason: reason, setting.origin)
        }
        return .call(error, of: failed)
    }
}
