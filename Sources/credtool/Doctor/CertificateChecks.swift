// The certificates that AWS's own are checked by, and those that profiles sign in with.
internal import Crypto
internal import Glibc
internal import Model
internal import Profiles
internal import System

/// What bundles of trusted certificates are found as.
enum CertificateCheck {
    /// What there is under a path.
    enum Content: Equatable {
        case missing
        case unreadable(SystemError)
        /// A folder of certificates, as libcurl takes one.
        case folder
        /// Something that holds no certificate.
        case nothing
        /// Certificates, by when each ends.
        case certificates(ends: [Timestamp])
        case unknown(LibraryUnavailable)
    }

    static func look(_ machine: Machine, _ ground: Ground) -> [Finding] {
        var bundles: [Setting<String>] = []
        for bundle in [Machine.setting("AWS_CA_BUNDLE")] + ground.usablePlans.map(\.caBundle) {
            if let bundle, !bundles.contains(where: { $0.value == bundle.value }) {
                bundles.append(bundle)
            }
        }
        let own = machine.certificateStore().all().flatMap { finding($0, now: .now()) }
        return bundles.map { finding($0, content($0.value), now: .now()) } + own
    }

    /// What a bundle means.
    static func finding(
        _ bundle: Setting<String>, _ content: Content, now: Timestamp
    ) -> Finding {
        let start =
            "the certificates to trust, \(quoted(bundle.value.pathForDisplay)) (\(bundle.origin)),"
        func problem(_ words: String, hint: String) -> Finding {
            Finding(
                .problem, .certificates, at: "\(bundle.origin)",
                Wording("\(start) \(words)", hint: hint))
        }
        let remedy =
            if case .variable(let name) = bundle.origin {
                "set \(name) to a PEM file, or unset it"
            } else {
                "mend \(bundle.origin): a PEM file is expected"
            }
        switch content {
        case .missing: return problem("are not there", hint: remedy)
        case .unreadable(let error):
            return problem("cannot be read: \(error.wording.message)", hint: error.wording.hints[0])
        case .nothing: return problem("hold no certificate", hint: remedy)
        case .unknown(let error):
            return Finding(.problem, .certificates, error.wording)
        case .folder: return .fine(.certificates, at: "\(bundle.origin)", "\(start) are a folder")
        case .certificates(let ends):
            let over = ends.count { $0 <= now }
            if over == ends.count {
                return problem(
                    over == 1 ? "ended at \(ends[0])" : "have all ended",
                    hint: "get the new one from whoever made it, or: \(remedy)")
            }
            return .fine(
                .certificates, at: "\(bundle.origin)",
                "\(start) can be read: \(ends.count)"
                    + (over > 0 ? ", of which \(over) have ended" : ""))
        }
    }

    /// What a certificate in a vault means.
    static func finding(_ stored: StoredCertificate, now: Timestamp) -> [Finding] {
        let command = "credtool add \(typed(stored.profile)) --certificate FILE --force"
        let start = "the certificate of profile \(quoted(stored.profile))"
        if stored.notAfter <= now {
            return [
                Finding(
                    .problem, .certificates, at: stored.profile,
                    Wording("\(start) ended at \(stored.notAfter)", hint: command))
            ]
        }
        guard stored.notAfter <= now + .seconds(14 * 86_400) else { return [] }
        return [
            Finding(
                .note, .certificates, at: stored.profile,
                Wording("\(start) ends at \(stored.notAfter)", hint: command))
        ]
    }

    private static func content(_ path: String) -> Content {
        var status = stat()
        guard path.withPath({ stat($0, &status) }) == 0 else {
            return errno == ENOENT ? .missing : .unreadable(SystemError("stat", path))
        }
        if status.st_mode & S_IFMT == S_IFDIR { return .folder }
        do throws(SystemError) {
            guard let bytes = try AtomicFile.readSecret(path, limit: 16 << 20) else {
                return .missing
            }
            do throws(KeyFileError) {
                let found = try Certificate.read(bytes)
                return found.isEmpty ? .nothing : .certificates(ends: found.map(\.notAfter))
            } catch {
                if case .library(let library) = error { return .unknown(library) }
                return .nothing
            }
        } catch { return .unreadable(error) }
    }
}
