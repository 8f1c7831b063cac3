// The settings of tokens that an OpenID provider issues: for a job of a CI service, or for a person.

/// A service that runs jobs, and gives each a token that says which one it is.
public enum JobService: String, Hashable, Sendable, CaseIterable {
    /// GitHub Actions.
    case gitHubActions = "github-actions"
    /// GitLab CI/CD.
    case gitLab = "gitlab"
    /// CircleCI.
    case circleCI = "circleci"
    /// Bitbucket Pipelines.
    case bitbucket
    /// HCP Terraform, which was called Terraform Cloud.
    case terraformCloud = "terraform-cloud"
    /// Buildkite.
    case buildkite

    /// The service's name as people know it.
    public var displayName: String {
        switch self {
        case .gitHubActions: "GitHub Actions"
        case .gitLab: "GitLab CI/CD"
        case .circleCI: "CircleCI"
        case .bitbucket: "Bitbucket Pipelines"
        case .terraformCloud: "HCP Terraform"
        case .buildkite: "Buildkite"
        }
    }
}

/// Where a job's own token is: the `web_identity_token_` settings beside the file and the process.
public struct JobTokenSettings: Equatable, Sendable {
    /// `web_identity_token_source`; nil for whichever service runs the job.
    public let service: Setting<JobService>?
    /// `web_identity_token_variable`: the variable that holds the token.
    public let variable: Setting<String>?
    /// `web_identity_token_audience`: whom the token is to be for.
    public let audience: Setting<String>?

    /// Nothing is set.
    public init() { (service, variable, audience) = (nil, nil, nil) }

    /// Reads a section.
    /// - Throws: `ConfigError.invalidValue`.
    init(_ settings: SectionSettings) throws(ConfigError) {
        service = try settings.read(.webIdentityTokenSource) { JobService(anyCase: $0) }
        variable = try settings.text(.webIdentityTokenVariable)
        audience = try settings.text(.webIdentityTokenAudience)
    }
}

/// A client of an OpenID provider: the `oidc_` settings.
public struct OpenIDSettings: Equatable, Sendable {
    /// The setting that is there, by its key: the first in the order below.
    public let first: Setting<String>
    /// `oidc_issuer`: the provider.
    public let issuer: Setting<String>?
    /// `oidc_client_id`: what the provider knows credtool by.
    public let clientID: Setting<String>?
    /// `oidc_client_secret_process`: a command that prints what the provider wants besides.
    public let clientSecretProcess: Setting<String>?
    /// `oidc_scopes`, between blanks or commas.
    public let scopes: Setting<String>?
    /// `oidc_redirect`: where the browser comes back to.
    public let redirect: Setting<String>?

    /// Reads a section; nil where it has none of them.
    /// - Throws: `ConfigError.invalidValue`.
    init?(_ settings: SectionSettings) throws(ConfigError) {
        let keys: [ProfileSetting] = [
            .openIDIssuer, .openIDClientID, .openIDClientSecretProcess, .openIDScopes,
            .openIDRedirect,
        ]
        var first: Setting<String>?
        for key in keys where first == nil {
            first = try settings.text(key).map { Setting(key.rawValue, from: $0.origin) }
        }
        guard let first else { return nil }
        self.first = first
        issuer = try settings.text(.openIDIssuer)
        clientID = try settings.text(.openIDClientID)
        clientSecretProcess = try settings.text(.openIDClientSecretProcess)
        scopes = try settings.text(.openIDScopes)
        redirect = try settings.text(.openIDRedirect)
    }
}

/// Where a browser comes back to on this machine: `oidc_redirect`, taken apart.
public struct LoopbackRedirect: Equatable, Sendable {
    /// `127.0.0.1` or `localhost`: providers tell the two apart.
    public let host: String
    /// The port; nil for any.
    public let port: UInt16?
    /// The path, a slash at least.
    public let path: String

    /// Reads `http://HOST[:PORT][/PATH]`; nil for any other host, and for what is no such URL.
    public init?(_ text: String) {
        let scheme = "http://"
        guard text.lowercased().hasPrefix(scheme) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        let host = authority.prefix { $0 != ":" }
        guard host == "127.0.0.1" || host == "localhost",
            path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"?#\"<>\\^`{|}".utf8.contains($0) })
        else { return nil }
        self.host = String(host)
        self.path = path.isEmpty ? "/" : String(path)
        let port = authority.dropFirst(host.count)
        if port.isEmpty {
            self.port = nil
        } else {
            guard let number = UInt16(port.dropFirst()), number > 0 else { return nil }
            self.port = number
        }
    }
}
