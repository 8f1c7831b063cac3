// Config text and vault in, plan out: what the tables of this target are written in.
import Model
import Planning
import Profiles

/// Plans as `credtool exec` would, with `keys` in the vault.
func plan(
    _ config: String = "", profile: String? = nil,
    keys: [String: String] = ["work": "AKIAWORKEXAMPLE00001"], account: String? = "111122223333",
    partition: String = "aws", variables: [String: String] = [:], credentials: String? = nil,
    files: [String: String] = [:], _ change: (inout PlanRequest) -> Void = { _ in }
) throws -> SessionPlan {
    let paths = try ConfigPaths(variable: { ["HOME": "/home/me"][$0] })
    let parsed = try ConfigFiles(
        config: Secret(config), credentials: credentials.map { Secret($0) }, paths: paths)
    var request = PlanRequest()
    request.profile = profile.map { Setting($0, from: .variable("AWS_PROFILE")) }
    change(&request)
    let stored = keys.compactMap { name, id in
        AccessKeyID(id).map { id in
            StoredKey(
                profile: name, accessKeyID: id, vault: .secretService,
                callerARN: account.map {
                    ARN(partition: partition, service: "iam", accountID: $0, resource: "user/me")
                })
        }
    }
    return try Planner.plan(
        request, config: parsed,
        facts: PlanFacts(
            keys: stored, userAndHost: { ("me", "box.example") }, variable: { variables[$0] },
            file: { files[$0] }))
}

extension CredentialPlan {
    /// One line: `key work > mfa 43200 > role Deploy 3600`.
    var summary: String {
        ([source.summary] + calls.map(\.summary)).joined(separator: " > ")
    }

    /// The last role that is assumed.
    var lastRole: AssumeRoleCall? { roles.last }

    /// The roles that are assumed, the first one first.
    var roles: [AssumeRoleCall] {
        var roles: [AssumeRoleCall] = []
        if case .webIdentity(let source) = source { roles.append(source.role) }
        for case .assumeRole(let call) in calls { roles.append(call) }
        return roles
    }
}

extension Source {
    fileprivate var summary: String {
        switch self {
        case .storedKey(let key): "key \(key.profile)"
        case .staticKey(let key): "static \(key.profile)"
        case .environment: "environment"
        case .credentialProcess(let process): "process \(process.command.value)"
        case .instanceMetadata: "ec2"
        case .container: "ecs"
        case .webIdentity(let source):
            "\(source.token.summary) \(source.role.role.value.roleName ?? "?")"
                + " \(source.role.duration.value.wholeSeconds)"
        case .sso(let source): "sso \(source.accountID?.value ?? "-")"
        case .saml(let source): "saml \(source.role?.value ?? "-")"
        case .rolesAnywhere(let source): "anywhere \(source.role.value.roleName ?? "?")"
        case .login: "login"
        }
    }
}

extension WebIdentitySource.Token {
    fileprivate var summary: String {
        switch self {
        case .file, .process: "token"
        case .job(let token): token.service.value.rawValue
        case .openID: "openid"
        }
    }
}

extension Call {
    fileprivate var summary: String {
        let seconds = "\(duration.value.wholeSeconds)"
        return switch self {
        case .federationToken(let call): "federated \(call.name.value) \(seconds)"
        case .assumeRoot(let call):
            "root \(call.account.value) \(call.taskPolicy.value.resource) \(seconds)"
        case .sessionToken(let call): "\(call.mfaSerial == nil ? "token" : "mfa") \(seconds)"
        case .assumeRole(let call):
            "role \(call.role.value.accountID) \(call.role.value.roleName ?? "?") \(seconds)"
                + (call.mfaSerial == nil ? "" : " with code")
        }
    }
}
