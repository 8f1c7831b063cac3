// credtool remove: forgets a key and every session made from it.
internal import Flags
internal import Model
internal import System
internal import Vault

/// Removes a profile's key from its vault.
struct RemoveCommand {
    let invocation: Invocation
    let machine: Machine

    func run() throws {
        guard let name = invocation.profile else { throw Failure.noProfileNamed }
        guard let entry = try entry(of: name) else {
            let names = try machine.index(mayPrompt: false).entries.map(\.profile)
            throw Failure.noKey(profile: name, nearest: nearest(to: name, among: names))
        }
        if !invocation.isSet(.force) {
            let question =
                "Remove key \(entry.accessKeyID.masked) of profile \(name) from the"
                + " \(entry.vault.rawValue) vault?"
            guard try machine.confirm(question, insteadOf: "remove \(name) --force") else {
                machine.console.say("nothing was removed")
                throw SilentExit(code: 1)
            }
        }
        let cache = machine.sessionCache()
        var sessions = 0
        func forget() throws {
            sessions += try cache.remove {
                $0.profile == name || $0.accessKeyID == entry.accessKeyID
            }
        }
        // Before the key goes, in case this process ends there; and those that came meanwhile.
        try? forget()
        let wasThere = try machine.withPassphraseRetries(entry.vault) {
            (vault) throws(VaultError) in
            try vault.remove(profile: name)
        }
        do { try forget() } catch {
            machine.console.say("sessions of the key may be left: \(Failure(error).message)")
        }
        do { try machine.indexFile().update { $0.remove(name) } } catch {
            throw Failure.removedButNot("taken out of the index", Failure(error))
        }
        machine.console.say(
            wasThere
                ? "removed key \(entry.accessKeyID.masked) of profile \(name)"
                    + (sessions == 0
                        ? "" : " and \(sessions) \(sessions == 1 ? "session" : "sessions")")
                : "the \(entry.vault.rawValue) vault had no key of profile \(name) any more;"
                    + " the index is mended")
        machine.console.hint(
            "the key still works for whoever has a copy; to end it:"
                + " aws iam delete-access-key --access-key-id \(entry.accessKeyID)")
    }

    private func entry(of name: String) throws -> VaultIndex.Entry? {
        let index = try machine.index(mayPrompt: true)
        if let entry = index.entry(of: name) { return entry }
        let (rebuilt, failures) = try machine.rebuildIndex(mayPrompt: !index.unread.isEmpty)
        if let entry = rebuilt.entry(of: name) { return entry }
        if let failure = rebuilt.unread.lazy.compactMap({ failures[$0] }).first { throw failure }
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
