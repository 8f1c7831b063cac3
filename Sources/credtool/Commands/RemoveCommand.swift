// credtool remove: forgets a key and every session made from it.
internal import Flags
internal import Model
internal import System
internal import Vault

/// Removes a profile's key from its vault.
struct RemoveCommand {
    let invocation: Invocation
    let world: World

    func run() throws {
        guard let name = invocation.profile else { throw Failure.noProfileNamed }
        guard let entry = try entry(of: name) else {
            let names = try world.indexFile().read()?.entries.map(\.profile) ?? []
            throw Failure.noKey(profile: name, nearest: nearest(to: name, among: names))
        }
        if !invocation.isSet(.force) {
            let question =
                "Remove key \(entry.accessKeyID.masked) of profile \(name) from the"
                + " \(entry.vault.rawValue) vault?"
            guard try world.confirm(question, insteadOf: "remove \(name) --force") else {
                world.console.say("nothing was removed")
                throw SilentExit(code: 1)
            }
        }
        let wasThere = try world.vault(entry.vault).remove(profile: name)
        try world.indexFile().update { $0.remove(name) }
        let sessions = try world.sessionCache().remove {
            $0.profile == name || $0.accessKeyID == entry.accessKeyID
        }
        world.console.say(
            wasThere
                ? "removed key \(entry.accessKeyID.masked) of profile \(name)"
                    + (sessions == 0
                        ? "" : " and \(sessions) \(sessions == 1 ? "session" : "sessions")")
                : "the \(entry.vault.rawValue) vault had no key of profile \(name) any more;"
                    + " the index is mended")
        world.console.hint(
            "the key still works for whoever has a copy; to end it:"
                + " aws iam delete-access-key --access-key-id \(entry.accessKeyID)")
    }

    private func entry(of name: String) throws -> VaultIndex.Entry? {
        let file = try world.indexFile()
        if let entry = try file.read()?.entry(of: name) { return entry }
        return try world.rebuildIndex() ? try file.read()?.entry(of: name) : nil
    }
}

extension World {
    /// Asks a yes-or-no question.
    /// - Parameter command: What to type where there is no terminal to ask on.
    func confirm(_ question: String, insteadOf command: String) throws -> Bool {
        do { return try Terminal.confirm(question) } catch TerminalError.noTerminal {
            throw Failure.unconfirmed(command: "credtool \(command)")
        }
    }
}
