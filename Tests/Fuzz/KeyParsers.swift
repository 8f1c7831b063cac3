// Private keys and certificates: PEM, DER, PKCS#12, and the record that they are kept as.
import Model

@testable import Crypto
@testable import SignIn

extension FuzzedParser {
    static let keys: [FuzzedParser] = [
        .secret("pem") { bytes in
            _ = try? PrivateKey.read(bytes)
            _ = try? PrivateKey.read(bytes, passphrase: Secret("made up"))
            _ = try? ECDSAKey(pem: bytes)
            for certificate in (try? Certificate.read(bytes)) ?? [] {
                _ = (certificate.notAfter.description, certificate.serial)
                precondition(
                    (try? Certificate(der: certificate.der)) == certificate,
                    "a certificate is another when it is read again")
            }
        },
        .secret("pkcs12") { bytes in
            _ = try? PKCS12.read(bytes)
            _ = try? PKCS12.read(bytes, passphrase: Secret("made up"))
        },
        .secret("certificate-record") { bytes in
            guard let identity = try? CertificateIdentity(encoded: bytes) else { return }
            do {
                guard let again = try CertificateIdentity(encoded: identity.encoded()) else {
                    preconditionFailure("an identity that was written cannot be read")
                }
                precondition(again.certificate == identity.certificate)
            } catch { preconditionFailure("\(error)") }
        },
    ]
}
