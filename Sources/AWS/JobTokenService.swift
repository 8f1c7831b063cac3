// The service of a CI runner that gives a job a token of its own, as GitHub Actions has one.
public import HTTP
public import Model

/// Why the runner gave no token.
public enum JobTokenError: Error, Equatable {
    /// The URL is none that a secret may be sent to: https, or this machine; without its query.
    case invalidURL(String)
    /// The bearer's token holds a line break or a NUL.
    case invalidBearer
    /// The runner was not reached.
    case transport(HTTPError)
    /// The runner refuses, perhaps with words of its own.
    case refused(status: Int, message: String)
    /// The answer holds no token.
    case noToken
}

/// Asks for the token of a job.
public struct JobTokenService: Sendable {
    private let service: MetadataService

    /// A client.
    public init(transport: any HTTPTransport, effects: CallEffects = .system) {
        service = MetadataService(
            transport: transport, effects: effects, timeout: .seconds(10), tries: 4)
    }

    /// A token for `audience`, made anew.
    ///
    /// Source: GitHub Docs, "OpenID Connect reference", methods for requesting the OIDC token.
    /// - Parameters:
    ///   - url: ACTIONS_ID_TOKEN_REQUEST_URL, which has a query.
    ///   - bearer: ACTIONS_ID_TOKEN_REQUEST_TOKEN.
    /// - Throws: `JobTokenError`.
    public func token(
        url: String, audience: String, bearer: borrowing Secret
    ) throws(JobTokenError) -> Secret {
        guard WebAddress.keepsSecrets(url) else {
            throw .invalidURL(String(url.prefix { $0 != "?" }).withoutUserInfo)
        }
        let whole = "\(url)\(url.contains("?") ? "&" : "?")audience=\(percentEncoded(audience))"
        let value = Secret(capacity: bearer.count + 7) { room in
            var writer = SecretWriter(room)
            writer.write("bearer ")
            bearer.withBytes { writer.write($0) }
            return writer.count
        }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try service.send(
                "GET", whole, headers: [HTTPHeader("Accept", "application/json")],
                secretName: "Authorization", secret: value.copy())
        } catch {
            if case .invalidHeader = error { throw .invalidBearer }
            throw .transport(error)
        }
        guard response.status == 200 else {
            throw .refused(status: response.status, message: Self.message(response))
        }
        guard let document = try? JSONDocument(response.body),
            let token = try? document.visibleSecret(["value"])
        else { throw .noToken }
        return token
    }

    private static func message(_ response: borrowing HTTPResponse) -> String {
        guard let document = try? JSONDocument(response.body) else { return "" }
        return onOneLine(document.string(["message"]) ?? "", limit: 300)
    }
}

/// URLs of services that are none of AWS's.
public enum WebAddress {
    /// Whether what is sent to `url` stays between the two: https, or this machine.
    public static func keepsSecrets(_ url: String) -> Bool {
        guard let parts = parts(url) else { return false }
        return parts.isEncrypted || HostAddress.isLoopback(parts.host)
    }

    /// Whether `url` is a page that a person may be sent to: what it is cannot be hidden behind
    /// characters that a terminal or a program takes for something else. It may have a fragment.
    public static func isPage(_ url: String) -> Bool {
        url.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\"") }
            && keepsSecrets(String(url.prefix { $0 != "#" }))
    }

    /// The host of an http or https URL; nil where it is none.
    public static func host(_ url: String) -> String? { parts(url)?.host }

    private static func parts(_ url: String) -> (isEncrypted: Bool, host: String)? {
        let lower = url.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix),
            url.utf8.allSatisfy({ $0 > 32 && $0 < 127 }),
            !url.contains(where: { "#\\\"<>".contains($0) })
        else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        let host =
            authority.hasPrefix("[")
            ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        guard !host.isEmpty, !authority.contains("@") else { return nil }
        return (scheme == "https://", String(host))
    }
}
