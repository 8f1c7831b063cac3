// The passphrases of the file vault and of backups, asked for on the terminal, and the key made of it.
internal import Model
internal import Synchronization
internal import System
internal import Vault

/// How a passphrase is asked for.
enum Passphrase {
    /// What it is the passphrase of.
    enum Kind {
        case fileVault
        /// The file vault's, in place of the one that it has.
        case newOfFileVault
        case backup(path: String)

        /// The variable that gives it, so that nobody is asked.
        var variable: String {
            switch self {
            case .fileVault: "CREDTOOL_FILE_PASSPHRASE"
            case .newOfFileVault: "CREDTOOL_NEW_FILE_PASSPHRASE"
            case .backup: "CREDTOOL_BACKUP_PASSPHRASE"
            }
        }

        fileprivate var name: String {
            switch self {
            case .fileVault, .newOfFileVault: "credtool's file vault"
            case .backup: "the backup"
            }
        }

        /// What went wrong with it, as a person is told.
        func failure(_ error: VaultError) -> Failure {
            switch self {
            case .fileVault: .vault(error)
            case .newOfFileVault: .vaultCommand(.newPassphrase(error))
            case .backup(let path): .vaultCommand(.backup(error, path: path))
            }
        }
    }

    /// How often a person may mistype it.
    static let tries = 3

    /// A question on the terminal; twice for a new passphrase.
    static func ask(
        _ purpose: PassphraseSource.Request, of kind: Kind
    ) throws(VaultError) -> Secret {
        switch purpose {
        case .existing: return try asked("Passphrase of \(kind.name): ")
        case .new:
            let first = try asked("New passphrase for \(kind.name): ")
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
    /// How long it rests after the passphrase was typed for something else.
    static let usualLifetime: Duration = .seconds(15 * 60)
    var lifetime = usualLifetime
    /// Where keys are for the rest of this run, for commands that open many; nil for most.
    var run: RunKeys?
    private static let keyring = KernelKeyring(prefix: "credtool:file-vault:")

    func load(id: String) -> Secret? {
        do {
            if let key = try Self.keyring.load(name: id) { return key }
        } catch {}
        return run?.load(id: id)
    }

    func store(_ key: borrowing Secret, id: String) {
        // Where the kernel refuses, the passphrase is asked for again.
        try? Self.keyring.store(key, name: id, lifetime: lifetime)
        run?.store(key, id: id)
    }

    func remove(id: String) {
        try? Self.keyring.remove(name: id)
        run?.remove(id: id)
    }

    /// Forgets the keys of every file vault. Returns how many there were.
    /// - Throws: `KernelKeyringError` where one may still be there.
    static func removeAll() throws(KernelKeyringError) -> Int {
        let names: [String]
        do throws(KernelKeyringError) { names = try keyring.names() } catch {
            // Where the kernel keeps none for us, it keeps none.
            if error == .refused { return 0 }
            throw error
        }
        for name in names { try keyring.remove(name: name) }
        return names.count
    }
}

/// Derived keys in this process. Where the kernel keeps none, as in containers, the passphrase is then
/// asked for once, and not for each of many keys.
final class RunKeys: Sendable {
    private final class Held: Sendable {
        let key: Secret
        init(_ key: consuming Secret) { self.key = key }
    }

    private let keys = Mutex<[String: Held]>([:])

    func load(id: String) -> Secret? { keys.withLock { $0[id] }.map { $0.key.copy() } }

    func store(_ key: borrowing Secret, id: String) {
        let held = Held(key.copy())
        keys.withLock { $0[id] = held }
    }

    func remove(id: String) { keys.withLock { $0[id] = nil } }
}
