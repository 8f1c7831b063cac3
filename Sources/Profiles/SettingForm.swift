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
    /// `include_profile`.
    case includeProfile
    /// `aws_account_id`.
    case accountID
    /// `source_identity`.
    case sourceIdentity
    /// `session_tags`.
    case sessionTags
    /// `transitive_session_tags`.
    case transitiveSessionTags
    /// `policy`.
    case policy
    /// `policy_arns`.
    case policyARNs
    /// `credential_source`.
    case credentialSource
    /// `mfa_prompt`.
    case mfaPrompt
    /// `sts_regional_endpoints`.
    case stsRegionalEndpoints
    /// `ec2_metadata_service_endpoint_mode`.
    case metadataEndpointMode
    /// `endpoint_url`, `ec2_metadata_service_endpoint`.
    case url
    /// `oidc_redirect`.
    case redirect
    /// `web_identity_token_source`.
    case jobService
    /// `web_identity_token_variable`.
    case variable
    /// `use_fips_endpoint` and its like.
    case boolean
    /// `credential_process` and its like: anything that a program can be started with.
    case command
    /// `web_identity_token_file` and its like: anything on one line.
    case line
    /// `credtool_reason`.
    case required
    /// `saml_provider`.
    case samlProvider
    /// `saml_role`: a role's ARN, or its name.
    case samlRole
    /// `saml_acs_port`.
    case port
    /// `roles_anywhere_trust_anchor_arn`.
    case trustAnchorARN
    /// `roles_anywhere_profile_arn`.
    case rolesAnywhereProfileARN
    /// AWS_ASSUME_ROLE_TTL.
    case roleTTL
    /// AWS_SESSION_TOKEN_TTL, AWS_CHAINED_SESSION_TOKEN_TTL, AWS_FEDERATION_TOKEN_TTL.
    case sessionTTL
    /// AWS_MIN_TTL, `credtool_notify_before`.
    case minimumTTL
    /// `credtool_rotate_after`.
    case age
    /// `credtool_forget_on`.
    case occasions

    /// How long a role's session may last: 15 minutes to 12 hours.
    public static let durationBounds: ClosedRange<Duration> = .seconds(900) ... .seconds(43200)

    /// How long the sessions of GetSessionToken and GetFederationToken may last: to 36 hours.
    public static let sessionTTLBounds: ClosedRange<Duration> = .seconds(900) ... .seconds(129_600)

    /// Whether it is AWS that would refuse what has not the form; else nobody could read it.
    public var isOfAWS: Bool {
        switch self {
        case .roleARN, .durationSeconds, .roleSessionName, .externalID, .mfaSerial, .region,
            .sourceProfile, .sourceIdentity, .policy, .policyARNs, .roleTTL, .sessionTTL,
            .samlProvider, .samlRole, .trustAnchorARN, .rolesAnywhereProfileARN:
            true
        case .includeProfile, .accountID, .sessionTags, .transitiveSessionTags, .credentialSource,
            .mfaPrompt,
            .stsRegionalEndpoints, .metadataEndpointMode, .url, .boolean, .command, .line,
            .minimumTTL, .age, .port, .redirect, .jobService, .variable, .required, .occasions:
            false
        }
    }

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
        case .sourceProfile, .includeProfile: !text.isEmpty
        case .accountID: ARN.isAccountID(text)
        case .sourceIdentity: Self.isWord(text, plus: "+=,.@-", length: 2...64)
        case .sessionTags: SessionTag.list(text) != nil
        case .transitiveSessionTags: SessionTag.keys(text) != nil
        case .policy: SessionPolicy(text) != nil
        case .policyARNs: SessionPolicy.arns(text) != nil
        case .credentialSource: CredentialSource(anyCase: text) != nil
        case .mfaPrompt: MFAPromptMethod(anyCase: text) != nil
        case .stsRegionalEndpoints: STSRegionalEndpoints(anyCase: text) != nil
        case .metadataEndpointMode: MetadataEndpointMode(anyCase: text) != nil
        case .url: Self.isURL(text)
        case .redirect: LoopbackRedirect(text) != nil
        case .jobService: JobService(anyCase: text) != nil
        case .variable:
            Self.isWord(text, plus: "", length: 1...255) && text.utf8.first?.isASCIIDigit == false
        case .boolean: Bool(setting: text) != nil
        case .required: text == "required"
        case .command: !text.utf8.contains(0)
        case .line: !text.utf8.contains { $0 < 0x20 && $0 != UInt8(ascii: "\t") || $0 == 0x7F }
        case .samlProvider: ARN(text)?.isSAMLProvider == true && text.utf8.count <= 2048
        case .samlRole: Self.isRole(text)
        case .port: (UInt16(text) ?? 0) > 0
        case .trustAnchorARN: ARN(text)?.isOfRolesAnywhere("trust-anchor") == true
        case .rolesAnywhereProfileARN: ARN(text)?.isOfRolesAnywhere("profile") == true
        case .roleTTL: Self.durationBounds.contains(Duration(argument: text) ?? .zero)
        case .sessionTTL: Self.sessionTTLBounds.contains(Duration(argument: text) ?? .zero)
        case .minimumTTL: Duration(argument: text) != nil
        case .age: (Duration(age: text) ?? .zero) > .zero
        case .occasions: Occasion.set(text) != nil
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
        case .sourceProfile, .includeProfile: "the name of a profile"
        case .accountID: "the twelve digits of an account"
        case .sourceIdentity: Self.roleSessionName.description
        case .sessionTags:
            "up to 50 tags like Team=Blue,Stage=Test: keys of 1 to 128 and values of 0 to 256"
                + " letters, digits, spaces and characters of _.:/=+-@, no key twice or from aws:"
        case .transitiveSessionTags:
            "up to 50 keys of tags like Team,Stage: 1 to 128 letters, digits, spaces and"
                + " characters of _.:/=+-@"
        case .policy: "a JSON document of at most 2048 characters, or the path of a file with one"
        case .policyARNs:
            "up to 10 ARNs of policies between commas, like arn:aws:iam::aws:policy/ReadOnlyAccess"
        case .credentialSource: "one of \(CredentialSource.names)"
        case .mfaPrompt: "one of \(MFAPromptMethod.names)"
        case .stsRegionalEndpoints: "one of \(STSRegionalEndpoints.names)"
        case .metadataEndpointMode: "one of \(MetadataEndpointMode.names)"
        case .url: "a URL like https://aws.example.com"
        case .redirect: "a URL like http://127.0.0.1/callback or http://localhost:8400/"
        case .jobService: "one of \(JobService.names)"
        case .variable: "the name of a variable, of letters, digits and _"
        case .boolean: "true or false"
        case .required: "the word required"
        case .command: "a command, without the byte 0"
        case .line: "a text on one line"
        case .trustAnchorARN:
            "the ARN of a trust anchor, like"
                + " arn:aws:rolesanywhere:eu-central-1:123456789012:trust-anchor/ID"
        case .rolesAnywhereProfileARN:
            "the ARN of a profile of IAM Roles Anywhere, like"
                + " arn:aws:rolesanywhere:eu-central-1:123456789012:profile/ID"
        case .roleTTL: "a duration from 15m to 12h"
        case .sessionTTL: "a duration from 15m to 36h"
        case .minimumTTL: "a duration like 50m, of 10 years at most"
        case .age: "an age like 90d, or like 12h30m, of 10 years at most"
        case .occasions: "one or more of \(Occasion.names), between commas or blanks"
        case .samlProvider:
            "the ARN of an identity provider, like arn:aws:iam::123456789012:saml-provider/Name"
        case .samlRole: "the ARN of a role, or its name"
        case .port: "a port, from 1 to 65535"
        }
    }

    /// A role's ARN, or its name with its path or without. Source: IAM API reference, CreateRole.
    private static func isRole(_ text: String) -> Bool {
        if text.hasPrefix("arn:") { return Self.roleARN.accepts(text) }
        return isWord(text, plus: "+=,.@-/", length: 1...512) && !text.hasSuffix("/")
    }

    static func duration(seconds text: String) -> Duration? {
        guard text.utf8.allSatisfy(\.isASCIIDigit), let seconds = Int(text),
            durationBounds.contains(.seconds(seconds))
        else { return nil }
        return .seconds(seconds)
    }

    /// `http://` or `https://`, a host, and printable ASCII to the end.
    private static func isURL(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }),
            let first = text.utf8.dropFirst(scheme.utf8.count).first
        else { return false }
        return first.isASCIILetter || first.isASCIIDigit || first == UInt8(ascii: "[")
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
