// credtool vault restore: stores what a backup holds, and nothing in the place of another key unasked.
internal import Flags
internal import Model
internal import SignIn
internal import System
internal import Vault

/// Restores a backup.
struct VaultRestore {
    let invocation: Invocation
    let machine: Machine
    private let keys: KeyStore
    private let certificates: CertificateStore
    private var path: String { invocation.file ?? "" }
    private var mayReplace: Bool { invocation.isSet(.force) }

    init(invocation: Invocation, machine: Machine) {
        self.invocation = invocation
        self.machine = machine
        keys = machine.keyStore()
        certificates = machine.certificateStore()
    }

    func run() throws {
        let backup = try opened()
        let kind = try machine.namedVault(invocation) ?? machine.recordVault
        let index = try keys.whole()
        let rows = try RestoreRow.chosen(backup.items).map { chosen in
            try row(chosen.index, chosen.profile, backup, index)
        }
        guard !rows.isEmpty else { throw VaultCommandFailure.emptyBackup(path: path) }
        try machine.console.print(
            lines: RestoreRow.table(rows, to: kind, replacing: mayReplace))
        if invocation.isSet(.dryRun) { return }

        for row in rows {
            switch row.step(replacing: mayReplace) {
            case .store, .replace: try store(row, backup, in: kind)
            case .keep, .leaveOut: break
            }
        }
        let others = rows.filter { $0.step(replacing: mayReplace) == .leaveOut }.map(\.profile)
        guard others.isEmpty else {
            throw VaultCommandFailure.otherKeys(others, path: path)
        }
    }

    private func opened() throws(VaultCommandFailure) -> OpenItems {
        let backup: OpenItems?
        do throws(VaultError) { backup = try machine.backup(path).openAll() } catch {
            throw .backup(error, path: path)
        }
        guard let backup = consume backup else { throw .noBackup(path: path) }
        return backup
    }

    // MARK: What there is

    private func row(
        _ position: Int, _ profile: String, _ backup: borrowing OpenItems, _ index: VaultIndex
    ) throws -> RestoreRow {
        if let key = Self.key(position, backup) {
            return RestoreRow(
                index: position, profile: profile, thing: .key(key.id),
                standing: try standing(key, index.entry(of: profile)?.storedKey))
        }
        let identity = try certificates.identity(backup.secret(position))
        // Which vault it will be in is no part of what it is.
        let described = try certificates.describe(identity, profile: profile, in: .file)
        return RestoreRow(
            index: position, profile: profile, thing: .certificate(serial: described.serial),
            standing: standing(described))
    }

    /// What an item of a backup is, where it is a key.
    private static func key(_ position: Int, _ backup: borrowing OpenItems) -> AccessKey? {
        let item = backup.items[position]
        guard item.schema == .accessKey,
            let id = item.attributes[ItemAttribute.accessKeyID].flatMap(AccessKeyID.init)
        else { return nil }
        return AccessKey(id: id, secret: backup.secret(position).copy())
    }

    private func standing(
        _ key: borrowing AccessKey, _ stored: StoredKey?
    ) throws -> RestoreRow.Standing {
        guard let stored else { return .nothing }
        let another = RestoreRow.Standing.another(.key(stored.accessKeyID), stored.vault)
        guard stored.accessKeyID == key.id else { return another }
        do throws(VaultError) {
            let found = try keys.load(stored)
            return found.id == key.id && found.secret.equals(key.secret)
                ? .same(stored.vault) : another
        } catch {
            // What the index names is not there: nothing is lost by storing it anew.
            if case .absent = error { return .nothing }
            throw error
        }
    }

    private func standing(_ certificate: StoredCertificate) -> RestoreRow.Standing {
        guard let stored = certificates.find(certificate.profile) else { return .nothing }
        return stored.fingerprint == certificate.fingerprint
            ? .same(stored.vault) : .another(.certificate(serial: stored.serial), stored.vault)
    }

    // MARK: Storing

    private func store(
        _ row: RestoreRow, _ backup: borrowing OpenItems, in kind: VaultKind
    ) throws {
        let whose = "of profile \(row.profile)"
        guard let key = Self.key(row.index, backup) else {
            let identity = try certificates.identity(backup.secret(row.index))
            let copies = try certificates.putReadingBack(
                identity, profile: row.profile, in: kind)
            try machine.sessionCache().forget([.profile(row.profile)])
            machine.tell(
                done:
                    "restored \(row.thing.text) \(whose) and its key to the \(kind.rawValue) vault",
                profile: row.profile)
            return machine.tell(left: copies, ofProfile: row.profile)
        }
        let old = try keys.standing(row.profile, in: kind)
        let left = try keys.put(
            key, profile: row.profile, in: kind, caller: nil, replacing: old, isReadBack: true,
            added: VaultEntry(backup.items[row.index])?.added)
        machine.tell(
            done: "restored \(row.thing.text) \(whose) to the \(kind.rawValue) vault",
            profile: row.profile)
        if let error = left.sessions {
            machine.console.say("sessions of the old key may be left: \(Failure(error).message)")
        }
        for copy in left.copies {
            machine.console.say(
                "the old key \(whose) is still in the \(copy.vault.rawValue) vault, where it counts"
                    + " no more and goes when that answers: \(Failure(copy.reason).message)")
        }
        if let error = left.index {
            throw Failure.storedButNot("noted in the index", Failure(error))
        }
    }
}
