// credtool lock: shuts what holds the keys, and forgets what was held open.
internal import Flags
internal import Model
internal import Store
internal import System
internal import Vault

/// Locks the keyring and forgets the file vault's key.
struct LockCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        // What takes no time and no service comes first: the keyring may hang. And what fails keeps
        // nothing else open.
        var failures: [Failure] = []
        for step in [forgetKey, forgetSessions, lockKeyring] {
            do { try step() } catch { failures.append(Failure(error)) }
        }
        guard let last = failures.popLast() else { return }
        for failure in failures { machine.console.report(failure) }
        throw last
    }

    private func forgetKey() throws {
        let count: Int
        do throws(KernelKeyringError) { count = try KernelDerivedKeyCache.removeAll() } catch {
            throw RecordStoreError(error)
        }
        if count > 0 { machine.tell(done: "forgot the key of the file vault") }
    }

    private func forgetSessions() throws {
        guard invocation.isSet(.sessions) else { return }
        let count = try machine.sessionCache().removeAll()
        machine.tell(done: "forgot \(counted(count, "session"))")
    }

    private func lockKeyring() throws {
        do throws(VaultError) {
            switch try Keyring().lock() {
            case .open: machine.tell(done: "locked the keyring")
            case .locked: machine.console.say("the keyring is locked already")
            case .missing: machine.console.say("there is no keyring to lock")
            }
        } catch {
            // On a machine without one there is none to lock.
            guard error.isAbsence else { throw error }
            machine.console.say("there is no keyring to lock")
        }
    }
}
