// How often, how long and after which failures a call is made again.
internal import Glibc
internal import HTTP
public import Model

/// How long a call may take in all, and how many tries it has.
public struct CallLimits: Equatable, Sendable {
    /// The largest number of requests.
    public var tries: Int
    /// The time for all of them and the pauses between.
    public var whole: Duration
    /// The time for each of them to connect.
    public var connect: Duration

    /// The usual limits: three tries, 20 s in all, 5 s to connect.
    public init(
        tries: Int = 3, whole: Duration = .seconds(20),
        connect: Duration = .seconds(5)
    ) {
        self.tries = tries
        self.whole = whole
        self.connect = connect
    }

    /// For a check that nobody should wait for: one try, 3 s.
    public static let quick = CallLimits(tries: 1, whole: .seconds(3), connect: .seconds(3))
}

/// The clock, the pause and the chance that calls depend on, so that tests can stand in for them.
public struct CallEffects: Sendable {
    /// The wall clock, for signatures.
    public var now: @Sendable () -> Timestamp
    /// Time since some fixed moment, for limits.
    public var uptime: @Sendable () -> Duration
    /// Waits.
    public var sleep: @Sendable (Duration) -> Void
    /// A number from 0 up to, but not including, 1.
    public var random: @Sendable () -> Double

    /// Joins the parts.
    public init(
        now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) -> Void, random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
        self.random = random
    }

    /// The real ones.
    public static let system = CallEffects(
        now: { Timestamp.now() },
        uptime: {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        },
        sleep: { duration in
            let (seconds, attoseconds) = max(duration, .zero).components
            var time = timespec(
                tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            var rest = timespec()
            while nanosleep(&time, &rest) != 0, errno == EINTR { time = rest }
        },
        random: { Double.random(in: 0..<1) })
}

enum Retry {
    /// The pause after the `attempt`-th try (from 1): up to half a second, then up to a whole one.
    ///
    /// Source: "Exponential Backoff And Jitter", full jitter.
    static func pause(attempt: Int, random: Double) -> Duration {
        .seconds(random * min(1, 0.25 * Double(1 << min(attempt, 8))))
    }

    /// The pause where AWS is asked too often: half a second to two, then one to four. AWS lets so
    /// many calls a second through; the callers of one moment have to spread over several.
    static func throttledPause(attempt: Int, random: Double) -> Duration {
        .seconds(Double(1 << min(attempt, 3)) * (0.25 + 0.75 * random))
    }

    /// Whether AWS took no look at the request, as it was asked too often.
    static func isThrottling(_ error: AWSError) -> Bool {
        switch error {
        case .service(let error): error.isThrottling
        case .unreadable(_, let status, _): isThrottling(status: status)
        case .transport, .libraryUnavailable: false
        }
    }

    /// Whether another try may help and cannot harm.
    ///
    /// - Parameter spendsCode: Whether the request carries an MFA code. AWS takes each code once, so
    ///   such a request is made again only where AWS surely has not looked at it.
    static func isWorthwhile(after error: AWSError, spendsCode: Bool) -> Bool {
        switch error {
        case .libraryUnavailable: false
        case .transport(let error): isPassing(error) && (error.isBeforeSending || !spendsCode)
        case .unreadable(_, let status, _):
            isThrottling(status: status) || isPassing(status: status) && !spendsCode
        case .service(let error):
            error.isThrottling
                || (isPassing(error) || isPassing(status: error.status)) && !spendsCode
        }
    }

    static func isPassing(_ error: HTTPError) -> Bool {
        switch error {
        case .resolve, .connect, .timedOut, .interrupted: true
        // A proxy that answered means it.
        case .proxy(_, let status): status.map { isPassing(status: $0) } ?? true
        case .invalidURL, .invalidHeader, .unknownAuthority, .tls, .caBundle, .bodyTooLarge,
            .other, .libraryUnavailable:
            false
        }
    }

    /// STS says the second of an identity provider that did not answer in time with its keys.
    private static func isPassing(_ error: AWSServiceError) -> Bool {
        passingCodes.contains(error.code)
            || error.code == "InvalidIdentityToken" && error.message.contains("verification key")
    }

    static func isPassing(status: Int) -> Bool { (500...599).contains(status) }

    static func isThrottling(status: Int) -> Bool { status == 429 || status == 509 }

    /// Source: botocore, retries/standard.py.
    fileprivate static let throttlingCodes: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "TooManyRequestsException", "ProvisionedThroughputExceededException",
        "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
        "EC2ThrottledException",
    ]

    /// Source: botocore, retries/standard.py; IDPCommunicationError from STS's service model.
    private static let passingCodes: Set<String> = [
        "RequestTimeout", "RequestTimeoutException", "IDPCommunicationError",
    ]
}

extension AWSServiceError {
    /// Whether AWS was asked too often, so that the same may be taken a little later.
    public var isThrottling: Bool {
        Retry.throttlingCodes.contains(code) || Retry.isThrottling(status: status)
    }
}

extension AWSError {
    /// Whether the network or the service may only be away for a moment. What was spent on the call
    /// may be gone all the same.
    public var isPassing: Bool { Retry.isWorthwhile(after: self, spendsCode: false) }
}
