// credtool add --certificate: puts a certificate and its key in a vault, for IAM Roles Anywhere.
internal import Engine
internal import Flags
internal import Model
internal import Profiles
internal import SignIn
internal import Vault

/// Stores a profile's certificate and its key.
struct AddCertificate {
    let invocation: Invocation
    let machine: Machine
    let profile: String
    /// `--certificate`.
    let path: String

    func run() throws {
        let kind = try vault()
        let store = machine.certificateStore()
        try confirmReplacing(store.find(profile))
        let files = CertificateFiles(
            certificate: Machine.expanded(path),
            privateKey: invocation.value(.privateKey).map(Machine.expanded),
            chain: invocation.value(.certificateChain).map(Machine.expanded))
        let identity = try CertificateIdentity.read(files, passphrase: machine.keyPassphrase)
        try identity.check(now: .now())
        let (stored, copies) = try store.put(identity, profile: profile, in: kind)
        try machine.sessionCache().forget([.profile(profile)])
        machine.tell(
            done:
                "stored certificate \(stored.serial) (\(stored.subject)) of profile \(profile) and its"
                + " key in the \(kind.rawValue) vault; it counts for"
                + " \(rounded(stored.notAfter - .now()))", profile: profile)
        machine.tell(left: copies, ofProfile: profile)
        if try machine.keyStore().index()?.entry(of: profile) != nil {
            machine.console.say(
                "profile \(profile) has a stored key, too, which comes before the certificate")
            machine.console.hint("store the certificate for a profile of its own")
        }
        let missing = missingSettings()
        machine.console.hint(
            missing.isEmpty
                ? "credtool exec \(typed(profile)) -- COMMAND"
                : "the profile needs \(missing.joined(separator: ", ")):"
                    + " credtool-rolesanywhere(7)")
    }

    /// What the config has yet to say before the certificate is of use.
    private func missingSettings() -> [String] {
        let settings = try? machine.configFiles().completedSettings(ofProfile: profile)
        let needed: [ProfileSetting] = [
            .rolesAnywhereTrustAnchor, .rolesAnywhereProfile, .rolesAnywhereRole,
        ]
        return needed.map(\.rawValue).filter { settings?.text($0) == nil }
    }

    private func vault() throws -> VaultKind {
        if let kind = invocation.value(.vault).flatMap(VaultKind.init) { return kind }
        if let name = Machine.variable("CREDTOOL_VAULT"), VaultKind(rawValue: name) == nil {
            throw Failure.unknownVault(name)
        }
        return machine.recordVault
    }

    private func confirmReplacing(_ old: StoredCertificate?) throws {
        guard let old, !invocation.isSet(.force) else { return }
        let question = "Profile \(profile) has certificate \(old.serial). Replace it?"
        var command = "add \(typed(profile)) --certificate \(typed(path))"
        for flag in [Flag.privateKey, .certificateChain] {
            if let file = invocation.value(flag) { command += " \(flag.spelling) \(typed(file))" }
        }
        guard try machine.confirm(question, insteadOf: "\(command) --force") else {
            machine.console.say("nothing was changed")
            throw SilentExit(code: 1)
        }
    }
}

extension RemoveCommand {
    /// Removes a certificate and its key; false where there is none.
    func remove(_ stored: StoredCertificate?) throws -> Bool {
        guard let stored else { return false }
        let name = stored.profile
        if !invocation.isSet(.force) {
            let question =
                "Remove certificate \(stored.serial) of profile \(name) and its key from the"
                + " \(stored.vault.rawValue) vault?"
            guard try machine.confirm(question, insteadOf: "remove \(typed(name)) --force") else {
                machine.console.say("nothing was removed")
                throw SilentExit(code: 1)
            }
        }
        let removed = try machine.certificateStore().remove(stored)
        let sessions = try machine.sessionCache().forget([.profile(name)])
        machine.tell(
            done: removed.wasThere
                ? "removed certificate \(stored.serial) of profile \(name) and its key"
                    + (sessions == 0
                        ? "" : ", and \(sessions) \(sessions == 1 ? "session" : "sessions")")
                : "the \(stored.vault.rawValue) vault had no certificate of profile \(name) any"
                    + " more; the list is mended", profile: name)
        machine.tell(left: removed.copies, ofProfile: name)
        machine.console.hint(
            "the certificate still counts for whoever has a copy of its key; its authority can"
                + " revoke it")
        return true
    }
}
