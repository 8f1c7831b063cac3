// The values of settings that are more than a text.
public import Model

/// Where a role's first credentials come from, where no profile gives them: `credential_source`.
///
/// Source: AWS SDKs and Tools Reference Guide, "Assume role credential provider".
public enum CredentialSource: String, Hashable, Sendable, CaseIterable {
    /// The variables AWS_ACCESS_KEY_ID and its like.
    case environment = "Environment"
    /// The role of this EC2 instance.
    case ec2InstanceMetadata = "Ec2InstanceMetadata"
    /// The role of this container.
    case ecsContainer = "EcsContainer"
}

/// Which STS serves the old regions: `sts_regional_endpoints`.
///
/// Source: AWS SDKs and Tools Reference Guide, "AWS STS regional endpoints".
public enum STSRegionalEndpoints: String, Hashable, Sendable, CaseIterable {
    /// The global one, sts.amazonaws.com.
    case legacy
    /// The region's own.
    case regional
}

/// By which family of addresses instance metadata is reached: `ec2_metadata_service_endpoint_mode`.
public enum MetadataEndpointMode: String, Hashable, Sendable, CaseIterable {
    /// `169.254.169.254`.
    case ipv4 = "IPv4"
    /// `[fd00:ec2::254]`.
    case ipv6 = "IPv6"
}

/// What sessions may be forgotten on: `credtool_forget_on`.
public enum Occasion: String, Hashable, Sendable, CaseIterable {
    /// The screen is locked.
    case screenLock = "screen-lock"
    /// The machine is about to sleep.
    case suspend
    /// The user logs out.
    case logout

    /// Reads words between commas or blanks; nil for another word, or none.
    public static func set(_ text: String) -> Set<Occasion>? {
        var occasions: Set<Occasion> = []
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
            guard let occasion = Occasion(anyCase: String(word)) else { return nil }
            occasions.insert(occasion)
        }
        return occasions.isEmpty ? nil : occasions
    }
}

extension Set<Occasion> {
    /// The form that is read, in the order of the cases.
    public var text: String {
        Occasion.allCases.filter(contains).map(\.rawValue).joined(separator: ",")
    }
}

extension CaseIterable where Self: RawRepresentable<String> {
    /// The case of that name, in any case of its letters; some SDKs look at that, others do not.
    init?(anyCase text: String) {
        guard
            let value = Self.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }
            )
        else { return nil }
        self = value
    }

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension Bool {
    /// `true` or `false`, in any case of its letters, as the SDKs read it. What else some of them
    /// take for false is refused, since it was hardly meant so.
    init?(setting text: String) {
        switch text.lowercased() {
        case "true": self = true
        case "false": self = false
        default: return nil
        }
    }
}

/// What a session may do at most: `policy`.
public enum SessionPolicy: Hashable, Sendable {
    /// The document itself, which starts with `{`.
    case inline(String)
    /// The path of a file with the document, as it is written in the setting.
    case file(path: String)

    /// Reads the setting; nil where it is empty, or a document that AWS would refuse.
    ///
    /// - Parameter text: The document, or a path.
    public init?(_ text: String) {
        if text.utf8.first == UInt8(ascii: "{") {
            guard SessionPolicy.isDocument(text) else { return nil }
            self = .inline(text)
        } else {
            guard !text.isEmpty, !text.utf8.contains(where: { $0 < 0x20 }) else { return nil }
            self = .file(path: text)
        }
    }

    /// Whether a document is of the length and of the characters that STS takes. The JSON in it
    /// is for AWS to judge.
    ///
    /// Source: STS API reference, AssumeRole, Policy.
    public static func isDocument(_ text: String) -> Bool {
        (1...2048).contains(text.unicodeScalars.count)
            && text.unicodeScalars.allSatisfy {
                (0x20...0xFF).contains($0.value) || $0 == "\t" || $0 == "\n" || $0 == "\r"
            }
    }

    /// Reads `policy_arns`: ARNs between commas, at most ten; nil where AWS would refuse one.
    public static func arns(_ text: String) -> [String]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
        guard parts.count <= 10, Set(parts).count == parts.count, parts.allSatisfy(isARN) else {
            return nil
        }
        return parts
    }

    /// Whether this is the ARN of a managed policy, AWS's own or an account's.
    private static func isARN(_ text: String) -> Bool {
        guard let arn = ARN(text), (20...2048).contains(text.utf8.count) else { return false }
        return arn.service == "iam" && arn.region.isEmpty
            && (arn.accountID == "aws" || arn.hasAccountID)
            && arn.resource.hasPrefix("policy/") && arn.resource.utf8.count > 7
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

/// Session tags as settings write them: `session_tags`, `transitive_session_tags`.
///
/// Source: IAM user guide, "Pass session tags in AWS STS".
extension SessionTag {
    /// Reads `k=v, k2=v2`, as aws-vault writes it: a value may have further equals signs, but no
    /// comma.
    ///
    /// - Returns: The tags in their order; nil where a part is empty or lacks its `=`, or where AWS
    ///   would refuse them: more than 50, too long, characters that tags may not have, keys that
    ///   start with `aws:` or differ by case only.
    public static func list(_ text: String) -> [SessionTag]? {
        var tags: [SessionTag] = []
        var keys: Set<String> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let sign = part.firstIndex(of: "=") else { return nil }
            let tag = SessionTag(
                part[..<sign].trimmed, part[part.index(after: sign)...].trimmed)
            guard isKey(tag.key), isText(tag.value, count: 0...256),
                keys.insert(tag.key.lowercased()).inserted
            else { return nil }
            tags.append(tag)
        }
        return tags.count <= 50 ? tags : nil
    }

    /// Reads `transitive_session_tags`: keys between commas; empty parts are left out.
    ///
    /// - Returns: The keys in their order, each once; nil where AWS would refuse them.
    public static func keys(_ text: String) -> [String]? {
        var seen: Set<String> = []
        let keys = text.split(separator: ",").map(\.trimmed).filter {
            !$0.isEmpty && seen.insert($0.lowercased()).inserted
        }
        return keys.count <= 50 && keys.allSatisfy(isKey) ? keys : nil
    }

    private static func isKey(_ text: String) -> Bool {
        isText(text, count: 1...128) && !text.lowercased().hasPrefix("aws:")
    }

    /// Letters, digits and separators of any script, and a few signs.
    private static func isText(_ text: String, count: ClosedRange<Int>) -> Bool {
        count.contains(text.unicodeScalars.count)
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter,
                    .otherLetter, .decimalNumber, .letterNumber, .otherNumber, .spaceSeparator,
                    .lineSeparator, .paragraphSeparator:
                    true
                default: "_.:/=+-@".unicodeScalars.contains(scalar)
                }
            }
    }
}
