// What the values of settings must look like, so that AWS does not have to refuse them.
internal import Model

/// The form that a setting's value must have.
///
/// Source: STS API reference, AssumeRole; botocore's check of region names (a host label).
public enum SettingForm: Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// `role_arn`.
    case roleARN
    /// `duration_seconds`.
    case durationSeconds
    /// `role_session_name`.
    case roleSessionName
    /// `external_id`.
    case externalID
    /// `mfa_serial`.
    case mfaSerial
    /// `region`.
    case region
    /// `source_profile`. Whether there is such a profile is for the planner to see.
    case sourceProfile

    /// How long a role's session may last: 15 minutes to 12 hours.
    public static let durationBounds: ClosedRange<Duration> = .seconds(900) ... .seconds(43200)

    /// Whether `text` has the form.
    public func accepts(_ text: String) -> Bool {
        switch self {
        case .roleARN: ARN(text)?.roleName != nil && text.utf8.count <= 2048
        case .durationSeconds: Self.duration(seconds: text) != nil
        case .roleSessionName: Self.isWord(text, plus: "+=,.@-", length: 2...64)
        case .externalID: Self.isWord(text, plus: "+=,.@:/-", length: 2...1224)
        case .mfaSerial: Self.isWord(text, plus: "+=/:,.@-", length: 9...256)
        case .region:
            Self.isWord(text, plus: "-", length: 1...63) && !text.contains("_")
                && !text.hasPrefix("-") && !text.hasSuffix("-")
        case .sourceProfile: !text.isEmpty
        }
    }

    /// What is expected, as the end of a sentence.
    public var description: String {
        switch self {
        case .roleARN: "the ARN of a role, like arn:aws:iam::123456789012:role/Name"
        case .durationSeconds: "a number of seconds from 900 to 43200"
        case .roleSessionName: "2 to 64 letters, digits and characters of _+=,.@-"
        case .externalID: "2 to 1224 letters, digits and characters of _+=,.@:/-"
        case .mfaSerial:
            "the ARN of an MFA device, or a serial number of 9 to 256 letters, digits"
                + " and characters of _+=/:,.@-"
        case .region: "the name of a region, like eu-central-1"
        case .sourceProfile: "the name of a profile"
        }
    }

    static func duration(seconds text: String) -> Duration? {
        guard text.utf8.allSatisfy(\.isASCIIDigit), let seconds = Int(text),
            durationBounds.contains(.seconds(seconds))
        else { return nil }
        return .seconds(seconds)
    }

    private static func isWord(_ text: String, plus others: String, length: ClosedRange<Int>)
        -> Bool
    {
        length.contains(text.utf8.count)
            && text.utf8.allSatisfy {
                $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_")
                    || others.utf8.contains($0)
            }
    }
}
