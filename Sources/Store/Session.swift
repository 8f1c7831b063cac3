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
    /// The profile that was asked for when it was made. Others may use it as well.
    public let askedProfile: String
    /// The ID of the key at the beginning, where there is one.
    public let accessKeyID: AccessKeyID?
    /// What the session is, for lists: a role's ARN, or a word such as `session`.
    public let subject: String

    /// Joins the parts.
    /// - Parameter askedProfile: Nil for `profile`.
    public init(
        name: String, fingerprint: String, profile: String, askedProfile: String? = nil,
        accessKeyID: AccessKeyID?, subject: String
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.profile = profile
        self.askedProfile = askedProfile ?? profile
        self.accessKeyID = accessKeyID
        self.subject = subject
    }

    /// What a list needs of it, as the note of a record. The name of a key's profile, last, may hold
    /// anything.
    var note: String {
        "\(accessKeyID?.description ?? "")\t\(subject)\t\(askedProfile)\t\(profile)"
    }

    /// A label by its note, without the fingerprint.
    init?(name: String, note: String) {
        let fields = note.split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false)
        guard fields.count == 4 else { return nil }
        self.init(
            name: name, fingerprint: "", profile: String(fields[3]),
            askedProfile: String(fields[2]),
            accessKeyID: AccessKeyID(String(fields[0])), subject: String(fields[1]))
    }
}

/// A session as lists show it.
public struct SessionSummary: Hashable, Sendable {
    /// What it was made for.
    public let label: SessionLabel
    /// When AWS stops to accept it.
    public let expiration: Timestamp

    /// Joins the two.
    public init(label: SessionLabel, expiration: Timestamp) {
        self.label = label
        self.expiration = expiration
    }

    /// The session of a record, whose note is the label's.
    init?(_ record: RecordSummary) {
        guard let expiration = record.expiration,
            let label = SessionLabel(name: record.name, note: record.note)
        else { return nil }
        self.init(label: label, expiration: expiration)
    }
}

/// Temporary credentials with what they were made for.
public struct Session: ~Copyable, Sendable {
    /// What it was made for.
    public let label: SessionLabel
    /// The credentials; they have an expiration.
    public let credentials: Credentials
    /// The clocks when they were obtained.
    public let obtained: ClockReading

    /// Joins the parts.
    public init(
        label: SessionLabel, credentials: consuming Credentials, obtained: ClockReading = .now()
    ) {
        self.label = label
        self.credentials = credentials
        self.obtained = obtained
    }

    /// Whether it lives on for at least `minimumTTL` after `reading`, by both clocks.
    /// - Parameter isSameBoot: Whether the machine has run on since it was obtained.
    borrowing func outlives(
        _ minimumTTL: Duration, from reading: ClockReading, isSameBoot: Bool
    ) -> Bool {
        guard let expiration = credentials.expiration,
            let left = reading.timeLeft(
                until: expiration, since: obtained, isSameBoot: isSameBoot)
        else { return false }
        return left > minimumTTL
    }

    /// Gives up the session for its credentials.
    public consuming func takeCredentials() -> Credentials { credentials }
}
