// The file of the vault index: read by most commands, rebuilt from the vaults when it is lost.
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
        try AtomicFile.read(path).flatMap { VaultIndex(parsing: $0) }
    }

    /// Changes the index, one process at a time.
    func update(_ change: (inout VaultIndex) -> Void) throws(SystemError) {
        try AtomicFile.makeDirectories(
            String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)))
        let lock = try FileLock(path: path + ".lock")
        defer { withExtendedLifetime(lock) {} }
        let old = try read()
        var index = old ?? VaultIndex()
        change(&index)
        if index != old { try AtomicFile.replace(path, with: index.bytes) }
    }
}

extension World {
    /// Makes the index anew from what the vaults say without being opened.
    ///
    /// A vault that does not answer keeps its entries as they were.
    /// - Returns: Whether anything changed.
    func rebuildIndex() throws -> Bool {
        let file = try indexFile()
        // With the index lost, it is worth a question to open the keyring; a locked one tells
        // nothing. With a name that the index only does not have, it is not.
        let isLost = try file.read() == nil
        var changed = false
        var found: [VaultKind: [VaultEntry]] = [:]
        for kind in VaultKind.allCases {
            do {
                found[kind] = try vault(kind, mayPrompt: isLost).entries()
            } catch {
                console.tell("the \(kind.rawValue) vault tells nothing: \(Failure(error).message)")
            }
        }
        try file.update { index in
            let old = index
            for (kind, entries) in found {
                for entry in old.entries where entry.vault == kind {
                    index.remove(entry.profile)
                }
                for entry in entries {
                    let known = old.entry(of: entry.profile)
                    let isSame = known?.accessKeyID == entry.accessKeyID
                    index.set(
                        VaultIndex.Entry(
                            profile: entry.profile, accessKeyID: entry.accessKeyID, vault: kind,
                            added: entry.modified, caller: isSame ? known?.caller : nil))
                }
            }
            changed = index != old
        }
        return changed
    }
}

extension VaultIndex.Entry {
    /// What the planner needs to know of a key.
    var storedKey: StoredKey {
        StoredKey(profile: profile, accessKeyID: accessKeyID, callerARN: caller)
    }
}
