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
    let world: World
    private var profile: String {
        invocation.profile ?? World.variable("AWS_PROFILE") ?? "default"
    }

    func run() throws {
        guard Profile.isName(profile), profile.utf8.count <= 255 else {
            throw Failure.malformedProfileName(profile)
        }
        // All that can be refused is looked at before anything is asked or changed.
        let edit = try plannedEdit()
        let (kind, note) = try chosenVault()
        let index = try world.indexFile()
        let old = try index.read()?.entry(of: profile)
        try confirmReplacing(old)

        let key = try KeyInput.read(invocation, profile: profile)
        let caller = try verified(key)
        if let note { world.console.say(note) }
        try world.vault(kind).store(key, profile: profile)
        let id = key.id
        try index.update { index in
            index.set(
                VaultIndex.Entry(
                    profile: profile, accessKeyID: id, vault: kind, added: .now(),
                    caller: caller))
        }
        try forget(old, replacedIn: kind)
        world.console.say(
            "stored key \(id.masked) of profile \(profile) in the \(kind.rawValue) vault"
                + (caller.map { " (\($0))" } ?? ""))
        try edit?()
        world.console.hint("credtool exec \(profile) -- aws sts get-caller-identity")
    }

    // MARK: Where it goes

    /// `--vault`, CREDTOOL_VAULT, the Secret Service if it answers, the file vault; and what to say
    /// of a choice that the user did not make.
    private func chosenVault() throws -> (VaultKind, note: String?) {
        if let name = invocation.value(.vault), let kind = VaultKind(rawValue: name) {
            return (kind, nil)
        }
        if let name = World.variable("CREDTOOL_VAULT") {
            guard let kind = VaultKind(rawValue: name) else { throw Failure.unknownVault(name) }
            return (kind, nil)
        }
        switch SecretServiceVault.answers(within: .seconds(5)) {
        case .answers: return (.secretService, nil)
        case .unavailable(let error):
            return (
                .file,
                "the keyring cannot be used, so the key goes into the file vault:"
                    + " \(Failure(error).message)"
            )
        }
    }

    private func confirmReplacing(_ old: VaultIndex.Entry?) throws {
        guard let old, !invocation.isSet(.force) else { return }
        let question = "Profile \(profile) has key \(old.accessKeyID.masked). Replace it?"
        guard try world.confirm(question, insteadOf: "add \(profile) --force") else {
            world.console.say("nothing was changed")
            throw SilentExit(code: 1)
        }
    }

    /// Forgets what the new key takes the place of: the sessions, and the key in another vault.
    private func forget(_ old: VaultIndex.Entry?, replacedIn kind: VaultKind) throws {
        try world.sessionCache().remove {
            $0.profile == profile || $0.accessKeyID == old?.accessKeyID
        }
        guard let old, old.vault != kind else { return }
        do { _ = try world.vault(old.vault).remove(profile: profile) } catch {
            world.console.say(
                "the old key \(old.accessKeyID.masked) is still in the \(old.vault.rawValue)"
                    + " vault: \(Failure(error).message)")
        }
    }

    // MARK: Whose it is

    /// Whose key it is, as AWS says; nil where AWS was not or could not be asked.
    private func verified(_ key: borrowing AccessKey) throws -> ARN? {
        guard !invocation.isSet(.noVerify) else { return nil }
        let configured = try world.configFiles().profile(named: profile)?.region
        let region =
            invocation.value(.region) ?? world.setting("AWS_REGION", "AWS_DEFAULT_REGION")?.value
            ?? configured?.value
        let target = STSTarget(
            region: region ?? Endpoint.defaultRegion,
            endpointURL: world.setting("AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"))
        let caller: CallerIdentity
        do {
            caller = try world.sts(target)
                .getCallerIdentity(credentials: Credentials(key), limits: .quick)
        } catch let error as AWSError where error.isRefusal {
            throw Failure.keyRefused(error, id: key.id, profile: profile)
        } catch let error as AWSError {
            world.console.say(
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
        let path = try world.configPaths().config
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
        return { [world] in
            let (old, new) = try edited()
            guard old != new else { return }
            try AtomicFile.replace(path.path, with: new)
            let names = settings.map(\.key).joined(separator: " and ")
            world.console.say("set \(names) of profile \(profile) in \(path.display)")
        }
    }
}
