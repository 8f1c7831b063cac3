// credtool unlock: opens the desktop's keyring from the terminal, or makes the first one.
// The file vault's part stands in FileVaultUnlock.
internal import Flags
internal import Glibc
internal import Model
internal import System
internal import Vault

/// Opens the keyring where no desktop asks for its password.
struct UnlockCommand {
    let invocation: Invocation
    let machine: Machine
    private let keyring = Keyring()

    init(invocation: Invocation, machine: Machine) {
        self.invocation = invocation
        self.machine = machine
    }

    func run() throws {
        if try isForFileVault() { return try holdFileVault() }
        // Before anybody is asked, it is known whether a password is wanted at all.
        let state = try stateOnBus()
        // On a terminal the line discipline would show the password as it is typed.
        if isGiven {
            try give(Self.standardInput(), to: state)
        } else {
            switch state {
            case .open: break
            case .locked:
                do {
                    try KeyringUnlock(machine).ask("Password of the keyring: ")
                } catch TerminalError.noTerminal {
                    throw Failure.noTerminalForPassword
                }
            case .missing: try keyring.create(Self.newPassword())
            }
        }
        switch state {
        case .open: machine.console.say("the keyring is unlocked already")
        case .locked: machine.tell(done: "unlocked the keyring")
        case .missing:
            machine.tell(done: "made the first keyring, named login, and left it unlocked")
        }
    }

    /// Whether the password is on standard input.
    private var isGiven: Bool { invocation.isSet(.stdin) && !Terminal.isTerminal(0) }

    private func give(_ password: borrowing Secret, to state: Keyring.State) throws {
        switch state {
        case .open, .locked: try keyring.unlock(password)
        case .missing: try keyring.create(password)
        }
    }

    // MARK: The bus

    /// What the keyring is. Where no bus runs, one is started for who can give a password.
    private func stateOnBus() throws -> Keyring.State {
        if let state = try stateOnRunningBus() { return state }
        guard isGiven || Terminal.path != nil,
            let bus = SessionBus(variable: Machine.pathVariable)
        else { return try keyring.state() }
        // Of several at once one starts it.
        var lock: FileLock?
        if let directory = machine.lockDirectory() {
            lock = try FileLock(path: "\(directory)/bus.lock", within: .seconds(30))
        }
        defer { extendLifetime(lock) }
        if let state = try stateOnRunningBus() { return state }
        switch bus.start() {
        case .systemd: machine.console.say("started a session bus, which systemd looks after")
        case .process(let process):
            machine.console.say(
                "started a session bus (process \(process)), which runs until it is ended:"
                    + " kill \(process)")
        case nil: return try keyring.state()
        }
        // Under systemd it may be there before it answers.
        for _ in 0..<20 {
            if let state = try stateOnRunningBus() { return state }
            usleep(100_000)
        }
        return try keyring.state()
    }

    /// What the keyring is; nil where no bus runs.
    private func stateOnRunningBus() throws(VaultError) -> Keyring.State? {
        do throws(VaultError) { return try keyring.state() } catch {
            if case .noBus = error { return nil }
            throw error
        }
    }

    // MARK: The password

    private static func newPassword() throws -> Secret {
        let first = try asked(
            "New password for the first keyring (the one of your login, to have it opened then): ")
        let second = try asked("The same password again: ")
        guard first.equals(second) else { throw Failure.passwordsDiffer }
        return first
    }

    private static func asked(_ prompt: String) throws -> Secret {
        do { return try Terminal.askSecret(prompt) } catch TerminalError.noTerminal {
            throw Failure.noTerminalForPassword
        }
    }

    /// All of standard input but for the end of its line.
    static func standardInput() throws -> Secret {
        let input = try CurrentProcess.readInput(limit: 64 * 1024)
        let length = input.withBytes { bytes in
            var length = bytes.count
            for end in [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
            where length > 0 && bytes[length - 1] == end { length -= 1 }
            return length
        }
        guard length > 0 else { throw Failure.emptyPassword }
        return input.part(0..<length)
    }
}
