// The AWS SDKs' shared cases of profiles that assume roles, through the planner that exec uses.
import Foundation
import Model
import Planning
import Profiles
import Testing

private let folder = ProcessInfo.processInfo.environment["CREDTOOL_CONFORMANCE"]

private struct Case: Decodable {
    struct Input: Decodable {
        var profiles: [String: [String: String]]
        var selected_profile: String
        var sso_sessions: [String: [String: String]]?
    }
    struct Output: Decodable {
        var ProfileChain: [[String: Step]]?
        var Error: String?
    }
    /// A step's parameters, or the name of a source.
    enum Step: Decodable {
        case parameters([String: String])
        case name(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let name = try? container.decode(String.self) {
                self = .name(name)
            } else {
                self = .parameters(try container.decode([String: String].self))
            }
        }
    }
    var docs: String
    var input: Input
    var output: Output
}

/// The config file that the case stands for.
private func text(_ input: Case.Input) -> String {
    func sections(_ kind: String, _ sections: [String: [String: String]]) -> String {
        sections.sorted { $0.key < $1.key }.map { name, settings in
            "[\(kind) \(name)]\n"
                + settings.sorted { $0.key < $1.key }
                .map { "\($0.key) = \($0.value)\n" }.joined()
        }.joined()
    }
    return sections("profile", input.profiles)
        + sections("sso-session", input.sso_sessions ?? [:])
}

/// The steps of a plan in the suite's words.
private func words(_ plan: CredentialPlan) -> [(String, [String: String])] {
    [words(plan.source)]
        + plan.calls.map { call in
            guard case .assumeRole(let call) = call else { return (call.operation, [:]) }
            return ("AssumeRole", parameters(call))
        }
}

private func parameters(_ call: AssumeRoleCall) -> [String: String] {
    var parameters: [String: String] = [:]
    parameters["role_arn"] = call.role.value.description
    parameters["external_id"] = call.settings.text(.externalID)?.value
    if let name = call.settings.text(.sessionName), name.origin != .standard {
        parameters["role_session_name"] = name.value
    }
    return parameters
}

private func words(_ source: Source) -> (String, [String: String]) {
    var all: [String: String] = [:]
    switch source {
    case .staticKey(let key): return ("AccessKey", ["access_key_id": key.accessKeyID.value])
    case .webIdentity(let source):
        all = parameters(source.role)
        if case .file(let path) = source.token { all["web_identity_token_file"] = path.value }
        return ("WebIdentityToken", all)
    case .sso(let source):
        all["sso_session"] = source.session?.value
        all["sso_region"] = source.region?.value
        all["sso_start_url"] = source.startURL?.value
        all["sso_account_id"] = source.accountID?.value
        all["sso_role_name"] = source.roleName?.value
        return ("Sso", all)
    case .instanceMetadata: return ("NamedSource", ["": "Ec2InstanceMetadata"])
    case .storedKey, .environment, .credentialProcess, .container, .rolesAnywhere, .login, .saml:
        return (source.profile, [:])
    }
}

/// Every case but these is ours too.
private let different: [String: String] = [:]

@Test(.enabled(if: folder != nil, "CREDTOOL_CONFORMANCE names no folder"))
func sharedSuiteOfTheSDKs() throws {
    let data = try Data(
        contentsOf: URL(fileURLWithPath: "\(folder ?? "")/profiles/assume-role-tests.json"))
    let cases = try JSONDecoder().decode([Case].self, from: data)
    #expect(cases.count == 28)
    for (number, row) in cases.enumerated() where different["\(number)"] == nil {
        let made = Result {
            try plan(text(row.input), profile: row.input.selected_profile, keys: [:]) {
                $0.noSession = true
            }
        }
        guard let expected = row.output.ProfileChain else {
            #expect(throws: (any Error).self, "\(number): \(row.docs)") { try made.get() }
            continue
        }
        do {
            let steps = words(try made.get().credentials)
            #expect(steps.count == expected.count, "\(number): \(row.docs)")
            for (step, wanted) in zip(steps, expected) {
                let (kind, value) = try #require(wanted.first)
                #expect(step.0 == kind, "\(number): \(row.docs)")
                var parameters: [String: String]
                switch value {
                case .name(let name): parameters = ["": name]
                case .parameters(let all): parameters = all
                }
                // Secrets and accounts are no part of a plan.
                parameters["secret_access_key"] = nil
                parameters["account_id"] = nil
                #expect(step.1 == parameters, "\(number): \(row.docs)")
            }
        } catch {
            Issue.record("\(number): \(row.docs): \(error)")
        }
    }
}
