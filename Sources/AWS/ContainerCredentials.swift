// Credentials of a container's role, from the agent that AWS_CONTAINER_CREDENTIALS_* names.
public import HTTP
public import Model

/// Why a container's agent gave no credentials.
public enum ContainerCredentialsError: Error, Equatable {
    /// Not a URI of the form that the variable wants; what stands before an `@` is left out.
    case invalidURI(String)
    /// Credentials may not be fetched in plain over http from this host.
    case hostNotAllowed(String)
    /// The authorization token holds a line break or a NUL.
    case invalidToken
    /// The agent was not reached.
    case transport(HTTPError)
    /// The agent refuses, perhaps with words of its own.
    case refused(status: Int, message: String)
    /// The answer holds no credentials that can be used.
    case document(CredentialDocumentError)
}

/// Where a container's credentials are, as its environment tells.
///
/// Source: AWS SDKs and tools reference guide, "Container credential provider".
public struct ContainerSource: Equatable, Sendable {
    /// What is sent in the field Authorization.
    public enum Authorization: Equatable, Sendable {
        /// Nothing.
        case none
        /// The content of the file at this path, as it is, read anew each time.
        case file(String)
        /// The variable AWS_CONTAINER_AUTHORIZATION_TOKEN.
        case variable
    }

    /// The URL to ask.
    public let url: String
    /// What proves that this container may.
    public let authorization: Authorization

    /// A source that was already checked, or made up by tests.
    init(url: String, authorization: Authorization) {
        self.url = url
        self.authorization = authorization
    }

    /// Reads the variables; nil where they name no source. The relative URI wins over the full one,
    /// the token's file over the token.
    /// - Throws: `ContainerCredentialsError.invalidURI` and `.hostNotAllowed`.
    public init?(environment: [String: String]) throws(ContainerCredentialsError) {
        func value(_ name: String) -> String? {
            environment["AWS_CONTAINER_" + name].flatMap { $0.isEmpty ? nil : $0 }
        }
        if let path = value("CREDENTIALS_RELATIVE_URI") {
            // Anything but a path could name another host.
            guard path.hasPrefix("/"), Self.isPlain(path) else {
                throw .invalidURI(path.withoutUserInfo)
            }
            url = "http://169.254.170.2\(path)"
        } else if let url = value("CREDENTIALS_FULL_URI") {
            try Self.check(url)
            self.url = url
        } else {
            return nil
        }
        authorization =
            if let path = value("AUTHORIZATION_TOKEN_FILE") {
                .file(path)
            } else if value("AUTHORIZATION_TOKEN") != nil {
                .variable
            } else {
                .none
            }
    }

    private static func check(_ url: String) throws(ContainerCredentialsError) {
        let shown = url.withoutUserInfo
        let lower = url.lowercased()
        guard isPlain(url), let scheme = ["http://", "https://"].first(where: lower.hasPrefix)
        else { throw .invalidURI(shown) }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        var host = authority
        var port: Substring = ""
        if authority.hasPrefix("[") {
            host = authority.dropFirst().prefix { $0 != "]" }
            port = authority.dropFirst(host.count + 2)
            guard authority.dropFirst(host.count + 1).first == "]" else {
                throw .invalidURI(shown)
            }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[colon...]
        }
        guard !host.isEmpty, !authority.contains("@"),
            port.isEmpty || port.first == ":" && UInt16(port.dropFirst()) != nil
        else { throw .invalidURI(shown) }
        guard scheme == "https://" || HostAddress.isContainerAgent(String(host)) else {
            throw .hostNotAllowed(String(host))
        }
    }

    /// Printable ASCII without what URL parsers disagree about.
    private static func isPlain(_ url: String) -> Bool {
        url.utf8.allSatisfy { $0 > 32 && $0 < 127 } && !url.contains { "#\\\"<>".contains($0) }
    }
}

/// The agent of a container's role: of ECS, of EKS Pod Identity, or a local one like them.
///
/// Its transport must not go through a proxy.
public struct ContainerCredentials: Sendable {
    private let source: ContainerSource
    private let service: MetadataService
    private let now: @Sendable () -> Timestamp

    /// A client for one source.
    ///
    /// - Parameters:
    ///   - timeout: The time for one try.
    ///   - tries: How often the agent may be asked.
    public init(
        _ source: ContainerSource, transport: any HTTPTransport, effects: CallEffects = .system,
        timeout: Duration = .seconds(2), tries: Int = 3
    ) {
        self.source = source
        now = effects.now
        service = MetadataService(
            transport: transport, effects: effects, timeout: timeout, tries: tries)
    }

    /// Asks for the container's credentials. An agent of another's making may give lasting ones.
    ///
    /// - Parameter authorization: The content of the token's file or variable, as the source says.
    /// - Throws: `ContainerCredentialsError`.
    public func credentials(
        authorization: borrowing Secret?
    ) throws(ContainerCredentialsError) -> Credentials {
        switch authorization {
        case .some(let token):
            let isValue = token.withBytes { $0.allSatisfy { ![0, 0x0a, 0x0d].contains($0) } }
            guard isValue else { throw .invalidToken }
        case .none: break
        }
        let response = try answer(authorization)
        guard response.status == 200 else {
            throw .refused(status: response.status, message: Self.message(response))
        }
        do {
            return try MetadataDocument.credentials(
                response.body, required: ["AccessKeyId", "SecretAccessKey"], now: now())
        } catch {
            throw .document(error)
        }
    }

    private func answer(
        _ authorization: borrowing Secret?
    ) throws(ContainerCredentialsError) -> HTTPResponse {
        do {
            return try service.send(
                "GET", source.url, headers: [HTTPHeader("Accept", "application/json")],
                secretName: "Authorization", secret: authorization, isBroken: { $0.isNoObject })
        } catch {
            throw .transport(error)
        }
    }

    /// What an error says of itself.
    private static func message(_ response: borrowing HTTPResponse) -> String {
        guard let document = try? JSONDocument(response.body) else { return "" }
        return MetadataDocument.message(document)
    }
}
