// The text that stands for every input that shaped a session, and its short name.

internal import Model

/// What a cached session is found by and compared with.
///
/// Two plans have the same fingerprint only where AWS would be asked the same: key, every role of
/// the chain with its parameters, MFA device, durations, region and endpoint. Where a setting came
/// from is no part of it.
public struct Fingerprint: Hashable, Sendable {
    /// Every input, a line each.
    public let text: String

    /// The fingerprint of `plan` with its calls to `target`; nil for a key, which is no session.
    public init?(_ plan: CredentialPlan, target: STSTarget) {
        if case .storedKey = plan { return nil }
        var lines = [
            ["sts", target.region, target.endpointURL?.value ?? ""].map(Self.escaped)
                .joined(separator: "\t")
        ]
        Self.append(plan, to: &lines)
        text = lines.joined(separator: "\n")
    }

    private static func append(_ plan: CredentialPlan, to lines: inout [String]) {
        let fields: [String]
        switch plan {
        case .storedKey(let key):
            fields = ["stored-key", key.profile, key.accessKeyID.description]
        case .sessionToken(let step, let source):
            append(source, to: &lines)
            fields = [
                "session-token", "\(step.duration.value.wholeSeconds)",
                step.mfaSerial?.value ?? "",
            ]
        case .assumeRole(let step, let source):
            append(source, to: &lines)
            fields = [
                "assume-role", step.role.value.description,
                "\(step.duration.value.wholeSeconds)", step.sessionName.value,
                step.externalID?.value ?? "", step.mfaSerial?.value ?? "",
            ]
        }
        lines.append(fields.map(escaped).joined(separator: "\t"))
    }

    /// Keeps tabs and line ends in a value from looking like those between values.
    private static func escaped(_ field: String) -> String {
        field.unicodeScalars.map { scalar in
            scalar.value < 0x20 || scalar == "\\" ? "\\\(scalar.value);" : String(scalar)
        }.joined()
    }

    /// What files and keys are named by. It need not be strong, since the text is compared on
    /// reading: two plans of one name displace each other.
    public var name: String { FNV1a.hexadecimal(text.utf8) }
}
