// Where a new key goes, and what is said of one that is stored.
internal import Flags
internal import Model
internal import Vault

extension Machine {
    /// The vault that is named, the Secret Service if it answers, the file vault.
    func chosenVault(_ invocation: Invocation) throws -> (VaultKind, note: String?) {
        if let kind = try namedVault(invocation) { return (kind, nil) }
        switch SecretServiceStore.availability(within: .seconds(5)) {
        case .answers: return (.secretService, nil)
        case .unavailable(let error): return (.file, Self.noteOfFileVault(error))
        }
    }

    /// `--vault`, CREDTOOL_VAULT.
    func namedVault(_ invocation: Invocation) throws(Failure) -> VaultKind? {
        if let name = invocation.value(.vault), let kind = VaultKind(rawValue: name) { return kind }
        guard let name = Machine.variable("CREDTOOL_VAULT") else { return nil }
        guard let kind = VaultKind(rawValue: name) else { throw Failure.unknownVault(name) }
        return kind
    }

    static func noteOfFileVault(_ error: VaultError) -> String {
        "the keyring cannot be used, so the key goes into the file vault:"
            + " \(Failure(error).message)"
    }

    /// Says that a key is stored, and what that left undone.
    /// - Throws: `Failure.storedButNot` where the index does not say so.
    func tellStored(
        _ new: borrowing CheckedKey, profile: String, in vault: VaultKind,
        replacing old: StoredKey?, _ left: KeyStore.Leftovers
    ) throws(Failure) {
        if let error = left.sessions {
            console.say("sessions of the old key may be left: \(Failure(error).message)")
        }
        if let old {
            for copy in left.copies {
                console.say(
                    "the old key \(old.accessKeyID.masked) is still in the"
                        + " \(copy.vault.rawValue) vault, where it counts no more and goes when that"
                        + " answers: \(Failure(copy.reason).message)")
            }
        }
        console.say(
            "stored key \(new.key.id.masked) of profile \(profile) in the"
                + " \(vault.rawValue) vault" + (new.caller.map { " (\($0))" } ?? ""))
        if let error = left.index {
            throw .storedButNot("noted in the index", Failure(error))
        }
    }
}
