// Certificates with their keys as a whole: for backups, and moved to another vault.
public import Model
public import Store
internal import System
internal import Vault

extension CertificateStore {
    /// The certificates that the list names, and those that the vaults have besides.
    public func found() -> [StoredCertificate] {
        let listed = all()
        var names: [String] = []
        for kind in VaultKind.allCases {
            // A vault that cannot be asked has none that the list does not name, as far as is known.
            guard let summaries = try? records(kind, false).summaries() else { continue }
            names += summaries.compactMap { Self.profile(recordName: $0.name) }
        }
        let missing = Set(names).subtracting(listed.map(\.profile)).sorted()
        return listed + missing.compactMap { find($0) }
    }

    /// A certificate and its key, as a backup keeps them.
    public func open(_ stored: StoredCertificate) throws(CertificateError) -> SecretRecord {
        SecretRecord(
            name: Self.recordName(stored.profile), expiration: nil, note: Self.note(stored),
            bytes: try load(stored).encoded())
    }

    /// The profile whose certificate is kept under this name; nil for any other name.
    public static func profile(recordName name: String) -> String? {
        let beginning = recordName("")
        guard name.hasPrefix(beginning), name != beginning else { return nil }
        return String(name.dropFirst(beginning.count))
    }

    /// The certificate of a backup.
    /// - Throws: `CertificateError.damaged` where the bytes are none.
    public func identity(
        _ bytes: borrowing Secret
    ) throws(CertificateError) -> CertificateIdentity {
        guard let identity = try CertificateIdentity(encoded: bytes) else { throw .damaged }
        return identity
    }

    /// What the list would say of a certificate.
    public func describe(
        _ identity: borrowing CertificateIdentity, profile: String, in kind: VaultKind
    ) throws(CertificateError) -> StoredCertificate {
        try StoredCertificate(identity, profile: profile, vault: kind)
    }

    /// Keeps a certificate as `put` does, and reads it back.
    /// - Returns: The vaults that may have the old one still.
    /// - Throws: `CertificateError.damaged` where the vault gives back another one.
    public func putReadingBack(
        _ identity: borrowing CertificateIdentity, profile: String, in kind: VaultKind
    ) throws(CertificateError) -> Copies {
        let (stored, copies) = try put(identity, profile: profile, in: kind)
        guard try load(stored).encoded().equals(identity.encoded()) else { throw .damaged }
        return copies
    }

    /// Moves a certificate and its key. They are read back from the new place before the list names
    /// them there, and the list does before the old place is emptied.
    /// - Returns: The old place where it may have it still.
    public func move(
        _ stored: StoredCertificate, to kind: VaultKind
    ) throws(CertificateError) -> Copies {
        let identity = try load(stored)
        let moved = try describe(identity, profile: stored.profile, in: kind)
        let name = Self.recordName(stored.profile)
        do throws(VaultError) {
            try records(kind, true).store(
                SecretRecord(
                    name: name, expiration: nil, note: Self.note(moved), bytes: identity.encoded()))
        } catch { throw .vault(error) }
        let others = VaultKind.allCases.filter { $0 != kind && $0 == stored.vault }
        do throws(CertificateError) {
            guard try load(moved).encoded().equals(identity.encoded()) else { throw .damaged }
            try list(moved, superseding: others)
        } catch {
            // The list still names the old place, and so nothing is to be left in the new one.
            _ = try? records(kind, true).remove(name: name)
            throw error
        }
        return removeCopies(of: stored.profile, in: others, mayPrompt: true).left
    }
}
