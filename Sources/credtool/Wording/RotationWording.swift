// The words for rotating a key, and why it did not go to the end.
internal import AWS
internal import Model

extension RotationFailure {
    /// The words.
    var wording: Wording {
        switch self {
        case .noStoredKey(let profile):
            Wording(
                "profile \(quoted(profile)) has no stored key that could be rotated",
                hint: "credtool plan \(typed(profile)) shows where its credentials begin",
                "credtool list shows the stored keys")
        case .keyOfAnother(let profile, let owner):
            Wording(
                "profile \(quoted(profile)) lives on the key of profile \(quoted(owner))",
                hint: "credtool rotate \(typed(owner))")
        case .notAUser(let caller, let profile):
            Wording(
                caller.isRootUser
                    ? "the key of profile \(quoted(profile)) is the root user's, which is not"
                        + " rotated but done away with"
                    : "the key of profile \(quoted(profile)) belongs to \(caller), and only those"
                        + " of users of IAM can be rotated",
                hint: caller.isRootUser
                    ? "make a user of IAM with the permissions it needs, and delete the key in the"
                        + " console (Security credentials)"
                    : "credtool add \(typed(profile)) stores a key that was made elsewhere")
        case .twoKeys(let keys, let user, let profile):
            Self.twoKeys(keys, user: user, profile: profile)
        case .unlisted(let id, let user, let profile):
            Wording(
                "key \(id.masked) is not among those that IAM lists of user \(user)",
                hint: "try again in a minute; credtool whoami \(typed(profile)) shows whose it is")
        case .denied(let error, let profile, let withMFA):
            Wording(
                "the key of profile \(quoted(profile)) cannot be rotated: \(error.wording.message)"
                    + (withMFA ? " (asked with MFA)" : ""),
                hint: "the user needs iam:ListAccessKeys, iam:CreateAccessKey, iam:UpdateAccessKey"
                    + " and iam:DeleteAccessKey for itself"
            ).adding(
                hint: withMFA
                    ? "credtool rotate \(typed(profile)) goes on once they are granted"
                    : "where the policy wants MFA: credtool rotate \(typed(profile)) --mfa-serial"
                        + " SERIAL, or mfa_serial in the profile")
        case .unknownNewKey(let id, let patience, let profile):
            Wording(
                "AWS does not know the new key \(id.masked) for sure after"
                    + " \(spoken(.seconds(patience.wholeSeconds)))",
                hint: "credtool rotate \(typed(profile)) goes on; until then the profile has a key"
                    + " that works")
        case .newKeyLost(let id, let user, let cause):
            cause.wording.prefixed(
                "the new key \(id.masked) was not stored, and not deleted either; the old one works"
                    + " as before: "
            ).adding(
                hint: "aws iam delete-access-key --user-name \(typed(user)) --access-key-id \(id)")
        case .stopped(let cause, let step, let profile):
            cause.wording.prefixed(
                "the rotation of the key of profile \(quoted(profile)) stopped"
                    + (step.map { " \($0.circumstance)" } ?? "") + ": "
            ).adding(
                hint: step == nil
                    ? cause.isOfKey
                        ? "credtool add \(typed(profile)) --force stores a key that works"
                        : "nothing was changed, and the old key works as before"
                    : "credtool rotate \(typed(profile)) goes on; until then the profile has a key"
                        + " that works")
        case .otherKeySince(let profile):
            Wording(
                "profile \(quoted(profile)) has got another key while its own was rotated, and"
                    + " keeps that one",
                hint: "credtool rotate \(typed(profile)) rotates the key that it has now")
        case .damagedRecord(let profile):
            Wording(
                "what is written down of a rotation of profile \(quoted(profile)) cannot be read",
                hint: "a newer credtool may have written it; else credtool remove \(typed(profile))"
                    + " forgets it with the key, for one that was made elsewhere")
        case .busy(let path):
            Wording(
                "another credtool rotates or moves keys (\(path))",
                hint: "wait for its end, then try again")
        case .some(let failed, let all):
            Wording(
                "\(failed) of \(all) keys \(failed == 1 ? "was" : "were") not rotated",
                hint: "credtool rotate --all goes on with those that were begun")
        }
    }

    private static func twoKeys(
        _ keys: [ListedKey], user: String, profile: String
    ) -> Wording {
        let other = keys.first { !$0.isStored }
        var wording = Wording(
            "user \(user) has two keys, and AWS allows no third: "
                + keys.map { key in
                    "\(key.id.masked) (\(key.isStored ? "the stored one, " : "")"
                        + "\(key.isActive ? "active" : "inactive"), \(daysOld(key.age)), \(key.use))"
                }.joined(separator: " and "),
            hint: "credtool whoami \(typed(profile)) shows the user's keys")
        guard let other else { return wording }
        let id = other.id.description
        wording.hints = [
            (other.isActive
                ? "where nobody needs \(other.id.masked): " : "the inactive one can go: ")
                + "credtool exec \(typed(profile)) --no-session -- aws iam delete-access-key"
                + " --user-name \(typed(user)) --access-key-id \(id)",
            "then credtool rotate \(typed(profile))",
        ]
        return wording
    }
}

extension Failure {
    /// Whether AWS says that the key is none.
    fileprivate var isOfKey: Bool {
        if case .aws(let error) = self { return error.keyFault != nil }
        return false
    }
}

extension ListedKey.Use: CustomStringConvertible {
    var description: String {
        switch self {
        case .last(let ago, let service, let region):
            "last used \(ago.ago) for \(service)" + (region == "N/A" ? "" : " in \(region)")
        case .never: "never used"
        case .unknown: "its last use is not told"
        }
    }
}

extension Duration {
    /// How long ago, in the unit that fits.
    fileprivate var ago: String {
        if wholeDays > 1 { return "\(wholeDays) days ago" }
        return wholeSeconds < 60 ? "just now" : "\(rounded(self)) ago"
    }
}

extension RotationRecords.Summary {
    /// That nobody will end it, and what may be left of it at AWS.
    var isForgotten: String {
        "an unfinished rotation is forgotten, since no profile has its keys any more"
            + (new.map { new in
                "; where AWS still has the one that it made: aws iam delete-access-key --user-name"
                    + " \(typed(user)) --access-key-id \(new)"
            } ?? "")
    }
}

extension RotationRecord.Step {
    /// When it stopped.
    fileprivate var circumstance: String {
        switch self {
        case .create: "while IAM was asked for a new key"
        case .verify: "before the new key was seen to work"
        case .replace: "while the new key was put in the old one's place"
        case .deactivate: "before the old key was deactivated"
        case .delete: "before the old key was deleted"
        }
    }
}
