// Why a certificate cannot be signed in with.
public import Crypto
public import Model
public import System
public import Vault

/// A certificate, or its key, that is of no use.
public enum CertificateError: Error, Equatable {
    /// What a file is for.
    public enum Part: Equatable, Sendable {
        case certificate, privateKey, chain
    }

    /// A file that cannot be read, or is not there.
    case file(SystemError, path: String)
    /// A file that can be read, and does not hold what it is for.
    case content(KeyFileError, Part, path: String)
    /// A passphrase is needed, and there is no terminal to ask on.
    case noTerminal(path: String)
    /// A passphrase is needed, and none was typed.
    case noPassphrase(path: String)
    /// The passphrase was wrong each time.
    case wrongPassphrase(path: String, tries: Int)
    /// The key is that of another certificate; both files.
    case otherKey(certificate: String, privateKey: String)
    /// The certificate's time is over.
    case expired(subject: String, Timestamp)
    /// The certificate's time has not begun.
    case notYetValid(subject: String, Timestamp)
    /// The key is one that AWS takes for too weak.
    case weakKey(KeyKind)
    /// The key is one that AWS does not take.
    case unsupportedKey(KeyKind)
    /// MD5 or SHA-1 vouches for the certificate.
    case weakHash
    /// The certificate is that of an authority.
    case authority(subject: String)
    /// The certificate is not of version 3.
    case oldVersion(Int)
    /// The certificate's keyUsage forbids to sign.
    case mayNotSign
    /// The vault did not give it.
    case vault(VaultError)
    /// The vault has it no more.
    case absent
    /// What the vault has is damaged, or another than the index says.
    case damaged
}
