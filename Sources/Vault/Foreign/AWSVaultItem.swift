// The items of aws-vault: what their names say, and the keys in them.
public import Model

/// What aws-vault keeps under a name.
///
/// Source: aws-vault 7, vault/sessionkeyring.go, oidctokenkeyring.go and credentialkeyring.go.
public enum AWSVaultItemKind: Equatable, Sendable {
    /// A long-term key of the profile of that name.
    case key
    /// A session that was made of one.
    case session
    /// A sign-in at IAM Identity Center.
    case token

    /// What an item of that name is.
    public init(named name: String) {
        self =
            if name.hasPrefix("oidc:") {
                .token
            } else if Self.isSession(name) {
                .session
            } else {
                .key
            }
    }

    /// `sts.GetSessionToken,PROFILE,SERIAL,EXPIRATION` with the middle in base64, and how versions 4
    /// to 6 named theirs: `session,...`, `session:...`, `PROFILE session (EXPIRATION)`.
    private static func isSession(_ name: String) -> Bool {
        func isNumber(_ text: Substring) -> Bool {
            !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        let parts = name.split(separator: ",", omittingEmptySubsequences: false)
        if parts.count == 4, isNumber(parts[3]) {
            let isNamed = !parts[0].isEmpty && !parts[1].isEmpty
            let isEncoded = parts[1...2].allSatisfy { Base64.decode($0.utf8) != nil }
            if isNamed, isEncoded || parts[0] == "session" { return true }
        }
        if name.hasPrefix("session:"), name.split(separator: ":").count >= 3 { return true }
        guard let start = name.lastIndex(of: "("), name.hasSuffix(")") else { return false }
        let end = " session "
        return name[..<start].hasSuffix(end) && name[..<start] != end
            && isNumber(name[start...].dropFirst().dropLast())
    }
}

/// An item of aws-vault, opened.
public struct AWSVaultItem: ~Copyable, Sendable {
    /// Its name; that of a key is the profile's.
    public let name: String
    /// What it keeps.
    public var kind: AWSVaultItemKind { AWSVaultItemKind(named: name) }
    private let data: Secret

    /// Reads the document that aws-vault writes for an item into the keyring, or seals in a file: its
    /// name, and in base64 what it keeps; nil where it is none.
    ///
    /// Source: 99designs/keyring 1.2, type Item.
    public init?(_ document: borrowing Secret) {
        guard let document = try? JSONDocument(document),
            let name = document.string(["Key"]), !name.isEmpty,
            let text = document.secret(["Data"]),
            let data = text.withBytes({ Base64.decodeSecret($0) })
        else { return nil }
        self.name = name
        self.data = data
    }

    /// The key that it keeps; nil where that is none.
    ///
    /// Source: the credentials of AWS's SDK for Go, versions 1 and 2, as JSON.
    public borrowing func key() -> ForeignKey? {
        guard let document = try? JSONDocument(data),
            let id = document.secret(["AccessKeyID"]),
            let secret = document.secret(["SecretAccessKey"])
        else { return nil }
        let token = document.secret(["SessionToken"])
        return ForeignKey(id: id, secret: secret, isTemporary: (token?.count ?? 0) > 0)
    }
}

/// The halves of a key as another program keeps them, whatever their form.
public struct ForeignKey: ~Copyable, Sendable {
    /// The public half, in whose place people may have put the secret.
    public let id: Secret
    /// The secret half.
    public let secret: Secret
    /// Whether a session token makes it a temporary one.
    public let isTemporary: Bool
}
