// Calling the services that take forms and answer XML: STS and IAM.
internal import HTTP
internal import Model

/// A service that speaks the AWS query protocol.
///
/// Source: Smithy, "AWS query protocol".
struct QueryAPI: Sendable {
    /// The version of the API, a date.
    let version: String
    let client: ServiceClient

    init(
        service: String, version: String, endpoint: Endpoint, transport: any HTTPTransport,
        effects: CallEffects
    ) {
        self.version = version
        client = ServiceClient(
            signingName: service, endpoint: endpoint, transport: transport, effects: effects)
    }

    /// Makes a signed call, again where that may help, and reads the element `OPERATIONResult`.
    ///
    /// - Parameters:
    ///   - spendsCode: Whether the parameters hold an MFA code, which AWS takes only once.
    ///   - read: Makes the result from the document and its result element.
    func call<Result: ~Copyable>(
        _ operation: String, _ parameters: [QueryItem], credentials: borrowing Credentials,
        limits: CallLimits, spendsCode: Bool = false,
        read: (borrowing XMLDocument, XMLDocument.Element) throws(MissingField) -> Result
    ) throws(AWSError) -> Result {
        let form = Secret(form(operation, parameters))
        return try client.call(limits: limits, spendsCode: spendsCode) {
            (limits) throws(AWSError) in
            try client.sign(
                request(form, limits), path: client.endpoint.path, credentials: credentials)
        } read: { (response) throws(AWSError) in
            try result(of: operation, response, read: read)
        }
    }

    /// Makes a call without a signature: what it says is proven by `secret`, one field of the form.
    ///
    /// - Parameters:
    ///   - secretName: The name of the secret field.
    ///   - secret: Its value, which is encoded from one `Secret` to another.
    func callUnsigned<Result: ~Copyable>(
        _ operation: String, _ parameters: [QueryItem], secretName: String,
        secret: borrowing Secret, limits: CallLimits,
        read: (borrowing XMLDocument, XMLDocument.Element) throws(MissingField) -> Result
    ) throws(AWSError) -> Result {
        let start = "\(form(operation, parameters))&\(percentEncoded(secretName))="
        let form = Secret(capacity: start.utf8.count + 3 * secret.count) { room in
            var writer = SecretWriter(room)
            writer.write(start)
            secret.withBytes { writer.writeEncoded($0) }
            return writer.count
        }
        return try client.call(limits: limits, spendsCode: false) {
            (limits) throws(AWSError) in
            request(form, limits)
        } read: { (response) throws(AWSError) in
            try result(of: operation, response, read: read)
        }
    }

    private func request(_ form: borrowing Secret, _ limits: HTTPLimits) -> HTTPRequest {
        HTTPRequest(
            method: "POST", url: client.endpoint.url,
            headers: [
                HTTPHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                HTTPHeader("Host", client.endpoint.host),
            ], body: form.copy(), limits: limits)
    }

    private func form(_ operation: String, _ parameters: [QueryItem]) -> String {
        let items = [QueryItem("Action", operation), QueryItem("Version", version)] + parameters
        return items.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
            .joined(separator: "&")
    }

    private func result<Result: ~Copyable>(
        of operation: String, _ response: borrowing HTTPResponse,
        read: (borrowing XMLDocument, XMLDocument.Element) throws(MissingField) -> Result
    ) throws(AWSError) -> Result {
        func unreadable(_ reason: String) -> AWSError {
            .unreadable(operation: operation, status: response.status, reason: reason)
        }
        let document = try document(response, unreadable)
        // AWS may say 200 before it knows better: the document counts, not the status.
        if let error = serviceError(document, operation: operation, response) {
            throw .service(error)
        }
        let root = document.root
        guard (200..<300).contains(response.status), document.name(root) == "\(operation)Response"
        else { throw unreadable("not an answer to \(operation)") }
        // Operations without a result, such as IAM's DeleteAccessKey, leave the element out.
        let result = document.element(["\(operation)Result"], in: root) ?? root
        do {
            return try read(document, result)
        } catch {
            throw unreadable("\(error.field) is missing or not as it should be")
        }
    }

    private func document(
        _ response: borrowing HTTPResponse, _ unreadable: (String) -> AWSError
    ) throws(AWSError) -> XMLDocument {
        do {
            return try XMLDocument(response.body)
        } catch {
            switch error {
            case .malformed(let reason):
                throw unreadable("not XML as AWS writes it: \(reason)")
            case .libraryUnavailable(let library): throw .libraryUnavailable(library)
            }
        }
    }

    private func serviceError(
        _ document: borrowing XMLDocument, operation: String, _ response: borrowing HTTPResponse
    ) -> AWSServiceError? {
        let root = document.root
        guard
            let error = document.element(["Error"], in: root)
                ?? document.element(["Errors", "Error"], in: root),
            let code = document.string(["Code"], in: error), !code.isEmpty
        else { return nil }
        return AWSServiceError(
            operation: operation, rawCode: code,
            rawMessage: document.string(["Message"], in: error) ?? "",
            requestID: document.string(["RequestId"], in: root)
                ?? document.string(["RequestID"], in: root),
            response, now: client.effects.now())
    }
}
