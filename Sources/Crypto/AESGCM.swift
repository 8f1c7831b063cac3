// AES-256-GCM: secrets sealed together with text that is only authenticated.
internal import COpenSSL
public import Model

/// Authenticated encryption with a 256-bit key and a 96-bit nonce.
///
/// Source: NIST SP 800-38D.
public enum AESGCM {
    /// The bytes of a nonce. One nonce must never be used twice with one key.
    public static let nonceSize = 12
    /// The bytes of the tag at the end of a sealed text.
    public static let tagSize = 16

    /// Encrypts `plaintext`; the result is as long, with the tag behind it.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public static func seal(
        _ plaintext: borrowing Secret, key: borrowing Secret, nonce: [UInt8],
        authenticating header: [UInt8]
    ) throws(LibraryUnavailable) -> [UInt8] {
        try OpenSSL.load()
        precondition(key.count == 32 && nonce.count == nonceSize)
        let size = plaintext.count
        var sealed = [UInt8](repeating: 0, count: size + tagSize)
        var tag = [UInt8](repeating: 0, count: tagSize)
        let result = key.withBytes { key in
            plaintext.withBytes { plaintext in
                copenssl_aes_gcm_seal(
                    key.baseAddress, nonce, header, header.count, plaintext.baseAddress, size,
                    &sealed, &tag)
            }
        }
        OpenSSL.require(result, "AES-GCM")
        sealed.replaceSubrange(size..., with: tag)
        return sealed
    }

    /// Decrypts what `seal` made; nil where the key is another or a bit of text, header or tag is.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public static func open(
        _ sealed: [UInt8], key: borrowing Secret, nonce: [UInt8], authenticating header: [UInt8]
    ) throws(LibraryUnavailable) -> Secret? {
        try OpenSSL.load()
        guard sealed.count >= tagSize, key.count == 32, nonce.count == nonceSize else {
            return nil
        }
        let size = sealed.count - tagSize
        let tag = Array(sealed[size...])
        var authentic = false
        let plaintext = Secret(capacity: size) { plaintext in
            key.withBytes { key in
                authentic =
                    copenssl_aes_gcm_open(
                        key.baseAddress, nonce, header, header.count, sealed, size, tag,
                        plaintext.baseAddress) == 1
            }
            return authentic ? size : 0
        }
        guard authentic else { return nil }
        return plaintext
    }
}
