// What the index becomes when the vaults are asked again.
public import Model

extension VaultIndex {
    /// This index with what the vaults were found to hold.
    ///
    /// A profile has one key. Where several vaults hold one the newest counts, and one that was
    /// superseded never does. A vault that did not answer keeps its entries as they were.
    /// - Parameter before: The index before the vaults were asked, nil where it was lost: what came
    ///   into this one since then is newer than what they told.
    /// - Parameter suspects: The vaults that may hold keys where there was no index.
    public func refreshed(
        from found: [VaultKind: [VaultEntry]], asOf before: VaultIndex?,
        suspecting suspects: Set<VaultKind> = Set(VaultKind.allCases)
    ) -> VaultIndex {
        var newest: [String: (entry: VaultEntry, vault: VaultKind)] = [:]
        for kind in VaultKind.allCases {
            for entry in found[kind] ?? [] where counts(entry, in: kind) {
                guard let other = newest[entry.profile], other.entry.stamp >= entry.stamp else {
                    newest[entry.profile] = (entry, kind)
                    continue
                }
            }
        }
        var index = self
        index.removeAll { entry in
            found[entry.vault] != nil && before?.entry(of: entry.profile) == entry
        }
        let names = VaultKind.allCases.flatMap { kind in
            (found[kind] ?? []).map(\.profile).filter { newest[$0]?.vault == kind }
        }
        for (entry, kind) in names.compactMap({ newest[$0] }) {
            if let standing = index.entry(of: entry.profile) {
                // Added meanwhile, or in a vault that did not answer: the newer of the two.
                let isNewer =
                    before?.entry(of: entry.profile) == standing
                    && entry.modified > standing.stored
                guard isNewer else { continue }
            }
            let known = self.entry(of: entry.profile)
            let isSame = known?.accessKeyID == entry.accessKeyID
            index.set(
                Entry(
                    profile: entry.profile, accessKeyID: entry.accessKeyID, vault: kind,
                    added: entry.added, caller: isSame ? known?.caller : nil,
                    stored: entry.modified))
        }
        let unknown = before?.unread ?? suspects
        index.unread = unknown.filter { found[$0] == nil }
        return index
    }
}
