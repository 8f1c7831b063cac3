// credtool unlock --vault file: holds the key of the file vault for a time.
internal import Flags
internal import Model
internal import System
internal import Vault

extension UnlockCommand {
    /// How long the key is held where nobody says: a working day.
    private static let usualHold: Duration = .seconds(8 * 3600)

    /// Whether the file vault is meant: by its name, by what concerns it alone, or as the only one.
    func isForFileVault() throws -> Bool {
        switch invocation.value(.vault).flatMap(VaultKind.init) {
        case .file: return true
        case .secretService:
            guard !invocation.isSet(.holdFor) else { throw VaultCommandFailure.holdingKeyring }
            return false
        case nil: break
        }
        if invocation.isSet(.holdFor) { return true }
        do throws(VaultError) {
            _ = try Keyring().state()
            return false
        } catch {
            return try error.isAbsence && machine.fileVault(passphrase: .none).isThere()
        }
    }

    func holdFileVault() throws {
        try machine.checkHome()
        let time = invocation.duration(.holdFor) ?? Self.usualHold
        var source = machine.passphrase(.fileVault)
        if invocation.isSet(.stdin), !Terminal.isTerminal(0) {
            source.given = { nil }
            source.tries = 1
            source.ask = { (_) throws(VaultError) in
                do { return try Self.standardInput() } catch { throw .noPassphrase(.empty) }
            }
        }
        let vault = machine.fileVault(passphrase: source, held: time)
        guard try vault.isThere() else { throw VaultCommandFailure.noFileVault }
        guard try vault.holdKey() else { throw VaultCommandFailure.keyNotHeld }
        machine.tell(done: "the key of the file vault is held for \(spoken(time))")
        machine.console.hint("credtool lock forgets it")
    }
}
