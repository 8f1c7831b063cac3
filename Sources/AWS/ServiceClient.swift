// What calling a service takes, whatever its protocol: tries, time, signatures.
internal import Crypto
internal import HTTP
internal import Model

/// A field that an answer lacks, or that has not its form.
struct MissingField: Error { let field: String }

/// One service at one endpoint.
struct ServiceClient: Sendable {
    /// The service's name in signatures.
    let signingName: String
    let endpoint: Endpoint
    let transport: any HTTPTransport
    let effects: CallEffects

    /// Sends the requests that `make` makes until one is answered or no more are worthwhile.
    ///
    /// - Parameters:
    ///   - spendsCode: Whether a request carries what AWS takes only once, such as an MFA code.
    ///   - read: Makes the result of an answer, or the error that it is.
    func call<Result: ~Copyable>(
        limits: CallLimits, spendsCode: Bool,
        make: (HTTPLimits) throws(AWSError) -> HTTPRequest,
        read: (borrowing HTTPResponse) throws(AWSError) -> Result
    ) throws(AWSError) -> Result {
        let start = effects.uptime()
        var attempt = 1
        while true {
            let left = limits.whole - (effects.uptime() - start)
            do {
                var request = try make(
                    HTTPLimits(connect: min(limits.connect, left), whole: left))
                request.mayReuseConnection = !spendsCode
                return try read(try answer(to: request))
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

    /// Adds the signature and the session token to a request that has neither.
    ///
    /// - Parameters:
    ///   - path: The path of the request's URL, as it is sent.
    ///   - query: The query of the request's URL, decoded.
    func sign(
        _ request: consuming HTTPRequest, path: String, query: [QueryItem] = [],
        credentials: borrowing Credentials
    ) throws(AWSError) -> HTTPRequest {
        var request = try sign(request, path: path, query: query) {
            (signable, date) throws(LibraryUnavailable) in
            try SignatureV4(region: endpoint.signingRegion, service: signingName, date: date)
                .headerFields(signable, credentials: credentials)
        }
        request.secretHeader = credentials.tokenHeader
        return request
    }

    /// Adds the fields that `fields` makes of what is to be signed and of the time.
    func sign(
        _ request: consuming HTTPRequest, path: String, query: [QueryItem],
        fields: (SignableRequest, Timestamp) throws(LibraryUnavailable) -> [HTTPHeader]
    ) throws(AWSError) -> HTTPRequest {
        do {
            let signable = SignableRequest(
                method: request.method, path: path, query: query, headers: request.headers,
                bodyHash: try request.bodyHash.hex)
            request.headers += try fields(signable, effects.now())
        } catch {
            throw .libraryUnavailable(error)
        }
        return request
    }
}

extension HTTPRequest {
    fileprivate var bodyHash: [UInt8] {
        get throws(LibraryUnavailable) {
            switch body {
            case .some(let body):
                try body.withBytes { (bytes) throws(LibraryUnavailable) in
                    try SHA256.digest(bytes)
                }
            case .none:
                try SHA256.digest(UnsafeRawBufferPointer(start: nil, count: 0))
            }
        }
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
