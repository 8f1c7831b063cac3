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
    /// When the last try begins, by the time since some fixed moment.
    private let end: Duration

    /// How long tries begin at the least.
    private static let deadline: Duration = .seconds(10)

    /// A service that is asked from now on until ten seconds are over, or what all tries for one
    /// thing may take, if that is more.
    init(transport: any HTTPTransport, effects: CallEffects, timeout: Duration, tries: Int) {
        self.transport = transport
        self.effects = effects
        self.timeout = timeout
        self.tries = tries
        end = effects.uptime() + max(Self.deadline, timeout * tries)
    }

    /// The last answer, whatever its status, after as many tries as may help.
    ///
    /// - Parameters:
    ///   - secret: The value of the field `secretName`, if it is to be sent.
    ///   - tries: How many tries there are where an answer comes; nil for the usual number.
    ///   - silentTries: The same where nothing does; nil for the usual number.
    ///   - isBroken: Whether an answer of status 200 is none that can be used.
    func send(
        _ method: String, _ url: String, headers: [HTTPHeader] = [], secretName: String = "",
        secret: borrowing Secret?, tries: Int? = nil, silentTries: Int? = nil,
        isBroken: (borrowing HTTPResponse) -> Bool = { $0.isEmpty }
    ) throws(HTTPError) -> HTTPResponse {
        let tries = tries ?? self.tries
        var attempt = 1
        while true {
            do throws(HTTPError) {
                let response = try transport.send(
                    HTTPRequest(
                        method: method, url: url, headers: headers,
                        secretHeader: Self.header(secretName, secret),
                        limits: HTTPLimits(connect: timeout, whole: timeout, body: 64 << 10)))
                let mayBeBetter =
                    Retry.isPassing(response) || response.status == 200 && isBroken(response)
                guard mayBeBetter, mayTryAgain(attempt, of: tries) else { return response }
            } catch {
                // Who hangs up is there.
                let isThere = if case .interrupted = error { true } else { false }
                guard Retry.isPassing(error),
                    mayTryAgain(attempt, of: isThere ? self.tries : silentTries ?? tries)
                else { throw error }
            }
            effects.sleep(Retry.pause(attempt: attempt, random: effects.random()))
            attempt += 1
        }
    }

    private func mayTryAgain(_ attempt: Int, of tries: Int) -> Bool {
        attempt < tries && effects.uptime() < end
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

extension HTTPResponse {
    /// Whether there is nothing in it but white space.
    var isEmpty: Bool { body.withBytes { $0.allSatisfy(\.isWhiteSpace) } }

    /// Whether it holds no JSON object.
    var isNoObject: Bool {
        do { _ = try JSONDocument.object(body) } catch { return true }
        return false
    }
}

extension Retry {
    /// Whether the server may answer better a little later.
    static func isPassing(_ response: borrowing HTTPResponse) -> Bool {
        isPassing(status: response.status) || isThrottling(status: response.status)
    }
}
