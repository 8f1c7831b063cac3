// Config text and vault in, plan out: what the tables of this target are written in.
import Model
import Planning
import Profiles

/// Plans as `credtool exec` would, with `keys` in the vault.
func plan(
    _ config: String = "", profile: String? = nil,
    keys: [String: String] = ["work": "AKIAWORKEXAMPLE00001"], account: String? = "111122223333",
    partition: String = "aws", _ change: (inout PlanRequest) -> Void = { _ in }
) throws -> SessionPlan {
    let paths = try ConfigPaths(variable: { ["HOME": "/home/me"][$0] })
    let files = try ConfigFiles(config: Array(config.utf8), credentials: nil, paths: paths)
    var request = PlanRequest()
    request.profile = profile.map { Setting($0, from: .variable("AWS_PROFILE")) }
    change(&request)
    let stored = keys.compactMap { name, id in
        AccessKeyID(id).map { id in
            StoredKey(
                profile: name, accessKeyID: id,
                callerARN: account.map {
                    ARN(partition: partition, service: "iam", accountID: $0, resource: "user/me")
                })
        }
    }
    return try Planner.plan(
        request, config: files, facts: PlanFacts(keys: stored, user: "me", host: "box.example"))
}

extension CredentialPlan {
    /// One line: `key work > mfa 43200 > role Deploy 3600`.
    var summary: String {
        switch self {
        case .storedKey(let key): "key \(key.profile)"
        case .sessionToken(let step, let source):
            "\(source.summary) > \(step.mfaSerial == nil ? "token" : "mfa")"
                + " \(step.duration.value.wholeSeconds)"
        case .assumeRole(let step, let source):
            "\(source.summary) > role \(step.role.value.accountID)"
                + " \(step.role.value.roleName ?? "?") \(step.duration.value.wholeSeconds)"
                + (step.mfaSerial == nil ? "" : " with code")
        }
    }

    /// The parameters of the last AssumeRole.
    var lastRole: AssumeRoleStep? {
        guard case .assumeRole(let step, _) = self else { return nil }
        return step
    }
}
