// Carries the rotation of one key out, move by move, and writes each down before it is made.
internal import AWS
internal import Model
internal import System
internal import Vault

/// The rotation of one stored key, from wherever it stands.
struct Rotation {
    let machine: Machine
    /// The key as the index knows it.
    let key: StoredKey
    let iam: IAM
    let sts: STS
    let signing: RotationSigning
    /// A key that AWS made later than so long ago is left alone; nil for none.
    let olderThan: Duration?
    private let keys: KeyStore
    private let records: RotationRecords

    /// What came of it.
    enum Outcome: Equatable {
        case rotated(old: AccessKeyID, new: AccessKeyID)
        /// It is too young.
        case left(age: Duration)
    }

    init(
        machine: Machine, key: StoredKey, iam: IAM, sts: STS, signing: RotationSigning,
        olderThan: Duration?
    ) {
        self.machine = machine
        self.key = key
        self.iam = iam
        self.sts = sts
        self.signing = signing
        self.olderThan = olderThan
        keys = machine.keyStore()
        records = RotationRecords(machine)
    }

    private var profile: String { key.profile }

    func run() throws -> Outcome {
        let stored: AccessKey
        do throws(VaultError) { stored = try keys.load(key) } catch {
            throw RotationFailure.stopped(Failure(error), at: nil, profile: profile)
        }
        for rotation in records.removeAbandoned(by: try keys.keys(mayPrompt: false)) {
            machine.console.say(rotation.isForgotten)
        }
        var log = try RotationLog(records, of: key, holding: stored.id)
        if let new = log.written?.new { signing.newKeys.insert(new) }
        if let step = log.step {
            machine.console.say(
                "going on with a rotation of the key of profile \(profile) that was left at the step"
                    + " \(step.rawValue)")
        }
        do { return try run(stored, &log) } catch let error as RotationFailure { throw error } catch
        {
            throw RotationFailure.stopped(Failure(error), at: log.step, profile: profile)
        }
    }

    private func run(
        _ first: borrowing AccessKey, _ log: inout RotationLog
    ) throws -> Outcome {
        var stored = first.copy()
        // A run that ended between the two has left the index behind.
        if stored.id != key.accessKeyID { _ = try keys.refresh(mayPrompt: false) }
        let caller = try caller(&stored, &log)
        guard case .iamUser(let user, _) = caller.kind else {
            throw RotationFailure.notAUser(caller.arn, profile: profile)
        }
        var listed = try list(user, signedBy: stored)
        if let olderThan, log.step == nil,
            let made = listed.first(where: { $0.id == stored.id })?.created
        {
            let age = Timestamp.now() - made
            if age < olderThan { return .left(age: age) }
        }
        while true {
            let facts = RotationFacts(
                written: log.written, stored: stored.id, listed: listed,
                unused: try unused(listed, log.written, signedBy: stored))
            let move = RotationMove.next(facts)
            machine.console.trace("rotation of profile \(profile): \(move.name)")
            if stored.id == log.written?.new {
                // Whoever else has the old key, since it was begun or from a run that was killed.
                try replace(by: stored, &log, caller.arn)
            }
            switch move {
            case .create:
                listed.append(try create(for: user, &log, signedBy: stored))
            case .discard(let id):
                try delete(id, of: user, signedBy: stored)
                listed.removeAll { $0.id == id }
                machine.console.say(
                    "deleted key \(id.masked), which an earlier run made and could not store")
            case .takeBack(let id):
                try delete(id, of: user, signedBy: stored)
                listed.removeAll { $0.id == id }
                try log.forget()
                machine.console.say(
                    "deleted the new key \(id.masked), which somebody has deactivated, and begin"
                        + " anew")
            case .replace:
                try replace(&stored, &log, caller.arn) {
                    try list(user, signedBy: $0).map(\.id)
                }
            case .deactivate(let id):
                try log.write(.deactivate)
                // Those that were made while the new key took its place; they end now in any case.
                _ = try? machine.sessionCache().forget([.key(id)])
                try unlessGone {
                    try signing.call(stored) { (credentials) throws(AWSError) in
                        try iam.updateAccessKey(
                            id, userName: user, isActive: false, credentials: credentials)
                    }
                }
                listed = listed.map {
                    $0.id == id
                        ? AccessKeyMetadata(id: id, isActive: false, created: $0.created) : $0
                }
            case .delete(let id):
                try verify(stored)
                try log.write(.delete)
                try delete(id, of: user, signedBy: stored)
                listed.removeAll { $0.id == id }
            case .finish:
                guard let old = log.written?.old else { continue }
                try log.forget()
                return .rotated(old: old, new: stored.id)
            case .refuseThird:
                throw RotationFailure.twoKeys(
                    try described(listed, signedBy: stored), user: user, profile: profile)
            case .refuseUnlisted:
                throw RotationFailure.unlisted(stored.id, user: user, profile: profile)
            }
        }
    }

    // MARK: Moves

    /// Whose the stored key is. Where it works no more and the new one that is written down does,
    /// that one takes its place at once.
    private func caller(
        _ stored: inout AccessKey, _ log: inout RotationLog
    ) throws -> CallerIdentity {
        do {
            return try signing.patiently(stored) { (credentials) throws(AWSError) in
                try sts.getCallerIdentity(credentials: credentials)
            }
        } catch {
            guard (error as? AWSError)?.keyFault == .unknownID, log.written?.old == stored.id,
                log.written?.new != nil
            else { throw error }
            try replace(&stored, &log, key.callerARN, relisting: nil)
        }
        return try sts.getCallerIdentity(credentials: Credentials(stored))
    }

    /// Has IAM make a key, which stands in the record as soon as it is there.
    private func create(
        for user: String, _ log: inout RotationLog, signedBy stored: borrowing AccessKey
    ) throws -> AccessKeyMetadata {
        let sharers = try keys.keys(mayPrompt: false).entries
            .filter { $0.accessKeyID == stored.id && $0.profile != profile }.map(\.profile)
        try log.begin(stored, of: user, profiles: [profile] + sharers)
        var made: AccessKey?
        do {
            try signing.call(stored) { (credentials) throws(AWSError) in
                made = try iam.createAccessKey(userName: user, credentials: credentials)
            }
        } catch {
            // Where AWS surely made none, there is nothing to go on with.
            if Self.surelyMadeNone(error) { try? log.forget() }
            throw error
        }
        guard let made = made.take() else { throw Failure.unexpected("no key") }
        let id = made.id
        signing.newKeys.insert(id)
        do { try log.keep(made) } catch {
            // Nobody could sign with it any more, and it would take the place of the next one.
            do { try delete(id, of: user, signedBy: stored) } catch let second {
                throw RotationFailure.newKeyLost(id, user: user, Failure(second))
            }
            try? log.forget()
            throw RotationFailure.stopped(Failure(error), at: nil, profile: profile)
        }
        machine.console.say("made key \(id.masked) of user \(user)")
        return AccessKeyMetadata(id: id, isActive: true, created: .now())
    }

    /// Whether IAM has refused. That there are two keys can be news from an earlier try.
    private static func surelyMadeNone(_ error: any Error) -> Bool {
        if error is RotationFailure { return true }
        guard let error = error as? AWSError, error.isRefusal else { return false }
        if case .service(let error) = error { return error.code != "LimitExceeded" }
        return true
    }

    /// Puts the new key in the old one's place once it works.
    /// - Parameter relisting: The keys that IAM lists by now, asked with the old key.
    private func replace(
        _ stored: inout AccessKey, _ log: inout RotationLog, _ caller: ARN?,
        relisting: ((borrowing AccessKey) throws -> [AccessKeyID])?
    ) throws {
        guard let copy = log.newKey() else { return }
        signing.newKeys.insert(copy.id)
        do { try verify(copy) } catch let failure as RotationFailure {
            // Deleted by somebody: there is nothing to go on with.
            if let relisting, try !relisting(stored).contains(copy.id) { try log.forget() }
            throw failure
        }
        try log.write(.replace)
        try replace(by: copy, &log, caller)
        guard try keys.load(key).id == copy.id else {
            throw RotationFailure.otherKeySince(profile: profile)
        }
        stored = copy.copy()
    }

    /// Puts the new key in the place of the old one in every profile that has that, this one last.
    private func replace(
        by new: borrowing AccessKey, _ log: inout RotationLog, _ caller: ARN?
    ) throws {
        guard let old = log.written?.old else { return }
        let known = try keys.keys(mayPrompt: false).entries.map(\.storedKey)
        let others = known.filter {
            $0.profile != profile
                && ($0.accessKeyID == old || log.profiles.contains($0.profile))
        }
        // Its own also where the index was lost meanwhile.
        let all = others + [known.first { $0.profile == profile } ?? key]
        for holder in all where holder.accessKeyID != new.id {
            guard let left = try keys.replace(old, of: holder, by: new, caller: caller) else {
                continue
            }
            if let error = left.sessions {
                machine.console.say(
                    "sessions of the old key may be left: \(Failure(error).message)")
            }
            if let error = left.index {
                machine.console.say(
                    "the index does not know of the new key yet: \(Failure(error).message)")
            }
        }
    }

    /// Asks AWS until a key is known three times in a row: a new one may be known to one machine of
    /// AWS and not yet to the next.
    private func verify(_ new: borrowing AccessKey) throws {
        let start = MonotonicTime.now
        var row = 0
        while row < Self.confirmations {
            if row > 0 { CallEffects.system.sleep(.seconds(1)) }
            do {
                _ = try signing.patiently(new) { (credentials) throws(AWSError) in
                    do throws(AWSError) {
                        _ = try sts.getCallerIdentity(credentials: credentials)
                        row += 1
                    } catch {
                        row = 0
                        throw error
                    }
                }
            } catch let error as AWSError where error.keyFault == .unknownID {
                throw RotationFailure.unknownNewKey(
                    new.id, after: RotationSigning.patience, profile: profile)
            }
            guard MonotonicTime.now - start < RotationSigning.patience * 2 else {
                throw RotationFailure.unknownNewKey(
                    new.id, after: MonotonicTime.now - start, profile: profile)
            }
        }
    }

    private static let confirmations = 3

    private func delete(
        _ id: AccessKeyID, of user: String, signedBy stored: borrowing AccessKey
    ) throws {
        try unlessGone {
            try signing.call(stored) { (credentials) throws(AWSError) in
                try iam.deleteAccessKey(id, userName: user, credentials: credentials)
            }
        }
    }

    /// A key that is not there any more needs neither be deactivated nor deleted.
    private func unlessGone(_ call: () throws -> Void) throws {
        do { try call() } catch AWSError.service(let error) where error.code == "NoSuchEntity" {}
    }

    // MARK: Asking

    private func list(
        _ user: String, signedBy stored: borrowing AccessKey
    ) throws -> [AccessKeyMetadata] {
        try signing.call(stored) { (credentials) throws(AWSError) in
            try iam.listAccessKeys(userName: user, credentials: credentials)
        }
    }

    /// The keys that surely were never used, where that is worth a question.
    private func unused(
        _ listed: [AccessKeyMetadata], _ written: RotationFacts.Written?,
        signedBy stored: borrowing AccessKey
    ) throws -> Set<AccessKeyID> {
        guard let written, written.new == nil else { return [] }
        var unused: Set<AccessKeyID> = []
        for other in listed where other.id != stored.id {
            if use(of: other.id, signedBy: stored) == .never { unused.insert(other.id) }
        }
        return unused
    }

    private func use(
        of id: AccessKeyID, signedBy stored: borrowing AccessKey
    ) -> ListedKey.Use {
        do {
            let used = try signing.call(stored) { (credentials) throws(AWSError) in
                try iam.getAccessKeyLastUsed(id, credentials: credentials)
            }
            guard let date = used.date else { return .never }
            return .last(Timestamp.now() - date, service: used.service, region: used.region)
        } catch { return .unknown }
    }

    private func described(
        _ listed: [AccessKeyMetadata], signedBy stored: borrowing AccessKey
    ) throws -> [ListedKey] {
        var described: [ListedKey] = []
        for key in listed {
            described.append(
                ListedKey(
                    id: key.id, isActive: key.isActive, age: Timestamp.now() - key.created,
                    isStored: key.id == stored.id, use: use(of: key.id, signedBy: stored)))
        }
        return described
    }
}
