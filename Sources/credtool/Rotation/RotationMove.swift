// What a rotation does next: decided from what is written down, what is stored and what IAM lists.
internal import AWS
internal import Model

/// What is known when the next move is chosen.
struct RotationFacts: Equatable {
    /// What is written down of a rotation, without its secrets.
    struct Written: Equatable {
        var old: AccessKeyID
        /// Nil where the new key's secret was never stored.
        var new: AccessKeyID?
        /// When IAM was last asked to make a key.
        var asked: Timestamp
    }

    /// What is written down of the stored key; nil where no rotation of it is under way.
    var written: Written?
    /// The key that the vault has for the profile.
    var stored: AccessKeyID
    /// The user's keys, as IAM lists them.
    var listed: [AccessKeyMetadata]
    /// Those of them that surely were never used.
    var unused: Set<AccessKeyID> = []
}

/// What a rotation does next.
enum RotationMove: Equatable {
    /// Write down that a key is about to be made, and have IAM make it.
    case create
    /// Delete a key that an earlier run made, and whose secret is lost.
    case discard(AccessKeyID)
    /// Ask AWS whether the new key works, and put it in the old one's place.
    case replace
    /// Delete the new key, which somebody has deactivated, and forget what is written down.
    case takeBack(AccessKeyID)
    /// Have IAM take the old key no more.
    case deactivate(AccessKeyID)
    /// Ask AWS once more whether the new key works, and delete the old one.
    case delete(AccessKeyID)
    /// Forget what is written down: it is done.
    case finish
    /// A user can have no third key.
    case refuseThird
    /// IAM does not list the stored key among the user's.
    case refuseUnlisted

    /// Its name, without the keys that it is about.
    var name: String { String(String(describing: self).prefix { $0 != "(" }) }

    /// How far from the moment that was written down AWS's own moment may be at which it made a key:
    /// what its signatures allow clocks to differ, and the time of a call besides.
    static let lostKeyWindow: Duration = .seconds(600)

    /// The move.
    static func next(_ facts: RotationFacts) -> RotationMove {
        let others = facts.listed.filter { $0.id != facts.stored }
        guard let written = facts.written else {
            guard others.count < facts.listed.count else { return .refuseUnlisted }
            return others.isEmpty ? .create : .refuseThird
        }
        guard let new = written.new else {
            guard let other = others.first else { return .create }
            let distance = other.created - written.asked
            // Somebody else's key may be as new: one that was used is left alone.
            let isLost =
                facts.unused.contains(other.id)
                && distance <= lostKeyWindow && .zero - distance <= lostKeyWindow
            return isLost ? .discard(other.id) : .refuseThird
        }
        guard facts.stored == new else {
            // A new key may not be listed yet.
            let isTaken = facts.listed.first { $0.id == new }?.isActive ?? true
            return isTaken ? .replace : .takeBack(new)
        }
        guard let old = facts.listed.first(where: { $0.id == written.old }) else {
            return .finish
        }
        return old.isActive ? .deactivate(old.id) : .delete(old.id)
    }
}
