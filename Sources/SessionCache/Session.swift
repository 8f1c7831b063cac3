// A cached session: temporary credentials and what they were made for.
public import Model

/// What a session is found by and told apart by. None of it is secret.
public struct SessionTag: Hashable, Sendable {
    /// A short name for keys and files, made from the fingerprint.
    public let name: String
    /// Every input that shaped the session; compared on reading.
    public let fingerprint: String
    /// The profile whose long-term key stands at the beginning.
    public let profile: String
    /// That key's ID.
    public let accessKeyID: AccessKeyID
    /// What the session is, for lists: a role's ARN, or `session`.
    public let subject: String

    /// Joins the parts.
    public init(
        name: String, fingerprint: String, profile: String, accessKeyID: AccessKeyID,
        subject: String
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.profile = profile
        self.accessKeyID = accessKeyID
        self.subject = subject
    }
}

/// A session as lists show it.
public struct SessionSummary: Hashable, Sendable {
    /// What it was made for.
    public let tag: SessionTag
    /// When AWS stops to accept it.
    public let expiration: Timestamp

    /// Joins the two.
    public init(tag: SessionTag, expiration: Timestamp) {
        self.tag = tag
        self.expiration = expiration
    }
}

/// Temporary credentials with what they were made for.
public struct Session: ~Copyable, Sendable {
    /// What it was made for.
    public let tag: SessionTag
    /// The credentials; they have a session token and an expiration.
    public let credentials: Credentials

    /// Joins the two.
    public init(tag: SessionTag, credentials: consuming Credentials) {
        self.tag = tag
        self.credentials = credentials
    }

    /// Gives up the session for its credentials.
    public consuming func takeCredentials() -> Credentials { credentials }
}
