// Certificates that do not count any more, in vaults that did not delete them: they go when those
// answer.
public import Model
internal import Store
public import Vault

extension CertificateStore {
    /// Vaults that may still have a certificate that does not count any more, and why.
    public typealias Copies = [(vault: VaultKind, reason: VaultError)]

    /// Takes what counts no more of a profile out of the vaults that its certificate is not in.
    /// - Returns: Whether there was anything, and what is known to be left.
    public func removeCopies(of stored: StoredCertificate) -> (found: Bool, left: Copies) {
        let noted = list().superseded.filter { $0.profile == stored.profile }.map(\.vault)
        let others = VaultKind.allCases.filter { $0 != stored.vault }
        var found = false
        var left: Copies = []
        for other in others {
            // A person is asked only for what is there as far as is known.
            let isNoted = noted.contains(other)
            let removed = removeCopies(of: stored.profile, in: [other], mayPrompt: isNoted)
            found = found || removed.found
            if isNoted { left += removed.left }
        }
        return (found, left)
    }

    /// Takes a profile's certificates out of vaults.
    /// - Parameter mayPrompt: Whether a person may be asked only to find out that there is none.
    func removeCopies(
        of profile: String, in kinds: [VaultKind], mayPrompt: Bool
    ) -> (found: Bool, left: Copies) {
        let name = Self.recordName(profile)
        var found = false
        var left: Copies = []
        for kind in kinds {
            do throws(VaultError) {
                if try records(kind, mayPrompt).stamp(name: name) != nil {
                    found = try records(kind, true).remove(name: name) || found
                }
                try? change { $0.settle(profile, in: kind) }
            } catch { left.append((kind, error)) }
        }
        return (found, left)
    }

    /// Deletes what does not count from a vault that has just answered. A failure is no one's
    /// concern: it stays noted.
    func settle(_ kind: VaultKind) {
        for copy in list().superseded where copy.vault == kind {
            let name = Self.recordName(copy.profile)
            guard (try? records(kind, false).remove(name: name, upTo: copy.stamp)) != nil else {
                continue
            }
            try? change { list in
                if list.superseded.contains(copy) { list.settle(copy.profile, in: kind) }
            }
        }
    }
}
