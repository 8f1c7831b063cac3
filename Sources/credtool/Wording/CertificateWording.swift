// The words for certificates that are of no use, and for what IAM Roles Anywhere refuses.
internal import AWS
internal import Crypto
internal import Engine
internal import Glibc
internal import Model
internal import Planning
internal import SignIn
internal import System
internal import Vault

extension CertificateError {
    /// The words, for who asked for the role of a source.
    func wording(_ source: RolesAnywhereSource) -> Wording {
        wording(for: source.profile).prefixed("the certificate of profile \(source.profile): ")
    }

    /// The words.
    /// - Parameter profile: What stands for the profile in commands.
    func wording(for profile: String = "PROFILE") -> Wording {
        switch self {
        case .file(let error, let path):
            error.code == ENOENT
                ? Wording("there is no file \(quoted(path))", hint: "ls -l \(path)")
                : error.wording
        case .content(let error, let part, let path): error.wording(part, path)
        case .noTerminal(let path):
            Wording(
                "the key in \(path) is encrypted, and there is no terminal to ask for its"
                    + " passphrase on",
                hint: "credtool add \(profile) --certificate FILE, where there is a terminal, puts"
                    + " certificate and key in the vault, which then gives them without asking")
        case .noPassphrase(let path):
            Wording("no passphrase for \(path) was given", hint: "try again")
        case .wrongPassphrase(let path, let tries):
            Wording(
                "the passphrase does not open \(path) (\(tries) tries)",
                hint: "openssl pkey -noout -in \(path) tells whether it is the one")
        case .otherKey(let certificate, let privateKey):
            Wording(
                "the key in \(privateKey) is not the one of a certificate in \(certificate)",
                hint: "openssl x509 -noout -pubkey -in \(certificate) and openssl pkey -pubout -in"
                    + " \(privateKey) must show the same")
        case .expired(let subject, let end):
            Wording(
                "it (\(subject)) expired at \(end)",
                hint: "have its authority issue a new one; and look at the clock: timedatectl")
        case .notYetValid(let subject, let start):
            Wording(
                "it (\(subject)) does not count before \(start)",
                hint: "look at the clock: timedatectl set-ntp true")
        case .weakKey(let kind):
            Wording(
                "its key (\(kind.text)) is too weak for AWS, which takes RSA from 2048 bits",
                hint: "make a new key and certificate: openssl req -newkey rsa:3072")
        case .unsupportedKey(let kind):
            Wording(
                "its key (\(kind.text)) is of a kind that cannot sign in: RSA can, and the curves"
                    + " P-256, P-384 and P-521",
                hint: "make a new key and certificate: openssl req -newkey ec -pkeyopt"
                    + " ec_paramgen_curve:P-256")
        case .weakHash:
            Wording(
                "it is signed over SHA-1 or MD5, which AWS does not take",
                hint: "have its authority issue it again with SHA-256")
        case .authority(let subject):
            Wording(
                "\(subject) is an authority itself, which AWS does not let sign in",
                hint: "have it issue a certificate whose basicConstraints are CA:FALSE")
        case .oldVersion(let version):
            Wording(
                "it is of version \(version), and AWS takes version 3 alone",
                hint: "have its authority issue it with extensions, such as basicConstraints")
        case .mayNotSign:
            Wording(
                "its keyUsage leaves digitalSignature out, so that AWS does not let it sign in",
                hint: "have its authority issue it with keyUsage digitalSignature")
        case .vault(let error): error.wording.prefixed("the vault did not give or take it: ")
        case .absent:
            Wording(
                "the vault has it no more; another program must have deleted it",
                hint: "credtool add \(profile) --certificate FILE")
        case .damaged:
            Wording(
                "what the vault has is damaged, or another certificate",
                hint: "credtool add \(profile) --certificate FILE --force")
        }
    }
}

extension KeyFileError {
    fileprivate func wording(_ part: CertificateError.Part, _ path: String) -> Wording {
        switch self {
        case .nothing:
            switch part {
            case .certificate:
                Wording(
                    "\(path) holds no certificate in PEM or DER, and is no PKCS#12 file with one"
                        + " and its key",
                    hint: "openssl x509 -in \(path) -noout -subject")
            case .privateKey:
                Wording(
                    "\(path) holds no private key in PEM or DER",
                    hint: "name the key's file: roles_anywhere_private_key, or --private-key")
            case .chain:
                Wording(
                    "\(path) holds no certificates in PEM",
                    hint: "it is for those between the certificate and the trust anchor")
            }
        case .encrypted, .wrongPassphrase:
            Wording("the passphrase does not open \(path)", hint: "try again")
        case .unsupported:
            Wording(
                "\(path) has a cipher or a kind of key that OpenSSL does not have here",
                hint: (part == .certificate
                    ? "openssl pkcs12 -legacy"
                    : "openssl pkey -provider legacy -provider default -aes256")
                    + " -in \(typed(path)) -out new.pem makes one that can be read")
        case .tooLarge: Wording("\(path) is too large for a key", hint: "ls -l \(path)")
        case .library(let error): error.wording
        }
    }
}

extension KeyKind {
    fileprivate var text: String {
        switch self {
        case .rsa(let bits): "RSA of \(bits) bits"
        case .ec(let curve): "the curve \(curve)"
        case .other(let name): name
        }
    }
}

extension RolesAnywhereSource {
    /// The words for what the service answered.
    func refusal(_ error: AWSError) -> Wording {
        let wording = error.wording.prefixed(
            "role \(role.value) was not given for the certificate of profile \(profile): ")
        guard case .service(let refusal) = error else { return wording }
        let text = refusal.message.lowercased()
        var hints: [String] = []
        if refusal.code == "ResourceNotFoundException" {
            hints.append(
                "aws rolesanywhere list-trust-anchors --region \(region), and list-profiles there,"
                    + " show what there is")
        } else if text.contains("certificate") {
            hints.append(
                "the trust anchor \(trustAnchor.value.resource) must be the authority that issued"
                    + " the certificate, and enabled; those in between go into"
                    + " roles_anywhere_certificate_chain")
        } else if text.contains("signature") {
            hints.append("look at the clock: timedatectl set-ntp true")
        } else if refusal.isDenial || text.contains("assume role") {
            hints.append(
                "the role's trust policy must let rolesanywhere.amazonaws.com call sts:AssumeRole,"
                    + " sts:TagSession and sts:SetSourceIdentity; and the profile"
                    + " \(anywhereProfile.value.resource) must name the role, and be enabled")
        }
        if duration != nil, text.contains("duration") {
            hints.append("a shorter one: roles_anywhere_duration_seconds, --duration")
        }
        if sessionName != nil, text.contains("session name") || text.contains("sessionname") {
            hints.append(
                "the profile of IAM Roles Anywhere must accept custom session names, or leave out"
                    + " roles_anywhere_role_session_name")
        }
        guard !hints.isEmpty else { return wording }
        var told = wording
        told.hints = hints
        return told
    }
}
