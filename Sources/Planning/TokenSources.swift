// Tokens of OpenID providers that roles are had for: a CI job's own, and that of a person's sign-in.
internal import Model
public import Profiles

/// The token that a CI service gives a job of its own.
public struct JobToken: Equatable, Sendable {
    /// How the token is had.
    public enum Way: Equatable, Sendable {
        /// The value of a variable.
        case variable(Setting<String>)
        /// What the service answers to the request that its variables describe.
        case request
        /// What the service's agent prints: the command.
        case agent(String)
    }

    /// The service.
    public let service: Setting<JobService>
    /// How the token is had.
    public let way: Way
    /// Whom the token is to be for, where that can be said.
    public let audience: Setting<String>?
    /// Which job it is; nil where that cannot be told, so that its sessions are not kept. On one
    /// machine, jobs of one user may have other rights each.
    public let job: String?
}

/// A client of an OpenID provider that a person signs in to.
public struct OpenIDSource: Equatable, Sendable {
    /// `oidc_issuer`.
    public let issuer: Setting<String>
    /// `oidc_client_id`.
    public let clientID: Setting<String>
    /// `oidc_client_secret_process`.
    public let clientSecretProcess: Setting<String>?
    /// `oidc_scopes`, or what is usual; `openid` is always among them.
    public let scopes: Setting<[String]>
    /// `oidc_redirect`.
    public let redirect: Setting<String>?

    /// What is asked for where nothing is said: who it is, and to go on without a person.
    static let standardScopes = ["openid", "offline_access"]
}

extension JobService {
    /// The variables that a job with a token has; the last one holds it, where one does.
    ///
    /// Source: each service's documentation of OpenID Connect; GitLab's example for AWS for a name
    /// that is the user's own there.
    var variables: [String] {
        switch self {
        case .gitHubActions: ["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"]
        case .gitLab: ["GITLAB_CI", "GITLAB_OIDC_TOKEN"]
        case .circleCI: ["CIRCLECI", "CIRCLE_OIDC_TOKEN_V2"]
        case .bitbucket: ["BITBUCKET_BUILD_NUMBER", "BITBUCKET_STEP_OIDC_TOKEN"]
        case .terraformCloud: ["TFC_WORKLOAD_IDENTITY_TOKEN"]
        case .buildkite: ["BUILDKITE_JOB_ID", "BUILDKITE_AGENT_ACCESS_TOKEN"]
        }
    }

    /// The variable that every job has, with a token or without.
    fileprivate var mark: String {
        switch self {
        case .gitHubActions: "GITHUB_ACTIONS"
        case .gitLab: "GITLAB_CI"
        case .circleCI: "CIRCLECI"
        case .bitbucket: "BITBUCKET_BUILD_NUMBER"
        case .terraformCloud: "TFC_RUN_ID"
        case .buildkite: "BUILDKITE"
        }
    }

    /// The variable that tells one job from another, and from a second run of it. The two phases of
    /// a run of HCP Terraform, which have other tokens, have none.
    fileprivate var jobVariable: String? {
        switch self {
        // The URL names the job.
        case .gitHubActions: "ACTIONS_ID_TOKEN_REQUEST_URL"
        case .gitLab: "CI_JOB_ID"
        case .circleCI: "CIRCLE_WORKFLOW_JOB_ID"
        case .bitbucket: "BITBUCKET_STEP_UUID"
        case .terraformCloud: nil
        case .buildkite: "BUILDKITE_JOB_ID"
        }
    }
}

extension JobToken {
    /// The token that the settings of `role`'s profile name, or that of whichever service runs this
    /// job; nil where nothing is named and no job has one.
    /// - Throws: `PlanError.noJobToken` where the service that is named gave none.
    init?(
        _ settings: JobTokenSettings, role: ARN, variable: (String) -> String?
    ) throws(PlanError) {
        let services =
            settings.service.map { [$0] }
            ?? JobService.allCases.map { Setting($0, from: .standard) }
        for service in services {
            guard let absent = Self.absent(service.value, settings, variable) else {
                self.init(service, settings, role, variable)
                return
            }
            if settings.service != nil { throw .noJobToken(service, missing: absent) }
        }
        return nil
    }

    /// What to tell in a job that could have had a token, where a role is named and nobody is there
    /// to assume it; nil where no service is known to run this job.
    static func missing(
        _ settings: JobTokenSettings, _ variable: (String) -> String?
    ) -> PlanError? {
        for service in JobService.allCases where variable(service.mark) != nil {
            guard let absent = absent(service, settings, variable) else { continue }
            return .noJobToken(Setting(service, from: .variable(service.mark)), missing: absent)
        }
        return nil
    }

    /// The first variable that jobs of a service with a token have, and this one has not.
    private static func absent(
        _ service: JobService, _ settings: JobTokenSettings, _ variable: (String) -> String?
    ) -> String? {
        var needed = service.variables
        if service.isInVariable, let standard = needed.popLast() {
            // Where the service is named, its marks need not be there, as in a container.
            if settings.service != nil { needed = [] }
            needed.append(settings.variable?.value ?? standard)
        }
        return needed.first { variable($0) == nil }
    }

    private init(
        _ service: Setting<JobService>, _ settings: JobTokenSettings, _ role: ARN,
        _ variable: (String) -> String?
    ) {
        self.service = service
        job = service.value.jobVariable.flatMap(variable)
        // Source: the action aws-actions/configure-aws-credentials, input `audience`.
        let standard = role.partition == "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com"
        let wanted = settings.audience ?? Setting(standard, from: .standard)
        switch service.value {
        case .gitHubActions: (way, self.audience) = (.request, wanted)
        case .buildkite:
            let quoted = "'" + wanted.value.split(separator: "'").joined() + "'"
            way = .agent("buildkite-agent oidc request-token --audience \(quoted)")
            self.audience = wanted
        case .gitLab, .circleCI, .bitbucket, .terraformCloud:
            let name = service.value.variables.last ?? ""
            let holder = settings.variable ?? Setting(name, from: .variable(name))
            (way, self.audience) = (.variable(holder), nil)
        }
    }
}

extension JobService {
    /// Whether a variable holds the token itself.
    fileprivate var isInVariable: Bool {
        switch self {
        case .gitLab, .circleCI, .bitbucket, .terraformCloud: true
        case .gitHubActions, .buildkite: false
        }
    }
}

extension OpenIDSource {
    /// The client that a profile's settings name.
    /// - Throws: `PlanError.halfOpenID` where one of the two is missing that every client has.
    init(_ settings: OpenIDSettings, profile: String) throws(PlanError) {
        guard let issuer = settings.issuer else {
            throw .halfOpenID(profile: profile, settings.first, missing: "oidc_issuer")
        }
        guard let clientID = settings.clientID else {
            throw .halfOpenID(profile: profile, settings.first, missing: "oidc_client_id")
        }
        let asked = settings.scopes?.value.split { $0 == " " || $0 == "," || $0 == "\t" }
        var scopes = asked?.map(String.init) ?? Self.standardScopes
        if !scopes.contains("openid") { scopes.insert("openid", at: 0) }
        self.issuer = issuer
        self.clientID = clientID
        clientSecretProcess = settings.clientSecretProcess
        self.scopes = Setting(scopes, from: settings.scopes?.origin ?? .standard)
        redirect = settings.redirect
    }
}

extension ChainResolver {
    /// The role for whoever bears the token that the profile names; nil where it names none.
    mutating func webIdentity(_ role: Setting<ARN>, _ profile: Profile) throws -> Chain? {
        let token: WebIdentitySource.Token
        if let path = profile.webIdentityTokenFile {
            token = .file(path)
        } else if let command = profile.webIdentityTokenProcess {
            token = .process(command)
        } else if profile.jobToken.service != nil,
            let job = try JobToken(profile.jobToken, role: role.value, variable: facts.variable)
        {
            token = .job(job)
        } else if let openID = profile.openID {
            token = .openID(try OpenIDSource(openID, profile: profile.name))
        } else {
            return nil
        }
        return Chain(token, role, profile)
    }

    /// The same where the profile names a role and nothing else, in a job that has a token.
    mutating func jobIdentity(_ role: Setting<ARN>, _ profile: Profile) throws -> Chain? {
        guard let job = try JobToken(profile.jobToken, role: role.value, variable: facts.variable)
        else {
            if let error = JobToken.missing(profile.jobToken, facts.variable) { throw error }
            return nil
        }
        reasons.append(
            "profile \(profile.name) names a role and nobody to assume it: the token of this job of"
                + " \(job.service.value.displayName)")
        return Chain(.job(job), role, profile)
    }
}

extension Chain {
    fileprivate init(_ token: WebIdentitySource.Token, _ role: Setting<ARN>, _ profile: Profile) {
        self.init(
            source: .webIdentity(
                WebIdentitySource(
                    profile: profile.name, token: token, role: AssumeRoleCall(role, of: profile))),
            sourceProfile: profile)
    }
}

extension Chain {
    /// Whether it is a job's, which has the role of `--role` already.
    func isOfJob(_ role: String) -> Bool {
        guard case .webIdentity(let source) = source, case .job = source.token,
            case .flag = source.role.role.origin
        else { return false }
        return source.role.role.value.description == role
    }
}

extension Profile {
    /// What names a web identity's token, where something does.
    var webIdentityOrigin: Origin? {
        (webIdentityTokenFile ?? webIdentityTokenProcess)?.origin ?? jobToken.service?.origin
            ?? openID?.first.origin
    }
}

extension Planner {
    /// The chain of a role that a variable or a flag names where no profile does, in a job that has
    /// a token; nil where there is no such role or token.
    mutating func jobChain(_ standard: Profile?) throws -> Chain? {
        guard let role = roleAlone(standard) else { return nil }
        var profile = standard ?? Profile(name: "default", origin: .standard)
        let job = try JobToken(profile.jobToken, role: role.value, variable: facts.variable)
        guard let job else { return nil }
        reasons.append(
            "no profile is named: the token of this job of \(job.service.value.displayName)")
        profile.roleARN = role
        return Chain(.job(job), role, profile)
    }

    /// Refuses such a role in a job that could have had a token.
    func checkJob(_ standard: Profile?) throws(PlanError) {
        guard roleAlone(standard) != nil,
            let error = JobToken.missing(standard?.jobToken ?? JobTokenSettings(), facts.variable)
        else { return }
        throw error
    }

    private func roleAlone(_ standard: Profile?) -> Setting<ARN>? {
        let flag = request.role.flatMap { text in
            SettingForm.roleARN.accepts(text)
                ? ARN(text).map { Setting($0, from: .flag("--role")) } : nil
        }
        return flag ?? standard?.roleARN
    }
}
