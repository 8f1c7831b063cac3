// Keys that other programs keep: aws-vault in the keyring or in sealed files, envchain in the keyring.
internal import Crypto
internal import Model
internal import System
internal import Vault

extension Machine {
    // MARK: envchain

    /// The keys of envchain, by its namespaces.
    func keysOfEnvchain() throws -> [FoundKey] {
        let items = ForeignItems(
            .schema(EnvchainNamespace.schema), prompting: keyringPrompting, offer: keyringOffer())
        return EnvchainNamespace.all(in: try items.open()).map { namespace in
            FoundKey(
                profile: namespace.name, place: "envchain",
                key: { form in try form.key(namespace.key()) },
                remove: { _ in
                    // The secret first: without it, the other half is worth nothing.
                    let wasThere = try items.remove(namespace.secret)
                    return try wasThere && items.remove(namespace.id)
                })
        }
    }

    // MARK: aws-vault

    /// The keys of aws-vault, in the keyring and in files; its sessions and tokens are left out.
    ///
    /// Source: aws-vault 7, cli/global.go.
    func keysOfAWSVault() throws -> [FoundKey] {
        let backend = Machine.variable("AWS_VAULT_BACKEND")
        switch backend {
        case nil, "secret-service", "file": break
        case let other?: throw ImportFailure.awsVaultBackend(other)
        }
        var found: [FoundKey] = []
        if backend != "file" {
            do { found += try keysInAWSVaultKeyring() } catch let error as VaultError
                where error.isAbsence && backend == nil
            {
                console.trace("aws-vault has no keyring: \(Failure(error).message)")
            }
        }
        if backend != "secret-service" { found += try keysInAWSVaultFiles() }
        return found
    }

    private func keysInAWSVaultKeyring() throws -> [FoundKey] {
        let name = Machine.variable("AWS_VAULT_SECRET_SERVICE_COLLECTION_NAME") ?? "awsvault"
        let items = ForeignItems(
            .collection(name), prompting: keyringPrompting, offer: keyringOffer(named: name))
        let opened: [ForeignItem]
        do throws(VaultError) { opened = try items.open() } catch {
            throw error == .locked ? ImportFailure.lockedKeyring(name) : error as any Error
        }
        return opened.compactMap { item in
            guard let entry = AWSVaultItem(item.secret) else { return nil }
            return FoundKey(entry, place: "aws-vault's keyring") { try items.remove(item) }
        }
    }

    /// The files of aws-vault, all sealed under one passphrase.
    private func keysInAWSVaultFiles() throws -> [FoundKey] {
        var directory = Machine.pathVariable("AWS_VAULT_FILE_DIR") ?? "~/.awsvault/keys"
        while directory.hasSuffix("/") { directory.removeLast() }
        let home = Machine.pathVariable("HOME") ?? Machine.accountHome ?? ""
        func path(_ name: String) -> String {
            let path = "\(directory)/\(name)"
            return path.hasPrefix("~/") ? home + path.dropFirst() : path
        }
        let shown = directory.pathForDisplay
        var passphrase: HeldSecret?
        var found: [FoundKey] = []
        for name in try AtomicFile.fileNames(in: path("")) ?? [] {
            let place = "\(shown)/\(name.pathForDisplay)"
            let path = path(name)
            guard let bytes = try Self.sealedFile(path), let text = PassphraseJWE(bytes) else {
                console.say("\(place) is no file of aws-vault, and is left out")
                continue
            }
            let known = try passphrase ?? awsVaultPassphrase(shown, opening: text)
            passphrase = known
            guard let document = try text.open(passphrase: known.secret),
                let entry = AWSVaultItem(document)
            else {
                console.say(Failure.importing(.unreadableItem(place)).message)
                continue
            }
            let key = FoundKey(entry, place: place) {
                guard try Self.sealedFile(path) == bytes else { return false }
                return AtomicFile.remove(path)
            }
            if let key { found.append(key) }
        }
        return found
    }

    private static func sealedFile(_ path: String) throws(SystemError) -> [UInt8]? {
        try AtomicFile.read(path, limit: 1 << 20)
    }

    /// The passphrase of aws-vault's files: the one that aws-vault would take, or typed.
    private func awsVaultPassphrase(
        _ directory: String, opening text: PassphraseJWE
    ) throws -> HeldSecret {
        if let given = Machine.secretVariable("AWS_VAULT_FILE_PASSPHRASE") {
            guard try text.open(passphrase: given) != nil else {
                throw ImportFailure.wrongPassphrase(directory: directory)
            }
            return HeldSecret(given)
        }
        for attempt in 1...Passphrase.tries {
            let typed = try Self.askedPassphrase(directory)
            if try text.open(passphrase: typed) != nil { return HeldSecret(typed) }
            guard attempt < Passphrase.tries else { break }
            console.say(Failure.importing(.wrongPassphrase(directory: directory)).message)
        }
        throw ImportFailure.wrongPassphrase(directory: directory)
    }

    private static func askedPassphrase(_ directory: String) throws -> Secret {
        do throws(TerminalError) {
            return try Terminal.askSecret("Passphrase of aws-vault's files in \(directory): ")
        } catch {
            guard error == .noTerminal else { throw error }
            throw ImportFailure.noPassphrase
        }
    }
}

extension FoundKey {
    /// The key of an item of aws-vault; nil for one that is no key.
    fileprivate init?(
        _ item: borrowing AWSVaultItem, place: String, remove: @escaping () throws -> Bool
    ) {
        guard item.kind == .key else { return nil }
        guard let key = item.key() else {
            self.init(
                profile: item.name, place: place,
                key: { _ in throw ImportFailure.unreadableItem(place) }, remove: { _ in false })
            return
        }
        let held = HeldKey(key)
        self.init(
            profile: item.name, place: place, key: { form in try form.key(held.key) },
            remove: { _ in try remove() })
    }
}

/// A secret with as many owners as want it.
private final class HeldSecret {
    let secret: Secret

    init(_ secret: consuming Secret) { self.secret = secret }
}

/// A key with as many owners as want it.
private final class HeldKey {
    let key: ForeignKey

    init(_ key: consuming ForeignKey) { self.key = key }
}

extension KeyForm {
    /// The key, where both its halves have the form.
    fileprivate func key(_ found: borrowing ForeignKey) throws(Failure) -> AccessKey {
        let id = try accessKeyID(found.id)
        guard !found.isTemporary else { throw .temporaryKey(id) }
        return AccessKey(id: id, secret: try secret(found.secret, of: id))
    }
}
