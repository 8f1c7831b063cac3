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
    /// `$Env:NAME = 'value'`, for PowerShell.
    case powershell
    /// `NAME=value`, for env files.
    case dotenv
    /// `NAME=value` to the letter, for `docker run --env-file`.
    ///
    /// Source: docker/cli, pkg/kvfile: a value ends with its line, and quotes belong to it. podman
    /// takes quotes around a value away.
    case docker
    /// `NAME="value"`, for a unit's `EnvironmentFile=`.
    ///
    /// Source: systemd.exec(5), EnvironmentFile=: UTF-8 without noncharacters; in double quotes a
    /// backslash stands before what the shell would expand.
    case systemd
    /// What a job of GitHub Actions appends to the file that GITHUB_ENV names; see `masks`.
    ///
    /// Source: GitHub's documentation, "Workflow commands for GitHub Actions".
    case github
    /// One JSON object with the variables as keys.
    case json
    /// What an AWS SDK's credential_process expects.
    ///
    /// Source: AWS SDKs and Tools reference guide, "Process credential provider".
    case process
    /// A section of the AWS credentials file.
    case ini

    /// The whole text, with a line end at its end.
    /// - Parameter stale: Variables of the calling shell that the formats for shells and for jobs must
    ///   unset, so that the session is the only credential there; those that are set anew are left
    ///   out.
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
        case .shell, .fish, .powershell, .dotenv, .docker, .systemd, .github, .ini:
            // The marks of `github` are the longest thing that stands around a value.
            let capacity = 4 * session.size + 4096 + 64 * stale.count + 128 * session.count
            return Secret(capacity: capacity) { buffer in
                var writer = SecretWriter(buffer)
                write(session, stale: stale, &writer)
                return writer.count
            }
        }
    }

    /// What has GitHub's runner show asterisks in place of the secrets, whatever prints them: to be
    /// written to standard output, before anything else is.
    ///
    /// Source: actions/toolkit, core: `setSecret` and `escapeData`.
    public static func masks(_ session: borrowing SessionEnvironment) -> Secret {
        Secret(capacity: 3 * session.size + 256) { buffer in
            var writer = SecretWriter(buffer)
            forEachCredential(session, ["", "", ""]) { _, value in
                writer.write("::add-mask::")
                for byte in value {
                    switch byte {
                    case UInt8(ascii: "%"): writer.write("%25")
                    case UInt8(ascii: "\r"): writer.write("%0D")
                    case UInt8(ascii: "\n"): writer.write("%0A")
                    default: writer.write(byte)
                    }
                }
                writer.write("\n")
            }
            return writer.count
        }
    }

    /// What takes the variables away again, with a line end at its end; nil where the format is no
    /// environment's. Where variables cannot be unset they become empty, which AWS's programs take for
    /// the same.
    public func unsetting(_ names: [String]) -> String? {
        var lines = ""
        for name in names {
            guard let line = unsetting(name) else { return nil }
            lines += line + "\n"
        }
        return lines
    }

    private func unsetting(_ name: String) -> String? {
        switch self {
        case .shell: "unset \(name)"
        case .fish: "set -e \(name)"
        // Source: about_Environment_Variables.
        case .powershell: "$Env:\(name) = $null"
        case .dotenv, .docker, .systemd, .github: "\(name)="
        case .json, .process, .ini: nil
        }
    }

    /// The name of a value that cannot be written; nil where all can. Env files and the AWS files
    /// have no escapes that each reader knows.
    private func unwritable(_ session: borrowing SessionEnvironment) -> String? {
        var found: String?
        switch self {
        case .shell, .fish, .powershell, .github, .json, .process: break
        case .dotenv:
            session.forEachVariable { name, value in
                if value.contains(where: { $0 < 0x20 || $0 == 0x7f }) { found = found ?? name }
            }
        case .docker:
            session.forEachVariable { name, value in
                if !value.isLiteral { found = found ?? name }
            }
        case .systemd:
            session.forEachVariable { name, value in
                if !value.isInterchanged { found = found ?? name }
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
            unset(stale, session, &writer)
            session.forEachVariable { name, value in
                writer.write("export \(name)=")
                Quoting.posix(value, &writer)
                writer.write("\n")
            }
        case .fish:
            unset(stale, session, &writer)
            session.forEachVariable { name, value in
                writer.write("set -gx \(name) ")
                Quoting.fish(value, &writer)
                writer.write("\n")
            }
        case .powershell:
            unset(stale, session, &writer)
            session.forEachVariable { name, value in
                writer.write("$Env:\(name) = ")
                Quoting.powershell(value, &writer)
                writer.write("\n")
            }
        case .dotenv:
            session.forEachVariable { name, value in
                writer.write("\(name)=")
                Quoting.dotenv(value, &writer)
                writer.write("\n")
            }
        case .docker:
            session.forEachVariable { name, value in
                writer.write("\(name)=")
                writer.write(value)
                writer.write("\n")
            }
        case .systemd:
            session.forEachVariable { name, value in
                writer.write("\(name)=")
                Quoting.doubleQuoted(value, &writer)
                writer.write("\n")
            }
        case .github:
            unset(stale, session, &writer)
            // No value can have this in it.
            let mark = "credtool_\(UInt64.random(in: .min ... .max))"
            session.forEachVariable { name, value in
                writer.write("\(name)<<\(mark)\n")
                writer.write(value)
                writer.write("\n\(mark)\n")
            }
        case .ini: ini(session, &writer)
        }
    }

    private func unset(
        _ stale: [String], _ session: borrowing SessionEnvironment, _ writer: inout SecretWriter
    ) {
        var new: Set<String> = []
        session.forEachVariable { name, _ in new.insert(name) }
        writer.write(unsetting(stale.filter { !new.contains($0) }) ?? "")
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

extension UnsafeRawBufferPointer {
    /// Whether it is the rest of a line, to every reader that takes that to the letter: text without
    /// control characters, quotes in front, and blanks at its ends.
    fileprivate var isLiteral: Bool {
        guard isInterchanged, allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return false }
        let blank = UInt8(ascii: " ")
        return first != blank && last != blank && first.map("\"'`".utf8.contains) != true
    }

    /// Whether it is UTF-8 without noncharacters and byte order marks.
    fileprivate var isInterchanged: Bool {
        var decoder = UTF8()
        var bytes = makeIterator()
        while true {
            switch decoder.decode(&bytes) {
            case .emptyInput: return true
            case .error: return false
            case .scalarValue(let scalar):
                if scalar.properties.isNoncharacterCodePoint || scalar == "\u{feff}" {
                    return false
                }
            }
        }
    }
}
