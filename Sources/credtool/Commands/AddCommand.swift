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
    private var profile: String {
        invocation.profile ?? Machine.variable("AWS_PROFILE") ?? "default"
    }

    init(invocation: Invocation, machine: Machine) {
        self.invocation = invocation
        self.machine = machine
        keys = machine.keyStore()
    }

    func run() throws {
        machine.warnOfUnsafeFiles()
        guard Profile.isName(profile), !profile.hasPrefix("-"), profile.utf8.count <= 255 else {
            throw Failure.malformedProfileName(profile)
        }
        if let path = invocation.value(.certificate) {
            return try AddCertificate(
                invocation: invocation, machine: machine, profile: profile, path: path
            ).run()
        }
        for flag in [Flag.privateKey, .certificateChain] where invocation.isSet(flag) {
            throw PlanError.malformed(
                Setting("", from: .flag("--certificate")),
                expected: "the certificate for \(flag.spelling)")
        }
        // All that can be refused is looked at before anything is asked or changed.
        let edit = try plannedEdit()
        let (kind, note) = try chosenVault()
        let old = try keys.standing(profile, in: kind)
        try confirmReplacing(old)

        let key = try KeyInput.read(invocation, profile: profile)
        let caller = try verified(key)
        if let note { machine.console.say(note) }
        let left = try keys.put(
            key, profile: profile, in: kind, caller: caller, replacing: old)
        if let error = left.sessions {
            machine.console.say("sessions of the old key may be left: \(Failure(error).message)")
        }
        if let old {
            for copy in left.copies {
                machine.console.say(
                    "the old key \(old.accessKeyID.masked) is still in the"
                        + " \(copy.vault.rawValue) vault, where it counts no more and goes when that"
                        + " answers: \(Failure(copy.reason).message)")
            }
        }
        machine.console.say(
            "stored key \(key.id.masked) of profile \(profile) in the"
                + " \(kind.rawValue) vault" + (caller.map { " (\($0))" } ?? ""))
        if let error = left.index {
            throw Failure.storedButNot("noted in the index", Failure(error))
        }
        do { try edit?() } catch {
            throw Failure.storedButNot("set in the config file", Failure(error))
        }
        machine.console.hint("credtool exec \(profile) -- aws sts get-caller-identity")
    }

    // MARK: Where it goes

    /// `--vault`, CREDTOOL_VAULT, the Secret Service if it answers, the file vault; and what to say
    /// of a choice that the user did not make.
    private func chosenVault() throws -> (VaultKind, note: String?) {
        if let name = invocation.value(.vault), let kind = VaultKind(rawValue: name) {
            return (kind, nil)
        }
        if let name = Machine.variable("CREDTOOL_VAULT") {
            guard let kind = VaultKind(rawValue: name) else { throw Failure.unknownVault(name) }
            return (kind, nil)
        }
        switch SecretServiceStore.availability(within: .seconds(5)) {
        case .answers: return (.secretService, nil)
        case .unavailable(let error):
            return (
                .file,
                "the keyring cannot be used, so the key goes into the file vault:"
                    + " \(Failure(error).message)"
            )
        }
    }

    private func confirmReplacing(_ old: StoredKey?) throws {
        guard let old, !invocation.isSet(.force) else { return }
        let question = "Profile \(profile) has key \(old.accessKeyID.masked). Replace it?"
        guard try machine.confirm(question, insteadOf: "add \(profile) --force") else {
            machine.console.say("nothing was changed")
            throw SilentExit(code: 1)
        }
    }

    // MARK: Whose it is

    /// Whose key it is, as AWS says; nil where AWS was not or could not be asked.
    private func verified(_ key: borrowing AccessKey) throws -> ARN? {
        guard !invocation.isSet(.noVerify) else { return nil }
        let caller: CallerIdentity
        do {
            caller = try machine.identity(
                of: Credentials(key), region: invocation.value(.region), profile: profile,
                limits: .quick)
        } catch let error as AWSError where error.isRefusal {
            throw Failure.keyRefused(error, id: key.id, profile: profile)
        } catch let error as AWSError {
            machine.console.say(
                "the key is not checked, since AWS could not be asked: \(Failure(error).message)")
            return nil
        }
        guard !caller.arn.isRootUser || invocation.isSet(.allowRoot) else {
            throw Failure.rootKey(account: caller.accountID, profile: profile)
        }
        return caller.arn
    }

    // MARK: The config file

    /// The edit that the flags ask for, tried on the file as it is; nil where there is none.
    private func plannedEdit() throws -> (() throws -> Void)? {
        var settings: [(key: String, value: String)] = []
        for (flag, key, form) in [
            (Flag.mfaSerial, "mfa_serial", SettingForm.mfaSerial), (.region, "region", .region),
        ] {
            guard let value = invocation.value(flag) else { continue }
            guard form.accepts(value) else {
                throw PlanError.invalidValue(
                    Setting(value, from: .flag(flag.spelling)), form: form)
            }
            settings.append((key, value))
        }
        guard !settings.isEmpty, !invocation.isSet(.noConfig) else { return nil }
        let path = try machine.configPaths().config
        let profile = profile
        func edited() throws -> (old: [UInt8]?, new: [UInt8]) {
            let old = try AtomicFile.read(path.path)
            return (
                old,
                try ConfigEdit.set(
                    settings, inProfile: profile, of: old ?? [], path: path.display)
            )
        }
        _ = try edited()
        return { [machine] in
            // Others may edit the file at the same time, this program included.
            let lock = try FileLock(
                path: "\(machine.dataDirectory)/config.lock", within: .seconds(10))
            defer { withExtendedLifetime(lock) {} }
            let (old, new) = try edited()
            guard old != new else { return }
            try AtomicFile.replace(path.path, with: new)
            let names = settings.map(\.key).joined(separator: " and ")
            machine.console.say("set \(names) of profile \(profile) in \(path.display)")
        }
    }
}
