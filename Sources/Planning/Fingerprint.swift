// The text that stands for every input that shaped a session, and its short name.
internal import Model
internal import Profiles

/// What a cached session is found by and compared with.
///
/// Two plans have the same fingerprint only where AWS would be asked the same: the source, every
/// role of the chain with its parameters, MFA device, durations, region and endpoint. Where a
/// setting came from is no part of it. Nor is the region of GetSessionToken: what it gives is valid
/// in all of them, and one code has to serve roles in all of them.
public struct Fingerprint: Hashable, Sendable {
    /// Every input, a line for each step.
    public let text: String

    /// The fingerprint of `plan` with its calls to `target`; nil for a source that is asked each
    /// time, such as a key.
    public init?(_ plan: CredentialPlan, target: STSTarget) {
        switch plan {
        case .storedKey, .staticKey, .environment, .sso, .login:
            return nil
        case .container(let source) where source.hasToken:
            // One address serves every container of a node, and tells them apart by their tokens.
            return nil
        case .instanceMetadata, .container, .credentialProcess, .webIdentity, .sessionToken,
            .assumeRole, .federationToken,
            .assumeRoot:
            text = plan.steps.map { Self.line($0, target) }.joined(separator: "\n")
        }
    }

    private static func line(_ step: CredentialPlan, _ target: STSTarget) -> String {
        let endpoint = [
            target.endpointURL?.value ?? "", target.usesFIPS ? "fips" : "",
            target.usesDualStack ? "dualstack" : "", target.isLegacy ? "legacy" : "",
        ]
        let place = endpoint + [target.region]
        let fields: [String]
        switch step {
        case .storedKey(let key): fields = ["stored-key", key.accessKeyID.description]
        case .staticKey(let key): fields = ["static-key", key.accessKeyID.value]
        case .environment(let key): fields = ["environment", key.accessKeyID]
        case .credentialProcess(let process):
            fields = ["credential-process", process.command.value]
        case .instanceMetadata(let source):
            fields = ["instance-metadata", source.endpoint.value]
        case .container(let source):
            fields = ["container", source.relativeURI ?? "", source.fullURI ?? ""]
        case .webIdentity(let step):
            let token =
                switch step.token {
                case .file(let path): ["file", path.value]
                case .process(let command): ["process", command.value]
                }
            fields = ["web-identity"] + token + place + parameters(step.role)
        case .sso(let source):
            fields = ["sso", source.accountID?.value ?? "", source.roleName?.value ?? ""]
        case .login(_, let session): fields = ["login", session.value]
        case .sessionToken(let step, _):
            fields =
                ["session-token"] + endpoint
                + [seconds(step.duration), step.mfaSerial?.value ?? ""]
        case .assumeRole(let step, _): fields = ["assume-role"] + place + parameters(step)
        case .federationToken(let step, _):
            fields =
                ["federation-token"] + endpoint + [step.name.value, seconds(step.duration)]
                + policies(step.policy, step.policyARNs) + tags(step.tags)
        case .assumeRoot(let step, _):
            fields =
                ["assume-root"] + place
                + [step.account.value, step.taskPolicy.value.description, seconds(step.duration)]
        }
        return fields.map(escaped).joined(separator: "\t")
    }

    private static func parameters(_ step: AssumeRoleStep) -> [String] {
        [
            step.role.value.description, seconds(step.duration), step.sessionName.value,
            step.externalID?.value ?? "", step.mfaSerial?.value ?? "",
            step.sourceIdentity?.value ?? "",
        ] + policies(step.policy, step.policyARNs) + tags(step.tags)
            + ["transitive"] + (step.transitiveTagKeys?.value ?? [])
    }

    /// Lists say their length, so that one cannot run on into the next.
    private static func policies(
        _ policy: Setting<String>?, _ arns: Setting<[String]>?
    ) -> [String] {
        let arns = arns?.value ?? []
        return [policy?.value ?? "", "\(arns.count)"] + arns
    }

    private static func tags(_ tags: Setting<[SessionTag]>?) -> [String] {
        let tags = tags?.value ?? []
        return ["\(tags.count)"] + tags.flatMap { [$0.key, $0.value] }
    }

    private static func seconds(_ duration: Setting<Duration>) -> String {
        "\(duration.value.wholeSeconds)"
    }

    /// Keeps tabs and line ends in a value from looking like those between values.
    private static func escaped(_ field: String) -> String {
        field.unicodeScalars.map { scalar in
            scalar.value < 0x20 || scalar == "\\" ? "\\\(scalar.value);" : String(scalar)
        }.joined()
    }

    /// What files and keys are named by. It need not be strong, since the text is compared on
    /// reading: two plans of one name displace each other.
    public var name: String { FNV1a.hexadecimal(text.utf8) }
}
