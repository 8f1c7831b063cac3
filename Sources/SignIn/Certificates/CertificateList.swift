// The file that lists certificates: which profile has one, where, and what does not count any more.
internal import Model
internal import Vault

/// What the file says:
///
///     PROFILE <tab> VAULT <tab> SERIAL <tab> FINGERPRINT <tab> END <tab> SUBJECT
///     <tab> VAULT <tab> PROFILE <tab> STAMP
///
/// A line of the second kind names what a vault may still hold and what does not count any more: the
/// profile has another certificate since, or none. END is in seconds since the epoch, STAMP, the
/// newest that does not count, in nanoseconds. OpenSSL writes what steers a display as escapes into
/// SUBJECT.
struct CertificateList {
    /// What a vault may still hold.
    struct Superseded: Equatable {
        let profile: String
        let vault: VaultKind
        /// The newest stamp that does not count, in nanoseconds since the epoch.
        let stamp: Int
    }

    private(set) var certificates: [StoredCertificate] = []
    private(set) var superseded: [Superseded] = []

    /// Reads the file; a line that is none is left out.
    init(parsing bytes: [UInt8]) {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            if let certificate = StoredCertificate(line: line) {
                certificates.append(certificate)
            } else if let copy = Superseded(line: line) {
                superseded.append(copy)
            }
        }
    }

    var bytes: [UInt8] {
        Array((certificates.map(\.line) + superseded.map(\.line)).joined().utf8)
    }

    /// Puts a certificate in the place of its profile's old one; what its vault has counts again.
    mutating func set(_ certificate: StoredCertificate) {
        remove(certificate.profile)
        certificates.append(certificate)
        settle(certificate.profile, in: certificate.vault)
    }

    mutating func remove(_ profile: String) { certificates.removeAll { $0.profile == profile } }

    mutating func supersede(_ copy: Superseded) {
        settle(copy.profile, in: copy.vault)
        superseded.append(copy)
    }

    mutating func settle(_ profile: String, in vault: VaultKind) {
        superseded.removeAll { $0.profile == profile && $0.vault == vault }
    }

    /// Whether what a vault has of a profile counts.
    func counts(_ profile: String, in vault: VaultKind, stamp: Int) -> Bool {
        !superseded.contains {
            $0.profile == profile && $0.vault == vault && stamp <= $0.stamp
        }
    }
}

extension StoredCertificate {
    fileprivate var line: String {
        let end = "\(notAfter.secondsSinceEpoch)"
        return [profile, vault.rawValue, serial, fingerprint, end, subject]
            .joined(separator: "\t") + "\n"
    }

    fileprivate init?(line: Substring) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 6, let vault = VaultKind(rawValue: fields[1]),
            let end = Int(fields[4])
        else { return nil }
        self.init(
            profile: fields[0], vault: vault, serial: fields[2], fingerprint: fields[3],
            notAfter: Timestamp(secondsSinceEpoch: end), subject: fields[5])
    }
}

extension CertificateList.Superseded {
    fileprivate var line: String { "\t\(vault.rawValue)\t\(profile)\t\(stamp)\n" }

    fileprivate init?(line: Substring) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 4, fields[0].isEmpty, let vault = VaultKind(rawValue: fields[1]),
            let stamp = Int(fields[3])
        else { return nil }
        self.init(profile: fields[2], vault: vault, stamp: stamp)
    }
}
