// The texts of `credtool export`: for shells, for files, for programs.
public import Model

/// A value that a format cannot hold: it would run on into the next line or section.
public struct UnwritableValue: Error, Equatable {
    /// The format.
    public let format: ExportFormat
    /// The name that the value has there; the value itself may be secret.
    public let name: String

    /// Joins the two.
    public init(_ name: String, in format: ExportFormat) {
        self.format = format
        self.name = name
    }
}

/// A form in which credentials are written out.
public enum ExportFormat: String, CaseIterable, Sendable {
    /// `export NAME='value'`, for POSIX shells.
    case shell
    /// `set -gx NAME 'value'`, for fish.
    case fish
    /// `NAME=value`, for env files.
    case dotenv
    /// One JSON object with the variables as keys.
    case json
    /// What an AWS SDK's credential_process expects.
    ///
    /// Source: AWS SDKs and Tools reference guide, "Process credential provider".
    case process
    /// A section of the AWS credentials file.
    case ini

    /// The whole text, with a line end at its end.
    /// - Parameter stale: Variables of the calling shell that the formats for shells must unset, so
    ///   that the session is the only credential there; those that are set anew are left out.
    /// - Throws: `UnwritableValue` where the format has no way to write a value.
    public func text(
        _ session: borrowing SessionEnvironment, stale: [String] = []
    ) throws(UnwritableValue) -> Secret {
        if let name = unwritable(session) { throw UnwritableValue(name, in: self) }
        switch self {
        case .json:
            return Secret { json in
                session.forEachVariable { json.member($0, secret: $1) }
            }
        case .process:
            return Secret { Self.process(session, &$0) }
        case .shell, .fish, .dotenv, .ini:
            let capacity = 4 * session.size + 4096 + 64 * stale.count
            return Secret(capacity: capacity) { buffer in
                var writer = SecretWriter(buffer)
                write(session, stale: stale, &writer)
                return writer.count
            }
        }
    }

    /// The name of a value that cannot be written; nil where all can. Env files and the AWS files
    /// have no escapes that each reader knows.
    private func unwritable(_ session: borrowing SessionEnvironment) -> String? {
        var found: String?
        switch self {
        case .shell, .fish, .json, .process: break
        case .dotenv:
            session.forEachVariable { name, value in
                if value.contains(where: { $0 < 0x20 || $0 == 0x7f }) { found = found ?? name }
            }
        case .ini:
            Self.forEachCredential(session, Self.iniNames) { name, value in
                if !value.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) { found = found ?? name }
            }
            if let region = session.region,
                region.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f })
            {
                found = found ?? "region"
            }
            let profile = session.profile
            if profile != profile.trimmed
                || profile.unicodeScalars.contains(where: { $0.steersDisplay || $0 == "]" })
            {
                found = found ?? "profile"
            }
        }
        return found
    }

    private static let iniNames = [
        "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
    ]

    private func write(
        _ session: borrowing SessionEnvironment, stale: [String],
        _ writer: inout SecretWriter
    ) {
        switch self {
        case .json, .process: break
        case .shell:
            unset(stale, "unset ", session, &writer)
            session.forEachVariable { name, value in
                writer.write("export \(name)=")
                Quoting.posix(value, &writer)
                writer.write("\n")
            }
        case .fish:
            unset(stale, "set -e ", session, &writer)
            session.forEachVariable { name, value in
                writer.write("set -gx \(name) ")
                Quoting.fish(value, &writer)
                writer.write("\n")
            }
        case .dotenv:
            session.forEachVariable { name, value in
                writer.write("\(name)=")
                Quoting.dotenv(value, &writer)
                writer.write("\n")
            }
        case .ini: ini(session, &writer)
        }
    }

    private func unset(
        _ stale: [String], _ command: String, _ session: borrowing SessionEnvironment,
        _ writer: inout SecretWriter
    ) {
        var new: Set<String> = []
        session.forEachVariable { name, _ in new.insert(name) }
        for name in stale where !new.contains(name) { writer.write("\(command)\(name)\n") }
    }

    private static func process(
        _ session: borrowing SessionEnvironment, _ json: inout JSONWriter
    ) {
        json.member("Version", .integer(1))
        forEachCredential(
            session, ["AccessKeyId", "SecretAccessKey", "SessionToken"]
        ) {
            json.member($0, secret: $1)
        }
        let expiration = session.credentials.expiration
        json.member("Expiration", expiration.map { .string($0.description) })
        json.member("AccountId", session.accountID.map { .string($0) })
    }

    private func ini(
        _ session: borrowing SessionEnvironment, _ writer: inout SecretWriter
    ) {
        writer.write("[\(session.profile)]\n")
        Self.forEachCredential(session, Self.iniNames) { name, value in
            writer.write("\(name) = ")
            writer.write(value)
            writer.write("\n")
        }
        if let account = session.accountID { writer.write("aws_account_id = \(account)\n") }
        if let region = session.region { writer.write("region = \(region)\n") }
    }

    private static func forEachCredential(
        _ session: borrowing SessionEnvironment, _ names: [String],
        _ body: (String, UnsafeRawBufferPointer) -> Void
    ) {
        var id = session.credentials.accessKeyID.description
        id.withUTF8 { body(names[0], UnsafeRawBufferPointer($0)) }
        session.credentials.secretAccessKey.withBytes { body(names[1], $0) }
        session.credentials.sessionToken?.withBytes { body(names[2], $0) }
    }
}
