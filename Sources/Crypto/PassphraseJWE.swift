// Texts that other programs seal under a pass phrase as JSON Web Encryption.
internal import COpenSSL
public import Model

/// A compact JWE whose content key is wrapped under a pass phrase: PBES2-HS256+A128KW, and A256GCM
/// for the content. It is only read.
///
/// Source: RFC 7516, section 7.1; RFC 7518, sections 4.8 and 5.3.
public struct PassphraseJWE: Sendable {
    private let header: [UInt8]
    private let salt: [UInt8]
    private let iterations: Int
    private let wrappedKey: [UInt8]
    private let nonce: [UInt8]
    /// The text with the tag behind it.
    private let sealed: [UInt8]

    private static let algorithm = "PBES2-HS256+A128KW"
    /// RFC 7518 asks for at least 1000; a file is not taken at its word beyond some seconds.
    private static let reasonableIterations = 1...10_000_000

    /// Takes a text apart; nil where it is none of this kind.
    public init?(_ text: [UInt8]) {
        let text = text[...].drop(while: \.isWhiteSpace)
        let end = text.lastIndex { !$0.isWhiteSpace }.map { $0 + 1 } ?? text.startIndex
        let parts = text[..<end].split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 5, let header = Base64.decode(parts[0]),
            let wrappedKey = Base64.decode(parts[1]), let nonce = Base64.decode(parts[2]),
            let content = Base64.decode(parts[3]), let tag = Base64.decode(parts[4]),
            let document = try? JSONDocument(Secret(String(decoding: header, as: UTF8.self))),
            document.string(["alg"]) == Self.algorithm, document.string(["enc"]) == "A256GCM",
            document.element(["zip"]) == nil,
            let iterations = document.integer(["p2c"]),
            Self.reasonableIterations.contains(iterations),
            let salt = document.string(["p2s"]).flatMap({ Base64.decode($0.utf8) }),
            nonce.count == AESGCM.nonceSize, tag.count == AESGCM.tagSize
        else { return nil }
        self.header = Array(parts[0])
        self.salt = Array(Self.algorithm.utf8) + [0] + salt
        self.iterations = iterations
        self.wrappedKey = wrappedKey
        self.nonce = nonce
        sealed = content + tag
    }

    /// The text; nil where the pass phrase is another one, or a bit of the text is.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public func open(passphrase: borrowing Secret) throws(LibraryUnavailable) -> Secret? {
        try OpenSSL.load()
        guard ckeywrap_load() == nil else {
            preconditionFailure("libcrypto is loaded, but not its key wrap")
        }
        let keyOfPassphrase = Secret(capacity: 16) { key in
            let result = passphrase.withBytes { passphrase in
                ckeywrap_pbkdf2(
                    passphrase.baseAddress, passphrase.count, salt, salt.count,
                    Int32(iterations), key.baseAddress?.assumingMemoryBound(to: UInt8.self), 16)
            }
            OpenSSL.require(result, "PBKDF2")
            return 16
        }
        var isUnwrapped = false
        let contentKey = Secret(capacity: wrappedKey.count) { room in
            isUnwrapped = keyOfPassphrase.withBytes { key in
                ckeywrap_unwrap(
                    key.baseAddress?.assumingMemoryBound(to: UInt8.self), wrappedKey,
                    wrappedKey.count, room.baseAddress?.assumingMemoryBound(to: UInt8.self)) == 1
            }
            return isUnwrapped ? wrappedKey.count - 8 : 0
        }
        guard isUnwrapped else { return nil }
        return try AESGCM.open(sealed, key: contentKey, nonce: nonce, authenticating: header)
    }
}
