// The texts of `credtool export`: for shells, for files, for programs.
public import Model

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
    public func text(_ handedOver: borrowing HandedOver, stale: [String] = []) -> Secret {
        Secret(capacity: 6 * handedOver.size + 4096 + 64 * stale.count) { buffer in
            var writer = SecretWriter(buffer)
            write(handedOver, stale: stale, &writer)
            return writer.count
        }
    }

    private func write(
        _ handedOver: borrowing HandedOver, stale: [String], _ writer: inout SecretWriter
    ) {
        switch self {
        case .shell:
            unset(stale, "unset ", handedOver, &writer)
            handedOver.forEachVariable { name, value in
                writer.append("export \(name)=")
                Quoting.posix(value, &writer)
                writer.append("\n")
            }
        case .fish:
            unset(stale, "set -e ", handedOver, &writer)
            handedOver.forEachVariable { name, value in
                writer.append("set -gx \(name) ")
                Quoting.fish(value, &writer)
                writer.append("\n")
            }
        case .dotenv:
            handedOver.forEachVariable { name, value in
                writer.append("\(name)=")
                Quoting.dotenv(value, &writer)
                writer.append("\n")
            }
        case .json:
            var fields = JSONFields()
            handedOver.forEachVariable { fields.append($0, $1, &writer) }
            writer.append("\n}\n")
        case .process: process(handedOver, &writer)
        case .ini: ini(handedOver, &writer)
        }
    }

    private func unset(
        _ stale: [String], _ command: String, _ handedOver: borrowing HandedOver,
        _ writer: inout SecretWriter
    ) {
        var new: Set<String> = []
        handedOver.forEachVariable { name, _ in new.insert(name) }
        for name in stale where !new.contains(name) { writer.append("\(command)\(name)\n") }
    }

    private func process(_ handedOver: borrowing HandedOver, _ writer: inout SecretWriter) {
        var fields = JSONFields()
        fields.append("Version", raw: "1", &writer)
        Self.forEachCredential(handedOver, ["AccessKeyId", "SecretAccessKey", "SessionToken"]) {
            fields.append($0, $1, &writer)
        }
        if let expiration = handedOver.credentials.expiration {
            fields.append("Expiration", raw: "\"\(expiration)\"", &writer)
        }
        writer.append("\n}\n")
    }

    private func ini(_ handedOver: borrowing HandedOver, _ writer: inout SecretWriter) {
        writer.append("[\(handedOver.profile)]\n")
        Self.forEachCredential(
            handedOver, ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"]
        ) { name, value in
            writer.append("\(name) = ")
            writer.append(value)
            writer.append("\n")
        }
        if let region = handedOver.region { writer.append("region = \(region)\n") }
    }

    private static func forEachCredential(
        _ handedOver: borrowing HandedOver, _ names: [String],
        _ body: (String, UnsafeRawBufferPointer) -> Void
    ) {
        var id = handedOver.credentials.accessKeyID.description
        id.withUTF8 { body(names[0], UnsafeRawBufferPointer($0)) }
        handedOver.credentials.secretAccessKey.withBytes { body(names[1], $0) }
        handedOver.credentials.sessionToken?.withBytes { body(names[2], $0) }
    }
}
