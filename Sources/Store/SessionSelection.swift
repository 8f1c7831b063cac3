// Which sessions are meant: those of a profile, of a key, of a role, or all.
public import Model

/// A choice of sessions by what they were made for. A session is of more than one of them.
public enum SessionSelection: Hashable, Sendable {
    /// Every session.
    case all
    /// Those whose credentials begin with this profile.
    case profile(String)
    /// Those made from this key, under whatever name it was stored.
    case key(AccessKeyID)
    /// Those of this role, by its ARN, that were made from this key.
    case roleOfKey(String, AccessKeyID)
    /// Those of this role whose credentials begin with this profile, which has no key.
    case roleOfProfile(String, String)
    /// Those that this profile was asked for when they were made.
    case askedProfile(String)
    /// Those whose fingerprint begins so, such as all that were made of one sign-in.
    case fingerprint(beginning: String)

    /// Whether the session of `label` is chosen.
    public func includes(_ label: SessionLabel) -> Bool {
        switch self {
        case .all: true
        case .profile(let name): label.profile == name
        case .key(let id): label.accessKeyID == id
        case .roleOfKey(let arn, let id): label.subject == arn && label.accessKeyID == id
        case .roleOfProfile(let arn, let name):
            label.subject == arn && label.profile == name && label.accessKeyID == nil
        case .askedProfile(let name): label.askedProfile == name
        case .fingerprint(let beginning): label.fingerprint.hasPrefix(beginning)
        }
    }
}
