// Calling the services that speak JSON: IAM Identity Center and the console's sign-in among them.
internal import HTTP
internal import Model

/// What is asked of a service that speaks JSON.
struct JSONRequest: ~Copyable {
    /// The operation's name, for errors.
    let operation: String
    let method: String
    /// Beneath the endpoint's own path, encoded, beginning with a slash; empty for the endpoint's own.
    let path: String
    /// Decoded.
    let query: [QueryItem]
    var headers: [HTTPHeader]
    /// The field that holds a bearer's token, if there is one.
    var secretHeader: SecretHTTPHeader?
    /// How a body is announced.
    let contentType: String
    /// A JSON document; nil sends none.
    let body: Secret?

    /// A request of awsJson 1.0 or 1.1: one path, and the operation in the field X-Amz-Target.
    ///
    /// Source: Smithy, "AWS JSON 1.0 protocol" and "AWS JSON 1.1 protocol".
    /// - Parameters:
    ///   - version: `1.0` or `1.1`.
    ///   - target: What stands before the operation, such as `AWSOrganizationsV20161128`.
    static func rpc(
        _ operation: String, target: String, version: String, body: consuming Secret
    ) -> JSONRequest {
        JSONRequest(
            operation: operation, method: "POST", path: "", query: [],
            headers: [HTTPHeader("X-Amz-Target", "\(target).\(operation)")],
            contentType: "application/x-amz-json-\(version)", body: body)
    }

    /// A request of restJson 1: method, path and query say what is wanted.
    ///
    /// Source: Smithy, "AWS restJson1 protocol".
    static func rest(
        _ operation: String, _ method: String, _ path: String, query: [QueryItem] = [],
        headers: [HTTPHeader] = [], secretHeader: consuming SecretHTTPHeader? = nil,
        body: consuming Secret? = nil
    ) -> JSONRequest {
        JSONRequest(
            operation: operation, method: method, path: path, query: query, headers: headers,
            secretHeader: secretHeader, contentType: "application/json", body: body)
    }
}

/// A service that speaks one of AWS's JSON protocols.
struct JSONAPI: Sendable {
    let client: ServiceClient

    init(
        service: String, endpoint: Endpoint, transport: any HTTPTransport, effects: CallEffects
    ) {
        client = ServiceClient(
            signingName: service, endpoint: endpoint, transport: transport, effects: effects)
    }

    /// Makes a call without a signature, again where that may help.
    ///
    /// - Parameters:
    ///   - spendsCode: Whether it carries what AWS takes only once, such as a refresh token.
    ///   - read: Makes the result from the answer; an answer without a body reads as `{}`.
    ///   - headers: Makes further headers, anew for each try.
    func call<Result: ~Copyable>(
        _ request: borrowing JSONRequest, limits: CallLimits, spendsCode: Bool = false,
        read: (borrowing JSONDocument) throws(MissingField) -> Result,
        headers: () throws(AWSError) -> [HTTPHeader] = { () throws(AWSError) in [] }
    ) throws(AWSError) -> Result {
        try client.call(limits: limits, spendsCode: spendsCode) { (limits) throws(AWSError) in
            var made = self.request(request, limits)
            made.headers += try headers()
            return made
        } read: { (response) throws(AWSError) in
            try result(of: request.operation, response, read: read)
        }
    }

    /// Makes a signed call, again where that may help. The signature takes the place of a bearer's
    /// token.
    func call<Result: ~Copyable>(
        _ request: borrowing JSONRequest, credentials: borrowing Credentials, limits: CallLimits,
        spendsCode: Bool = false,
        read: (borrowing JSONDocument) throws(MissingField) -> Result
    ) throws(AWSError) -> Result {
        try client.call(limits: limits, spendsCode: spendsCode) { (limits) throws(AWSError) in
            try client.sign(
                self.request(request, limits), path: path(request), query: request.query,
                credentials: credentials)
        } read: { (response) throws(AWSError) in
            try result(of: request.operation, response, read: read)
        }
    }

    /// Makes a call that is signed otherwise than with credentials, again where that may help.
    ///
    /// - Parameter sign: Gives the fields that are added to what is to be signed at that time.
    func call<Result: ~Copyable>(
        _ request: borrowing JSONRequest, limits: CallLimits,
        sign: (SignableRequest, Timestamp) throws(LibraryUnavailable) -> [HTTPHeader],
        read: (borrowing JSONDocument) throws(MissingField) -> Result
    ) throws(AWSError) -> Result {
        try client.call(limits: limits, spendsCode: false) { (limits) throws(AWSError) in
            try client.sign(
                self.request(request, limits), path: path(request), query: request.query,
                fields: sign)
        } read: { (response) throws(AWSError) in
            try result(of: request.operation, response, read: read)
        }
    }

    private func path(_ request: borrowing JSONRequest) -> String {
        let base = client.endpoint.path
        return request.path.isEmpty ? base : (base == "/" ? "" : base) + request.path
    }

    private func request(
        _ request: borrowing JSONRequest, _ limits: HTTPLimits
    ) -> HTTPRequest {
        let query = request.query.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
        let url = client.endpoint.url + request.path
        return HTTPRequest(
            method: request.method,
            url: query.isEmpty ? url : "\(url)?\(query.joined(separator: "&"))",
            headers: request.allHeaders(host: client.endpoint.host),
            secretHeader: request.secretHeaderCopy, body: request.bodyCopy, limits: limits)
    }

    // MARK: Answers

    private func result<Result: ~Copyable>(
        of operation: String, _ response: borrowing HTTPResponse,
        read: (borrowing JSONDocument) throws(MissingField) -> Result
    ) throws(AWSError) -> Result {
        func unreadable(_ reason: String) -> AWSError {
            .unreadable(operation: operation, status: response.status, reason: reason)
        }
        guard let document = Self.document(response) else {
            // The field alone tells enough.
            if let code = response.header(Self.errorType), !response.isSuccess {
                throw .service(
                    AWSServiceError(
                        operation: operation, rawCode: Self.shapeName(code), rawMessage: "",
                        requestID: nil, response, now: client.effects.now()))
            }
            throw unreadable("not JSON")
        }
        guard response.isSuccess else {
            throw serviceError(document, operation: operation, response).map { .service($0) }
                ?? unreadable("not an answer to \(operation)")
        }
        guard document.kind(document.root) == .object else {
            throw unreadable("not a JSON object")
        }
        do { return try read(document) } catch {
            throw unreadable("\(error.field) is missing or not as it should be")
        }
    }

    /// nil where the body is not JSON.
    private static func document(_ response: borrowing HTTPResponse) -> JSONDocument? {
        response.body.count == 0
            ? try? JSONDocument(Secret("{}")) : try? JSONDocument(response.body)
    }

    private static let errorType = "x-amzn-errortype"

    /// Source: Smithy, "Operation error serialization" of the three protocols; RFC 6749, section 5.2,
    /// which the services for signing in follow too.
    private func serviceError(
        _ document: borrowing JSONDocument, operation: String, _ response: borrowing HTTPResponse
    ) -> AWSServiceError? {
        let oauthCode = document.string(["error"])
        let code =
            response.header(Self.errorType) ?? document.string(["code"])
            ?? document.string(["__type"]) ?? oauthCode
        guard let code, !Self.shapeName(code).isEmpty else { return nil }
        return AWSServiceError(
            operation: operation, rawCode: Self.shapeName(code),
            rawMessage: document.string(["message"]) ?? document.string(["Message"])
                ?? document.string(["error_description"]) ?? "",
            requestID: nil, oauthCode: oauthCode, response, now: client.effects.now())
    }

    /// The name in `namespace#Name:http://more`.
    private static func shapeName(_ code: String) -> String {
        let name = code.prefix { $0 != ":" }
        return String(name.split(separator: "#").last ?? "")
    }
}

extension HTTPResponse {
    fileprivate var isSuccess: Bool { (200..<300).contains(status) }
}

extension JSONRequest {
    fileprivate borrowing func allHeaders(host: String) -> [HTTPHeader] {
        let all = [HTTPHeader("Host", host)] + headers
        switch body {
        case .some: return all + [HTTPHeader("Content-Type", contentType)]
        case .none: return all
        }
    }

    fileprivate var secretHeaderCopy: SecretHTTPHeader? {
        switch secretHeader {
        case .some(let header): SecretHTTPHeader(header.name, header.value.copy())
        case .none: nil
        }
    }

    fileprivate var bodyCopy: Secret? {
        switch body {
        case .some(let body): body.copy()
        case .none: nil
        }
    }
}
