// The passphrase of the file vault: a variable, or asked on the terminal.
internal import Model
internal import System
internal import Vault

/// Where the file vault's passphrase comes from.
enum Passphrase {
    /// CREDTOOL_FILE_PASSPHRASE, else a question; twice for a new vault.
    static func ask(_ purpose: FileVault.PassphraseRequest) throws(VaultError) -> Secret {
        if let value = World.variable("CREDTOOL_FILE_PASSPHRASE") { return Secret(value) }
        do {
            switch purpose {
            case .existing:
                return try Terminal.askSecret("Passphrase of credtool's file vault: ")
            case .new:
                let first = try Terminal.askSecret("New passphrase for credtool's file vault: ")
                guard first.count > 0 else { throw VaultError.noPassphrase(.empty) }
                let second = try Terminal.askSecret("The same passphrase again: ")
                guard first.equals(second) else {
                    throw VaultError.noPassphrase(.repeatedDifferently)
                }
                return first
            }
        } catch let error as VaultError {
            throw error
        } catch {
            throw .noPassphrase(.noTerminal)
        }
    }
}

/// The file vault's derived key in the kernel keyring, so that the passphrase is asked for once.
struct KernelDerivedKeyCache: DerivedKeyCache {
    private static let lifetime: Duration = .seconds(15 * 60)
    private let keyring = KernelKeyring(prefix: "credtool:file-vault:")

    func load(id: String) -> Secret? {
        do { return try keyring.load(name: id) } catch { return nil }
    }

    func store(_ key: borrowing Secret, id: String) {
        // Where the kernel refuses, the passphrase is asked for again.
        try? keyring.store(key, name: id, lifetime: Self.lifetime)
    }
}
