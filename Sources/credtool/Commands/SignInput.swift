// What `credtool sign` is to sign, put together from the command line and looked at before AWS is asked.
internal import AWS
internal import Flags
internal import Glibc
internal import HTTP
internal import Handover
internal import Model
internal import Planning
internal import System

/// A request as the command line describes it.
struct SignInput {
    private let method: String
    private let url: RequestURL
    private let headers: [HTTPHeader]
    private let service: String
    private let hostRegion: String?
    /// The value of `--data`.
    private let data: String?
    /// The body as a program of later is to find it.
    let source: CurlCommand.Body

    /// The largest body, in bytes: all of it is held in memory.
    private static let bodyLimit = 64 << 20
    /// The longest that AWS lets a presigned URL live.
    ///
    /// Source: S3 API reference, "Authenticating Requests: Using Query Parameters", X-Amz-Expires.
    private static let longestExpiry: Duration = .seconds(7 * 86_400)

    /// Reads the command line.
    init(_ invocation: Invocation) throws {
        let method = invocation.method?.uppercased() ?? ""
        guard (1...20).contains(method.utf8.count), method.utf8.allSatisfy({ $0 &- 65 < 26 })
        else { throw Failure.sign(.method) }
        do { url = try RequestURL(invocation.url ?? "") } catch { throw Failure.sign(.url(error)) }
        if let expires = invocation.duration(.expires) {
            guard invocation.isSet(.presign) else { throw Failure.sign(.expiresAlone) }
            guard (Duration.seconds(1)...Self.longestExpiry).contains(expires) else {
                throw Failure.sign(.expiry(longest: Self.longestExpiry))
            }
        }
        var headers = try invocation.values(.header).map(Self.header)
        let data = invocation.value(.data)
        guard data == nil || method != "HEAD" else { throw Failure.sign(.bodyOfHead) }
        let names = Set(headers.map { $0.name.lowercased() })
        // A form is what curl sends, and what the older services of AWS take.
        if method == "POST", data != nil, !invocation.isSet(.presign),
            !names.contains("content-type")
        {
            headers.append(HTTPHeader("Content-Type", "application/x-www-form-urlencoded"))
        }
        let named = headers.first { $0.name.lowercased() == "host" }?.value
        let host = ServiceHost(named ?? url.host)
        guard let service = invocation.value(.service) ?? host.service else {
            throw Failure.sign(.noService(host: named ?? url.host))
        }
        self.method = method
        self.headers = headers
        self.service = service
        hostRegion = invocation.value(.region) ?? host.region
        source = try Self.source(data, invocation)
        self.data = data
    }

    /// What is to be signed, now that the profile's region is known.
    func signing(plan: SessionPlan) throws -> RequestSigning {
        let standard = service == "s3" ? Endpoint.defaultRegion : nil
        guard let region = hostRegion ?? plan.region?.value ?? standard else {
            throw Failure.sign(.noRegion(host: url.host))
        }
        return RequestSigning(
            method: method, url: url, headers: headers, service: service, region: region)
    }

    /// The body, from where it is; nil where there is none.
    func body() throws -> Secret? {
        guard let data else {
            // Methods that bring one say so even where it is empty.
            return ["POST", "PUT", "PATCH"].contains(method) ? Secret("") : nil
        }
        guard data.hasPrefix("@") else { return Secret(data) }
        let name = String(data.dropFirst())
        if name == "-" { return try CurrentProcess.readInput(limit: Self.bodyLimit) }
        guard let bytes = try AtomicFile.readSecret(name, limit: Self.bodyLimit) else {
            throw Failure.sign(.noFile(name))
        }
        return bytes
    }

    // MARK: Parts

    /// `NAME: VALUE`. What is wrong with one is told without it, since it may hold a secret.
    private static func header(_ text: String) throws -> HTTPHeader {
        guard let colon = text.firstIndex(of: ":") else { throw Failure.sign(.header) }
        let name = String(text[..<colon])
        let value = text[colon...].dropFirst().trimmed
        guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte), !value.isEmpty,
            value.unicodeScalars.allSatisfy({ $0 == "\t" || $0.value > 0x1f && $0.value != 0x7f })
        else { throw Failure.sign(.header) }
        guard !RequestSigning.addedNames.contains(name.lowercased()) else {
            throw Failure.sign(.addedHeader(name))
        }
        return HTTPHeader(name, value)
    }

    /// Source: RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7f && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
    }

    private static func source(
        _ data: String?, _ invocation: Invocation
    ) throws -> CurlCommand.Body {
        guard let data else { return .none }
        guard data.hasPrefix("@") else { return .text(data) }
        guard data != "@-" else {
            guard !invocation.isSet(.curl) else { throw Failure.sign(.inputForCurl) }
            return .none
        }
        return .file(String(data.dropFirst()))
    }
}
