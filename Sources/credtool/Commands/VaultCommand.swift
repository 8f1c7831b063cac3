// credtool vault: looks after the stored keys as a whole.
internal import Flags
internal import Model
internal import SignIn
internal import System
internal import Vault

/// Backs up, restores and moves keys, and changes the passphrase of the file vault.
struct VaultCommand {
    let invocation: Invocation
    let machine: Machine

    init(invocation: Invocation, machine: Machine) {
        self.invocation = invocation
        var machine = machine
        machine.runKeys = RunKeys()
        self.machine = machine
    }

    func run() throws {
        guard let action = invocation.action else { return }
        for (flag, actions) in Self.actionsOfFlags
        where invocation.isSet(flag) && !actions.contains(action) {
            throw VaultCommandFailure.flagOfOtherActions(flag, action, actions)
        }
        switch action {
        case .backup: try VaultBackup(invocation: invocation, machine: machine).write()
        case .restore: try VaultRestore(invocation: invocation, machine: machine).run()
        case .passphrase: try changePassphrase()
        case .move: try move()
        case .accounts, .roles, .sync: preconditionFailure("these are actions of sso")
        }
    }

    private static let actionsOfFlags: [(Flag, [Action])] = [
        (.to, [.move]), (.vault, [.restore]), (.dryRun, [.restore]),
        (.force, [.backup, .restore]),
    ]

    // MARK: The passphrase

    private func changePassphrase() throws {
        let vault = machine.fileVault(passphrase: machine.passphrase(.fileVault))
        guard try vault.isThere() else { throw VaultCommandFailure.noFileVault }
        try checkNewPassphrase()
        do throws(VaultError) {
            try vault.changePassphrase(to: machine.passphrase(.newOfFileVault))
        } catch {
            guard error == .noPassphrase(.repeatedDifferently) else { throw error }
            throw VaultCommandFailure.newPassphrase(error)
        }
        machine.tell(done: "changed the passphrase of the file vault")
        machine.console.hint(
            "programs that get it from CREDTOOL_FILE_PASSPHRASE, such as services, need the new one;"
                + " copies of the old file still open with the old one")
    }

    /// Whether there will be a new one, before the present one is asked for.
    private func checkNewPassphrase() throws(VaultCommandFailure) {
        if Machine.stands(Passphrase.Kind.newOfFileVault.variable) { return }
        guard machine.mayUseTerminal, Terminal.path != nil else {
            throw .newPassphrase(.noPassphrase(.noTerminal))
        }
    }

    // MARK: Moving

    private func move() throws {
        guard let kind = invocation.value(.to).flatMap(VaultKind.init) else {
            throw VaultCommandFailure.noDestination
        }
        let lock = try machine.rotationLock()
        defer { withExtendedLifetime(lock) {} }
        let keys = machine.keyStore()
        let index = try keys.whole()
        let certificates = machine.certificateStore()
        let allCertificates = certificates.found()
        let names = index.entries.map(\.profile) + allCertificates.map(\.profile)
        for name in invocation.profiles where !names.contains(name) {
            throw Failure.noKey(profile: name, nearest: nearest(to: name, among: names))
        }
        func isMeant(_ profile: String, in vault: VaultKind) -> Bool {
            guard isNamed(profile) else { return false }
            if vault == kind, !invocation.profiles.isEmpty {
                machine.console.say(
                    "profile \(profile) has its key in the \(kind.rawValue) vault already")
            }
            return vault != kind
        }
        let meant = index.entries.map(\.storedKey).filter { isMeant($0.profile, in: $0.vault) }
        // Before the first is moved: a rotation puts the new key where it found the old one.
        let rotations = RotationRecords(machine)
        for key in meant {
            guard try rotations.find(key, holding: key.accessKeyID) == nil else {
                throw VaultCommandFailure.underRotation(profile: key.profile)
            }
        }
        var count = 0
        for copy in index.superseded where isNamed(copy.profile) {
            do throws(VaultError) {
                guard try keys.deleteCopies(copy) else { continue }
                machine.console.say(
                    "took what an earlier move had left of profile \(copy.profile) out of the"
                        + " \(copy.vault.rawValue) vault")
            } catch { tellLeft(copy.vault, of: copy.profile, error) }
            count += 1
        }
        for key in meant {
            let left = try keys.move(key, to: kind)
            machine.tell(
                done: "moved key \(key.accessKeyID.masked) of profile \(key.profile) to the"
                    + " \(kind.rawValue) vault", profile: key.profile)
            for copy in left.copies { tellLeft(copy.vault, of: key.profile, copy.reason) }
            count += 1
        }
        for stored in allCertificates where stored.vault == kind && isNamed(stored.profile) {
            let (isFound, left) = certificates.removeCopies(of: stored)
            if isFound {
                machine.console.say(
                    "took an older certificate of profile \(stored.profile) out of the other vault")
            }
            machine.tell(left: left, ofProfile: stored.profile)
            if isFound || !left.isEmpty { count += 1 }
        }
        for stored in allCertificates where isMeant(stored.profile, in: stored.vault) {
            let left = try certificates.move(stored, to: kind)
            machine.tell(
                done: "moved certificate \(stored.serial) of profile \(stored.profile) and its key"
                    + " to the \(kind.rawValue) vault", profile: stored.profile)
            machine.tell(left: left, ofProfile: stored.profile)
            count += 1
        }
        if count == 0, invocation.profiles.isEmpty {
            machine.console.say("nothing is stored outside of the \(kind.rawValue) vault")
        }
    }

    private func isNamed(_ profile: String) -> Bool {
        invocation.profiles.isEmpty || invocation.profiles.contains(profile)
    }

    private func tellLeft(_ vault: VaultKind, of profile: String, _ reason: VaultError) {
        machine.console.say(
            "the old key of profile \(profile) is still in the \(vault.rawValue) vault, where it"
                + " counts no more and goes when that answers: \(Failure(reason).message)")
    }
}
