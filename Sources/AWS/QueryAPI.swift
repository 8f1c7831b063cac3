// Calling the services that take forms and answer XML: STS and IAM.
internal import Crypto
internal import HTTP
internal import Model

/// A service that speaks the AWS query protocol.
///
/// Source: Smithy, "AWS query protocol".
struct QueryAPI: Sendable {
    /// The service's name in signatures.
    let service: String
    /// The version of the API, a date.
    let version: String
    let endpoint: Endpoint
    let transport: any HTTPTransport
    let effects: CallEffects

    /// A field that an answer lacks, or that has not its form.
    struct Missing: Error { let field: String }

    /// Makes a signed call, again where that may help, and reads the element `OPERATIONResult`.
    ///
    /// - Parameters:
    ///   - spendsCode: Whether the parameters hold an MFA code, which AWS takes only once.
    ///   - read: Makes the result from the document and its result element.
    func call<Result: ~Copyable>(
        _ operation: String, _ parameters: [QueryItem], credentials: borrowing Credentials,
        limits: CallLimits, spendsCode: Bool = false,
        read: (borrowing XMLDocument, XMLDocument.Element) throws(Missing) -> Result
    ) throws(AWSError) -> Result {
        let form = Secret(form(operation, parameters))
        return try repeating(operation, limits, spendsCode: spendsCode, read: read) {
            (limits) throws(AWSError) in
            try signed(form, credentials: credentials, limits: limits)
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
        read: (borrowing XMLDocument, XMLDocument.Element) throws(Missing) -> Result
    ) throws(AWSError) -> Result {
        let start = "\(form(operation, parameters))&\(percentEncoded(secretName))="
        let form = Secret(capacity: start.utf8.count + 3 * secret.count) { room in
            var writer = SecretWriter(room)
            writer.write(start)
            secret.withBytes { writer.writeEncoded($0) }
            return writer.count
        }
        return try repeating(operation, limits, spendsCode: false, read: read) {
            (limits) throws(AWSError) in
            HTTPRequest(
                method: "POST", url: endpoint.url, headers: headers, body: form.copy(),
                limits: limits)
        }
    }

    private var headers: [HTTPHeader] {
        [
            HTTPHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            HTTPHeader("Host", endpoint.host),
        ]
    }

    private func form(_ operation: String, _ parameters: [QueryItem]) -> String {
        let items = [QueryItem("Action", operation), QueryItem("Version", version)] + parameters
        return items.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
            .joined(separator: "&")
    }

    /// Sends the requests that `make` makes until one is answered or no more are worthwhile.
    private func repeating<Result: ~Copyable>(
        _ operation: String, _ limits: CallLimits, spendsCode: Bool,
        read: (borrowing XMLDocument, XMLDocument.Element) throws(Missing) -> Result,
        make: (HTTPLimits) throws(AWSError) -> HTTPRequest
    ) throws(AWSError) -> Result {
        let start = effects.uptime()
        var attempt = 1
        while true {
            let left = limits.whole - (effects.uptime() - start)
            do {
                let request = try make(
                    HTTPLimits(connect: min(limits.connect, left), whole: left))
                return try result(of: operation, try answer(to: request), read: read)
            } catch {
                let pause =
                    Retry.isThrottling(error)
                    ? Retry.throttledPause(attempt: attempt, random: effects.random())
                    : Retry.pause(attempt: attempt, random: effects.random())
                guard attempt < limits.tries,
                    Retry.isWorthwhile(after: error, spendsCode: spendsCode),
                    effects.uptime() - start + pause < limits.whole
                else { throw error }
                effects.sleep(pause)
                attempt += 1
            }
        }
    }

    private func answer(
        to request: borrowing HTTPRequest
    ) throws(AWSError) -> HTTPResponse {
        do { return try transport.send(request) } catch { throw AWSError(error) }
    }

    private func signed(
        _ form: borrowing Secret, credentials: borrowing Credentials, limits: HTTPLimits
    ) throws(AWSError) -> HTTPRequest {
        var headers = headers
        do {
            let hash = try form.withBytes { (bytes) throws(LibraryUnavailable) in
                try SHA256.digest(bytes)
            }
            let request = SignableRequest(
                method: "POST", path: endpoint.path, headers: headers,
                bodyHash: hash.hex)
            let signer = SignatureV4(
                region: endpoint.signingRegion, service: service, date: effects.now())
            headers += try signer.headerFields(request, credentials: credentials)
        } catch {
            throw .libraryUnavailable(error)
        }
        return HTTPRequest(
            method: "POST", url: endpoint.url, headers: headers,
            secretHeader: credentials.tokenHeader, body: form.copy(), limits: limits)
    }

    private func result<Result: ~Copyable>(
        of operation: String, _ response: borrowing HTTPResponse,
        read: (borrowing XMLDocument, XMLDocument.Element) throws(Missing) -> Result
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
            operation: operation, code: code,
            rawMessage: document.string(["Message"], in: error) ?? "", status: response.status,
            requestID: document.string(["RequestId"], in: root)
                ?? document.string(["RequestID"], in: root) ?? response.header("x-amzn-requestid"),
            serverDate: response.header("date"), now: effects.now())
    }
}

extension Credentials {
    fileprivate var tokenHeader: SecretHTTPHeader? {
        switch sessionToken {
        case .some(let token): SecretHTTPHeader("X-Amz-Security-Token", token.copy())
        case .none: nil
        }
    }
}
