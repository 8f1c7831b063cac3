// The provider of roles for the holders of certificates: IAM Roles Anywhere.
internal import AWS
internal import Model
internal import Planning
internal import Profiles
internal import SignIn

extension PlanRunner {
    /// Credentials of the role that the source names, for the key of its certificate.
    func rolesAnywhere(_ source: RolesAnywhereSource) throws(EngineError) -> Credentials {
        let access = try effects.rolesAnywhere(source, plan)
        let identity: CertificateIdentity
        do { identity = try access.identity() } catch { throw .certificate(error, source) }
        do { try identity.check(now: effects.now()) } catch { throw .certificate(error, source) }
        let request = CreateSessionRequest(
            trustAnchor: source.trustAnchor.value, profile: source.anywhereProfile.value,
            role: source.role.value, duration: source.duration?.value,
            sessionName: source.sessionName?.value)
        do {
            return try access.service.createSession(
                request, certificate: identity.certificate, chain: identity.chain,
                key: identity.key)
        } catch { throw failure(error, of: plan.credentials.upTo(stage: 0)) }
    }
}
