// What endpoints answer: sessions as SDKs read them, and refusals.
public import Loopback
public import Model

/// A session, ready to be sent.
public struct ServedSession: Sendable {
    /// How long credentials that have no end are taken for fresh.
    static let lastingLife: Duration = .seconds(3600)

    /// The answer of a container's endpoint.
    public let document: EndpointDocument
    /// When it ends.
    public let expiration: Timestamp
    /// When it was obtained.
    public let obtained: Timestamp

    /// The session that credentials are.
    ///
    /// SDKs demand an end. What has none is said to end in an hour, and looked up again before.
    /// - Parameters:
    ///   - accountID: The account, where it is known; twelve digits.
    ///   - now: The moment at which they were obtained.
    public init(
        _ credentials: borrowing Credentials, accountID: String?, now: Timestamp = .now()
    ) {
        let end = Self.end(of: credentials, now: now)
        self.init(
            document: Self.json(credentials, accountID: accountID, expiration: end, now: now),
            expiration: end, obtained: now)
    }

    /// A session whose document is written already.
    /// - Parameter document: What `json` wrote.
    public init(document: borrowing Secret, expiration: Timestamp, obtained: Timestamp) {
        self.document = EndpointDocument(status: 200, body: document)
        self.expiration = expiration
        self.obtained = obtained
    }

    /// When credentials are said to end.
    public static func end(of credentials: borrowing Credentials, now: Timestamp) -> Timestamp {
        credentials.expiration ?? now + lastingLife
    }

    /// The document of a container's endpoint and of the instance metadata service alike.
    ///
    /// All values are strings: the SDK for JavaScript takes no others. `Code` is wanted by instance
    /// metadata, and by one version of the SDK for .NET elsewhere too.
    /// Source: AWS SDKs and Tools reference guide, "Container credential provider"; EC2 user guide,
    /// "Retrieve security credentials from instance metadata".
    public static func json(
        _ credentials: borrowing Credentials, accountID: String?, expiration: Timestamp,
        now: Timestamp
    ) -> Secret {
        let id = credentials.accessKeyID.description
        return Secret(json: .compact) { json in
            json.member("Code", .string("Success"))
            json.member("LastUpdated", .string(now.description))
            json.member("Type", .string("AWS-HMAC"))
            json.member("AccessKeyId", .string(id))
            json.member("SecretAccessKey", secret: credentials.secretAccessKey)
            credentials.sessionToken?.withBytes { json.member("Token", secret: $0) }
            json.member("Expiration", .string(expiration.description))
            json.member("AccountId", accountID.map { .string($0) })
        }
    }
}

extension EndpointDocument {
    /// An error as SDKs show it: a code, and words for a person.
    convenience init(status: UInt32, code: String, message: String) {
        self.init(
            status: status,
            body: Secret(json: .compact) { json in
                json.member("Code", .string(code))
                json.member("Message", .string(message))
            })
    }
}
