// credtool vault backup: every stored key in one file, sealed under a passphrase.
internal import Flags
internal import Glibc
internal import Model
internal import SignIn
internal import System
internal import Vault

/// Writes a backup.
struct VaultBackup {
    let invocation: Invocation
    let machine: Machine

    func write() throws {
        let path = invocation.file ?? ""
        try confirmReplacing(path)
        var contents = try machine.keyStore().openAll()
        let keys = contents.items.count
        let store = machine.certificateStore()
        let certificates = store.found()
        for stored in certificates {
            let record = try store.open(stored)
            let now = Timestamp.now()
            contents.add(
                SecretItem(
                    schema: .record,
                    attributes: [
                        ItemAttribute.record: record.name, ItemAttribute.note: record.note,
                    ], label: "credtool: \(record.note)", created: now, modified: now),
                record.bytes)
        }
        guard !contents.items.isEmpty else { throw VaultCommandFailure.nothingStored }
        do throws(VaultError) { try machine.backup(path).write(all: contents) } catch {
            throw VaultCommandFailure.backup(error, path: path)
        }
        machine.tell(
            done: "backed up \(counted(keys, "key"))"
                + (certificates.isEmpty
                    ? "" : " and \(counted(certificates.count, "certificate"))")
                + " to \(path), and read that back")
        machine.console.hint(
            "without its passphrase a backup is worth nothing; to see what it would restore:"
                + " credtool vault restore \(typed(path)) --dry-run")
    }

    private func confirmReplacing(_ path: String) throws {
        var file = stat()
        guard path.withPath({ stat($0, &file) }) == 0 else { return }
        var vault = stat()
        if "\(machine.dataDirectory)/vault".withPath({ stat($0, &vault) }) == 0,
            file.st_dev == vault.st_dev, file.st_ino == vault.st_ino
        {
            throw VaultCommandFailure.backupOverVault(path: path)
        }
        guard !invocation.isSet(.force) else { return }
        let isMeant = try machine.confirm(
            "\(path) is there already. Replace it?",
            insteadOf: "vault backup \(typed(path)) --force")
        guard isMeant else {
            machine.console.say("nothing was written")
            throw SilentExit(code: 1)
        }
    }
}

extension Machine {
    /// The backup at `path`: a file vault in a place of its own, whose key is held nowhere.
    func backup(_ path: String) -> SealedFileStore {
        SealedFileStore(path: path, passphrase: passphrase(.backup(path: path)))
    }
}

/// `1 key`, `3 keys`.
func counted(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
}
