// A cached session: temporary credentials and what they were made for.
public import Model

/// What a session is found by and told apart by. None of it is secret.
public struct SessionLabel: Hashable, Sendable {
    /// A short name for keys and files, made from the fingerprint.
    public let name: String
    /// Every input that shaped the session; compared on reading.
    public let fingerprint: String
    /// The profile whose credentials stand at the beginning.
    public let profile: String
    /// The ID of the key at the beginning, where there is one.
    public let accessKeyID: AccessKeyID?
    /// What the session is, for lists: a role's ARN, or a word such as `session`.
    public let subject: String

    /// Joins the parts.
    public init(
        name: String, fingerprint: String, profile: String, accessKeyID: AccessKeyID?,
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
    public let tag: SessionLabel
    /// When AWS stops to accept it.
    public let expiration: Timestamp

    /// Joins the two.
    public init(tag: SessionLabel, expiration: Timestamp) {
        self.tag = tag
        self.expiration = expiration
    }
}

/// Temporary credentials with what they were made for.
public struct Session: ~Copyable, Sendable {
    /// What it was made for.
    public let tag: SessionLabel
    /// The credentials; they have an expiration.
    public let credentials: Credentials
    /// The clocks when they were obtained.
    public let obtained: ClockReading

    /// Joins the parts.
    public init(
        tag: SessionLabel, credentials: consuming Credentials,
        obtained: ClockReading = ClockReading(wall: .now(), uptime: .now())
    ) {
        self.tag = tag
        self.credentials = credentials
        self.obtained = obtained
    }

    /// Whether it lives on for at least `minimumTTL` after `reading`, by both clocks.
    borrowing func outlives(_ minimumTTL: Duration, from reading: ClockReading) -> Bool {
        guard let expiration = credentials.expiration,
            let left = reading.timeLeft(until: expiration, since: obtained)
        else { return false }
        return left > minimumTTL
    }

    /// Gives up the session for its credentials.
    public consuming func takeCredentials() -> Credentials { credentials }
}
