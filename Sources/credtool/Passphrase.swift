// The passphrase of the file vault, asked for on the terminal, and the key made from it.
internal import Model
internal import System
internal import Vault

/// How the file vault's passphrase is asked for.
enum Passphrase {
    /// How often a person may mistype it.
    static let tries = 3

    /// A question on the terminal; twice for a new vault.
    static func ask(_ purpose: PassphraseSource.Request) throws(VaultError) -> Secret {
        switch purpose {
        case .existing: return try asked("Passphrase of credtool's file vault: ")
        case .new:
            let first = try asked("New passphrase for credtool's file vault: ")
            let second = try asked("The same passphrase again: ")
            guard first.equals(second) else { throw .noPassphrase(.repeatedDifferently) }
            return first
        }
    }

    private static func asked(_ prompt: String) throws(VaultError) -> Secret {
        do { return try Terminal.askSecret(prompt) } catch {
            switch error {
            case .noTerminal: throw .noPassphrase(.noTerminal)
            case .ended: throw .noPassphrase(.cancelled)
            case .library(let library): throw .library(library)
            }
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
