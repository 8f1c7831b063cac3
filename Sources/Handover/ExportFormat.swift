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
        _ sessionEnvironment: borrowing SessionEnvironment, stale: [String] = []
    ) throws(UnwritableValue) -> Secret {
        if let name = unwritable(sessionEnvironment) { throw UnwritableValue(name, in: self) }
        switch self {
        case .json:
            return Secret { json in
                sessionEnvironment.forEachVariable { json.member($0, secret: $1) }
            }
        case .process:
            return Secret { Self.process(sessionEnvironment, &$0) }
        case .shell, .fish, .dotenv, .ini:
            let capacity = 4 * sessionEnvironment.size + 4096 + 64 * stale.count
            return Secret(capacity: capacity) { buffer in
                var writer = SecretWriter(buffer)
                write(sessionEnvironment, stale: stale, &writer)
                return writer.count
            }
        }
    }

    /// The name of a value that cannot be written; nil where all can. Env files and the AWS files
    /// have no escapes that each reader knows.
    private func unwritable(_ sessionEnvironment: borrowing SessionEnvironment) -> String? {
        var found: String?
        switch self {
        case .shell, .fish, .json, .process: break
        case .dotenv:
            sessionEnvironment.forEachVariable { name, value in
                if value.contains(where: { $0 < 0x20 || $0 == 0x7f }) { found = found ?? name }
            }
        case .ini:
            Self.forEachCredential(sessionEnvironment, Self.iniNames) { name, value in
                if !value.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) { found = found ?? name }
            }
            if let region = sessionEnvironment.region,
                region.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f })
            {
                found = found ?? "region"
            }
            let profile = sessionEnvironment.profile
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
        _ sessionEnvironment: borrowing SessionEnvironment, stale: [String],
        _ writer: inout SecretWriter
    ) {
        switch self {
        case .json, .process: break
        case .shell:
            unset(stale, "unset ", sessionEnvironment, &writer)
            sessionEnvironment.forEachVariable { name, value in
                writer.write("export \(name)=")
                Quoting.posix(value, &writer)
                writer.write("\n")
            }
        case .fish:
            unset(stale, "set -e ", sessionEnvironment, &writer)
            sessionEnvironment.forEachVariable { name, value in
                writer.write("set -gx \(name) ")
                Quoting.fish(value, &writer)
                writer.write("\n")
            }
        case .dotenv:
            sessionEnvironment.forEachVariable { name, value in
                writer.write("\(name)=")
                Quoting.dotenv(value, &writer)
                writer.write("\n")
            }
        case .ini: ini(sessionEnvironment, &writer)
        }
    }

    private func unset(
        _ stale: [String], _ command: String, _ sessionEnvironment: borrowing SessionEnvironment,
        _ writer: inout SecretWriter
    ) {
        var new: Set<String> = []
        sessionEnvironment.forEachVariable { name, _ in new.insert(name) }
        for name in stale where !new.contains(name) { writer.write("\(command)\(name)\n") }
    }

    private static func process(
        _ sessionEnvironment: borrowing SessionEnvironment, _ json: inout JSONWriter
    ) {
        json.member("Version", .integer(1))
        forEachCredential(
            sessionEnvironment, ["AccessKeyId", "SecretAccessKey", "SessionToken"]
        ) {
            json.member($0, secret: $1)
        }
        let expiration = sessionEnvironment.credentials.expiration
        json.member("Expiration", expiration.map { .string($0.description) })
    }

    private func ini(
        _ sessionEnvironment: borrowing SessionEnvironment, _ writer: inout SecretWriter
    ) {
        writer.write("[\(sessionEnvironment.profile)]\n")
        Self.forEachCredential(sessionEnvironment, Self.iniNames) { name, value in
            writer.write("\(name) = ")
            writer.write(value)
            writer.write("\n")
        }
        if let region = sessionEnvironment.region { writer.write("region = \(region)\n") }
    }

    private static func forEachCredential(
        _ sessionEnvironment: borrowing SessionEnvironment, _ names: [String],
        _ body: (String, UnsafeRawBufferPointer) -> Void
    ) {
        var id = sessionEnvironment.credentials.accessKeyID.description
        id.withUTF8 { body(names[0], UnsafeRawBufferPointer($0)) }
        sessionEnvironment.credentials.secretAccessKey.withBytes { body(names[1], $0) }
        sessionEnvironment.credentials.sessionToken?.withBytes { body(names[2], $0) }
    }
}
