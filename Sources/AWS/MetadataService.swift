// What instance metadata and container credentials share: small answers from close by, asked for again.
internal import HTTP
internal import Model

/// Asks a service of the machine or container that credtool runs in.
struct MetadataService: Sendable {
    let transport: any HTTPTransport
    let effects: CallEffects
    /// The time for one try.
    let timeout: Duration
    /// The largest number of requests for one thing.
    let tries: Int

    /// The last answer, whatever its status, after as many tries as may help.
    ///
    /// - Parameters:
    ///   - secret: The value of the field `secretName`, if it is to be sent.
    func send(
        _ method: String, _ url: String, headers: [HTTPHeader] = [], secretName: String = "",
        secret: borrowing Secret?
    ) throws(HTTPError) -> HTTPResponse {
        var attempt = 1
        while true {
            do throws(HTTPError) {
                let response = try transport.send(
                    HTTPRequest(
                        method: method, url: url, headers: headers,
                        secretHeader: Self.header(secretName, secret),
                        limits: HTTPLimits(connect: timeout, whole: timeout, body: 64 << 10)))
                guard attempt < tries, Retry.isPassing(response) else { return response }
            } catch {
                guard attempt < tries, Retry.isPassing(error) else { throw error }
            }
            effects.sleep(Retry.pause(attempt: attempt, random: effects.random()))
            attempt += 1
        }
    }

    private static func header(
        _ name: String, _ secret: borrowing Secret?
    ) -> SecretHTTPHeader? {
        switch secret {
        case .some(let secret): SecretHTTPHeader(name, secret.copy())
        case .none: nil
        }
    }
}

extension Retry {
    /// Whether the server may answer better a little later.
    static func isPassing(_ response: borrowing HTTPResponse) -> Bool {
        isPassing(status: response.status) || isThrottling(status: response.status)
    }
}
