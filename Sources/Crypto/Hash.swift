// SHA-256 and HMAC-SHA-256, as Signature Version 4 uses them; SHA-1 for names that others chose.
internal import COpenSSL
public import Model

/// SHA-256 and what is built on it.
///
/// Source: FIPS 180-4, RFC 2104.
public enum SHA256 {
    /// The 32-byte digest of `data`.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public static func digest(_ data: some Sequence<UInt8>) throws(LibraryUnavailable) -> [UInt8] {
        try OpenSSL.load()
        let data = Array(data)
        var digest = [UInt8](repeating: 0, count: 32)
        OpenSSL.require(copenssl_sha256(data, data.count, &digest), "EVP_Digest")
        return digest
    }

    /// The 32-byte digest of `data`, which is read where it lies and not copied.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public static func digest(_ data: UnsafeRawBufferPointer) throws(LibraryUnavailable) -> [UInt8]
    {
        try OpenSSL.load()
        var digest = [UInt8](repeating: 0, count: 32)
        OpenSSL.require(copenssl_sha256(data.baseAddress, data.count, &digest), "EVP_Digest")
        return digest
    }

    /// The 32-byte HMAC of `message` under `key`.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public static func hmac(
        key: UnsafeRawBufferPointer, _ message: some Sequence<UInt8>
    ) throws(LibraryUnavailable) -> [UInt8] {
        try OpenSSL.load()
        let message = Array(message)
        var mac = [UInt8](repeating: 0, count: 32)
        OpenSSL.require(
            copenssl_hmac_sha256(key.baseAddress, key.count, message, message.count, &mac), "HMAC")
        return mac
    }
}

/// SHA-1: for the names of the AWS CLI's files, and for nothing that has to be strong.
///
/// Source: FIPS 180-4.
public enum SHA1 {
    /// The 20-byte digest of `data`.
    /// - Throws: `LibraryUnavailable` where libcrypto is missing.
    public static func digest(_ data: some Sequence<UInt8>) throws(LibraryUnavailable) -> [UInt8] {
        try OpenSSL.load()
        let data = Array(data)
        var digest = [UInt8](repeating: 0, count: 20)
        OpenSSL.require(copenssl_sha1(data, data.count, &digest), "EVP_Digest")
        return digest
    }
}
