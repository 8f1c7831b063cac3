// Requests and responses, with the places in them that hold secrets.
public import Model

/// A header field that anyone may see.
public struct HTTPHeader: Equatable, Sendable {
    /// The name; its case has no meaning.
    public let name: String
    /// The value without surrounding spaces.
    public let value: String

    /// Joins the two.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A header field whose value is a secret: a session token, a bearer token.
public struct SecretHTTPHeader: ~Copyable, Sendable {
    /// The name; its case has no meaning.
    public let name: String
    /// The value.
    public let value: Secret

    /// Joins the two.
    public init(_ name: String, _ value: consuming Secret) {
        self.name = name
        self.value = value
    }
}

/// How long and how large an exchange may become.
public struct HTTPLimits: Equatable, Sendable {
    /// How long connecting may take, name look-up, proxy and TLS included.
    public var connect: Duration
    /// How long the whole exchange may take.
    public var whole: Duration
    /// The largest body of an answer, in bytes.
    public var body: Int

    /// The limits for AWS: 5 s, 20 s, 1 MiB.
    public init(
        connect: Duration = .seconds(5), whole: Duration = .seconds(20), body: Int = 1 << 20
    ) {
        self.connect = connect
        self.whole = whole
        self.body = body
    }
}

/// What is sent.
public struct HTTPRequest: ~Copyable, Sendable {
    /// `GET`, `POST`, `PUT` or another.
    public var method: String
    /// An absolute http or https URL in its encoded form.
    public var url: String
    /// What stands behind `url`, such as `/path?query`, where it holds a secret. It is never quoted.
    public var secretTarget: Secret?
    /// The fields that anyone may see.
    public var headers: [HTTPHeader]
    /// The field that holds a secret, if there is one.
    public var secretHeader: SecretHTTPHeader?
    /// The body; nil sends none, which differs from an empty one by the Content-Length.
    public var body: Secret?
    /// The time and size allowed.
    public var limits: HTTPLimits
    /// Whether it may go over a connection that an earlier exchange left open. Where the server has
    /// closed that one meanwhile, the request is sent a second time over a new one: not for what
    /// may take effect only once.
    public var mayReuseConnection: Bool

    /// Joins the parts.
    public init(
        method: String, url: String, secretTarget: consuming Secret? = nil,
        headers: [HTTPHeader] = [], secretHeader: consuming SecretHTTPHeader? = nil,
        body: consuming Secret? = nil, limits: HTTPLimits = HTTPLimits(),
        mayReuseConnection: Bool = true
    ) {
        self.method = method
        self.url = url
        self.secretTarget = secretTarget
        self.headers = headers
        self.secretHeader = secretHeader
        self.body = body
        self.limits = limits
        self.mayReuseConnection = mayReuseConnection
    }
}

/// What came back, whatever its status.
public struct HTTPResponse: ~Copyable, Sendable {
    /// The status code, 200 or other.
    public let status: Int
    /// The header fields in their order.
    public let headers: [HTTPHeader]
    /// The body, which may hold secrets.
    public let body: Secret

    /// Joins the parts.
    public init(status: Int, headers: [HTTPHeader] = [], body: consuming Secret) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of the first field with this name, in any case.
    public borrowing func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// What performs exchanges: `HTTPClient`, or a script in tests.
public protocol HTTPTransport: Sendable {
    /// Sends `request` and waits for the whole answer.
    func send(_ request: borrowing HTTPRequest) throws(HTTPError) -> HTTPResponse
}
