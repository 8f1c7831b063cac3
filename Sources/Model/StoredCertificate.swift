// A certificate whose key is in a vault, seen from outside: whose and where it is. No secret.

/// A certificate in the vault, as the index knows it.
public struct StoredCertificate: Hashable, Sendable {
    /// The profile that signs in with it.
    public let profile: String
    /// The vault that holds it and its key.
    public let vault: VaultKind
    /// The serial number in decimal digits.
    public let serial: String
    /// The SHA-256 of the whole, in lower-case hexadecimal digits.
    public let fingerprint: String
    /// Until when it counts.
    public let notAfter: Timestamp
    /// Whose it is, on one line.
    public let subject: String

    /// Joins what the index knows.
    public init(
        profile: String, vault: VaultKind, serial: String, fingerprint: String,
        notAfter: Timestamp, subject: String
    ) {
        self.profile = profile
        self.vault = vault
        self.serial = serial
        self.fingerprint = fingerprint
        self.notAfter = notAfter
        self.subject = subject
    }
}
