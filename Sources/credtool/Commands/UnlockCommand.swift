// credtool unlock: opens the desktop's keyring from the terminal, or makes the first one.
// The file vault's part stands in FileVaultUnlock.
internal import Flags
internal import Model
internal import System
internal import Vault

/// Opens the keyring where no desktop asks for its password.
struct UnlockCommand {
    let invocation: Invocation
    let machine: Machine
    private let keyring = DefaultKeyring()
    /// How often a person may mistype the password.
    private static let tries = 3

    init(invocation: Invocation, machine: Machine) {
        self.invocation = invocation
        self.machine = machine
    }

    func run() throws {
        if try isForFileVault() { return try holdFileVault() }
        // Before anybody is asked, it is known whether a password is wanted at all.
        let state = try keyring.state()
        // On a terminal the line discipline would show the password as it is typed.
        if invocation.isSet(.stdin), !Terminal.isTerminal(0) {
            try give(Self.standardInput(), to: state)
        } else {
            switch state {
            case .open: break
            case .locked: try unlockAsking()
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

    private func give(_ password: borrowing Secret, to state: DefaultKeyring.State) throws {
        switch state {
        case .open, .locked: try keyring.unlock(password)
        case .missing: try keyring.create(password)
        }
    }

    // MARK: The password

    private func unlockAsking() throws {
        for _ in 1..<Self.tries {
            do {
                return try keyring.unlock(Self.asked("Password of the keyring: "))
            } catch VaultError.wrongPassword {
                machine.console.say(Failure.vault(.wrongPassword).message)
            }
        }
        try keyring.unlock(Self.asked("Password of the keyring: "))
    }

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
