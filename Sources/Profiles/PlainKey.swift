// Keys that stand in the files in plain: where their parts are, and the one way to read them.
public import Model

/// Where a profile's key in plain stands in one of the files.
public struct PlainKeyPlace: Equatable, Sendable {
    /// The file. A key is never put together from both.
    public let file: ConfigFile.Role
    /// `aws_access_key_id`, whatever its form; the SDKs take anything.
    public internal(set) var accessKeyID: Setting<String>?
    /// Where `aws_secret_access_key` stands with a value.
    public internal(set) var secret: Origin?
    /// Where `aws_session_token` stands with a value.
    var sessionToken: Origin?
    /// The same of its old name, `aws_security_token`, which some SDKs read still.
    var securityToken: Origin?

    init(file: ConfigFile.Role) { self.file = file }

    /// Where the token stands that makes the key a temporary one.
    public var token: Origin? { sessionToken ?? securityToken }

    /// Whether both halves of the key are there.
    public var isComplete: Bool { accessKeyID != nil && secret != nil }

    var isEmpty: Bool { accessKeyID == nil && secret == nil && token == nil }
}

/// A key in plain, with its secret in safe memory.
public struct PlainKey: ~Copyable, Sendable {
    /// The public half, whatever its form.
    public let accessKeyID: Setting<String>
    /// The secret half.
    public let secret: Secret
    /// The token of a temporary key.
    public let token: Secret?
}

/// The properties that make up a key.
enum PlainKeyPart {
    case id, secret, sessionToken, securityToken

    /// The part that a property of that key, in lowercase, is.
    init?(_ key: String) {
        let bytes = Array(key.utf8)
        self.init(bytes.span, bytes.indices)
    }

    /// The part that a property of that key is.
    init?(_ bytes: Span<UInt8>, _ key: Range<Int>) {
        if bytes.equals(lowercased: "aws_access_key_id", in: key) {
            self = .id
        } else if bytes.equals(lowercased: "aws_secret_access_key", in: key) {
            self = .secret
        } else if bytes.equals(lowercased: "aws_session_token", in: key) {
            self = .sessionToken
        } else if bytes.equals(lowercased: "aws_security_token", in: key) {
            self = .securityToken
        } else {
            return nil
        }
    }
}

extension PlainKey {
    /// Reads one profile's key straight from a file's bytes; the only way to its secret.
    ///
    /// - Parameters:
    ///   - name: The profile.
    ///   - role: Which file it is: the one of the `PlainKeyPlace`.
    ///   - bytes: The file, read again.
    ///   - path: Its path in the form for display, for origins and errors.
    /// - Throws: `ConfigError.grammar`; `ConfigError.incompleteKey` where a half is missing, also
    ///   when the file has changed; `ConfigError.continuedSecret`.
    public init(
        ofProfile name: String, in role: ConfigFile.Role, bytes: borrowing Secret, path: String
    ) throws(ConfigError) {
        self = try bytes.withSpan { (bytes) throws(ConfigError) in
            try PlainKey(ofProfile: name, in: role, bytes, path: path)
        }
    }

    private init(
        ofProfile name: String, in role: ConfigFile.Role, _ bytes: Span<UInt8>, path: String
    ) throws(ConfigError) {
        var secrets: [Range<Int>] = []
        let index = try SectionIndex(bytes, of: role, path: path, secrets: &secrets)

        var id: PlacedProperty?
        var secret: PlacedProperty?
        var sessionToken: PlacedProperty?
        var securityToken: PlacedProperty?
        var firstLine: Int?
        index.forEachSection(.profile, named: name, in: bytes) { section in
            firstLine = firstLine ?? section.line
            section.forEachProperty(in: bytes) { property in
                let isEmpty = property.rest.isValueEmpty(in: bytes)
                let found = isEmpty && property.continuations.isEmpty ? nil : property
                switch PlainKeyPart(bytes, property.key) {
                case .id: id = found
                case .secret: secret = found
                case .sessionToken: sessionToken = found
                case .securityToken: securityToken = found
                case nil: break
                }
            }
        }
        let token = sessionToken ?? securityToken

        for part in [secret, token] {
            guard let part, !part.continuations.isEmpty else { continue }
            throw .continuedSecret(
                key: bytes.lowercasedText(part.key),
                origin: .file(path: path, line: part.line))
        }
        let line = id?.line ?? secret?.line ?? token?.line ?? firstLine ?? 1
        guard let id, let secret else {
            throw .incompleteKey(
                profile: name, missing: id == nil ? "aws_access_key_id" : "aws_secret_access_key",
                origin: .file(path: path, line: line))
        }
        self.accessKeyID = Setting(
            bytes.text(id.rest.value(in: bytes)),
            from: .file(path: path, line: id.line))
        self.secret = bytes.secret(secret.rest.value(in: bytes))
        if let token {
            self.token = bytes.secret(token.rest.value(in: bytes))
        } else {
            self.token = nil
        }
    }
}

extension Span<UInt8> {
    fileprivate func secret(_ range: Range<Int>) -> Secret {
        withUnsafeBytes { Secret(copying: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}

extension PlainKey {
    /// The credentials that the key is.
    /// - Parameter id: The key ID, in the form that requests are signed with.
    public consuming func credentials(_ id: AccessKeyID) -> Credentials {
        Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
    }
}
