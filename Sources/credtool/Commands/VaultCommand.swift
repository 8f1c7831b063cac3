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
        do throws(VaultError) {
            try vault.changePassphrase(to: machine.passphrase(.newOfFileVault))
        } catch .noPassphrase(.repeatedDifferently) {
            throw VaultCommandFailure.newPassphrase(.noPassphrase(.repeatedDifferently))
        }
        machine.console.say("changed the passphrase of the file vault")
        machine.console.hint(
            "programs that get it from CREDTOOL_FILE_PASSPHRASE, such as services, need the new one;"
                + " copies of the old file still open with the old one")
    }

    // MARK: Moving

    private func move() throws {
        guard let kind = invocation.value(.to).flatMap(VaultKind.init) else {
            throw VaultCommandFailure.noDestination
        }
        let keys = machine.keyStore()
        let index = try keys.whole()
        let certificates = machine.certificateStore()
        let allCertificates = certificates.found()
        let names = index.entries.map(\.profile) + allCertificates.map(\.profile)
        for name in invocation.profiles where !names.contains(name) {
            throw Failure.noKey(profile: name, nearest: nearest(to: name, among: names))
        }
        func isMeant(_ profile: String, in vault: VaultKind) -> Bool {
            guard invocation.profiles.isEmpty || invocation.profiles.contains(profile) else {
                return false
            }
            if vault == kind, !invocation.profiles.isEmpty {
                machine.console.say(
                    "profile \(profile) has its key in the \(kind.rawValue) vault already")
            }
            return vault != kind
        }
        var count = 0
        for entry in index.entries where isMeant(entry.profile, in: entry.vault) {
            let left = try keys.move(entry.storedKey, to: kind)
            machine.console.say(
                "moved key \(entry.accessKeyID.masked) of profile \(entry.profile) to the"
                    + " \(kind.rawValue) vault")
            for copy in left.copies {
                machine.console.say(
                    "the key is still in the \(copy.vault.rawValue) vault as well, where it counts"
                        + " no more and goes when that answers: \(Failure(copy.reason).message)")
            }
            count += 1
        }
        for stored in allCertificates where isMeant(stored.profile, in: stored.vault) {
            let isGone = try certificates.move(stored, to: kind)
            machine.console.say(
                "moved certificate \(stored.serial) of profile \(stored.profile) and its key to the"
                    + " \(kind.rawValue) vault")
            if !isGone {
                machine.console.say(
                    "a copy of it is left in the \(stored.vault.rawValue) vault, which did not"
                        + " delete it")
            }
            count += 1
        }
        if count == 0, invocation.profiles.isEmpty {
            machine.console.say("nothing is stored outside of the \(kind.rawValue) vault")
        }
    }
}
