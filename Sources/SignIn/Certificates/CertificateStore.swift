// Certificates whose keys are in a vault: one record each, and a list of them without any secret.
internal import Crypto
public import Model
public import Store
internal import System
internal import Vault

/// The certificates of this user, one for a profile. May be used from several threads.
public struct CertificateStore: Sendable {
    private let path: String
    let records: @Sendable (_ kind: VaultKind, _ mayPrompt: Bool) -> DurableRecords

    /// - Parameters:
    ///   - path: The file of the list, which need not exist.
    ///   - records: The records of a vault; whether a person may be asked for its password.
    public init(
        path: String,
        records: @escaping @Sendable (_ kind: VaultKind, _ mayPrompt: Bool) -> DurableRecords
    ) {
        self.path = path
        self.records = records
    }

    // MARK: The list

    /// The certificate of a profile, by the list alone; nil where it names none.
    public func stored(_ profile: String) -> StoredCertificate? {
        all().first { $0.profile == profile }
    }

    /// What the list names; nothing where it cannot be read.
    public func all() -> [StoredCertificate] { list().certificates }

    func list() -> CertificateList {
        CertificateList(parsing: (try? AtomicFile.read(path)) ?? [])
    }

    /// The certificate of a profile, by the list, else by the vaults, which may have it where the
    /// list is lost; then the list has it again. Nil also where no vault can be asked.
    public func find(_ profile: String) -> StoredCertificate? {
        if let stored = stored(profile) { return stored }
        let name = Self.recordName(profile)
        for kind in VaultKind.allCases {
            do {
                // A vault tells names without being opened: nobody is asked for what is not there.
                guard let stamp = try records(kind, false).stamp(name: name) else { continue }
                guard list().counts(profile, in: kind, stamp: stamp) else {
                    settle(kind)
                    continue
                }
                guard let record = try records(kind, true).load(name: name)
                else { continue }
                guard let identity = try CertificateIdentity(encoded: record.takeBytes())
                else { continue }
                let found = try StoredCertificate(identity, profile: profile, vault: kind)
                try change { $0.set(found) }
                return found
            } catch { continue }
        }
        return nil
    }

    func change(_ edit: (inout CertificateList) -> Void) throws(SystemError) {
        try AtomicFile.makeDirectories(AtomicFile.parent(of: path))
        let lock = try FileLock(path: path + ".lock", within: .seconds(5))
        defer { extendLifetime(lock) }
        var list = list()
        edit(&list)
        try AtomicFile.replace(path, with: list.bytes)
    }

    // MARK: The records

    /// Keeps a certificate and its key for `profile`, in place of what was kept for it.
    /// - Returns: What the list says of it, and the vaults that may have the old one still.
    /// - Throws: What keeps the vault from storing it, or the list from being written.
    public func put(
        _ identity: borrowing CertificateIdentity, profile: String, in kind: VaultKind
    ) throws(CertificateError) -> (stored: StoredCertificate, copies: Copies) {
        let old = stored(profile)
        let new = try StoredCertificate(identity, profile: profile, vault: kind)
        do throws(VaultError) {
            try records(kind, true).store(
                SecretRecord(
                    name: Self.recordName(profile), expiration: nil,
                    note: Self.note(new),
                    bytes: identity.encoded()))
        } catch { throw .vault(error) }
        let others = VaultKind.allCases.filter { $0 != kind && $0 == old?.vault }
        try list(new, superseding: others)
        return (new, removeCopies(of: profile, in: others, mayPrompt: true).left)
    }

    /// The certificate and its key.
    public func load(
        _ stored: StoredCertificate
    ) throws(CertificateError) -> CertificateIdentity {
        let record: SecretRecord?
        do throws(VaultError) {
            record = try records(stored.vault, true).load(name: Self.recordName(stored.profile))
        } catch { throw .vault(error) }
        guard let record else { throw .absent }
        guard let identity = try CertificateIdentity(encoded: record.takeBytes()),
            try StoredCertificate(identity, profile: stored.profile, vault: stored.vault)
                .fingerprint == stored.fingerprint
        else { throw .damaged }
        settle(stored.vault)
        return identity
    }

    /// What a certificate was when it was removed.
    public struct Removed {
        /// Whether its vault still had it.
        public let wasThere: Bool
        /// The vaults that may have an older one still.
        public let copies: Copies
    }

    /// Forgets a profile's certificate and its key, in every vault.
    ///
    /// Its own vault comes first: where that does not answer, nothing is changed. What other vaults
    /// may have does not count from then on, and goes when they answer.
    /// - Throws: What keeps its vault from removing it, or the list from being written.
    public func remove(_ stored: StoredCertificate) throws(CertificateError) -> Removed {
        let profile = stored.profile
        let others = VaultKind.allCases.filter { $0 != stored.vault }
        let notedBefore = list().superseded.filter { $0.profile == profile }
        // Noted before it goes: what is older than it must not take its place.
        try changeList { Self.supersede(profile, in: others, &$0) }
        let wasThere: Bool
        do throws(VaultError) {
            wasThere = try records(stored.vault, true).remove(name: Self.recordName(profile))
        } catch {
            try? change { list in
                for other in others { list.settle(profile, in: other) }
                for copy in notedBefore { list.supersede(copy) }
            }
            throw .vault(error)
        }
        try changeList { list in
            list.remove(profile)
            list.settle(profile, in: stored.vault)
        }
        let left = removeCopies(of: profile, in: others, mayPrompt: false).left
        return Removed(
            wasThere: wasThere,
            copies: left.filter { copy in
                notedBefore.contains { $0.vault == copy.vault } || !copy.reason.isAbsence
            })
    }

    static func recordName(_ profile: String) -> String { "certificate:\(profile)" }

    static func note(_ stored: StoredCertificate) -> String {
        "certificate of profile \(stored.profile) (\(stored.subject))"
    }

    /// Has the list name a certificate where it is now.
    /// - Parameter others: The vaults whose certificates of that profile do not count any more.
    func list(
        _ stored: StoredCertificate, superseding others: [VaultKind]
    ) throws(CertificateError) {
        try changeList { list in
            list.set(stored)
            Self.supersede(stored.profile, in: others, &list)
        }
    }

    private static func supersede(
        _ profile: String, in kinds: [VaultKind], _ list: inout CertificateList
    ) {
        for kind in kinds {
            list.supersede(.init(profile: profile, vault: kind, stamp: wallNanoseconds()))
        }
    }

    private func changeList(
        _ edit: (inout CertificateList) -> Void
    ) throws(CertificateError) {
        do throws(SystemError) { try change(edit) } catch { throw .file(error, path: path) }
    }
}

extension StoredCertificate {
    init(
        _ identity: borrowing CertificateIdentity, profile: String, vault: VaultKind
    ) throws(CertificateError) {
        let certificate = identity.certificate
        let digest: [UInt8]
        do { digest = try SHA256.digest(certificate.der) } catch {
            throw .content(.library(error), .certificate, path: "")
        }
        self.init(
            profile: profile, vault: vault, serial: certificate.serial, fingerprint: digest.hex,
            notAfter: certificate.notAfter, subject: certificate.subject)
    }
}

// MARK: The bytes of a record

extension CertificateIdentity {
    private static let version: UInt8 = 1

    /// The version, then the key and each certificate, the own one first, each behind its length in
    /// four bytes.
    borrowing func encoded() -> Secret {
        let certificates = [certificate] + chain
        let size = certificates.reduce(5 + key.pkcs8.count) { $0 + 4 + $1.der.count }
        return Secret(capacity: size) { room in
            var writer = SecretWriter(room)
            writer.write(Self.version)
            writer.write(length: key.pkcs8.count)
            key.pkcs8.withBytes { writer.write($0) }
            for certificate in certificates {
                writer.write(length: certificate.der.count)
                certificate.der.withUnsafeBytes { writer.write($0) }
            }
            return writer.count
        }
    }

    /// nil for anything that `encoded` did not write.
    init?(encoded bytes: borrowing Secret) throws(CertificateError) {
        var parts: [Range<Int>] = []
        let isWhole = bytes.withBytes { bytes -> Bool in
            guard bytes.first == Self.version else { return false }
            var start = 1
            while start < bytes.count {
                guard start + 4 <= bytes.count else { return false }
                let length = bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
                guard length > 0, start + 4 + length <= bytes.count else { return false }
                parts.append((start + 4)..<(start + 4 + length))
                start += 4 + length
            }
            return parts.count >= 2
        }
        guard isWhole else { return nil }
        do throws(LibraryUnavailable) {
            var certificates: [Certificate] = []
            for part in parts.dropFirst() {
                let der = bytes.withBytes { Array($0[part]) }
                guard let certificate = try Certificate(der: der) else { return nil }
                certificates.append(certificate)
            }
            guard let key = try PrivateKey(pkcs8: bytes.part(parts[0])),
                key.belongs(to: certificates[0])
            else { return nil }
            self.init(certificates[0], others: Array(certificates.dropFirst()), key: key)
        } catch { throw .content(.library(error), .certificate, path: "") }
    }
}

extension SecretWriter {
    fileprivate mutating func write(length: Int) {
        for shift in [24, 16, 8, 0] { write(UInt8(truncatingIfNeeded: length >> shift)) }
    }
}
