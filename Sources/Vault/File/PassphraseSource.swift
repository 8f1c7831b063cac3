// Where the pass phrase of the file vault comes from, and how processes that want it take turns.
public import Model
internal import System

/// The pass phrase: given beforehand, or asked for, one process at a time.
public struct PassphraseSource: Sendable {
    /// Which pass phrase is wanted.
    public enum Request: Equatable, Sendable {
        /// One for a vault that is about to be made; a person types it twice.
        case new
        /// The one of the vault that stands.
        case existing
    }

    /// What happens meanwhile, for the person who waits.
    public enum Event: Equatable, Sendable {
        /// Another process asks for the pass phrase, and is waited for.
        case waiting(upTo: Duration)
        /// What was typed will not do; it is asked for again.
        case again(VaultError)
        /// Another process changed the pass phrase of the vault; the new one is wanted.
        case changed
    }

    /// The pass phrase that needs nobody, such as a variable; nil where there is none.
    public var given: @Sendable () -> Secret?
    /// Asks a person; throws `VaultError.noPassphrase` where there is nobody.
    public var ask: @Sendable (Request) throws(VaultError) -> Secret
    /// Is told what happens meanwhile.
    public var report: @Sendable (Event) -> Void
    /// The file whose lock is held while a person is asked; nil where there is no place for one.
    public var lockPath: String?
    /// How long another process that asks is waited for. It may be stopped, so this has an end.
    public var patience: Duration = .seconds(60)
    /// How often a person may mistype it.
    public var tries = 3

    /// Joins the parts.
    public init(
        given: @escaping @Sendable () -> Secret? = { nil },
        ask: @escaping @Sendable (Request) throws(VaultError) -> Secret,
        report: @escaping @Sendable (Event) -> Void = { _ in }, lockPath: String? = nil
    ) {
        self.given = given
        self.ask = ask
        self.report = report
        self.lockPath = lockPath
    }

    /// One that asks nobody.
    public static let none = PassphraseSource { (_) throws(VaultError) in
        throw .noPassphrase(.noTerminal)
    }

    /// Makes a key of the pass phrase, which a person may mistype.
    /// - Parameters:
    ///   - cached: The key that another process made meanwhile.
    ///   - make: Makes the key; throws `wrongPassphrase` where it is not the vault's.
    func key(
        _ request: Request, cached: () throws(VaultError) -> Secret?,
        _ make: (borrowing Secret) throws(VaultError) -> Secret
    ) throws(VaultError) -> Secret {
        if let phrase = given() { return try make(checked(phrase)) }
        let turn = try turn(cached)
        defer { extendLifetime(turn) }
        // Whoever had the turn before has most likely made the key.
        if let key = try cached() { return key }
        for _ in 1..<tries {
            do throws(VaultError) { return try make(checked(ask(request))) } catch {
                switch error {
                case .wrongPassphrase, .noPassphrase(.repeatedDifferently):
                    report(.again(error))
                default: throw error
                }
            }
        }
        return try make(checked(ask(request)))
    }

    private func checked(_ phrase: consuming Secret) throws(VaultError) -> Secret {
        guard phrase.count > 0 else { throw .noPassphrase(.empty) }
        return phrase
    }

    /// The right to ask, or none where it cannot be had: then each process asks for itself.
    private struct Turn: ~Copyable {
        let lock: FileLock?
    }

    private func turn(_ cached: () throws(VaultError) -> Secret?) throws(VaultError) -> Turn {
        guard let lockPath else { return Turn(lock: nil) }
        var waited: Duration = .zero
        while waited < patience {
            do throws(SystemError) {
                return Turn(lock: try FileLock(path: lockPath, within: Self.step))
            } catch {
                guard error.isHeldLock else { return Turn(lock: nil) }
            }
            if waited == .zero { report(.waiting(upTo: patience)) }
            waited += Self.step
            if try cached() != nil { break }
        }
        return Turn(lock: nil)
    }

    private static let step: Duration = .milliseconds(500)
}

/// Where the key of a file vault may rest for a while, such as the kernel's keyring.
public protocol DerivedKeyCache: Sendable {
    /// The key that was stored under `id`, where it is still there.
    func load(id: String) -> Secret?
    /// Keeps `key` under `id`, which is another one after the pass phrase changes.
    func store(_ key: borrowing Secret, id: String)
    /// Forgets what is kept under `id`.
    func remove(id: String)
}
