// The session bus, the Secret Service and the kernel keyring: where secrets are kept.
internal import Model
internal import Store
internal import System
internal import Vault

/// What the Secret Service is found as.
enum KeyringCheck {
    /// How long the bus and the service may take.
    static let limit: Duration = .seconds(5)

    /// Looks, without asking anybody for a password, and then at the records where the keyring is
    /// open: one after the other, since GLib shares what becomes of a bus among all threads.
    static func look(_ machine: Machine, _ ground: Ground) -> [Finding] {
        let result = Result { () throws(VaultError) in try SecretServiceLook(within: limit) }
        let look = try? result.get()
        let found = findings(
            result, program: look?.process.flatMap(program),
            needs: ground.index.entries.count { $0.vault == .secretService }
                + machine.certificateStore().all().count { $0.vault == .secretService },
            hasOtherVault: ground.index.entries.contains { $0.vault == .file })
        return found
            + RecordCheck.look(machine, ground, isKeyringOpen: look?.collection == .open)
    }

    /// What it means.
    /// - Parameters:
    ///   - program: The name of the program that is the Secret Service.
    ///   - needs: How many keys rest there: without any, nothing is wrong with a machine that has no
    ///     keyring.
    ///   - hasOtherVault: Whether keys rest elsewhere, so that it is not likely to be wanted.
    static func findings(
        _ result: Result<SecretServiceLook, VaultError>, program: String?, needs: Int,
        hasOtherVault: Bool
    ) -> [Finding] {
        let keys = needs == 1 ? "a stored key rests there" : "\(needs) stored keys rest there"
        let look: SecretServiceLook
        switch result {
        case .success(let found): look = found
        case .failure(let error):
            var wording = error.wording
            if needs > 0 { wording.message += "; \(keys)" }
            let isHarmless = needs == 0 && error.isAbsence
            if isHarmless, hasOtherVault {
                wording.hints = ["nothing has to be done: the keys are in the file vault"]
            }
            return [Finding(isHarmless ? .note : .problem, .keyring, wording)]
        }
        let name = look.isGNOMEKeyring ? "GNOME's keyring" : program ?? "an unknown program"
        let service =
            "\(name) is the Secret Service"
            + (look.process.map { process in
                let known = look.isGNOMEKeyring ? program.map { "\($0), " } ?? "" : ""
                return " (\(known)process \(process))"
            } ?? "")
        switch look.collection {
        case .open:
            return [.fine(.keyring, "\(service), and its default collection is unlocked")]
        case .locked:
            let error = look.isGNOMEKeyring ? VaultError.locked : .foreignKeyring
            return [
                Finding(
                    needs > 0 ? .problem : .note, .keyring,
                    Wording(
                        "\(service), and its default collection is locked"
                            + (needs > 0 ? "; \(keys)" : ""),
                        hint: error.wording.hints[0]))
            ]
        case .missing:
            let error =
                look.isGNOMEKeyring
                ? VaultError.noDefaultCollection : .foreignKeyringWithoutCollection
            return [
                Finding(
                    needs > 0 ? .problem : .note, .keyring,
                    Wording(
                        "\(service), and it has no default collection to keep keys in",
                        hint: error.wording.hints[0]))
            ]
        }
    }

    /// The name of the program that a process runs.
    private static func program(_ process: Int) -> String? {
        guard let bytes = try? AtomicFile.read("/proc/\(process)/cmdline", limit: 1 << 20) else {
            return nil
        }
        let path = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        return path.split(separator: "/").last.map(String.init)
    }
}

/// What the kernel's keyring is found as.
enum KernelKeyringCheck {
    /// Looks, and keeps a key for a moment: that alone shows whether one can be kept.
    static func look() -> [Finding] {
        let result = Result { () throws(KernelKeyringError) in
            let keyring = KernelKeyring(prefix: "credtool:doctor:")
            let name = "trial"
            try keyring.store(Secret("trial"), name: name, lifetime: .seconds(1))
            try keyring.remove(name: name)
        }
        return findings(result, quota: KeyQuota.current())
    }

    /// What it means.
    static func findings(
        _ trial: Result<Void, KernelKeyringError>, quota: KeyQuota?
    ) -> [Finding] {
        let taken = quota.map { quota in
            "\(quota.keys) of \(quota.mostKeys) keys and \(quota.bytes) of \(quota.mostBytes) bytes"
        }
        switch trial {
        case .success:
            guard let quota, let taken, quota.isNearlyUsedUp else {
                return [
                    .fine(
                        .kernel,
                        "the kernel keyring keeps sessions"
                            + (taken.map { " (\($0) of this user's quota are taken)" } ?? ""))
                ]
            }
            return [
                Finding(
                    .problem, .kernel,
                    Wording(
                        "the kernel keyring is nearly full: \(taken) of this user's quota are taken",
                        hint: RecordStoreError.full.wording.hints[0]))
            ]
        case .failure(.full):
            var wording = RecordStoreError.full.wording
            if let taken { wording.message += " (\(taken))" }
            return [Finding(.problem, .kernel, wording)]
        case .failure(.refused):
            return [
                Finding(
                    .note, .kernel,
                    Wording(
                        "the kernel keyring is refused here, as in most containers: sessions are"
                            + " kept in the desktop's keyring, or nowhere",
                        hint: RecordStoreError.refused.wording.hints[0]))
            ]
        case .failure(.failed(let error)):
            return [Finding(.problem, .kernel, error.wording)]
        }
    }
}
