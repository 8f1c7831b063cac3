// Where the calls go, and what stands beside the credentials.
internal import Model
internal import Profiles

extension Chain {
    /// The role that is assumed last: the one that flags are about.
    var lastRole: RoleUse? {
        get {
            if let last = roles.last { return last }
            if case .webIdentity(_, let use, _) = root { return use }
            return nil
        }
        set {
            guard let newValue else { return }
            if !roles.isEmpty {
                roles[roles.count - 1] = newValue
            } else if case .webIdentity(let token, _, let profile) = root {
                root = .webIdentity(token, newValue, profile: profile)
            }
        }
    }
}

/// The flags that are about a role.
enum RoleFlags {
    /// The first flag of `request` that makes no sense without a role.
    static func first(of request: PlanRequest) -> String? {
        let flags: [(String, Bool)] = [
            ("--external-id", request.externalID != nil),
            ("--session-name", request.sessionName != nil),
            ("--source-identity", request.sourceIdentity != nil),
            ("--session-tags", request.sessionTags != nil),
            ("--transitive-tags", request.transitiveTags != nil),
            ("--policy", request.policy != nil), ("--policy-arns", request.policyARNs != nil),
            ("--read-only", request.isReadOnly),
        ]
        return flags.first { $0.1 }?.0
    }
}

extension Planner {
    /// The region by flag, by the variable or setting of the role's profile, by that of the asked
    /// one, by an outer exec.
    func region(asked: Profile?, target: Profile?) throws -> Setting<String>? {
        if let text = request.region {
            let setting = Setting(text, from: .flag("--region"))
            guard SettingForm.region.accepts(text) else {
                throw PlanError.invalidValue(setting, form: .region)
            }
            return setting
        }
        if let region = asked?.region, case .variable = region.origin { return region }
        return target?.region ?? asked?.region ?? request.inheritedRegion
    }

    func stsTarget(
        _ credentials: CredentialPlan, _ region: Setting<String>?, _ asked: Profile?
    ) throws -> STSTarget {
        var partition = credentials.callerARN?.partition
        for step in credentials.steps {
            if case .assumeRole(let step, _) = step { partition = step.role.value.partition }
            if case .webIdentity(let step) = step { partition = step.role.role.value.partition }
        }
        return STSTarget(
            region: region?.value ?? Self.signInRegion(partition: partition ?? "aws"),
            endpointURL: try EndpointURL.resolve(
                service: "sts", profile: asked, config: config, variable: facts.variable),
            fips: asked?.usesFIPSEndpoint, dualStack: asked?.usesDualStackEndpoint,
            regionalEndpoints: asked?.stsRegionalEndpoints)
    }

    /// `mfa_process` is inherited from the source profile; the asked one's own wins.
    func mfaPrompt(_ chain: Chain, _ asked: Profile?) -> MFAPromptPlan {
        let flag = request.mfaPrompt.map { Setting($0, from: .flag("--mfa-prompt")) }
        return MFAPromptPlan(
            method: flag ?? asked?.mfaPrompt ?? chain.rootProfile?.mfaPrompt,
            process: asked?.mfaProcess ?? chain.rootProfile?.mfaProcess)
    }

    /// A role's name with its path. Source: IAM API reference, CreateRole.
    static func isRoleName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= 512 && (parts.last?.utf8.count ?? 0) <= 64
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { byte in
                        SettingForm.roleSessionName.accepts("xx\(Character(Unicode.Scalar(byte)))")
                    }
            }
    }

    /// The region whose STS is asked where none is known.
    static func signInRegion(partition: String) -> String {
        switch partition {
        case "aws-cn": "cn-north-1"
        case "aws-us-gov": "us-gov-west-1"
        case "aws-eusc": "eusc-de-east-1"
        case "aws-iso": "us-iso-east-1"
        case "aws-iso-b": "us-isob-east-1"
        case "aws-iso-e": "eu-isoe-west-1"
        case "aws-iso-f": "us-isof-south-1"
        default: "us-east-1"
        }
    }
}
