// Why an exchange brought no answer, told apart as far as it helps the reader.
public import Model

/// Why there is no answer.
public enum HTTPError: Error, Equatable {
    /// The URL is not one that can be asked.
    case invalidURL(reason: String)
    /// A header field holds a line break or a NUL; its name.
    case invalidHeader(name: String)
    /// The host's name has no address.
    case resolve(host: String, reason: String)
    /// Nobody accepts connections there.
    case connect(host: String, reason: String)
    /// The proxy cannot be reached or refuses to help; the status it answered to CONNECT, if it did.
    case proxy(reason: String, status: Int?)
    /// The server's certificate comes from an authority that is not trusted here.
    case unknownAuthority(host: String, reason: String)
    /// Any other failure of TLS: an expired certificate, one for another host, an old version.
    case tls(host: String, reason: String)
    /// The file or folder of trusted certificates cannot be read.
    case caBundle(path: String, reason: String)
    /// Time ran out.
    case timedOut(host: String, HTTPPhase)
    /// The connection broke while the exchange was under way.
    case interrupted(host: String, reason: String)
    /// The answer is larger than allowed; the limit in bytes.
    case bodyTooLarge(limit: Int)
    /// Anything else, with libcurl's number and words.
    case other(code: Int, reason: String)
    /// libcurl is not installed.
    case libraryUnavailable(LibraryUnavailable)

    /// Whether it is sure that the server has not seen the request.
    public var isBeforeSending: Bool {
        switch self {
        case .interrupted, .bodyTooLarge, .timedOut(_, .whole), .other: false
        case .invalidURL, .invalidHeader, .resolve, .connect, .proxy, .unknownAuthority, .tls,
            .caBundle, .timedOut(_, .connecting), .libraryUnavailable:
            true
        }
    }
}

/// Where an exchange stood when its time ran out.
public enum HTTPPhase: Equatable, Sendable {
    /// Not yet connected: nothing was sent.
    case connecting
    /// Connected: the request may have been read.
    case whole
}

/// What libcurl told of a failed exchange.
struct CurlFailure {
    /// A CURLcode.
    var code: Int
    /// libcurl's words.
    var reason: String
    /// The host of the URL.
    var host: String
    /// The status with which a proxy answered CONNECT; 0 without one.
    var proxyStatus = 0
    /// OpenSSL's verdict on the certificate; 0 is good.
    var verifyResult = 0
    /// Whether the request may have been sent.
    var isConnected = false
    /// The certificates asked for, if any were.
    var caBundle: String?
}

extension HTTPError {
    /// Sorts libcurl's failure.
    ///
    /// Source: libcurl-errors(3); X509_STORE_CTX_get_error(3) for the verdicts.
    init(_ failure: CurlFailure) {
        let reason = failure.reason
        let host = failure.host
        if failure.proxyStatus != 0, !(200..<300).contains(failure.proxyStatus) {
            self = .proxy(reason: reason, status: failure.proxyStatus)
            return
        }
        switch failure.code {
        case 1, 3: self = .invalidURL(reason: reason)
        case 5, 97: self = .proxy(reason: reason, status: nil)
        case 6: self = .resolve(host: host, reason: reason)
        case 7 where Self.names(proxyNot: host, reason): self = .proxy(reason: reason, status: nil)
        case 7: self = .connect(host: host, reason: reason)
        case 28: self = .timedOut(host: host, failure.isConnected ? .whole : .connecting)
        // A connection that breaks during the handshake is told with the system's words.
        case 35 where reason.contains("SSL_connect: "): self = .connect(host: host, reason: reason)
        case 60 where Self.unknownAuthorities.contains(failure.verifyResult):
            self = .unknownAuthority(host: host, reason: reason)
        case 77: self = .caBundle(path: failure.caBundle ?? "", reason: reason)
        case 35, 51, 53, 54, 58, 59, 60, 64, 66, 80, 82, 83, 90, 91, 98:
            self = .tls(host: host, reason: reason)
        case 16, 18, 52, 55, 56, 92, 95:
            if !failure.isConnected, reason.contains("roxy") {
                self = .proxy(reason: reason, status: nil)
            } else {
                self = .interrupted(host: host, reason: reason)
            }
        default: self = .other(code: failure.code, reason: reason)
        }
    }

    /// X509_V_ERR_: unable to get the issuer (2, 20), self-signed (18, 19), no chain (21), untrusted (27).
    private static let unknownAuthorities: Set<Int> = [2, 18, 19, 20, 21, 27]

    /// Whether "Failed to connect to HOST port N" speaks of another host than the one asked for.
    private static func names(proxyNot host: String, _ reason: String) -> Bool {
        let start = "Failed to connect to "
        guard reason.hasPrefix(start) else { return false }
        return !reason.dropFirst(start.count).hasPrefix(host) || reason.contains(" via ")
    }
}
