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
            keys: stored, user: "me", host: "box.example", variable: { variables[$0] },
            file: { files[$0] }))
}

extension CredentialPlan {
    /// One line: `key work > mfa 43200 > role Deploy 3600`.
    var summary: String { steps.map(\.own).joined(separator: " > ") }

    private var own: String {
        switch self {
        case .storedKey(let key): "key \(key.profile)"
        case .staticKey(let key): "static \(key.profile)"
        case .environment: "environment"
        case .credentialProcess(let process): "process \(process.command.value)"
        case .instanceMetadata: "ec2"
        case .container: "ecs"
        case .webIdentity(let step):
            "token \(step.role.role.value.roleName ?? "?") \(step.role.duration.value.wholeSeconds)"
        case .sso(let source): "sso \(source.accountID?.value ?? "-")"
        case .login: "login"
        case .federationToken(let step, _):
            "federated \(step.name.value) \(step.duration.value.wholeSeconds)"
        case .assumeRoot(let step, _):
            "root \(step.account.value) \(step.taskPolicy.value.resource)"
                + " \(step.duration.value.wholeSeconds)"
        case .sessionToken(let step, _):
            "\(step.mfaSerial == nil ? "token" : "mfa") \(step.duration.value.wholeSeconds)"
        case .assumeRole(let step, _):
            "role \(step.role.value.accountID) \(step.role.value.roleName ?? "?")"
                + " \(step.duration.value.wholeSeconds)"
                + (step.mfaSerial == nil ? "" : " with code")
        }
    }

    /// The parameters of the last AssumeRole.
    var lastRole: AssumeRoleStep? {
        switch self {
        case .assumeRole(let step, _): step
        case .webIdentity(let step): step.role
        default: nil
        }
    }
}
