// credtool remove: forgets a key and every session made from it.
internal import Flags
internal import Model
internal import System
internal import Vault

/// Removes a profile's key from its vault.
struct RemoveCommand {
    let invocation: Invocation
    let machine: Machine
    private let keys: KeyStore

    init(invocation: Invocation, machine: Machine) {
        self.invocation = invocation
        self.machine = machine
        keys = machine.keyStore()
    }

    func run() throws {
        guard let name = invocation.profile else { throw Failure.noProfileNamed }
        let certificates = machine.certificateStore()
        if try keys.index()?.entry(of: name) == nil, try remove(certificates.find(name)) { return }
        guard let key = try key(of: name) else {
            let names = try keys.keys(mayPrompt: false).entries.map(\.profile)
            throw Failure.noKey(profile: name, nearest: nearest(to: name, among: names))
        }
        if !invocation.isSet(.force) {
            let question =
                "Remove key \(key.accessKeyID.masked) of profile \(name) from the"
                + " \(key.vault.rawValue) vault?"
            guard try machine.confirm(question, insteadOf: "remove \(typed(name)) --force") else {
                machine.console.say("nothing was removed")
                throw SilentExit(code: 1)
            }
        }
        let removed = try keys.remove(key)
        // What a rotation has left unfinished has both keys in it.
        if let index = try? keys.index() {
            RotationRecords(machine).removeAbandoned(by: index, without: key.accessKeyID)
        }
        if let error = removed.leftovers.sessions {
            machine.console.say("sessions of the key may be left: \(Failure(error).message)")
        }
        for copy in removed.leftovers.copies {
            machine.console.say(
                "the \(copy.vault.rawValue) vault may have an older key of profile \(name), which"
                    + " counts no more and goes when it answers: \(Failure(copy.reason).message)")
        }
        if let error = removed.leftovers.index {
            throw Failure.removedButNot("taken out of the index", Failure(error))
        }
        let sessions = removed.sessions
        machine.tell(
            done: removed.wasThere
                ? "removed key \(key.accessKeyID.masked) of profile \(name)"
                    + (sessions == 0
                        ? "" : " and \(sessions) \(sessions == 1 ? "session" : "sessions")")
                : "the \(key.vault.rawValue) vault had no key of profile \(name) any more;"
                    + " the index is mended", profile: name)
        machine.console.hint(
            "the key still works for whoever has a copy; to end it:"
                + " aws iam delete-access-key --access-key-id \(key.accessKeyID)")
        _ = try remove(certificates.stored(name))
    }

    private func key(of name: String) throws -> StoredKey? {
        let index = try keys.keys(mayPrompt: true)
        if let entry = index.entry(of: name) { return entry.storedKey }
        let refreshed = try keys.refresh(mayPrompt: !index.unread.isEmpty)
        if let entry = refreshed.index.entry(of: name) { return entry.storedKey }
        if let failure = refreshed.reasonForUnread { throw failure }
        return nil
    }
}

extension Machine {
    /// Asks a yes-or-no question.
    /// - Parameter command: What to type where there is no terminal to ask on.
    func confirm(_ question: String, insteadOf command: String) throws -> Bool {
        do { return try Terminal.confirm(question) } catch TerminalError.noTerminal {
            throw Failure.unconfirmed(command: "credtool \(command)")
        }
    }
}
