// Credentials of an EC2 instance's role, from the instance metadata service.
public import HTTP
public import Model

/// Why the instance metadata service gave no credentials.
public enum InstanceMetadataError: Error, Equatable {
    /// `ec2_metadata_service_endpoint` is not a URL.
    case invalidEndpoint(EndpointError)
    /// The service was not reached: this may be no EC2 instance.
    case transport(HTTPError)
    /// The service gives no token for version 2.
    case tokenRefused(status: Int)
    /// Version 2 gave no token, and version 1 may not be asked (`ec2_metadata_v1_disabled`).
    case version1Disabled
    /// The instance has no role: no instance profile is attached to it.
    case noRole
    /// The service refuses to tell. 401 without a token means that it wants version 2.
    case refused(status: Int, version: Int)
    /// The answer holds no credentials that can be used.
    case document(CredentialDocumentError)
}

/// The instance metadata service, version 2 with the fall-back to version 1.
///
/// Its transport must not go through a proxy: a proxy would ask its own instance.
/// Source: EC2 user guide, "Use the Instance Metadata Service to access instance metadata".
public struct InstanceMetadata: Sendable {
    /// Which of the service's two addresses is asked.
    public enum AddressFamily: String, Equatable, Sendable {
        /// 169.254.169.254
        case ipv4
        /// fd00:ec2::254, on instances of the Nitro system where it is turned on.
        case ipv6

        /// Reads `ec2_metadata_service_endpoint_mode`: `IPv4` or `IPv6`, in any case.
        public init?(setting text: String) { self.init(rawValue: text.lowercased()) }

        fileprivate var url: String {
            switch self {
            case .ipv4: "http://169.254.169.254"
            case .ipv6: "http://[fd00:ec2::254]"
            }
        }
    }

    /// What the caller may choose. Whether the service is asked at all (AWS_EC2_METADATA_DISABLED)
    /// is the caller's too.
    public struct Options: Equatable, Sendable {
        /// A URL to use instead of the family's (`ec2_metadata_service_endpoint`).
        public var endpoint: String?
        /// The address, where no URL is given.
        public var addressFamily: AddressFamily
        /// Whether version 1 may be asked where version 2 is not there.
        public var allowsVersion1: Bool
        /// The time for one try of one request (AWS_METADATA_SERVICE_TIMEOUT).
        public let timeout: Duration
        /// How often one request may be made (AWS_METADATA_SERVICE_NUM_ATTEMPTS). Nil for three
        /// times where the service is there, and once where nothing answers.
        public let tries: Int?

        /// Joins the choices. A time-out is a second to five minutes, tries are one to a hundred:
        /// what lies outside is taken for the next inside.
        public init(
            endpoint: String? = nil, addressFamily: AddressFamily = .ipv4,
            allowsVersion1: Bool = true, timeout: Duration = .seconds(1), tries: Int? = nil
        ) {
            self.endpoint = endpoint
            self.addressFamily = addressFamily
            self.allowsVersion1 = allowsVersion1
            self.timeout = min(max(timeout, .seconds(1)), .seconds(300))
            self.tries = tries.map { min(max($0, 1), 100) }
        }
    }

    private let options: Options
    private let base: String
    private let service: MetadataService

    /// A client for one instance, this one.
    /// - Throws: `InstanceMetadataError.invalidEndpoint`.
    public init(
        _ options: Options = Options(), transport: any HTTPTransport,
        effects: CallEffects = .system
    ) throws(InstanceMetadataError) {
        do {
            base = try Endpoint(
                override: options.endpoint ?? options.addressFamily.url,
                signingRegion: Endpoint.defaultRegion
            ).url
        } catch {
            throw .invalidEndpoint(error)
        }
        self.options = options
        service = MetadataService(
            transport: transport, effects: effects, timeout: options.timeout,
            tries: options.tries ?? 3)
    }

    /// Asks for the credentials of the instance's role. They may have ended before they came: while
    /// the service cannot renew them, it goes on giving the last ones, and AWS goes on taking them.
    /// - Throws: `InstanceMetadataError`.
    ///
    /// Source: AWS SDKs and tools reference guide, "IMDS credential provider", static stability.
    public func credentials() throws(InstanceMetadataError) -> Credentials {
        let access = try access()
        // Nobody waits for a service that is not there.
        let silentTries = options.tries ?? (access.isThere ? 3 : 1)
        // The extended path tells the account too. Older services know the plain one alone, and what
        // stands in for them may say so with any status.
        var folder = "/latest/meta-data/iam/security-credentials-extended/"
        let plainFolder = "/latest/meta-data/iam/security-credentials/"
        var roles = try get(folder, access, tries: 1, silentTries)
        if roles.status != 401, roles.status != 200 || roles.isEmpty {
            folder = plainFolder
            roles = try get(folder, access, silentTries)
        }
        let role = try Self.firstLine(roles, version: access.version)
        var answer = try get(folder + role, access, silentTries) { $0.isNoObject }
        if ![200, 401].contains(answer.status), folder != plainFolder {
            answer = try get(plainFolder + role, access, silentTries) { $0.isNoObject }
        }
        return try read(answer, version: access.version)
    }

    // MARK: - The steps

    /// By what the service is asked.
    private struct Access: ~Copyable {
        /// The token of version 2; nil where version 1 is asked.
        let token: Secret?
        /// Whether anything answered when the token was asked for.
        let isThere: Bool

        var version: Int {
            switch token {
            case .some: 2
            case .none: 1
            }
        }
    }

    private func access() throws(InstanceMetadataError) -> Access {
        var status: Int?
        do {
            let response = try service.send(
                "PUT", base + "/latest/api/token",
                headers: [HTTPHeader("x-aws-ec2-metadata-token-ttl-seconds", "21600")],
                secret: nil, silentTries: options.tries ?? 1)
            status = response.status
            if status == 200, !response.isEmpty {
                return Access(token: response.body.trimmed(), isThere: true)
            }
        } catch {
            // The answer to this request may pass fewer routers than others: it gets lost on the way
            // into a container.
            guard case .timedOut = error else { throw .transport(error) }
        }
        if let status, ![200, 403, 404, 405].contains(status) {
            throw .tokenRefused(status: status)
        }
        guard options.allowsVersion1 else { throw .version1Disabled }
        return Access(token: nil, isThere: status != nil)
    }

    private func get(
        _ path: String, _ access: borrowing Access, tries: Int? = nil, _ silentTries: Int,
        isBroken: (borrowing HTTPResponse) -> Bool = { $0.isEmpty }
    ) throws(InstanceMetadataError) -> HTTPResponse {
        do {
            return try service.send(
                "GET", base + path, secretName: "x-aws-ec2-metadata-token", secret: access.token,
                tries: tries, silentTries: silentTries, isBroken: isBroken)
        } catch {
            throw .transport(error)
        }
    }

    private func read(
        _ response: borrowing HTTPResponse, version: Int
    ) throws(InstanceMetadataError) -> Credentials {
        guard response.status == 200 else {
            throw .refused(status: response.status, version: version)
        }
        do {
            return try MetadataDocument.credentials(
                response.body,
                required: ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"], now: nil)
        } catch {
            throw .document(error)
        }
    }

    /// The name of the role, fit for a path.
    private static func firstLine(
        _ response: borrowing HTTPResponse, version: Int
    ) throws(InstanceMetadataError) -> String {
        switch response.status {
        case 200: break
        case 404: throw .noRole
        default: throw .refused(status: response.status, version: version)
        }
        let text = response.body.withBytes { String(decoding: $0, as: UTF8.self) }
        let name = text.split(whereSeparator: \.isNewline).first?
            .split { $0 == " " || $0 == "\t" }.first
        guard let name else { throw .noRole }
        return percentEncoded(name, keeping: "+=,@")
    }
}
