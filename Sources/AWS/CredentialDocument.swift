// Credentials in JSON, as instance metadata, containers and credential processes give them.
public import Model

/// Why a document gave no credentials. It never quotes a secret.
public enum CredentialDocumentError: Error, Equatable {
    /// Not JSON.
    case notJSON(JSONError)
    /// JSON, but not an object.
    case notAnObject
    /// The version of the form, which is not 1.
    case unsupportedVersion(Int)
    /// These fields are not there, or empty.
    case missing([String])
    /// This field has not its form.
    case malformed(field: String)
    /// The source tells why it has none, in its own words on one line.
    case refused(code: String, message: String)
    /// The credentials had ended before they came.
    case expired(Timestamp)
}

/// What a credential process writes to its standard output.
///
/// Source: AWS SDKs and tools reference guide, "Process credential provider".
public enum CredentialProcessDocument {
    /// Reads `output`: Version (1), AccessKeyId and SecretAccessKey must be there; SessionToken,
    /// Expiration and AccountId may be. Without an expiration the credentials are taken for lasting.
    /// - Throws: `CredentialDocumentError`.
    public static func credentials(
        _ output: borrowing Secret, now: Timestamp
    ) throws(CredentialDocumentError) -> Credentials {
        let document = try JSONDocument.object(output)
        switch document.presentKind("Version") {
        case nil: break
        case .number:
            let version = document.integer(["Version"])
            guard let version else { throw .malformed(field: "Version") }
            guard version == 1 else { throw .unsupportedVersion(version) }
        case .object, .array, .string, .boolean, .null: throw .malformed(field: "Version")
        }
        return try document.credentials(
            tokenField: "SessionToken", required: ["Version", "AccessKeyId", "SecretAccessKey"],
            now: now)
    }
}

/// What the services of a machine or container answer.
enum MetadataDocument {
    /// Reads `body`, which may tell instead why there are no credentials.
    /// - Parameter now: The time by which they must not have ended; nil where they may have.
    static func credentials(
        _ body: borrowing Secret, required: [String], now: Timestamp?
    ) throws(CredentialDocumentError) -> Credentials {
        let document = try JSONDocument.object(body)
        let code = document.string(["Code"]) ?? document.string(["code"])
        if let code, code != "Success" {
            throw .refused(code: onOneLine(code, limit: 128), message: message(document))
        }
        return try document.credentials(tokenField: "Token", required: required, now: now)
    }

    /// What an answer says of itself, on one line.
    static func message(_ document: borrowing JSONDocument) -> String {
        onOneLine(document.string(["Message"]) ?? document.string(["message"]) ?? "")
    }
}

extension JSONDocument {
    /// Reads an object.
    static func object(_ body: borrowing Secret) throws(CredentialDocumentError) -> JSONDocument {
        do {
            let document = try JSONDocument(body)
            if document.kind(document.root) == .object { return document }
        } catch {
            throw .notJSON(error)
        }
        throw .notAnObject
    }

    /// The credentials in the outermost object; the secrets go from one `Secret` to another.
    ///
    /// - Parameters:
    ///   - tokenField: The name of the session token.
    ///   - required: The fields that must be there.
    ///   - now: The time by which they must not have ended; nil where they may have.
    borrowing func credentials(
        tokenField: String, required: [String], now: Timestamp?
    ) throws(CredentialDocumentError) -> Credentials {
        let missing = required.filter { presentKind($0) == nil }
        guard missing.isEmpty else { throw .missing(missing) }
        for name in ["AccessKeyId", "SecretAccessKey", tokenField, "Expiration"] {
            if let kind = presentKind(name), kind != .string { throw .malformed(field: name) }
        }
        guard let id = AccessKeyID(string(["AccessKeyId"]) ?? "") else {
            throw .malformed(field: "AccessKeyId")
        }
        guard let key = secret(["SecretAccessKey"]) else { throw .missing(["SecretAccessKey"]) }
        guard key.isVisibleASCII else { throw .malformed(field: "SecretAccessKey") }
        var end: Timestamp?
        if presentKind("Expiration") != nil {
            end = Timestamp(iso8601: string(["Expiration"]) ?? "")
            guard let end else { throw .malformed(field: "Expiration") }
            if let now, end <= now { throw .expired(end) }
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: key, sessionToken: try sessionToken(tokenField),
            expiration: end, accountID: accountID())
    }

    private borrowing func sessionToken(
        _ field: String
    ) throws(CredentialDocumentError) -> Secret? {
        guard presentKind(field) != nil, let token = secret([field]) else { return nil }
        guard token.isVisibleASCII else { throw .malformed(field: field) }
        return token
    }

    /// What `name` is; nil where it is not there, null, or an empty string.
    borrowing func presentKind(_ name: String) -> Kind? {
        guard let element = element([name]) else { return nil }
        switch kind(element) {
        case .null: return nil
        case .string where isEmpty(element): return nil
        case let kind: return kind
        }
    }

    private borrowing func accountID() -> String? {
        guard let id = string(["AccountId"]) else { return nil }
        let isAccountID = id.utf8.count == 12 && id.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isAccountID ? id : nil
    }
}

extension Timestamp {
    /// Reads RFC 3339 with any offset from UTC: a credential process may write the local time.
    public init?(iso8601 text: String) {
        let offset = text.suffix(6)
        let numbers = offset.dropFirst().split(separator: ":").map { Int($0) }
        guard let sign = offset.first, sign == "+" || sign == "-", numbers.count == 2,
            let hours = numbers[0], let minutes = numbers[1], (0...23).contains(hours),
            (0...59).contains(minutes)
        else {
            self.init(rfc3339: text)
            return
        }
        guard let local = Timestamp(rfc3339: "\(text.dropLast(6))Z") else { return nil }
        let seconds = (hours * 60 + minutes) * 60
        self = local + .seconds(sign == "+" ? -seconds : seconds)
    }
}
