// The federation endpoint of the console's sign-in: a session traded for a token that opens it.
public import HTTP
public import Model

/// The federation endpoint at one sign-in service. It takes the session of a role or of a federated
/// user, never a user's own key nor a session of GetSessionToken.
///
/// What it answers to a mistake may quote the request, session included: none of it is told.
///
/// Source: IAM user guide, "Enable custom identity broker access to the AWS console".
public struct Federation: Sendable {
    private let client: ServiceClient

    /// A client for one sign-in service.
    public init(
        endpoint: Endpoint, transport: any HTTPTransport, effects: CallEffects = .system
    ) {
        client = ServiceClient(
            signingName: "signin", endpoint: endpoint, transport: transport, effects: effects)
    }

    /// A token that opens the console for 15 minutes, as often as it is shown.
    ///
    /// - Parameter duration: How long the console is to stay open, 15 minutes to 12 hours; nil for as
    ///   long as the session lives.
    /// - Throws: `AWSError`; `.unreadable` with status 400 where AWS does not open the console with
    ///   this session, or not for a duration of its own.
    public func signInToken(
        credentials: borrowing Credentials, duration: Duration? = nil,
        limits: CallLimits = CallLimits()
    ) throws(AWSError) -> Secret {
        let form = Self.form(credentials, duration)
        do throws(AWSError) {
            return try call(limits) { limits in
                HTTPRequest(
                    method: "POST", url: url,
                    headers: [
                        HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                        HTTPHeader("Host", client.endpoint.host),
                    ], body: form.copy(), limits: limits)
            }
        } catch {
            // The guide knows a GET alone, whose query proxies and servers like to log. Where the
            // body is not taken there is no other way.
            guard let status = error.status, [404, 405, 501].contains(status) else { throw error }
        }
        return try call(limits) { limits in
            HTTPRequest(
                method: "GET", url: url, secretTarget: Self.query(form),
                headers: [HTTPHeader("Host", client.endpoint.host)], limits: limits)
        }
    }

    private var url: String { client.endpoint.url + ConsoleLink.path }

    private func call(
        _ limits: CallLimits, make: (HTTPLimits) -> HTTPRequest
    ) throws(AWSError) -> Secret {
        try client.call(limits: limits, spendsCode: false) { (limits) throws(AWSError) in
            make(limits)
        } read: { (response) throws(AWSError) in
            try Self.token(response)
        }
    }

    private static func token(_ response: borrowing HTTPResponse) throws(AWSError) -> Secret {
        func unreadable(_ reason: String) -> AWSError {
            .unreadable(operation: "getSigninToken", status: response.status, reason: reason)
        }
        guard response.status == 200 else { throw unreadable("no token") }
        guard let document = try? JSONDocument(response.body) else { throw unreadable("not JSON") }
        guard let token = document.secret(["SigninToken"]), token.count > 0, token.isVisibleASCII
        else { throw unreadable("SigninToken is missing or not as it should be") }
        return token
    }

    private static func form(_ credentials: borrowing Credentials, _ duration: Duration?) -> Secret
    {
        let session = Secret(json: .compact) { writer in
            writer.member("sessionId", .string("\(credentials.accessKeyID)"))
            writer.member("sessionKey", secret: credentials.secretAccessKey)
            switch credentials.sessionToken {
            case .some(let token): writer.member("sessionToken", secret: token)
            case .none: break
            }
        }
        let lifetime = duration.map { "&SessionDuration=\($0.wholeSeconds)" } ?? ""
        return secret("Action=getSigninToken\(lifetime)&Session=", encoding: session)
    }

    private static func query(_ form: borrowing Secret) -> Secret {
        Secret(capacity: form.count + 1) { room in
            var writer = SecretWriter(room)
            writer.write("?")
            form.withBytes { writer.write($0) }
            return writer.count
        }
    }
}

/// `start`, then the percent-encoded bytes of `rest`.
func secret(_ start: String, encoding rest: borrowing Secret) -> Secret {
    Secret(capacity: start.utf8.count + 3 * rest.count) { room in
        var writer = SecretWriter(room)
        writer.write(start)
        rest.withBytes { writer.writeEncoded($0) }
        return writer.count
    }
}
