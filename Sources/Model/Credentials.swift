// What a request is signed with and what a child process gets.

/// AWS credentials: an access key, and for temporary ones the session token and the end.
///
/// Source: STS API reference, type Credentials.
public struct Credentials: ~Copyable, Sendable {
    /// The public half of the key.
    public let accessKeyID: AccessKeyID
    /// The secret half of the key.
    public let secretAccessKey: Secret
    /// The token that goes with temporary credentials; none for a long-term key.
    public let sessionToken: Secret?
    /// When AWS stops to accept them; none for a long-term key.
    public let expiration: Timestamp?
    /// The account that they belong to, where their source says so; twelve digits.
    public let accountID: String?

    /// Joins the parts of temporary credentials, or of a long-term key without token and end.
    public init(
        accessKeyID: AccessKeyID, secretAccessKey: consuming Secret,
        sessionToken: consuming Secret? = nil, expiration: Timestamp? = nil,
        accountID: String? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.accountID = accountID
    }

    /// The credentials that a long-term key is by itself.
    public init(_ key: borrowing AccessKey) {
        self.init(accessKeyID: key.id, secretAccessKey: key.secret.copy())
    }
}
