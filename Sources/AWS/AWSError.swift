// Why a call to AWS gave no result, in AWS's own words where it used any.
public import HTTP
public import Model

/// An error that an AWS service answered.
public struct AWSServiceError: Error, Equatable {
    /// The operation that was asked for, such as `AssumeRole`.
    public let operation: String
    /// AWS's code, such as `AccessDenied`.
    public let code: String
    /// AWS's message, on one line, of at most 1,000 characters that can be seen.
    public let message: String
    /// The HTTP status.
    public let status: Int
    /// AWS's name for this call, which its support asks for.
    public let requestID: String?
    /// How far the local clock is ahead of AWS's (negative: behind), where AWS complains of it.
    public let clockSkew: Duration?
    /// What services that follow OAuth 2.0 say beside their code, such as `authorization_pending`.
    public let oauthCode: String?

    /// Joins the parts.
    public init(
        operation: String, code: String, message: String, status: Int, requestID: String? = nil,
        clockSkew: Duration? = nil, oauthCode: String? = nil
    ) {
        self.operation = operation
        self.code = code
        self.message = message
        self.status = status
        self.requestID = requestID
        self.clockSkew = clockSkew
        self.oauthCode = oauthCode
    }
}

/// Why a call to AWS gave no result.
public enum AWSError: Error, Equatable {
    /// AWS refused.
    case service(AWSServiceError)
    /// AWS was not reached, or not heard to the end.
    case transport(HTTPError)
    /// Something answered, but not as AWS does.
    case unreadable(operation: String, status: Int, reason: String)
    /// A library is not installed.
    case libraryUnavailable(LibraryUnavailable)

    /// The HTTP status of the answer; nil where there was none.
    public var status: Int? {
        switch self {
        case .service(let error): error.status
        case .unreadable(_, let status, _): status
        case .transport, .libraryUnavailable: nil
        }
    }

    init(_ error: HTTPError) {
        if case .libraryUnavailable(let library) = error {
            self = .libraryUnavailable(library)
        } else {
            self = .transport(error)
        }
    }
}

extension AWSServiceError {
    /// What AWS answered, made fit to show.
    /// - Parameters:
    ///   - requestID: What the document names; a field of the answer may name it too.
    ///   - now: The local clock.
    init(
        operation: String, rawCode: String, rawMessage: String, requestID: String?,
        oauthCode: String? = nil, _ response: borrowing HTTPResponse, now: Timestamp
    ) {
        let code = onOneLine(rawCode, limit: 128)
        let message = Self.shown(rawMessage, code: code)
        let complains = Self.isAboutTheClock(code: code, message: message)
        let server = complains ? response.header("date").flatMap { Timestamp(httpDate: $0) } : nil
        self.init(
            operation: operation, code: code, message: message, status: response.status,
            requestID: (requestID ?? response.header("x-amzn-requestid")).map {
                onOneLine($0, limit: 128)
            }, clockSkew: server.map { now - $0 },
            oauthCode: oauthCode.map { onOneLine($0, limit: 128) })
    }

    private static let signatureCodes: Set<String> = [
        "SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature",
        "IncompleteSignatureException",
    ]

    private static func isAboutTheClock(code: String, message: String) -> Bool {
        switch code {
        case "RequestExpired", "RequestTimeTooSkewed": true
        case _ where signatureCodes.contains(code):
            message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current")
        default: false
        }
    }

    private static func shown(_ message: String, code: String) -> String {
        var text = message[...]
        // These echo what was signed, the session token included.
        if signatureCodes.contains(code) {
            text = text.prefix { !$0.isNewline }
            if let end = text.firstRange(of: ". ") { text = text[..<end.lowerBound] }
            if let end = text.firstRange(of: "Authorization=") { text = text[..<end.lowerBound] }
        }
        return onOneLine(String(text))
    }
}

/// `text` on one line, without what steers the display, cut to `limit` characters: fit to be shown.
func onOneLine(_ text: String, limit: Int = 1000) -> String {
    var line = String.UnicodeScalarView()
    var count = 0
    var isSpace = false
    for scalar in text.unicodeScalars {
        if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
            isSpace = true
        } else if !scalar.steersDisplay {
            if count >= limit { return String(line) + "…" }
            count += 1
            if isSpace, !line.isEmpty { line.append(" ") }
            isSpace = false
            line.append(scalar)
        }
    }
    return String(line)
}

extension Timestamp {
    /// Reads the form of the HTTP Date field: `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// Source: RFC 9110, section 5.6.7, IMF-fixdate.
    public init?(httpDate text: String) {
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT",
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let number = (month < 9 ? "0" : "") + String(month + 1)
        self.init(rfc3339: "\(words[3])-\(number)-\(words[1])T\(words[4])Z")
    }
}
