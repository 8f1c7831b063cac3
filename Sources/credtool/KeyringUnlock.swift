// The keyring's password, typed on the terminal: for `unlock`, and for who meets a locked keyring.
internal import Model
internal import System
internal import Vault

/// Opens the keyring with what a person types.
struct KeyringUnlock: Sendable {
    let machine: Machine
    private let name: String?
    private let keyring: Keyring
    /// How often a person may mistype the password.
    private static let tries = 3
    /// How long another process that asks is waited for. It may be stopped, so this has an end.
    private static let patience: Duration = .seconds(60)
    private static let step: Duration = .milliseconds(500)

    /// - Parameter name: Another program's keyring; nil for the default one.
    init(_ machine: Machine, named name: String? = nil) {
        self.machine = machine
        self.name = name
        keyring = Keyring(named: name)
    }

    /// Asks until the password is right, at most three times.
    /// - Throws: `VaultError` where the keyring stays locked, `TerminalError` where nothing is typed.
    func ask(_ question: String) throws {
        for _ in 1..<Self.tries {
            do {
                return try keyring.unlock(Terminal.askSecret(question))
            } catch VaultError.wrongPassword {
                machine.console.say(Failure.vault(.wrongPassword).message)
            }
        }
        try keyring.unlock(Terminal.askSecret(question))
    }

    // MARK: For a command that needs it

    /// Offers to open a keyring that is locked.
    ///
    /// Of several processes one asks; what the person says to it counts for those that wait, too.
    /// - Throws: What keeps it locked; `VaultError.leftLocked` where the person wants it so.
    func offer() throws(VaultError) {
        let directory = machine.lockDirectory()
        let refusal = directory.map { PasswordRefusal(path: "\($0)/prompt.refused") }
        func wasRefused() -> Bool { refusal?.isSince(machine.console.start) == true }
        let turn = try turn(directory.map { "\($0)/prompt.lock" }) { () throws(VaultError) in
            if wasRefused() { return true }
            return try keyring.state() == .open
        }
        defer { extendLifetime(turn) }
        guard !wasRefused() else { throw .leftLocked }
        switch try keyring.state() {
        case .open: return
        case .missing: throw .noDefaultCollection
        case .locked: break
        }
        do {
            try ask(
                "The \(keyringInWords) is locked; unlock it (password, or return to leave it): ")
        } catch {
            refusal?.note()
            throw error as? VaultError ?? .leftLocked
        }
        machine.tell(done: "unlocked the \(keyringInWords)")
    }

    private var keyringInWords: String { name.map { "keyring \($0)" } ?? "keyring" }

    /// The right to ask, or none where it cannot be had: then each process asks for itself.
    private struct Turn: ~Copyable {
        let lock: FileLock?
    }

    private func turn(
        _ path: String?, unless isOver: () throws(VaultError) -> Bool
    ) throws(VaultError) -> Turn {
        guard let path else { return Turn(lock: nil) }
        var waited: Duration = .zero
        while waited < Self.patience {
            do throws(SystemError) {
                return Turn(lock: try FileLock(path: path, within: Self.step))
            } catch {
                guard error.isHeldLock else { break }
            }
            if waited == .zero {
                machine.console.say(
                    "another credtool is asking for the keyring's password; waiting for up to"
                        + " \(spoken(Self.patience))")
            }
            waited += Self.step
            if try isOver() { break }
        }
        return Turn(lock: nil)
    }
}

extension Machine {
    /// Who asks for the password of a locked keyring: its own program where there is a display.
    ///
    /// The bus knows of a prompter also where that cannot show a window, or shows it on a display
    /// that nobody sits at.
    var keyringPrompting: SecretServiceStore.Prompting {
        .allowed(
            lock: lockDirectory().map { "\($0)/prompt.lock" },
            byGNOME: Machine.variable("DISPLAY") != nil
                || Machine.variable("WAYLAND_DISPLAY") != nil)
    }

    /// A question on the terminal, where nobody else asks; nil where there is none.
    /// - Parameter name: Another program's keyring; nil for the default one.
    func keyringOffer(named name: String? = nil) -> KeyringOffer? {
        guard mayUseTerminal, Terminal.path != nil else { return nil }
        return KeyringOffer { () throws(VaultError) in
            try KeyringUnlock(self, named: name).offer()
        }
    }
}

/// A person's no, for the processes that wait for the same person.
private struct PasswordRefusal {
    let path: String

    /// Whether a person said no after `start`.
    func isSince(_ start: MonotonicTime) -> Bool {
        guard let bytes = try? AtomicFile.read(path),
            let moment = Int(String(decoding: bytes, as: UTF8.self))
        else { return false }
        // One that is yet to come is of the time before the machine started.
        let time = MonotonicTime(sinceBoot: moment)
        return start < time && !(.now < time)
    }

    /// Notes it. Where that cannot be kept, the others ask for themselves.
    func note() {
        try? AtomicFile.replace(path, with: Array("\(MonotonicTime.now.sinceBoot)".utf8))
    }
}
