// Where a service is asked, and for which region the request is signed.
internal import Model

/// The address of a service.
public struct Endpoint: Equatable, Sendable {
    /// Scheme, host, port and perhaps a path, without a slash at the end.
    public let url: String
    /// The region in the signature.
    public let signingRegion: String

    /// What the caller may say about endpoints.
    public struct Options: Equatable, Sendable {
        /// The region, if one is known.
        public var region: String?
        /// Whether FIPS 140 endpoints are wanted (AWS_USE_FIPS_ENDPOINT).
        public var useFIPS: Bool
        /// Whether endpoints with IPv6 are wanted (AWS_USE_DUALSTACK_ENDPOINT).
        public var useDualStack: Bool
        /// A URL to use instead (AWS_ENDPOINT_URL and its like).
        public var override: String?
        /// Whether STS is asked at its old global endpoint by the regions that had none of their own
        /// once (`sts_regional_endpoints = legacy`).
        public var useGlobalEndpoint: Bool

        /// Joins what is known.
        public init(
            region: String? = nil, useFIPS: Bool = false, useDualStack: Bool = false,
            override: String? = nil, useGlobalEndpoint: Bool = false
        ) {
            self.region = region
            self.useFIPS = useFIPS
            self.useDualStack = useDualStack
            self.override = override
            self.useGlobalEndpoint = useGlobalEndpoint
        }
    }

    /// The region that is asked where none is known.
    public static let defaultRegion = "us-east-1"

    init(url: String, signingRegion: String) {
        self.url = url
        self.signingRegion = signingRegion
    }

    /// An endpoint given as a URL.
    /// - Throws: `EndpointError` where it is not an http or https URL of host, port and path.
    public init(override url: String, signingRegion: String) throws(EndpointError) {
        var trimmed = url[...]
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.init(url: String(trimmed), signingRegion: signingRegion)
        guard Self.isRegion(signingRegion) else { throw .invalidRegion(signingRegion) }
        guard let scheme = ["https://", "http://"].first(where: trimmed.lowercased().hasPrefix),
            trimmed.utf8.allSatisfy({ $0 > 32 && $0 < 127 }),
            !trimmed.contains(where: { "?#@\\\"<>".contains($0) }),
            trimmed.dropFirst(scheme.count).first.map({ $0 != "/" && $0 != ":" }) == true
        else { throw .invalidURL(url.withoutUserInfo) }
    }

    /// Whether requests go out over plain http: neither TLS nor this machine (loopback, and the
    /// link-local addresses of metadata services) keeps them to themselves.
    public var isPlainRemote: Bool {
        let (scheme, authority, _) = parts
        guard scheme == "http" else { return false }
        let host =
            authority.hasPrefix("[")
            ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return !HostAddress.isLocal(String(host))
    }

    /// Host and port as the Host field names them: without the scheme's own port.
    public var host: String {
        let (scheme, authority, _) = parts
        let port = scheme == "https" ? ":443" : ":80"
        return authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
    }

    /// The path, at least a slash.
    var path: String { parts.path }

    private var parts: (scheme: String, authority: String, path: String) {
        guard let colon = url.firstIndex(of: ":") else { return ("", "", "/") }
        let rest = url[colon...].dropFirst(3)
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        return (
            url[..<colon].lowercased(), String(authority), path.isEmpty ? "/" : String(path)
        )
    }

    /// Whether `region` can stand in a host's name and nothing but that.
    static func isRegion(_ region: String) -> Bool {
        (1...63).contains(region.utf8.count) && region.utf8.first != UInt8(ascii: "-")
            && region.utf8.last != UInt8(ascii: "-")
            && region.utf8.allSatisfy {
                $0 == UInt8(ascii: "-") || $0.isUnreserved && !"._~".utf8.contains($0)
            }
    }
}

/// Why there is no endpoint.
public enum EndpointError: Error, Equatable {
    /// Not the name of a region.
    case invalidRegion(String)
    /// Not a URL of scheme, host, port and path; what stands before an `@` is left out.
    case invalidURL(String)
    /// FIPS was asked for together with a URL.
    case fipsWithOverride
    /// Dual stack was asked for together with a URL.
    case dualStackWithOverride
    /// FIPS was asked for together with a sign-in through OAuth, which has no such endpoint.
    case fipsWithOAuth
    /// The service cannot be asked without a region.
    case missingRegion
}
