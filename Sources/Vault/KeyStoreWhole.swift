// All keys at once: opened for a backup, or moved to another vault.
public import Model

extension KeyStore {
    /// The index, with what a vault has that could not be asked before.
    /// - Throws: What keeps a vault from telling what it has, where it may have something.
    public func whole() throws(VaultError) -> VaultIndex {
        let index = try keys(mayPrompt: true)
        guard !index.unread.isEmpty else { return index }
        let refreshed = try refresh(mayPrompt: true)
        if let reason = refreshed.reasonForUnread, !reason.isAbsence { throw reason }
        return refreshed.index
    }

    /// Opens every key that counts.
    /// - Throws: What keeps a vault from giving one, or from telling whether it has more.
    public func openAll() throws(VaultError) -> OpenItems {
        var all = OpenItems()
        for entry in try whole().entries {
            let key = try load(entry.storedKey)
            let attributes = [
                ItemAttribute.profile: entry.profile, ItemAttribute.accessKeyID: key.id.description,
            ]
            all.add(
                SecretItem(
                    schema: .accessKey, attributes: attributes,
                    label: KeyVault.label(of: key.id, profile: entry.profile),
                    created: entry.added, modified: entry.added), key.secret)
        }
        return all
    }

    /// Moves a profile's key to another vault. Its sessions stay: it is the same key.
    ///
    /// It is read back from there before the index names it there, and the index does before the old
    /// place is emptied: killed after any step, the profile has its key.
    /// - Throws: What keeps the vaults from giving, storing or giving back; then the key is where it
    ///   was.
    public func move(_ stored: StoredKey, to kind: VaultKind) throws(VaultError) -> Leftovers {
        let lock = try exclusively()
        defer { extendLifetime(lock) }
        let key = try load(stored)
        let known = try index()?.entry(of: stored.profile)
        let isKnown = key.id == stored.accessKeyID
        let added = isKnown ? known?.added : nil
        try store(
            key, profile: stored.profile, in: kind, isReadBack: true, replacing: stored,
            added: added)
        let now = effects.now()
        let left = settle(
            VaultIndex.Entry(
                profile: stored.profile, accessKeyID: key.id, vault: kind,
                added: added ?? now, caller: isKnown ? stored.callerARN : nil, stored: now),
            replacing: stored, isMove: true)
        guard let error = left.index else { return left }
        // The index still names the old place, and so nothing is to be left in the new one.
        if stored.vault != kind {
            _ = try? effects.vault(kind, true).remove(profile: stored.profile)
        }
        throw error
    }

    /// Whether a vault gives back the key that was just stored there.
    func readBack(
        _ key: borrowing AccessKey, profile: String, in kind: VaultKind
    ) throws(VaultError) {
        let found = try effects.vault(kind, true).load(profile: profile)
        guard found.id == key.id, found.secret.equals(key.secret) else {
            throw .misread(profile: profile)
        }
    }
}
