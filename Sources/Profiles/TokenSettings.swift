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
    init() { (service, variable, audience) = (nil, nil, nil) }

    /// Reads a section.
    /// - Throws: `ConfigError.invalidValue`.
    init(_ settings: SectionSettings) throws(ConfigError) {
        service = try settings.filled("web_identity_token_source")?
            .read(as: .jobService, key: "web_identity_token_source") { JobService(anyCase: $0) }
        variable = try settings.filled("web_identity_token_variable")?
            .read(as: .variable, key: "web_identity_token_variable") { $0 }
        audience = try settings.filled("web_identity_token_audience")?
            .read(as: .line, key: "web_identity_token_audience") { $0 }
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
        let keys = [
            "oidc_issuer", "oidc_client_id", "oidc_client_secret_process", "oidc_scopes",
            "oidc_redirect",
        ]
        let first = keys.lazy.compactMap { key in
            settings.filled(key).map { Setting(key, from: $0.origin) }
        }.first
        guard let first else { return nil }
        self.first = first
        func text(_ key: String, _ form: SettingForm) throws(ConfigError) -> Setting<String>? {
            try settings.filled(key)?.read(as: form, key: key) { $0 }
        }
        issuer = try text("oidc_issuer", .url)
        clientID = try text("oidc_client_id", .line)
        clientSecretProcess = try text("oidc_client_secret_process", .command)
        scopes = try text("oidc_scopes", .line)
        redirect = try text("oidc_redirect", .redirect)
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

extension SectionSettings {
    /// The setting of a key; nil where there is none, or an empty one.
    fileprivate func filled(_ key: String) -> Setting<String>? {
        self[key].flatMap { $0.value.isEmpty ? nil : $0 }
    }
}
