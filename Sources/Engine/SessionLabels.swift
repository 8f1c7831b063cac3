// What sessions are labelled with in the cache.
internal import Model
public import Planning
public import Store

extension SessionLabel {
    /// The label of the session that `plan` leads to; nil for a source that is asked each time.
    /// - Parameter askedProfile: The profile that was asked for; nil for that of the source.
    public init?(_ plan: CredentialPlan, target: STSTarget, askedProfile: String? = nil) {
        guard let fingerprint = Fingerprint(plan, target: target) else { return nil }
        let subject = plan.calls.last.map(Self.subject(of:)) ?? Self.subject(of: plan.source)
        self.init(
            name: fingerprint.name, fingerprint: fingerprint.text, profile: plan.source.profile,
            askedProfile: askedProfile, accessKeyID: plan.source.accessKeyID,
            subject: subject ?? "session")
    }

    /// What the session of a call is, for lists and messages.
    public static func subject(of call: Call) -> String {
        switch call {
        case .sessionToken: "session"
        case .assumeRole(let call): call.role.value.description
        case .federationToken(let call): "federated user \(call.name.value)"
        case .assumeRoot(let call): "root of \(call.account.value)"
        }
    }

    /// What a source's own session is; nil for one that gives none.
    public static func subject(of source: Source) -> String? {
        switch source {
        case .storedKey, .staticKey, .environment: nil
        case .login: "console sign-in"
        case .sso(let source):
            source.roleName.map { "\($0.value) of \(source.accountID?.value ?? "no account")" }
        case .saml(let source): source.role?.value ?? "SAML role of \(source.profile)"
        case .credentialProcess(let process): "credential_process of \(process.profile)"
        case .instanceMetadata: "instance"
        case .container: "container"
        case .rolesAnywhere(let source): source.role.value.description
        case .webIdentity(let source): source.role.role.value.description
        }
    }
}
