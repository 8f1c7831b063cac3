// The file of the vault index: read by most commands, made anew from the vaults when it is lost.
internal import Glibc
internal import Model
internal import Planning
internal import System
internal import Vault

/// The index on disk.
struct IndexFile {
    let path: String

    /// The index; nil where the file is missing, damaged, or of a later version.
    /// - Throws: `SystemError` where it stands but cannot be read.
    func read() throws(SystemError) -> VaultIndex? {
        guard let bytes = try AtomicFile.read(path) else { return nil }
        return VaultIndex(parsing: bytes)
    }

    /// Changes the index, one process at a time.
    func update(_ change: (inout VaultIndex) -> Void) throws(SystemError) {
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        let old = try read()
        var index = old ?? VaultIndex()
        change(&index)
        if index != old { try AtomicFile.replace(path, with: index.bytes) }
    }

    private func lock() throws(SystemError) -> FileLock {
        try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
        return try FileLock(path: path + ".lock", within: .seconds(10))
    }
}

extension Machine {
    /// The index, made anew where it is lost. On a machine without any, it is empty.
    ///
    /// - Parameter mayPrompt: Whether the desktop may ask for the keyring's password then.
    func index(mayPrompt: Bool) throws(SystemError) -> VaultIndex {
        let file = indexFile()
        if let index = try file.read() { return index }
        guard hasUsedVaults() else { return VaultIndex() }
        return try rebuildIndex(mayPrompt: mayPrompt).index
    }

    /// Makes the index anew from what the vaults tell without giving out a secret.
    ///
    /// A vault that cannot be asked keeps its entries as they were, and is noted as unread: what it
    /// holds is then not known, which is another thing than nothing.
    /// - Returns: The new index, also where the disk does not take it, and why vaults could not be
    ///   asked.
    func rebuildIndex(
        mayPrompt: Bool
    ) throws(SystemError) -> (index: VaultIndex, failures: [VaultKind: VaultError]) {
        let file = indexFile()
        let before = try file.read()
        var found: [VaultKind: [VaultEntry]] = [:]
        var failures: [VaultKind: VaultError] = [:]
        for kind in VaultKind.allCases {
            do throws(VaultError) {
                found[kind] = try vault(kind, mayPrompt: mayPrompt).entries()
            } catch {
                failures[kind] = error
                console.trace("the \(kind.rawValue) vault tells nothing: \(Failure(error).message)")
            }
        }
        var rebuilt = (before ?? VaultIndex()).refreshed(from: found, asOf: before)
        do {
            try file.update { index in
                index = index.refreshed(from: found, asOf: before)
                rebuilt = index
            }
        } catch {
            console.trace("the index cannot be written: \(Failure(error).message)")
        }
        return (rebuilt, failures)
    }
}

extension VaultIndex {
    /// This index with what the vaults were found to hold.
    ///
    /// - Parameter before: The index before the vaults were asked, nil where it was lost: what came
    ///   into this one since then is newer than what they told.
    func refreshed(from found: [VaultKind: [VaultEntry]], asOf before: VaultIndex?) -> VaultIndex {
        var index = self
        for entry in entries where found[entry.vault] != nil {
            if before?.entry(of: entry.profile) == entry { index.remove(entry.profile) }
        }
        // A profile in two vaults stays with the one it was in; else the keyring comes first.
        for kind in VaultKind.allCases {
            for entry in found[kind] ?? [] where index.entry(of: entry.profile) == nil {
                let known = self.entry(of: entry.profile)
                if let known, known.vault != kind,
                    found[known.vault]?.contains(where: { $0.profile == entry.profile }) == true
                {
                    continue
                }
                let isSame = known?.accessKeyID == entry.accessKeyID
                index.set(
                    Entry(
                        profile: entry.profile, accessKeyID: entry.accessKeyID, vault: kind,
                        added: entry.modified, caller: isSame ? known?.caller : nil))
            }
        }
        let unknown = before?.unread ?? Set(VaultKind.allCases)
        index.unread = unknown.filter { found[$0] == nil }
        return index
    }
}
