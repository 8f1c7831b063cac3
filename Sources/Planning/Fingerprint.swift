// The text that stands for every input that shaped a session, and its short name.

internal import Model

/// What a cached session is found by and compared with.
///
/// Two plans have the same fingerprint only where AWS would be asked the same: key, every role of
/// the chain with its parameters, MFA device, durations, region and endpoint. Where a setting came
/// from is no part of it. Nor is the region of GetSessionToken: what it gives is valid in all of
/// them, and one code has to serve roles in all of them.
public struct Fingerprint: Hashable, Sendable {
    /// Every input, a line for each step.
    public let text: String

    /// The fingerprint of `plan` with its calls to `target`; nil for a key, which is no session.
    public init?(_ plan: CredentialPlan, target: STSTarget) {
        if case .storedKey = plan { return nil }
        text = Self.lines(plan, target).joined(separator: "\n")
    }

    private static func lines(_ plan: CredentialPlan, _ target: STSTarget) -> [String] {
        let endpoint = target.endpointURL?.value ?? ""
        switch plan {
        case .storedKey(let key):
            return [line("stored-key", key.accessKeyID.description)]
        case .sessionToken(let step, let source):
            return lines(source, target) + [
                line(
                    "session-token", endpoint, "\(step.duration.value.wholeSeconds)",
                    step.mfaSerial?.value ?? "")
            ]
        case .assumeRole(let step, let source):
            return lines(source, target) + [
                line(
                    "assume-role", endpoint, target.region, step.role.value.description,
                    "\(step.duration.value.wholeSeconds)", step.sessionName.value,
                    step.externalID?.value ?? "", step.mfaSerial?.value ?? "")
            ]
        }
    }

    private static func line(_ fields: String...) -> String {
        fields.map(escaped).joined(separator: "\t")
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
