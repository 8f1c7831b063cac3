// The addresses that profiles ask: whether they answer, by which certificates, at what time.
internal import AWS
internal import HTTP
internal import Model
internal import Planning
internal import Profiles

/// An address, and how it is asked.
struct AskedEndpoint: Hashable, Sendable {
    let url: String
    let host: String
    /// What names it; `.standard` for AWS's own.
    let origin: Origin
    /// The certificates to trust in place of the system's.
    let caBundle: String?
    /// Whether credentials would go there for all to read.
    let isPlain: Bool

    init(_ endpoint: Endpoint, origin: Origin?, caBundle: String?) {
        url = endpoint.url
        host = endpoint.host
        self.origin = origin ?? .standard
        self.caBundle = caBundle
        isPlain = endpoint.isPlainRemote
    }
}

/// What came of asking an address: the time it told, and the time it was here.
struct EndpointAnswer: Equatable, Sendable {
    let told: Timestamp?
    let here: Timestamp
}

/// Whether AWS can be asked.
enum NetworkCheck {
    /// More are not asked, for the sake of who waits.
    static let most = 6
    private static let limits = HTTPLimits(connect: .seconds(4), whole: .seconds(7), body: 1 << 20)
    /// The slack of the signatures' dates.
    ///
    /// Source: IAM user guide, "Elements of an AWS API request signature": five minutes.
    static let slack = 300

    static func look(_ machine: Machine, _ ground: Ground) -> [Finding] {
        let (endpoints, errors) = endpoints(machine, ground)
        // Nothing is signed: any answer will do, and has the date.
        let outcomes = endpoints.prefix(most).map { ($0, Limited.begin(asking($0))) }
        let answers = outcomes.map { endpoint, outcome in
            (
                endpoint,
                outcome(limits.whole + .seconds(2))
                    ?? .failure(.timedOut(host: endpoint.host, .connecting))
            )
        }
        return ProxyCheck.findings(variable: Machine.variable) + errors
            + findings(answers, unasked: max(0, endpoints.count - most))
    }

    private static func asking(
        _ endpoint: AskedEndpoint
    ) -> @Sendable () -> Result<EndpointAnswer, HTTPError> {
        {
            Result { () throws(HTTPError) in
                let client = HTTPClient(version: version, caBundle: endpoint.caBundle)
                let response = try client.send(
                    HTTPRequest(method: "GET", url: endpoint.url + "/", limits: limits))
                return EndpointAnswer(
                    told: response.header("date").flatMap { Timestamp(httpDate: $0) }, here: .now())
            }
        }
    }

    /// The addresses that the profiles ask for sessions and sign-ins at, each once, and those that
    /// are none.
    static func endpoints(
        _ machine: Machine, _ ground: Ground
    ) -> (asked: [AskedEndpoint], errors: [Finding]) {
        var asked: [AskedEndpoint] = []
        var errors: [Finding] = []
        func add(
            _ origin: Origin?, _ caBundle: String?, _ make: () throws(EndpointError) -> Endpoint
        ) {
            do throws(EndpointError) {
                let bundle = caBundle ?? Machine.ownVariable("AWS_CA_BUNDLE")
                let new = AskedEndpoint(try make(), origin: origin, caBundle: bundle)
                if !asked.contains(where: { $0.url == new.url && $0.caBundle == new.caBundle }) {
                    asked.append(new)
                }
            } catch {
                errors.append(
                    Finding(.problem, .network, at: origin.map { "\($0)" }, error.wording))
            }
        }
        for plan in ground.usablePlans {
            let bundle = plan.caBundle?.value
            add(plan.sts.endpointURL?.origin, bundle) { () throws(EndpointError) in
                try Endpoint.sts(plan.sts.options)
            }
            guard case .sso(let source) = plan.credentials.source else { continue }
            add(source.oidcURL?.origin, bundle) { () throws(EndpointError) in
                try Endpoint.ssoOIDC(source.options(source.oidcURL))
            }
        }
        if asked.isEmpty, errors.isEmpty {
            // What a command would ask that knows no profile.
            let none = Profile(name: "default", origin: .standard)
            do {
                let own = try none.overlaid(variable: Machine.ownVariable)
                let target = try STSTarget(
                    region: own.region?.value ?? Endpoint.defaultRegion, profile: own,
                    config: ground.config, variable: Machine.ownVariable)
                add(target.endpointURL?.origin, own.caBundle?.value) { () throws(EndpointError) in
                    try Endpoint.sts(target.options)
                }
            } catch { errors.append(Finding(.problem, .network, Failure(error).wording)) }
        }
        return (asked, errors)
    }

    // MARK: What the answers mean

    static func findings(
        _ answers: [(AskedEndpoint, Result<EndpointAnswer, HTTPError>)], unasked: Int
    ) -> [Finding] {
        var found: [Finding] = []
        var reached: [String] = []
        var clock: (host: String, answer: EndpointAnswer)?
        var unreachable: (AskedEndpoint, HTTPError)?
        for (endpoint, result) in answers {
            if endpoint.isPlain {
                found.append(
                    Finding(
                        .problem, .network, at: "\(endpoint.origin)",
                        Wording(
                            "\(endpoint.host) is asked over plain http (\(endpoint.origin)): whoever"
                                + " stands between can read the credentials",
                            hint: "write https:// in \(endpoint.origin)")))
            }
            switch result {
            case .success(let answer):
                reached.append(endpoint.host)
                if clock == nil, answer.told != nil { clock = (endpoint.host, answer) }
            case .failure(let error):
                guard endpoint.origin == .standard, error.isAbsence else {
                    found.append(finding(error, endpoint))
                    continue
                }
                // Every other address of AWS's would be told of in the same words.
                unreachable = unreachable ?? (endpoint, error)
            }
        }
        if let (endpoint, error) = unreachable {
            var wording = AWSError(transport: error).wording
            if reached.isEmpty {
                wording.message =
                    "offline, so that neither clock nor certificates were looked at: "
                    + wording.message
            }
            found.append(Finding(.note, .network, at: endpoint.host, wording))
        }
        if !reached.isEmpty {
            let more =
                unasked > 0 ? "; \(unasked) more of the profiles' addresses were not asked" : ""
            found.append(
                .fine(.network, "\(reached.joined(separator: ", ")) can be reached\(more)"))
        }
        if let clock { found.append(Self.clock(clock.answer, host: clock.host)) }
        return found
    }

    private static func finding(_ error: HTTPError, _ endpoint: AskedEndpoint) -> Finding {
        var wording = AWSError(transport: error).wording
        if endpoint.origin != .standard { wording.message += " (\(endpoint.origin))" }
        return Finding(
            .problem, error.isAboutCertificates ? .certificates : .network, at: endpoint.host,
            wording)
    }

    /// What the time that was told says of this machine's clock.
    static func clock(_ answer: EndpointAnswer, host: String) -> Finding {
        let ahead = answer.told.map { (answer.here - $0).wholeSeconds } ?? 0
        let size = spoken(.seconds(abs(ahead)))
        let sentence =
            "this machine's clock is \(size) \(ahead < 0 ? "behind" : "ahead of") that of \(host)"
        let hint = "set the clock: timedatectl set-ntp true"
        switch abs(ahead) {
        case slack...:
            return Finding(
                .problem, .network,
                Wording("\(sentence), and AWS refuses what is signed 5m off", hint: hint))
        case 30...:
            return Finding(.note, .network, Wording(sentence, hint: hint))
        default: return .fine(.network, "this machine's clock is that of \(host)")
        }
    }
}

extension HTTPError {
    /// Whether there is no way to the host: most likely this machine is offline.
    fileprivate var isAbsence: Bool {
        switch self {
        case .resolve, .connect, .timedOut(_, .connecting): true
        case .invalidURL, .invalidHeader, .proxy, .unknownAuthority, .tls, .caBundle,
            .timedOut(_, .whole), .interrupted, .bodyTooLarge, .other, .libraryUnavailable:
            false
        }
    }

    fileprivate var isAboutCertificates: Bool {
        switch self {
        case .unknownAuthority, .tls, .caBundle: true
        case .invalidURL, .invalidHeader, .resolve, .connect, .proxy, .timedOut, .interrupted,
            .bodyTooLarge, .other, .libraryUnavailable:
            false
        }
    }
}

extension AWSError {
    /// Why there was no answer, in a form that has words.
    fileprivate init(transport error: HTTPError) {
        if case .libraryUnavailable(let library) = error {
            self = .libraryUnavailable(library)
        } else {
            self = .transport(error)
        }
    }
}
