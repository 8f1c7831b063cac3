// credtool add: takes a long-term key, checks it with AWS, and puts it in a vault.
internal import AWS
internal import Flags
internal import Glibc
internal import Model
internal import Planning
internal import Profiles
internal import System
internal import Vault

/// Stores a profile's key.
struct AddCommand {
    let invocation: Invocation
    let machine: Machine
    private let keys: KeyStore
    private let intake: KeyIntake
    /// What the AWS files say of the profile; nil where they say nothing that can be read.
    private let known: Profile?
    private var profile: String { otherProfile ?? Self.profile(invocation) }
    /// The profile in place of the one that is asked for, which has another key.
    private var otherProfile: String?

    init(invocation: Invocation, machine: Machine) {
        self.invocation = invocation
        self.machine = machine
        keys = machine.keyStore()
        // A file that is broken is only in the way of what would change it.
        known = try? machine.configFiles().profile(named: Self.profile(invocation))
        intake = KeyIntake(
            invocation: invocation, machine: machine, profile: Self.profile(invocation),
            known: known)
    }

    private static func profile(_ invocation: Invocation) -> String {
        invocation.profile
            ?? Machine.setting("AWS_PROFILE", "AWS_DEFAULT_PROFILE")?.value ?? "default"
    }

    func run() throws {
        machine.warnOfUnsafeFiles()
        if let path = invocation.value(.certificate) {
            guard Profile.isKeyName(profile) else { throw Failure.malformedProfileName(profile) }
            return try AddCertificate(
                invocation: invocation, machine: machine, profile: profile, path: path
            ).run()
        }
        for flag in [Flag.privateKey, .certificateChain] where invocation.isSet(flag) {
            throw PlanError.malformed(
                Setting("", from: .flag("--certificate")),
                expected: "the certificate for \(flag.spelling)")
        }
        switch intake.origin {
        case .terminal:
            let destination = try destination()
            try store(intake.typedKey(), in: destination)
        case .environment:
            let destination = try destination()
            try store(intake.environmentKey(), in: destination)
        case .file:
            guard let place = try machine.plainKeyPlace(ofProfile: profile) else {
                throw Failure.noPlainKey(profile: profile)
            }
            let destination = try destination()
            try store(intake.fileKey(place), in: destination)
            machine.console.hint(place.removal)
        case .pipe: try storePipedKey()
        }
    }

    /// A key that was made for the pipe is lost where it is not stored, which has to be said
    /// whatever the reason is.
    private func storePipedKey() throws {
        let piped = try intake.pipedText()
        let (id, isNew) = (piped.key.id, piped.isNew)
        do {
            let (command, destination) = try isNew ? unclaimed() : (self, destination())
            try command.store(intake.checked(piped.key.copy()), in: destination)
        } catch {
            guard isNew, !Failure(error).mayBeStored else { throw error }
            if error is SilentExit {
                machine.console.hint(Failure.deletion(of: id))
                throw error
            }
            throw Failure.newKeyLost(Failure(error), id: id)
        }
    }

    /// Where a key goes that exists nowhere else: to its profile, or beside it where that one's key
    /// is not to be replaced.
    private func unclaimed() throws -> (AddCommand, Destination) {
        do { return (self, try destination()) } catch {
            var isTaken = error is SilentExit
            if let failure = error as? Failure, case .unconfirmed = failure { isTaken = true }
            guard isTaken else { throw error }
            let files = (try? machine.configFiles().profileNames) ?? []
            let known = Set(try keys.known().index.entries.map(\.profile) + files)
            let names = (2...).lazy.map { "\(profile)-\($0)" }
            guard let name = names.first(where: { !known.contains($0) }) else { throw error }
            machine.console.say(
                "profile \(profile) keeps its key, so the new one is stored as profile \(name)")
            var other = self
            other.otherProfile = name
            return (other, try other.destination())
        }
    }

    /// Where a key goes, and what it replaces there.
    private struct Destination {
        let edit: SectionEdit?
        let vault: VaultKind
        /// What to say of a choice that the user did not make.
        let note: String?
        /// What would have opened the keyring, which is shut.
        let wayToKeyring: [String]
        let old: StoredKey?
    }

    /// Looks at all that can be refused before a key is asked for or anything changed.
    private func destination() throws -> Destination {
        guard Profile.isKeyName(profile) else {
            throw Failure.malformedProfileName(profile)
        }
        let edit = try SectionEdit(invocation, profile: profile, in: machine)
        var (vault, note) = try machine.chosenVault(invocation)
        var wayToKeyring: [String] = []
        let old: StoredKey?
        do throws(VaultError) { old = try keys.standing(profile, in: vault) } catch {
            guard try hasSubstitute(vault) else { throw error }
            (vault, note) = (.file, Machine.noteOfFileVault(error))
            wayToKeyring = Failure(error).hints
            old = try keys.standing(profile, in: vault)
        }
        try confirmReplacing(old)
        return Destination(
            edit: edit, vault: vault, note: note, wayToKeyring: wayToKeyring, old: old)
    }

    private func store(_ new: consuming CheckedKey, in destination: Destination) throws {
        let old = destination.old
        if let note = destination.note { machine.console.say(note) }
        for hint in destination.wayToKeyring { machine.console.hint(hint) }
        let (vault, left) = try put(new, in: destination.vault, replacing: old)
        try machine.tellStored(new, profile: profile, in: vault, replacing: old, left)
        do { try destination.edit?.write() } catch {
            throw Failure.storedButNot("set in the config file", Failure(error))
        }
        hintNext(isKnown: new.caller != nil)
    }

    /// What to type next: what shows that the key works, and what most programs want besides.
    private func hintNext(isKnown: Bool) {
        machine.console.hint(
            (intake.isOfOtherMaker || invocation.isSet(.noVerify)) && !isKnown
                ? "credtool exec \(typed(profile)) --no-session -- COMMAND"
                : "credtool whoami \(typed(profile))")
        let region =
            invocation.value(.region) ?? Machine.setting("AWS_REGION", "AWS_DEFAULT_REGION")?.value
            ?? known?.region?.value
        guard region == nil else { return }
        machine.console.hint(
            "most programs want a region: aws configure set region REGION --profile \(typed(profile))"
        )
    }

    // MARK: Where it goes

    /// Whether a key may go into the file vault where the chosen one does not take it: a key from a
    /// pipe that is for no vault in particular.
    private func hasSubstitute(_ vault: VaultKind) throws(Failure) -> Bool {
        let isNamed = try machine.namedVault(invocation) != nil
        return intake.origin == .pipe && vault == .secretService && !isNamed
    }

    /// Stores the key in the chosen vault or its substitute.
    private func put(
        _ new: borrowing CheckedKey, in kind: VaultKind, replacing old: StoredKey?
    ) throws -> (VaultKind, KeyStore.Leftovers) {
        do throws(VaultError) {
            let left = try keys.put(
                new.key, profile: profile, in: kind, caller: new.caller, replacing: old)
            return (kind, left)
        } catch {
            if case .mayStillStore = error { throw error }
            guard try hasSubstitute(kind) else { throw error }
            machine.console.say(Machine.noteOfFileVault(error))
            let left = try keys.put(
                new.key, profile: profile, in: .file, caller: new.caller, replacing: old)
            return (.file, left)
        }
    }

    private func confirmReplacing(_ old: StoredKey?) throws {
        guard let old, !invocation.isSet(.force) else { return }
        let question = "Profile \(profile) has key \(old.accessKeyID.masked). Replace it?"
        guard try machine.confirm(question, insteadOf: "add \(typed(profile)) --force") else {
            machine.console.say("nothing was changed")
            throw SilentExit(code: 1)
        }
    }
}

extension PlainKeyPlace {
    /// How the key leaves its file.
    fileprivate var removal: String {
        let lines = [
            accessKeyID.map { "aws_access_key_id (\($0.origin))" },
            secret.map { "aws_secret_access_key (\($0))" },
        ].compactMap { $0 }.joined(separator: " and ")
        return "the key still stands in plain text: delete \(lines)"
    }
}
