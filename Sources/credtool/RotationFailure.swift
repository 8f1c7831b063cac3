// What can stand in the way of rotating a key.
internal import AWS
internal import Model

/// Why a key was not rotated, or not to the end.
enum RotationFailure: Error, Equatable {
    /// The profile's credentials do not begin with a stored key.
    case noStoredKey(profile: String)
    /// They begin with the key that is stored for another profile.
    case keyOfAnother(profile: String, owner: String)
    /// The key is not a user's: the root user's, or one of a service that is not AWS's IAM.
    case notAUser(ARN, profile: String)
    /// The user has two keys, and AWS allows no third.
    case twoKeys([ListedKey], user: String, profile: String)
    /// IAM does not list the stored key among those of its own user.
    case unlisted(AccessKeyID, user: String, profile: String)
    /// A policy denies what has to be asked, with MFA or without.
    case denied(AWSError, profile: String, withMFA: Bool)
    /// AWS does not know the new key after this time.
    case unknownNewKey(AccessKeyID, after: Duration, profile: String)
    /// The new key was not stored, and could not be deleted either.
    case newKeyLost(AccessKeyID, user: String, Failure)
    /// It stopped at a step, with a working key in the vault.
    case stopped(Failure, at: RotationRecord.Step?, profile: String)
    /// The profile has got another key while its own was rotated.
    case otherKeySince(profile: String)
    /// What is written down cannot be read.
    case damagedRecord(profile: String)
    /// Another credtool rotates keys, or moves them.
    case busy(path: String)
    /// Some of all keys were not rotated.
    case some(Int, of: Int)
}

/// A key as it is told where a user has two.
struct ListedKey: Equatable {
    let id: AccessKeyID
    let isActive: Bool
    let age: Duration
    /// Whether it is the one that is stored.
    let isStored: Bool
    let use: Use

    /// When it was last used.
    enum Use: Equatable {
        /// So long ago.
        case last(Duration, service: String, region: String)
        case never
        /// IAM did not tell.
        case unknown
    }
}
